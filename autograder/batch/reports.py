"""Everything that a batch writes for people and platforms, from the results so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.batch.collect import Collection, Submission
from autograder.batch.feedback_zip import write_feedback
from autograder.batch.from_gradebook import GradebookGrades
from autograder.batch.penalties import about_lateness, with_penalty
from autograder.batch.roster import Roster
from autograder.batch.store import Store, save
from autograder.batch.way_back import WayBack
from autograder.batch.written import WRITTEN, WrittenMarks
from autograder.grading.lateness import LateRules
from autograder.grading.result import result_data
from autograder.intake.course_texts import rubrics
from autograder.judging.class_summary import LessonSummary, class_summary
from autograder.judging.term_summary import entry_of
from autograder.views.class_page import class_page
from autograder.views.csv import exercises_csv, grades_csv, mistakes_csv
from autograder.views.gradescope import gradescope_results
from autograder.views.junit import junit_xml
from autograder.views.page import learner_page
from autograder.views.totals import totals_csv

if TYPE_CHECKING:
    from autograder.views.class_figures import ClassFigure


def write_reports(
    store: Store,
    collection: Collection,
    results: dict[str, dict],
    back: WayBack | None = None,
    roster: Roster | None = None,
    marks: WrittenMarks | None = None,
    excel: bool = False,
    grades: GradebookGrades | None = None,
    rules: LateRules | None = None,
) -> list[str]:
    """Write all reports; return sentences for the instructor.

    Args:
        store: where to.
        collection: all submissions.
        results: key → result of those that are graded.
        back: tables of platforms to be filled in.
        roster: the class list.
        marks: of written answers; none so far when None.
        excel: begin CSV files with the mark by which Excel knows UTF-8.
        grades: where the results come from, if not from grading here.
        rules: what lateness costs.
    """
    mark = "\ufeff" if excel else ""
    marks = marks or WrittenMarks(rubrics(), {})
    records = [
        with_penalty(marks.add_to(_record(item, results.get(item.key))), item, rules)
        for item in collection.submissions
    ]
    graded = [record for record in records if record["status"] != "waiting"]
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in graded]
    store.write("results.jsonl", "".join(f"{line}\n" for line in lines))
    store.write("grades.csv", mark + grades_csv(graded))
    totals = [(record, _section(record, roster), entry_of(record)) for record in graded]
    store.write("totals.csv", mark + totals_csv(totals))
    store.write("junit.xml", junit_xml(graded))
    pages = {record["key"]: _page(record, grades) for record in graded}
    for record in graded:
        store.write(f"pages/{record['key']}.html", pages[record["key"]])
        text = json.dumps(gradescope_results([record]), ensure_ascii=False, indent=1)
        store.write(f"gradescope/{record['key']}.json", text)
    keys = {record["key"] for record in graded}
    store.drop_others("pages", ".html", keys)
    store.drop_others("gradescope", ".json", keys)
    warnings = write_feedback(store, collection.submissions, pages)
    warnings += back.write(store, graded) if back else []
    if grades is None:
        warnings += _about_written(store, graded, marks, mark)
    if rules:
        warnings += about_lateness(records, collection.submissions, rules)
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


def _section(record: dict, roster: Roster | None) -> str:
    row = roster.find(record["learner"], record["learner_id"]) if roster else None
    return roster.person(row)[2] if roster and row is not None else ""


def _page(record: dict, grades: GradebookGrades | None) -> str:
    """nbgrader's own feedback where it has written some, else this course's page."""
    written = grades.page(record["key"]) if grades else None
    return learner_page(record) if written is None else written


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
