"""Results as tables for spreadsheets: each learner's points, each exercise, each mistake."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autograder.judging.verdict_data import diagnosis_of

if TYPE_CHECKING:
    from autograder.judging.class_summary import ExerciseSummary, LessonSummary, MistakeCount

COLUMNS = (
    *("learner", "learner_id", "file", "lesson", "exercise", "title"),
    *("points", "max_points", "outcome", "diagnosis"),
)
EXERCISE_COLUMNS = (
    *("lesson", "exercise", "title", "graded", "attempted", "passed", "pass_rate"),
    *("mean_points", "max_points", "discrimination"),
)
MISTAKE_COLUMNS = (
    *("lesson", "exercise", "title", "misconception", "sentence", "relation", "count"),
    *("share_of_failed", "learners"),
)
# A spreadsheet takes cells that begin so for formulas, the wide forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def grades_csv(records: Iterable[dict]) -> str:
    """All exercises of all learners; every field quoted, lines ended by a line feed.

    A submission without exercises (no notebook, say) has one row, with its status as the
    outcome and the reason in place of the diagnosis. A written answer has a row of its own, and so
    has lateness that costs points.
    """
    return table(COLUMNS, (row for record in records for row in _rows(record)))


def exercises_csv(lessons: Iterable[LessonSummary]) -> str:
    """One row per exercise: how many passed, mean points, and how well it discriminates."""
    each = ((lesson.lesson, item) for lesson in lessons for item in lesson.exercises)
    return table(EXERCISE_COLUMNS, (_exercise(lesson, item) for lesson, item in each))


def mistakes_csv(lessons: Iterable[LessonSummary]) -> str:
    """A row for each reason for not passing an exercise, with the ids of those who have it.

    The relation says how sure a name is: "alone", "with another" (two mistakes at once; these
    learners are in two rows), "alone or with another", or "either of two" (one row for both, as
    the answers do not tell them apart). Where it is empty no mistake is named.
    """
    each = ((lesson.lesson, item) for lesson in lessons for item in lesson.exercises)
    return table(
        MISTAKE_COLUMNS,
        (_mistake(lesson, item, found) for lesson, item in each for found in item.mistakes),
    )


def separator(text: str) -> str:
    """What stands between a table's cells: the commonest of `,`, `;` and tab in its first line."""
    return max(",;\t", key=text.partition("\n")[0].count)


def harmless(cell: object) -> str:
    """A cell's text; one that a spreadsheet would take for a formula gets a leading '.

    Numbers stay numbers, negative ones too.
    """
    if isinstance(cell, float):
        return f"{cell:g}"
    text = "" if cell is None else str(cell)
    return "'" + text if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


def table(columns: Sequence[str], rows: Iterable[Sequence]) -> str:
    """A CSV: every field quoted and harmless to a spreadsheet, lines ended by a line feed."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _rows(record: dict) -> Iterable[Sequence]:
    who = (record["learner"], record["learner_id"], record["file"], record["lesson"])
    if not record["exercises"]:
        points = float(record["points"]), float(record["max_points"])
        yield (*who, "", "", *points, record["status"], record["reason"])
    for exercise in record["exercises"]:
        diagnosis = exercise["diagnosis"]
        yield (
            *who,
            exercise["id"],
            exercise["title"],
            float(exercise["points"]),
            float(exercise["max_points"]),
            exercise["outcome"],
            diagnosis_of(diagnosis).name if diagnosis else "",
        )
    for mark in record.get("marks", ()):
        outcome = "pending" if mark["pending"] else "marked"
        points = float(mark["points"]), float(mark["max_points"])
        yield (*who, mark["question"], "written answer", *points, outcome, mark["comment"])
    if record.get("penalty"):
        yield (*who, "", "lateness", -float(record["penalty"]), 0.0, "late", record["late_words"])


def _exercise(lesson: int, item: ExerciseSummary) -> Sequence:
    return (
        *(lesson, item.id, item.title, item.count, item.attempted, item.passed, item.share),
        *(item.mean, float(item.max_points), item.discrimination),
    )


def _mistake(lesson: int, item: ExerciseSummary, found: MistakeCount) -> Sequence:
    return (
        *(lesson, item.id, item.title, found.name, " Or: ".join(found.sentences)),
        *(_relation(found), found.count, found.share),
        "; ".join(learner.id for learner in found.who),
    )


def _relation(found: MistakeCount) -> str:
    if not found.named:
        return ""
    if found.either:
        return "either of two"
    if not found.with_another:
        return "alone"
    return "with another" if found.with_another == found.count else "alone or with another"
