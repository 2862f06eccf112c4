"""Points as tables: of `bvae grade`, a row per learner and lesson, or learners by exercises; of a
term, one row per learner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autograder.views.csv import table

if TYPE_CHECKING:
    from autograder.judging.class_people import Person
    from autograder.judging.class_summary import LessonSummary
    from autograder.judging.term_summary import Entry, Term

WHO = ("learner", "learner_id", "section")
OF_A_LESSON = ("automatic", "written", "pending", "late", "penalty")


def totals_csv(entries: Iterable[tuple[dict, str, Entry]]) -> str:
    """A row per learner and lesson; lessons are not added up, since nobody asked for that.

    Args:
        entries: record of `results.jsonl`, the learner's section or "", and the record's entry.
    """
    columns = (
        *(*WHO, "lesson", "status", "automatic", "automatic_max", "written", "written_max"),
        *("pending", "late", "penalty", "sum", "max"),
    )
    rows = []
    for record, section, entry in entries:
        who = record["learner"], record["learner_id"], section
        points = entry.automatic, entry.automatic_max, entry.written, entry.written_max
        rows.append(
            (
                *(*who, record["lesson"], record["status"], *points),
                *(entry.pending, entry.late, entry.penalty, entry.points, entry.most),
            )
        )
    return table(columns, rows)


def points_csv(people: Sequence[Person], lessons: Sequence[LessonSummary]) -> str:
    """Learners by exercises: numbers alone, empty where nothing was handed in or could be graded.

    After the exercises stand written answers, what lateness costs, and the sum of all lessons.
    """
    ids = [item.id for lesson in lessons for item in lesson.exercises]
    rows = []
    for person in sorted(people, key=lambda person: (person.name.casefold(), person.key)):
        earned = {
            exercise["id"]: float(exercise["points"])
            for record in person.records.values()
            for exercise in record["exercises"]
        }
        entries = person.entries.values()
        rows.append(
            (
                *(person.name, person.id, person.section),
                *(earned.get(exercise_id, "") for exercise_id in ids),
                *(float(sum(entry.written for entry in entries)),),
                *(float(sum(entry.penalty for entry in entries)), float(person.points)),
            )
        )
    return table((*WHO, *ids, "written", "penalty", "sum"), rows)


def term_csv(term: Term) -> str:
    """A row per learner: what each lesson earned and why, and the sum of all lessons."""
    columns = [*WHO]
    for lesson in term.lessons:
        name = f"lesson_{lesson.lesson}"
        columns += [name, *(f"{name}_{part}" for part in OF_A_LESSON)]
    columns += ["sum", "max", "handed_in", "nothing_since"]
    stopped = {id(learner): last for learner, last, _ in term.stopped()}
    rows = []
    for learner in term.learners:
        row: list = [learner.name, learner.id, learner.section]
        for lesson in term.lessons:
            row += _cells(learner.entries.get(lesson.lesson))
        last = stopped.get(id(learner))
        since = f"lesson_{last}" if last is not None else "ever" * (id(learner) in stopped)
        rows.append([*row, learner.points, term.most, len(learner.entries), since])
    return table(columns, rows)


def _cells(entry: Entry | None) -> list:
    if entry is None:
        return [""] * (1 + len(OF_A_LESSON))
    return [entry.points, entry.automatic, entry.written, entry.pending, entry.late, entry.penalty]
