"""nbgrader's feedback as a page of the course: verdicts first, the name, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from browser import CHROMIUM, Browser
from class_records import Page
from coursework import ROOT
from nbgrader.api import Gradebook
from page_checks import (
    WAYS,
    axe_violations,
    html_errors,
    missing_tools,
    seen_as,
    settled,
    sideways,
)

from autograder.judging.verdict import Outcome, TestResult, Verdict
from autograder.nbgrader_plugin import FeedbackExporter
from autograder.nbgrader_plugin.feedback_page import below_the_page
from autograder.views.cells import scored, zero
from autograder.views.html import verdict_html

HOSTILE = "<img src=x onerror=\"document.title='taken'\">"


def graded(lesson: int = 2) -> nbformat.NotebookNode:
    """A lesson as nbgrader's `GetGrades` leaves it: the first check passed, the others not."""
    name = f"lesson_{lesson}"
    nb = nbformat.read(ROOT / "lessons" / name / f"{name}.ipynb", as_version=4)
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        place = about.get("grade_id", "")
        if cell.cell_type == "code":
            cell.outputs = []
        if place.startswith("check-"):
            passed = place.endswith("-1")
            outcome = Outcome.PASSED if passed else Outcome.FAILED
            most = about["points"]
            test = TestResult(
                "a property", outcome, most * passed, most, actual="" if passed else "3"
            )
            exercise_id = place[6:].replace("-", ".")
            verdict = Verdict(exercise_id, f"Title of {exercise_id}", outcome, most, (test,))
            cell.outputs = [scored(verdict.points, verdict_html(verdict))]
            about["score"] = verdict.points
        elif about.get("grade"):
            about |= {"score": 3.0, "comment": f"Say why. {HOSTILE}"}
        elif about.get("solution"):
            about["comment"] = ""
    return nb


def page_of(nb: nbformat.NotebookNode, db_url: str = "", **about) -> str:
    """The page that the exporter writes of a notebook in nbgrader's hands."""
    said = {"student": "jd", "notebook": "lesson_2", "score": 5.5, "max_score": 14.0}
    resources = {"nbgrader": {**said, "late_penalty": 0, "db_url": db_url, **about}}
    return FeedbackExporter().from_notebook_node(nb, resources)[0]


@pytest.fixture(scope="module")
def page() -> str:
    return page_of(graded())


def test_points_and_verdicts_come_first_and_what_is_not_passed_before_what_is(page):
    top = page[: page.index(">The notebook</h2>")]
    assert "5.5 of 14 points" in top and "<bdi>jd</bdi> · Lesson 2</h1>" in top
    order = re.findall(r'<section class="exercise" id="verdict-([\w-]+)">', top)
    assert order == [
        "check-2-2",
        "check-2-3",
        "check-2-4",
        "check-2-5",
        "check-2-6",
        "check-2-1",
        "written-2",
    ]
    assert '<a href="#check-2-1">2.1 Title of 2.1</a> · 2.5 of 2.5 points' in top
    assert page.count("Not yet</b>") == 5, "every verdict stands once"


def test_every_link_leads_to_a_place_on_the_page(page):
    tags = Page(page).tags
    places = {attributes["id"] for _, attributes in tags if "id" in attributes}
    links = [attributes.get("href", "") for tag, attributes in tags if tag == "a"]
    inside = {link[1:] for link in links if link.startswith("#")}
    assert {"check-2-1", "verdict-check-2-1", "verdict-written-2"} <= inside <= places


def test_the_gradebook_knows_the_learners_name_and_lateness_costs(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as book:
        book.add_student("jd", first_name="Jane", last_name="Doe")
        book.add_student("x")
    page = page_of(graded(), url, late_penalty=1.5)
    assert "<bdi>Jane Doe</bdi>" in page and "points, 1.5 off for lateness" in page
    assert "<bdi>x</bdi>" in page_of(graded(), url, student="x")


def test_nothing_is_fetched_and_nothing_runs(page):
    tags = Page(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "iframe", "object"}
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert all(source.startswith("data:") for source in sources)
    assert "default-src 'none'" in page and "img-src data:" in page
    assert "colab-badge" not in page and "Open in Colab" not in page
    assert "Say why. &lt;img" in page and ("html", {"lang": "en"}) in tags


def test_a_check_without_a_verdict_gives_the_reason_under_its_exercise():
    nb = graded()
    check = next(
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "check-2-2"
    )
    check.outputs = [zero("the file is a PDF.")]
    page = page_of(nb)
    assert '<a href="#check-2-2">Exercise 2.2</a> · 0 of 1.5 points' in page
    assert "the file is a PDF." in page


def test_answers_stand_open_and_what_the_lesson_gives_is_folded(page):
    below = page[page.index(">The notebook</h2>") :]
    answer = below[below.index('id="solution-2-1"') : below.index('id="check-2-1"')]
    assert "<details" not in answer and "def kl_per_dimension" in answer
    assert "<summary>Code: With and without the KL term</summary>" in below
    assert "<summary>Code: check" not in below


def test_headings_of_the_notebook_come_below_the_pages():
    shown = below_the_page('<h1 id="x">A<a class="anchor-link" href="#x">¶</a></h1><h5>B</h5>')
    assert shown == "<h3>A</h3><h6>B</h6>"
    assert below_the_page('<img src="http://x/y.png" alt="a cat">!') == "a cat!"
    assert below_the_page('<img src="data:image/png;base64,AA" alt="">').startswith("<img")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH")
@pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "-")
def test_a_browser_finds_nothing_wrong_with_it(page, tmp_path):
    path: Path = tmp_path / "lesson_2.html"
    path.write_text(page, encoding="utf-8")
    with Browser(tmp_path / "profile") as browser:
        browser.watch()
        for width, dark in WAYS:
            seen_as(browser, width, dark)
            browser.open(path.as_uri())
            settled(browser)
            assert sideways(browser) == 0, (width, dark)
            assert axe_violations(browser) == [], (width, dark)
        assert browser.requested_elsewhere("nowhere") == set() and browser.errors() == []
    assert html_errors([path], tmp_path) == ""
