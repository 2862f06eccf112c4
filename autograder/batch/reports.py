"""Everything that a batch writes for people and platforms, from the results so far."""

from __future__ import annotations

import json
from collections.abc import Sequence

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
from autograder.judging.class_people import Column, Person, columns_of, people_of
from autograder.judging.class_summary import ClassSummary, LessonSummary, class_summary
from autograder.judging.term_summary import entry_of
from autograder.views.class_page import class_page, points_page
from autograder.views.csv import exercises_csv, grades_csv, mistakes_csv
from autograder.views.gradescope import gradescope_results
from autograder.views.junit import junit_xml
from autograder.views.learner_lessons import learner_lessons_page
from autograder.views.page import learner_page
from autograder.views.totals import points_csv, totals_csv


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
    learners = [(item.learner, item.learner_id) for item in collection.submissions]
    if roster:
        warnings += roster.compare(learners)
    summary = class_summary(records)
    store.write("exercises.csv", mark + exercises_csv(summary.lessons))
    store.write("mistakes.csv", mark + mistakes_csv(summary.lessons))
    sections = {record["key"]: section for record, section, _ in totals}
    absent = map(roster.person, roster.absent(learners)) if roster else ()
    people = people_of(records, sections, absent)
    columns = columns_of(people)
    store.write("points.csv", mark + points_csv(people, summary.lessons))
    _write_people(store, people, columns, summary)
    _write_figures(store, summary.lessons)
    page = class_page(records, summary, people, columns, collection.set_aside, warnings)
    store.write("index.html", page)
    return warnings


def _write_people(
    store: Store, people: Sequence[Person], columns: Sequence[Column], summary: ClassSummary
) -> None:
    """A page for each learner, and where there are several lessons, one for each of these."""
    there = [person for person in people if person.key]
    for person in there:
        store.write(f"learners/{person.key}.html", learner_lessons_page(person, columns))
    store.drop_others("learners", ".html", {person.key for person in there})
    lessons = summary.lessons if len(columns) > 1 else ()
    most = {column.lesson: column for column in columns}
    for lesson in lessons:
        page = points_page(lesson, people, most[lesson.lesson])
        store.write(f"lessons/lesson_{lesson.lesson}.html", page)
    store.drop_others("lessons", ".html", {f"lesson_{lesson.lesson}" for lesson in lessons})


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


def _write_figures(store: Store, lessons: Sequence[LessonSummary]) -> None:
    """Write the charts of every lesson as files for slides."""
    names = set()
    if lessons:
        # Half a second of imports, which commands that draw nothing do not pay.
        from autograder.views.class_figures import class_figures

        for figure in (figure for lesson in lessons for figure in class_figures(lesson)):
            # Also makes the folder.
            store.write(f"figures/{figure.name}.svg", figure.svg)
            save(store.folder / "figures" / f"{figure.name}.png", figure.png, lasting=False)
            names.add(figure.name)
    store.drop_others("figures", ".svg", names)
    store.drop_others("figures", ".png", names)


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
