"""nbgrader's gradebook, read: each submission's result as `bvae grade` would have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.exercise import registry
from autograder.grading.result import result_data
from autograder.judging.verdict import Outcome

CHECK = re.compile(r"check-(\d+)-(\d+)")
LESSON = re.compile(r"lesson_(\d+)")


def read_grades(path: Path) -> dict[tuple[str, int], dict]:
    """(student's id, lesson) → result; what a person entered counts before what was automatic.

    A submission that has not been graded, or could not be, has none.
    A result also has the `marks` of written answers, as `batch.written` has them, and
    `gradebook_penalty`, the points that nbgrader's own rule on lateness takes away.

    Raises:
        ValueError: nothing there, or no gradebook of nbgrader.
    """
    if not path.is_file():
        raise ValueError(
            f"There is no gradebook at {path}; give the gradebook.db that `nbgrader autograde` "
            "writes."
        )
    try:
        with Gradebook(f"sqlite:///{path}", registry.course().id) as book:
            return {
                (submission.student.id, int(found[1])): _result(submission, int(found[1]))
                for assignment in book.assignments
                if (found := LESSON.fullmatch(assignment.name))
                for submission in assignment.submissions
                if is_graded(submission)
            }
    except Exception as error:  # SQLAlchemy's, Alembic's: whatever a damaged file makes of them
        words = str(error).partition("\n")[0]
        raise ValueError(f"{path} is not a gradebook of nbgrader ({words}).") from None


def is_graded(submission: Any) -> bool:
    """Whether anybody, or nbgrader, has put a score to anything of it."""
    grades = (grade for notebook in submission.notebooks for grade in notebook.grades)
    return any(
        score is not None for grade in grades for score in (grade.auto_score, grade.manual_score)
    )


def _result(submission: Any, lesson: int) -> dict:
    exercises, marks = [], []
    known = lesson in registry.course().lessons
    titles = {item.id: item.title for item in registry.of_lesson(lesson)} if known else {}
    for notebook in submission.notebooks:
        comments = {comment.name: comment.comment or "" for comment in notebook.comments}
        for grade in notebook.grades:
            found = CHECK.fullmatch(grade.name)
            if found:
                exercise_id = f"{found[1]}.{found[2]}"
                exercises.append(_exercise(exercise_id, titles.get(exercise_id, ""), grade))
            else:
                marks.append(_mark(grade, comments.get(grade.name, "")))
    result = result_data(f"{submission.student.id}/lesson_{lesson}", lesson, "graded")
    return result | {
        "points": float(sum(item["points"] for item in exercises)),
        "max_points": float(sum(item["max_points"] for item in exercises)),
        "exercises": sorted(exercises, key=lambda item: item["id"]),
        "marks": sorted(marks, key=lambda item: item["question"]),
        "gradebook_penalty": float(submission.late_submission_penalty or 0.0),
    }


def _exercise(exercise_id: str, title: str, grade: Any) -> dict:
    points, most = float(grade.score), float(grade.max_score)
    return {
        "id": exercise_id,
        "title": title,
        "outcome": (Outcome.PASSED if points >= most else Outcome.FAILED).value,
        "points": points,
        "max_points": most,
        "diagnosis": None,
        "notes": [],
        "next_hint": "",
        "tests": [],
    }


def _mark(grade: Any, comment: str) -> dict:
    pending = bool(grade.needs_manual_grade)
    return {
        "question": grade.name,
        "points": 0.0 if pending else float(grade.score),
        "max_points": float(grade.max_score),
        "pending": pending,
        "comment": comment,
    }
