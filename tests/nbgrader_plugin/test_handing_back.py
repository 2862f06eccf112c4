"""What nbgrader hands back: a table that a spreadsheet takes, and feedback for everybody."""

from __future__ import annotations

import csv
from datetime import datetime

import nbformat
import pytest
from coursework import run
from nbgrader.api import Gradebook
from nbgrader_course import gradebook, new_course

from autograder.nbgrader_plugin import CsvExport
from autograder.nbgrader_plugin.handing_back import COLUMNS

# As patterns, neither of those with brackets fits a file of anybody's.
NAMES = ("jane", "[x]", "[!a]", "é ü")


def fill(book: Gradebook) -> None:
    """One lesson of two points, handed in by two; one could not be graded."""
    book.add_assignment("lesson_1", duedate=datetime(2026, 11, 3))
    book.add_notebook("lesson_1", "lesson_1")
    book.add_grade_cell("check-1-1", "lesson_1", "lesson_1", max_score=2, cell_type="code")
    book.add_student("jane", last_name='Doe, "JD"', first_name="=1+1", email="@SUM(A1)")
    book.add_student("+x", last_name=None)
    book.add_student("failed")
    book.add_submission("lesson_1", "failed")
    book.add_submission("lesson_1", "jane")
    book.find_grade("check-1-1", "lesson_1", "lesson_1", "jane").auto_score = 1.5
    book.db.commit()


@pytest.fixture
def exported(tmp_path):
    """The rows that an export of some students and assignments writes."""

    def rows(**only) -> list[list[str]]:
        path = tmp_path / "grades.csv"
        with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
            if not book.assignments:
                fill(book)
            CsvExport(to=str(path), **only).export(book)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    return rows


def test_every_field_stays_in_its_column_and_none_is_a_formula(exported):
    head, *rows = exported()
    assert tuple(head) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    jane = next(dict(zip(head, row, strict=True)) for row in rows if row[3] == "jane")
    assert (jane["last_name"], jane["first_name"]) == ('Doe, "JD"', "'=1+1")
    assert jane["email"] == "'@SUM(A1)" and jane["duedate"] == "2026-11-03 00:00:00"
    assert (jane["raw_score"], jane["score"], jane["max_score"]) == ("1.5", "1.5", "2")


def test_who_handed_in_nothing_has_0_and_one_student_may_be_asked_for(exported):
    _, row = exported(student=["+x"])
    assert row[3] == "'+x" and row[7:] == ["0", "0", "0", "2"] and row[4] == ""
    assert exported(assignment=["lesson_2"]) == [list(COLUMNS)]


def test_what_could_not_be_graded_has_no_score(exported):
    _, row = exported(student=["failed"])
    assert row[7:] == ["", "", "", "2"]


@pytest.mark.slow
def test_learners_with_brackets_in_their_names_get_feedback(tmp_path):
    course = new_course(tmp_path)
    with gradebook(course) as book:
        book.add_assignment("lesson_1")
        book.add_notebook("lesson_1", "lesson_1")
        for name in NAMES:
            book.add_student(name)
            book.add_submission("lesson_1", name)
    for name in NAMES:
        folder = course / "autograded" / name / "lesson_1"
        folder.mkdir(parents=True)
        cells = [nbformat.v4.new_markdown_cell(f"This is {name}. $\\mu < 1$")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lesson_1.ipynb")
    done = run("nbgrader", "generate_feedback", "lesson_1", cwd=course)
    assert done.returncode == 0, done.stderr[-2000:]
    for name in NAMES:
        page = course / "feedback" / name / "lesson_1" / "lesson_1.html"
        html = page.read_text(encoding="utf-8")
        assert f"This is {name}." in html
        # Formulas are drawn, and nothing is loaded from anywhere to draw them.
        assert "<mi>μ</mi>" in html and "<script" not in html and 'src="http' not in html
    written = run("nbgrader", "export", cwd=course)
    assert written.returncode == 0, written.stderr[-2000:]
    assert '"lesson_1","","","[x]"' in (course / "grades.csv").read_text(encoding="utf-8")
