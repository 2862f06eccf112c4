"""nbgrader's gradebook as results: what a person entered counts, and what waits is pending."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader_plugin.gradebook import read_grades


@pytest.fixture
def book(tmp_path):
    """A lesson of a check and a written answer, two students; made by nbgrader's own API."""
    path = tmp_path / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("lesson_1")
        book.add_assignment("essay")
        book.add_notebook("lesson_1", "lesson_1")
        for name, kind, points in (("check-1-1", "code", 2), ("written-1", "markdown", 4)):
            place = name, "lesson_1", "lesson_1"
            book.add_grade_cell(*place, max_score=points, cell_type=kind)
            book.add_solution_cell(*place)
        for student in ("jane", "[x]"):
            book.add_student(student)
            book.add_submission("lesson_1", student)
            check = book.find_grade("check-1-1", "lesson_1", "lesson_1", student)
            check.auto_score, check.needs_manual_grade = 0.5, False
        book.add_submission("essay", "jane")
        written = book.find_grade("written-1", "lesson_1", "lesson_1", "jane")
        written.manual_score, written.needs_manual_grade = 3.5, False
        comment = book.find_comment("written-1", "lesson_1", "lesson_1", "jane")
        comment.manual_comment = "See §2."
        book.db.commit()
    return path


def test_automatic_points_and_marks_stand_apart(book):
    grades = read_grades(book)
    assert grades.keys() == {("jane", 1), ("[x]", 1)}
    jane = grades["jane", 1]
    assert (jane["points"], jane["max_points"], jane["status"]) == (0.5, 2, "graded")
    (exercise,) = jane["exercises"]
    assert (exercise["id"], exercise["outcome"], exercise["points"]) == ("1.1", "failed", 0.5)
    assert exercise["title"], "as the course calls it"
    (mark,) = jane["marks"]
    assert (mark["points"], mark["pending"], mark["comment"]) == (3.5, False, "See §2.")


def test_what_nobody_has_graded_is_pending(book):
    (mark,) = read_grades(book)["[x]", 1]["marks"]
    assert (mark["points"], mark["max_points"], mark["pending"]) == (0, 4, True)


def test_what_could_not_be_graded_has_no_result(book):
    with Gradebook(f"sqlite:///{book}") as opened:
        opened.add_student("failed")
        opened.add_submission("lesson_1", "failed")
    assert read_grades(book).keys() == {("jane", 1), ("[x]", 1)}


def test_points_that_a_person_entered_replace_automatic_ones(book):
    with Gradebook(f"sqlite:///{book}") as opened:
        grade = opened.find_grade("check-1-1", "lesson_1", "lesson_1", "jane")
        grade.manual_score, grade.extra_credit = 2, 1
        opened.db.commit()
    assert read_grades(book)["jane", 1]["points"] == 3


def test_what_is_no_gradebook_is_refused_and_none_is_made(tmp_path):
    path = tmp_path / "gradebook.db"
    with pytest.raises(ValueError, match="There is no gradebook at"):
        read_grades(path)
    assert not path.exists()
    path.write_text("hello" * 100, encoding="utf-8")
    with pytest.raises(ValueError, match="is not a gradebook of nbgrader"):
        read_grades(path)
