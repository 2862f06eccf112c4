"""Grades as CSV, JUnit, Gradescope's JSON and pages: complete, well-formed, and harmless."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import xml.etree.ElementTree as ET

import pytest
from class_records import Page, class_of, hostile, mixed_class, record, unreadable, wrong

from autograder.judging.class_people import columns_of, people_of
from autograder.judging.class_summary import (
    item_rest_correlation,
    least_isolation,
    lesson_summaries,
)
from autograder.views.csv import (
    COLUMNS,
    EXERCISE_COLUMNS,
    MISTAKE_COLUMNS,
    exercises_csv,
    grades_csv,
    harmless,
    mistakes_csv,
)
from autograder.views.gradescope import gradescope_failure, gradescope_results
from autograder.views.junit import junit_xml
from autograder.views.learner_lessons import learner_lessons_page
from autograder.views.page import learner_page
from autograder.views.totals import points_csv


def lesson_2(learner: str, passed: int, **changes) -> dict:
    """A record of the second lesson."""
    made = record(learner, passed, lesson=2, key=f"{learner}.lesson_2", **changes)
    for exercise in made["exercises"]:
        for field in ("id", "title"):
            exercise[field] = exercise[field].replace("1.", "2.")
    return made


def read(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_quoted_row_for_each_learner_and_exercise():
    text = grades_csv([record(passed=3), unreadable()])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 5 and "\r" not in text
    assert [row["points"] for row in rows] == ["2", "2", "2", "0", "0"]
    assert (rows[3]["outcome"], rows[3]["diagnosis"]) == ("failed", "sign flipped")
    assert (rows[4]["outcome"], rows[4]["diagnosis"]) == ("unreadable", "It is a PDF.")
    assert all(re.fullmatch(r'("([^"]|"")*",?)+', line) for line in text.splitlines())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_begins_like_a_formula(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    (row, *_) = csv.DictReader(io.StringIO(grades_csv([record(f"{start}cmd|' /C calc'!A1")])))
    assert row["learner"].startswith("'" + start)
    assert harmless(0.5) == "0.5" and harmless(None) == "" and harmless("a=b") == "a=b"
    assert harmless(-0.25) == "-0.25", "a number is no formula"


def test_every_reason_for_not_passing_is_counted_with_who_has_it():
    rows = read(mistakes_csv(lesson_summaries(mixed_class())))
    assert tuple(rows[0]) == MISTAKE_COLUMNS and {row["exercise"] for row in rows} == {"1.1"}
    found = {r["misconception"]: (r["relation"], r["count"], r["learners"]) for r in rows}
    assert list(found.items()) == [
        ("sign", ("alone or with another", "3", "bob; 007; dan")),
        ("root", ("with another", "1", "dan")),
        ("sign or half", ("either of two", "1", "eva")),
        ("blocked", ("", "1", "joy")),
        ("crashed", ("", "1", "gus")),
        ("no named mistake", ("", "1", "fay")),
        ("not attempted", ("", "1", "ian")),
        ("timed out", ("", "1", "hal")),
    ]
    shares = {row["misconception"]: row["share_of_failed"] for row in rows}
    assert shares["sign"] == "0.375" and shares["root"] == "0.125"
    assert shares["not attempted"] == "", "who did not try is none of those that failed"
    assert rows[0]["sentence"] == "About sign."
    assert rows[2]["sentence"] == "About sign. Or: About half."


def test_an_exercise_has_its_rate_its_mean_and_what_it_tells():
    rows = read(exercises_csv(lesson_summaries(mixed_class())))
    assert tuple(rows[0]) == EXERCISE_COLUMNS and len(rows) == 4
    told = [rows[0][name] for name in EXERCISE_COLUMNS]
    assert told == ["1", "1.1", "exercise 1.1", "10", "9", "1", "0.1", "0.2", "2", ""]
    assert exercises_csv([]).count("\n") == mistakes_csv([]).count("\n") == 1


def test_a_learners_name_is_no_formula_among_who_made_a_mistake():
    (row,) = read(mistakes_csv(lesson_summaries([wrong("=1+1", "sign")])))
    assert row["learners"] == "'=1+1"


@pytest.mark.parametrize(
    ("points", "totals", "expected"),
    [
        ([0, 0, 2, 2], [1, 2, 5, 6], 0.89),
        ([0, 1, 2], [1, 2, 3], None),
        ([2, 1, 0], [2, 2, 2], -1.0),
        ([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], None),
        ([0, 2, 0, 2], [0, 2, 1, 3], 0.0),
        ([2, 2, 2], [2, 3, 4], None),
        ([0, 2], [0, 4], None),
        ([], [], None),
    ],
)
def test_discrimination_leaves_the_exercise_out_of_the_rest(points, totals, expected):
    assert item_rest_correlation(points, totals) == expected


def test_junit_is_well_formed_and_counts_what_it_holds():
    crashed = record("carl", 3)
    crashed["exercises"][3]["tests"][0]["outcome"] = "timed out"
    root = ET.fromstring(junit_xml([record(passed=3), crashed, unreadable(), hostile()]).encode())
    assert [suite.get("tests") for suite in root] == ["8", "8", "1", "8"]
    assert [suite.get("failures") for suite in root] == ["2", "1", "0", "6"]
    assert [suite.get("errors") for suite in root] == ["0", "1", "1", "0"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("25", "9", "2")
    failure = root[0].find("testcase/failure")
    assert failure.get("message") == "got: a number" and "Likely mistake" in failure.text
    assert root[2].find("testcase/error").get("message") == "It is a PDF."


def test_gradescope_results_keep_the_documented_contract():
    data = json.loads(json.dumps(gradescope_results([record(passed=3)]), allow_nan=False))
    assert set(data) == {
        *("score", "execution_time", "output", "output_format", "visibility"),
        *("stdout_visibility", "tests"),
    }
    assert data["score"] == 6.0 == sum(test["score"] for test in data["tests"])
    assert type(data["execution_time"]) is int
    assert (data["visibility"], data["stdout_visibility"]) == ("visible", "hidden")
    assert [test["status"] for test in data["tests"]] == ["passed"] * 3 + ["failed"]
    for test in data["tests"]:
        assert set(test) == {
            *("score", "max_score", "status", "name", "number", "output", "output_format"),
            "visibility",
        }
        assert isinstance(test["name"], str) and isinstance(test["number"], str)
        assert test["output_format"] == "html" and 0 <= test["score"] <= test["max_score"]
    assert set(gradescope_failure("why")) == set(data)
    assert gradescope_failure("why")["score"] == 0 and "why" in gradescope_failure("why")["output"]


def test_gradescopes_score_is_a_number_whatever_comes():
    broken = record(points=float("nan"), seconds=float("inf"))
    assert gradescope_results([broken])["score"] == 0.0
    json.dumps(gradescope_results([broken]), allow_nan=False)


def test_a_learners_page_shows_everything_there_is_to_know():
    shown = record(
        passed=3,
        late=True,
        notes=["A note."],
        repairs=["A repair."],
        cell_errors=[{"cell": 7, "error": "NameError: x"}],
        written={"written-2": "My own\nwords."},
        isolation={"level": "partial", "layers": {}, "missing": ["network"]},
    )
    page = learner_page(shown)
    for words in (
        *("jane", "Lesson 1", "6 of 8 points", "handed in late", "A note.", "A repair."),
        *("Cell 7: NameError: x", "My own\nwords.", "only partly isolated", "Missing: network"),
        *("✔ Passed", "✘ Not yet", "sign flipped", "second property"),
    ):
        assert words in page, words
    assert "isolated" not in learner_page(record())


def test_a_page_without_a_grade_says_why():
    page = learner_page(unreadable())
    assert "could not be read" in page and "It is a PDF." in page and "0 of 0" in page


def test_the_class_page_puts_what_needs_a_person_on_top():
    waiting = unreadable("will", status="waiting", reason="")
    failed = unreadable("fay", status="failed", reason="The judge ended.")
    page = class_of(record("ann"), record("bob", 2), unreadable(), failed, waiting)
    top = page[: page.index("<h2>")]
    for words in ("eve", "It is a PDF.", "fay", "The judge ended.", "will", "3 submissions that"):
        assert words in top, words
    assert 'href="pages/eve.lesson_1.html"' in top and "pages/will" not in page


def test_the_class_page_opens_with_lessons_commonest_mistakes_and_everyone():
    page = class_of(*(record(f"n{n}", n) for n in range(5)), set_aside=["x.txt was not graded."])
    top = page[: page.index('<details class="lesson"')]
    for words in (
        *("<td>4.00 of 8</td><td>4.00</td>", "1.1&nbsp;80%", "<b>1.4&nbsp;20%</b>"),
        '<th scope="row">sign flipped<small>1.4 exercise 1.4</small></th><td>80%</td>',
        '<a href="#e1.4-1">4 notebooks</a>',
    ):
        assert words in top, words
    # A row for the lesson, four mistakes, five learners.
    assert top.count('<th scope="row">') == 1 + 4 + 5
    assert "in full isolation" in top and "x.txt was not graded." in page


def test_the_weakest_learner_comes_first_and_each_links_to_a_page_over_all_lessons():
    records = [record("ann", 3), record("bob", 1), record("cat", 2)]
    records += [lesson_2("bob", 4), lesson_2("ann", 0)]
    page = class_of(*records)
    rows = re.findall(r'<tr data-marks="([^"]*)"><th scope="row"><a href="learners/(\w+)', page)
    assert rows == [("half missing", "cat"), ("half", "ann"), ("", "bob")]
    assert '<td class="sum">10</td>' in page and 'href="lessons/lesson_2.html"' in page
    assert '<td class="open"></td>' in page and "empty: nothing handed in" in page


def test_what_could_not_be_read_is_no_answer_that_was_not_attempted():
    page = class_of(record("ann"), unreadable("eve", lesson=1, key="eve.lesson_1"))
    row = page[page.index("learners/eve.html") :]
    row = row[: row.index("</tr>")]
    assert row.count("—<small>could not be read</small>") == 4 and "attempted" not in row


def test_the_id_is_shown_only_where_it_says_more_than_the_name():
    page = class_of(record("ann", learner_id="ann"), record("bob", learner_id="007"))
    assert ">bob</a><small>007</small>" in page and ">ann</a></th>" in page


def test_one_learner_over_all_lessons_is_one_page():
    records = [record("ann", 3), lesson_2("ann", 1, late=True), record("bob")]
    people = people_of(records)
    page = learner_lessons_page(people[0], columns_of(people))
    Page(page)
    for words in (
        *("<bdi>ann</bdi></h1>", "8 of 16 points", "6 / 8", "2 / 8", "late", "sign flipped"),
        '<a href="../pages/ann.lesson_2.html#e2.2">2.2</a> exercise 2.2</th>',
    ):
        assert words in page, words
    (bob,) = (person for person in people if person.name == "bob")
    assert "nothing handed in" in learner_lessons_page(bob, columns_of(people))


def test_an_answer_whose_cell_does_not_run_is_an_outcome_of_its_own_in_every_view():
    broken = record("ann", 3)
    words = "`f` stopped with SyntaxError in the line `return (x`: '(' was never closed"
    last = broken["exercises"][3]
    last |= {"outcome": "does not run", "diagnosis": None}
    for test in last["tests"]:
        cause = "The brackets do not match."
        test |= {"outcome": "does not run", "actual": words, "cause": cause, "checked": ""}
    page = learner_page(broken)
    section = page[page.index('id="e1.4"') :]
    assert section.count("in the line <code>return (x</code>") == 1
    assert "↯ Does not run" in section and "The brackets do not match." in section
    whole = class_of(broken, record("bob"))
    assert '<td class="stopped"><span aria-hidden="true">↯</span>' in whole
    assert "1 of 2 failed." in whole and "Nothing was written" not in whole
    assert read(grades_csv([broken]))[3]["outcome"] == "does not run"
    (reason,) = read(mistakes_csv(lesson_summaries([broken])))
    assert (reason["misconception"], reason["share_of_failed"]) == ("does not run", "1")
    suite = ET.fromstring(junit_xml([broken]).encode())[0]
    assert (suite.get("errors"), suite.get("failures")) == ("2", "0")
    assert "in the line" in suite.findall("testcase/error")[0].get("message")
    (*_, shown) = gradescope_results([broken])["tests"]
    assert "Does not run" in shown["output"] and "The brackets do not match." in shown["output"]


def test_points_are_a_table_of_learners_by_exercises():
    records = [record("bob", 1, learner_id="7"), record("ann", 3), lesson_2("ann", 4, penalty=1.5)]
    records.append(unreadable("eve", lesson=2, key="eve.lesson_2"))
    rows = read(points_csv(people_of(records), lesson_summaries(records)))
    assert list(rows[0]) == [
        *("learner", "learner_id", "section", "1.1", "1.2", "1.3", "1.4"),
        *("2.1", "2.2", "2.3", "2.4", "written", "penalty", "sum"),
    ]
    ann, bob, eve = ([*row.values()] for row in rows)
    assert ann == [*("ann", "", "", "2", "2", "2", "0", "2", "2", "2", "2", "0", "1.5", "12.5")]
    assert bob == [*("bob", "7", "", "2", "0", "0", "0", "", "", "", "", "0", "0", "2")]
    assert eve[3:] == [""] * 8 + ["0", "0", "0"]


def test_the_class_page_tells_what_went_wrong_how_often_and_for_whom():
    page = class_of(*mixed_class())
    for words in (
        *("8 of 10 failed; 1 did not try", "3 of 10 (30%)", "About sign. <i>or:</i> About half."),
        *("once together with another mistake", "always together with another mistake"),
        *("one of the two; the answers do not show which", "no named mistake"),
        *("Passed by everyone.", "all points are the same", "Not passed: 9 notebooks"),
        '<a href="pages/cat.lesson_1.html#e1.1">cat</a>',
    ):
        assert words in page, words


def test_five_hundred_learners_with_one_mistake_are_folded_away():
    page = class_of(*(wrong(f"n{n}", "sign") for n in range(500)))
    assert page.count('<details class="people">') == 2
    assert "<summary>Who: 500 notebooks</summary>" in page
    assert "500 of 500 (100%)" in page and "n499" in page
    Page(page)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("passed", "words"),
    [
        ((0, 0, 4, 4), "1.00 <small>separates strong from weak<"),
        ((4, 4), "– <small>fewer than 3 notebooks<"),
        ((4, 4, 4), "– <small>all points are the same<"),
    ],
)
def test_discrimination_comes_with_its_meaning(passed, words):
    assert words in class_of(*(record(f"n{n}", count) for n, count in enumerate(passed)))


def test_an_exercise_that_the_strong_fail_is_to_be_looked_at():
    weak = [record(f"w{n}", 1) for n in range(3)]
    page = class_of(*weak, *(wrong(f"s{n}", "sign") for n in range(3)))
    assert "−1.00 <small>check this exercise" in page


def test_a_class_of_none_of_one_and_one_without_failures_have_pages():
    assert "0 submissions of 0 learners, 0 graded" in class_of()
    one = class_of(record(passed=4))
    assert "1 notebook graded" in one and one.count("Passed by everyone.") == 4
    assert "what the class got wrong" not in one
    Page(one), Page(class_of())


def test_the_least_isolation_is_what_the_class_page_reports():
    levels = ["full", "none", "partial"]
    records = [record(isolation={"level": x, "layers": {}, "missing": [x]}) for x in levels]
    assert least_isolation(records) == {"level": "none", "missing": ["full", "none", "partial"]}
    assert "ran not isolated" in class_of(*records)
    assert least_isolation([unreadable(isolation=None)]) is None


def test_formulas_of_a_written_answer_are_drawn_and_the_rest_stays_as_it_was_typed():
    text = (
        "Since $\\sigma^2 \\le 1$, it costs $5 and $6 <b>each</b>.\n$$\\frac{1}{2}$$ $\\nonsense$"
    )
    page = learner_page(record(written={"why": text}))
    assert page.count("<math ") == 2 and "<mi>σ</mi>" in page and "<mfrac>" in page
    assert "it costs $5 and $6 &lt;b&gt;each&lt;/b&gt;.\n" in page and "$\\nonsense$" in page


def test_where_nothing_draws_formulas_a_written_answer_is_shown_as_typed(monkeypatch):
    monkeypatch.setitem(sys.modules, "autograder.views.mathml", None)
    page = learner_page(record(written={"why": "$\\sigma^2$ < 1"}))
    assert "<pre>$\\sigma^2$ &lt; 1</pre>" in page


@pytest.mark.slow
@pytest.mark.parametrize("make", [learner_page, class_of])
def test_nothing_that_a_learner_wrote_becomes_markup(make):
    plain, bad = Page(make(record())), Page(make(hostile()))
    allowed = {tag for tag, _ in plain.tags} | {
        *("ul", "li", "h2", "h3", "pre", "code", "i", "b", "br", "div", "small", "a", "span"),
        *("h4", "path", "details", "summary", "ol", "bdi"),
    }
    assert {tag for tag, _ in bad.tags} <= allowed
    scripts = [[tag for tag, _ in page.tags].count("script") for page in (plain, bad)]
    assert scripts[0] == scripts[1] <= 1
    for tag, attributes in bad.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert not str(attributes.get("href", "")).lower().startswith(("javascript", "data"))


@pytest.mark.parametrize("make", [learner_page, class_of])
def test_pages_stand_alone_and_can_be_read_by_everyone(make):
    page = make(record(passed=2))
    parsed = Page(page)
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page
    assert not re.search(r"https?://|url\(|@import", page)
    assert ("html", {"lang": "en"}) in parsed.tags
    headers = [attributes for tag, attributes in parsed.tags if tag == "th"]
    assert headers and all(item.get("scope") in ("row", "col") for item in headers)
    # What a colour says, a word says too.
    assert "Passed" in page and "Not yet" in page
