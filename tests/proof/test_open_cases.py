"""Answers from outside: read, judged in the jail, and counted by what a learner would read."""

from __future__ import annotations

import json

import pytest
from coursework import ROOT

from autograder.exercise import registry
from autograder.proof.open_cases import (
    KIND,
    LOCATED,
    NAMED,
    PASSED,
    BadCases,
    OpenCase,
    as_text,
    met,
    read_cases,
    totals,
    tried,
)

SHARED = ROOT.parent / "shared" / "cases"
VARIANCE = "def reparameterize(mean, log_var, eps):\n    return mean + tf.exp(log_var) * eps\n"
RIGHT = "def reparameterize(mean, log_var, eps):\n    return mean + tf.exp(0.5 * log_var) * eps\n"
LOCAL = "def reparameterize(mean, log_var, eps):\n    return mean + tf.exp(0.3 * log_var) * eps\n"
ODD = RIGHT.replace("mean + tf.exp(0.5 * log_var) * eps", "tf.sin(mean * log_var) + tf.cos(eps)")
TWICE = json.dumps(2 * [{"id": "a", "exercise": "1.1", "code": ""}])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "reading"), [(VARIANCE, NAMED), (LOCAL, LOCATED), (ODD, "nothing"), (RIGHT, PASSED)]
)
def test_a_wrong_answer_is_counted_by_what_a_learner_would_read(code, reading):
    row = tried(OpenCase("one", "1.1", code, "a mistake"))
    assert row["reading"] == reading, row
    assert row["lesson"] == 1 and not row["right"]


@pytest.mark.slow
def test_a_right_answer_is_counted_by_what_its_whole_notebook_loses():
    assert tried(OpenCase("one", "1.1", RIGHT))["lost"] == 0
    # The stub stays, and the answer comes in a cell of its own at the end.
    assert tried(OpenCase("two", "1.1", None, cells={"end": [RIGHT]}))["lost"] == 0
    row = tried(OpenCase("three", "1.1", VARIANCE))
    assert row["lost"] > 0 and row["said"].startswith("1.1 (seed 1): [one] variance used")


@pytest.mark.slow
def test_a_right_answer_is_judged_live_too_and_on_more_seeds_if_asked():
    here_only = RIGHT.replace("return ", "return UNSEEN + ")
    jailed_alone = "UNSEEN = 0.0 if 'autograder.grading' not in sys.modules else 1.0\n"
    case = OpenCase("one", "1.1", here_only, cells={"before": ["import sys", jailed_alone]})
    row = tried(case, seeds=5)
    assert row["lost"] > 0 and "live, 1.1 (seed 3)" in row["said"]
    assert "live, 1.1 (seed 5)" in row["said"] and "; 1.1 (seed" not in row["said"]
    with pytest.raises(ValueError, match="--seeds is 2"):
        met([case], workers=1, seeds=2)


def test_shares_are_of_the_wrong_ones_and_refusals_of_the_right_ones():
    rows = [
        {"id": str(n), "lesson": 1, "right": False, "reading": reading, "reader": reader}
        | {"seconds": 1.0, "said": ""}
        for n, (reading, reader) in enumerate(
            [(NAMED, "bank"), (LOCATED, "error"), (KIND, "test"), (PASSED, "")]
        )
    ]
    rows.append({"id": "r", "lesson": 2, "right": True, "lost": 0.5, "seconds": 2.0, "said": "why"})
    found = totals(rows)
    assert (found["passed"], found["named_or_located"], found["led_there"]) == (0.25, 0.5, 0.75)
    assert (found["cases"], found["right_refused"]) == (5, 1)
    assert found["readers"] == {"bank": 1, "error": 1, "test": 1, "nobody": 1}
    heard = "bank 1, computes 0, mends 0, shows 0, error 1, test 1, difference 0, nobody 1"
    assert f"heard: {heard}\n" in as_text(rows)
    assert "3: passed" in as_text(rows) and "r: refused: why" in as_text(rows)
    assert totals([])["cases"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "expected a list of cases"),
        ("[3]", "case 1 is no object"),
        ('[{"id": 3, "exercise": "1.1", "code": ""}]', "'id' is 3; expected text"),
        ('[{"id": "a", "exercise": "9.9", "code": ""}]', "case 1: There is no exercise '9.9'"),
        ('[{"id": "a", "exercise": "1.1"}]', "no 'code'"),
        ('[{"id": "a", "exercise": "1.1", "code": "", "cells": {"x": "y"}}]', "'cells' has 'x'"),
        (TWICE, "2 cases"),
    ],
)
def test_a_file_that_holds_no_cases_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCases, match=r"cases\.json") as refused:
        read_cases(path)
    assert words in str(refused.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="no cases from outside beside this checkout")
@pytest.mark.parametrize("name", ["wrong.json", "right.json"])
def test_cases_from_outside_are_read(name):
    cases = read_cases(SHARED / name)
    assert len(cases) > 100
    assert all(bool(case.true_mistake) is (name == "wrong.json") for case in cases)
    lesson = registry.get(cases[0].exercise).lesson
    sources = ["".join(cell["source"]) for cell in cases[0].notebook()["cells"]]
    assert cases[0].code in sources and f"lesson {lesson}" in " ".join(sources).lower()


EVERY = {item.id for item in registry.every()}
# Exercises that came after the measures of the whole course.
LATER, LATEST = {"2.6", "3.6"}, {"4.6", "5.6", "6.5"}


@pytest.mark.parametrize(
    ("name", "wrong", "right", "known"),
    [
        ("strangers.json", 60, 40, EVERY - LATER - LATEST),
        ("public_code.json", 60, 40, EVERY - LATER - LATEST),
        ("first_readers.json", 78, 34, LATER | LATEST),
        ("class_answers.json", 233, 70, EVERY - LATEST),
        ("second_class.json", 153, 50, EVERY - {"5.6"}),
    ],
)
def test_our_own_measures_are_read(name, wrong, right, known):
    cases = read_cases(ROOT / "bench" / name)
    with_mistakes = [case for case in cases if case.true_mistake]
    assert (len(with_mistakes), len(cases)) == (wrong, wrong + right)
    assert {case.exercise for case in cases} == known


def test_public_architectures_are_answers_to_one_exercise_and_name_their_source():
    path = ROOT / "bench" / "architectures.json"
    assert {case.exercise for case in read_cases(path)} == {"7.1"}
    items = json.loads(path.read_text(encoding="utf-8"))
    assert len(items) >= 20 and all(item["source"] and item["style"] for item in items)


def test_a_notebook_holds_the_case_and_right_answers_elsewhere():
    case = OpenCase("one", "1.1", VARIANCE, "m", {"before": ["a = 1", "b = 2"], "1.3": ["c = 3"]})
    sources = [cell["source"] for cell in case.notebook()["cells"]]
    place = sources.index(VARIANCE)
    assert sources[place - 2 : place] == ["a = 1", "b = 2"]
    assert "c = 3" in sources and not any("NotImplementedError" in text for text in sources)
    assert json.loads(json.dumps(case.notebook())) == case.notebook()
