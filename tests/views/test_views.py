"""Every view shows the same verdict: text, HTML and data."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from learner import named

from autograder.judging.verdict import (
    Diagnosis,
    Mistake,
    Outcome,
    Relation,
    TestResult,
    Verdict,
)
from autograder.judging.verdict_data import verdict_data, verdict_of
from autograder.views import SIGNS, number, share_tone, tone
from autograder.views.html import EDGES, code, prose, verdict_html
from autograder.views.text import table_text, verdict_text
from bvae_ref.page_design import tokens

HOSTILE = '<script>alert("x")</script> & <img src=x onerror=y>'
PASSED = Verdict(
    "1.1", "one", Outcome.PASSED, 2.0, (TestResult("works", Outcome.PASSED, 2.0, 2.0),)
)
FAILED = Verdict(
    "1.2",
    "two",
    Outcome.FAILED,
    1.5,
    (
        TestResult("first", Outcome.PASSED, 0.5, 0.5),
        TestResult("second", Outcome.FAILED, 0.0, 1.0, "f(1)", "2", HOSTILE, HOSTILE),
    ),
    diagnosis=named("a name", HOSTILE, "look here"),
    notes=(HOSTILE,),
    next_hint='hint("1.2")',
)


def test_an_error_is_told_in_full_once():
    words = "`f` stopped with ValueError in the line `x @ y`: shapes {} do not fit"
    tests = tuple(
        TestResult(f"test {n}", Outcome.CRASHED, 0.0, 1.0, f"`f({n})`", "", words.format(n), "Why?")
        for n in range(3)
    )
    verdict = Verdict("1.1", "A title", Outcome.CRASHED, 3.0, tests)
    for shown in (verdict_text(verdict), verdict_html(verdict)):
        assert shown.count("do not fit") == shown.count("Why?") == 1
        assert shown.count("the same error") == 2


def test_two_mistakes_are_told_one_by_one():
    both = tuple(Mistake(name, f"Sentence {name}.", f"Look {name}.") for name in "ab")
    for relation, lead in (
        (Relation.BOTH, "Two mistakes at once"),
        (Relation.EITHER, "One of two"),
    ):
        verdict = replace(FAILED, diagnosis=Diagnosis(relation, both))
        for shown in (verdict_text(verdict), verdict_html(verdict)):
            assert lead in shown and "Sentence a." in shown and "Look b." in shown
        assert verdict_of(verdict_data(verdict)) == verdict


def test_html_escapes_whatever_the_learner_wrote():
    for page in (verdict_html(FAILED), prose(HOSTILE), prose(f"`{HOSTILE}`"), code(HOSTILE)):
        assert "<script" not in page and "<img" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("render", [verdict_html, verdict_text])
def test_a_verdict_shows_every_part_with_sign_and_word(render):
    page = render(FAILED)
    for part in ("✘", "Not yet", "1.2", "two", "0.5 of 1.5", "first", "second", "f(1)", "a name"):
        assert part in page, part
    for part in ("look here", "hint(", "Likely mistake", "expected", "perhaps"):
        assert part in page, part


@pytest.mark.parametrize("render", [verdict_html, verdict_text])
def test_one_sentence_says_it_when_nothing_was_attempted(render):
    tests = tuple(
        TestResult(name, Outcome.NOT_ATTEMPTED, 0.0, 1.0, actual="There is no `f` yet.")
        for name in ("first", "second")
    )
    page = render(Verdict("1.1", "one", Outcome.NOT_ATTEMPTED, 2.0, tests))
    assert page.count("There is no") == 1 and "first" not in page


def test_a_table_has_a_row_an_exercise_and_the_total():
    table = table_text([PASSED, FAILED])
    for part in ("1.1", "1.2", "2 / 2", "0.5 / 1.5", "Total", "2.5 / 3.5", "✔ Passed", "✘ Not yet"):
        assert " ".join(part.split()) in " ".join(table.split()), part


def test_data_is_plain_json_with_outcomes_in_words():
    data = json.loads(json.dumps(verdict_data(FAILED)))
    assert (data["points"], data["outcome"]) == (0.5, "failed")
    assert data["diagnosis"]["mistakes"][0]["name"] == "a name"
    assert [test["outcome"] for test in data["tests"]] == ["passed", "failed"]
    assert data["tests"][1]["actual"] == HOSTILE


def test_every_outcome_has_a_sign_of_its_own_and_a_word():
    assert set(SIGNS) == set(Outcome)
    assert len(set(SIGNS.values())) == len({sign for sign, _ in SIGNS.values()}) == len(Outcome)


def test_every_outcome_has_a_colour_and_notebooks_have_those_of_the_pages():
    light, dark = tokens().split("@media (prefers-color-scheme: dark)")
    for outcome in Outcome:
        name = tone(outcome, 0.0)
        assert f"--{name}-edge: rgb({EDGES[name].replace(',', ', ')});" in light
    for name in EDGES:
        assert f"--{name}: #" in light and f"--{name}: #" in dark.split("@media print")[0]
    assert tone(Outcome.FAILED, 0.5) == "part" and tone(Outcome.CRASHED, 0.5) == "stopped"
    assert [share_tone(points, 2.0) for points in (2.0, 0.5, 0.0)] == ["passed", "part", "failed"]


@pytest.mark.parametrize("mine", ["autograder/views", "bench"])
def test_no_page_has_a_colour_of_its_own(mine, root):
    sheets = list((root / mine).rglob("*.css"))
    named = set(re.findall(r"(--[\w-]+):", tokens()))
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= named, sheet
        assert not re.search(r"prefers-color-scheme|rgba?\(|: #(?!fff;)[0-9a-f]{3}", text), sheet
    assert sheets


def test_points_are_written_without_needless_zeros():
    assert [number(points) for points in (2.0, 0.5, 1.25)] == ["2", "0.5", "1.25"]


def test_a_verdict_comes_back_from_its_data_as_it_was():
    assert verdict_of(json.loads(json.dumps(verdict_data(FAILED)))) == FAILED
