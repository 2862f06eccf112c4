"""Everything that a batch writes for people and platforms, from the results so far."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.batch.canvas import Gradebook, Merge
from autograder.batch.collect import Collection, Submission
from autograder.batch.roster import Roster
from autograder.batch.store import Store, save
from autograder.batch.written import WRITTEN, WrittenMarks
from autograder.grading.result import result_data
from autograder.intake.course_texts import rubrics
from autograder.judging.class_summary import LessonSummary, class_summary
from autograder.views.class_page import class_page
from autograder.views.csv import exercises_csv, grades_csv, mistakes_csv
from autograder.views.gradescope import gradescope_results
from autograder.views.junit import junit_xml
from autograder.views.page import learner_page

if TYPE_CHECKING:
    from autograder.views.class_figures import ClassFigure


@dataclass(frozen=True)
class CanvasRequest:
    """A gradebook exported from Canvas, and how to fill it in.

    Attributes:
        path: the gradebook.
        column: the one to fill in; None finds it by the lesson.
        lesson: whose points; None where the column's name says it.
        overwrite: also where more points stand in the gradebook.
    """

    path: Path
    column: str | None = None
    lesson: int | None = None
    overwrite: bool = False

    def open(self, lesson: int | None = None) -> Gradebook:
        """The gradebook; `lesson` is the batch's only one, when there is only one.

        Raises:
            ValueError: not a gradebook of Canvas, or no such column.
        """
        try:
            text = Path(self.path).read_bytes().decode("utf-8")
        except OSError as error:
            raise ValueError(f"{self.path} cannot be read ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise ValueError(
                f"{self.path} is not in UTF-8; give the file exactly as Canvas exports it."
            ) from None
        return Gradebook(text, self.column, lesson if self.lesson is None else self.lesson)


def write_reports(
    store: Store,
    collection: Collection,
    results: dict[str, dict],
    canvas: CanvasRequest | None = None,
    roster: Roster | None = None,
    marks: WrittenMarks | None = None,
    excel: bool = False,
) -> list[str]:
    """Write all reports; return sentences for the instructor.

    Args:
        store: where to.
        collection: all submissions.
        results: key → result of those that are graded.
        canvas: a gradebook to be filled in.
        roster: the class list.
        marks: of written answers; none so far when None.
        excel: begin CSV files with the mark by which Excel knows UTF-8.
    """
    mark = "\ufeff" if excel else ""
    marks = marks or WrittenMarks(rubrics(), {})
    records = [
        marks.add_to(_record(item, results.get(item.key))) for item in collection.submissions
    ]
    graded = [record for record in records if record["status"] != "waiting"]
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in graded]
    store.write("results.jsonl", "".join(f"{line}\n" for line in lines))
    store.write("grades.csv", mark + grades_csv(graded))
    store.write("junit.xml", junit_xml(graded))
    for record in graded:
        store.write(f"pages/{record['key']}.html", learner_page(record))
        text = json.dumps(gradescope_results([record]), ensure_ascii=False, indent=1)
        store.write(f"gradescope/{record['key']}.json", text)
    keys = {record["key"] for record in graded}
    store.drop_others("pages", ".html", keys)
    store.drop_others("gradescope", ".json", keys)
    warnings = _merge(store, graded, canvas) if canvas else []
    warnings += _about_written(store, graded, marks, mark)
    if roster:
        warnings += roster.compare((s.learner, s.learner_id) for s in collection.submissions)
    summary = class_summary(records)
    store.write("exercises.csv", mark + exercises_csv(summary.lessons))
    store.write("mistakes.csv", mark + mistakes_csv(summary.lessons))
    page = class_page(
        records,
        summary,
        collection.set_aside,
        warnings,
        _write_figures(store, summary.lessons),
    )
    store.write("index.html", page)
    return warnings


def _about_written(store: Store, records: list[dict], marks: WrittenMarks, mark: str) -> list[str]:
    """Write `written.csv` where somebody has written something; what is still to be done."""
    if not any(record["marks"] for record in records):
        return []
    store.write(WRITTEN, mark + marks.table(records), lasting=True)
    pending = sum(item["pending"] for record in records for item in record["marks"])
    sentences = marks.changed_since(records)
    if pending:
        answers = "1 written answer waits" if pending == 1 else f"{pending} written answers wait"
        sentences.append(
            f"{answers} for points: fill them in in {WRITTEN}, and run the command again."
        )
    return sentences


def _write_figures(store: Store, lessons: Sequence[LessonSummary]) -> dict[int, list[ClassFigure]]:
    """Write the figures for every lesson; return them by lesson."""
    drawn: dict[int, list[ClassFigure]] = {}
    if lessons:
        # Half a second of imports, which commands that draw nothing do not pay.
        from autograder.views.class_figures import class_figures

        drawn = {lesson.lesson: class_figures(lesson) for lesson in lessons}
    for figure in (figure for figures in drawn.values() for figure in figures):
        # Also makes the folder.
        store.write(f"figures/{figure.name}.svg", figure.svg)
        save(store.folder / "figures" / f"{figure.name}.png", figure.png, lasting=False)
    names = {figure.name for figures in drawn.values() for figure in figures}
    store.drop_others("figures", ".svg", names)
    store.drop_others("figures", ".png", names)
    return drawn


def only_lesson(lessons: Iterable[int | None]) -> int | None:
    """The one lesson that all are of, those that are of none left out; None where there are two."""
    known = {lesson for lesson in lessons if lesson is not None}
    return known.pop() if len(known) == 1 else None


def _record(submission: Submission, result: dict | None) -> dict:
    """One line of `results.jsonl`: who handed in what, and the result."""
    if result is None:
        name = f"{submission.learner}/{submission.file}"
        result = result_data(name, submission.lesson, "waiting", "")
    return {
        "key": submission.key,
        "learner": submission.learner,
        "learner_id": submission.learner_id,
        "file": submission.file,
        "late": submission.late,
        "notes": list(submission.notes),
        **result,
        "lesson": submission.lesson if result["lesson"] is None else result["lesson"],
    }


def _merge(store: Store, records: list[dict], canvas: CanvasRequest) -> list[str]:
    """Write `canvas.csv`; return what did not fit."""
    only = only_lesson(record["lesson"] for record in records)
    gradebook = canvas.open(only)
    named = [n for n in (canvas.lesson, gradebook.lesson, only) if n is not None]
    if not named:
        return [
            f"canvas.csv was not written: the column {gradebook.column!r} names no lesson, and "
            "the submissions belong to more than one; add --lesson."
        ]
    merge: Merge = gradebook.merge(*_of_lesson(records, named[0]), canvas.overwrite)
    store.write("canvas.csv", merge.text)
    return [f"canvas.csv: points for {merge.filled} in {gradebook.column!r}.", *merge.warnings]


def _of_lesson(records: list[dict], lesson: int) -> tuple[list[dict], float]:
    """One total a learner, written answers included: of the lesson, else 0 for no notebook."""
    chosen: dict[tuple, dict] = {}
    for record in records:
        who = record["learner"], record["learner_id"]
        if record["status"] == "failed" or record["lesson"] not in (lesson, None):
            continue
        if record["lesson"] == lesson or who not in chosen:
            chosen[who] = record
    totals = [
        {
            "learner": record["learner"],
            "learner_id": record["learner_id"],
            "points": record["points"] + record["written_points"],
            "max_points": record["max_points"] + record["written_max"],
        }
        for record in chosen.values()
    ]
    return totals, max((total["max_points"] for total in totals), default=0.0)
