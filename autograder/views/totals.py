"""Totals as tables: of `bvae grade`, a row per learner and lesson; of a term, one per learner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autograder.views.csv import table

if TYPE_CHECKING:
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
