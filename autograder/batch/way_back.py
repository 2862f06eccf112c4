"""The way back: points into the tables that learning platforms exported and will read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.canvas import Gradebook
from autograder.batch.exact_csv import read_exactly
from autograder.batch.filling import Filled
from autograder.batch.moodle import Worksheet
from autograder.batch.store import Store
from autograder.views import total


@dataclass(frozen=True)
class WayBack:
    """Tables that platforms exported, and how to fill them in.

    Attributes:
        canvas: a gradebook of Canvas, or None.
        canvas_column: the one to fill in; None finds it by the lesson.
        moodle: an offline grading worksheet of Moodle, or None.
        moodle_column: the one of the grades; None for its English name.
        lesson: whose points; None where a column's name says it, or there is only one.
        overwrite: also where more points stand in the table.
    """

    canvas: Path | None = None
    canvas_column: str | None = None
    moodle: Path | None = None
    moodle_column: str | None = None
    lesson: int | None = None
    overwrite: bool = False

    def check(self, only: int | None) -> None:
        """Open all tables, which costs nothing, before hours of grading.

        Raises:
            ValueError: a table is none, or lacks the column.
        """
        self._gradebook(only)
        self._worksheet()

    def write(self, store: Store, records: list[dict]) -> list[str]:
        """Write `canvas.csv` and `moodle.csv`; return what did not fit."""
        only = only_lesson(record["lesson"] for record in records)
        said: list[str] = []
        gradebook, worksheet = self._gradebook(only), self._worksheet()
        if gradebook:
            lesson = gradebook.lesson if self.lesson is None else self.lesson
            said += self._fill(store, records, "canvas.csv", gradebook, lesson, only)
        if worksheet:
            said += self._fill(store, records, "moodle.csv", worksheet, self.lesson, only)
        return said

    def _gradebook(self, only: int | None) -> Gradebook | None:
        if self.canvas is None:
            return None
        lesson = only if self.lesson is None else self.lesson
        return Gradebook(read_exactly(self.canvas, "Canvas"), self.canvas_column, lesson)

    def _worksheet(self) -> Worksheet | None:
        if self.moodle is None:
            return None
        return Worksheet(read_exactly(self.moodle, "Moodle"), self.moodle_column)

    def _fill(
        self,
        store: Store,
        records: list[dict],
        name: str,
        table: Gradebook | Worksheet,
        lesson: int | None,
        only: int | None,
    ) -> list[str]:
        lesson = only if lesson is None else lesson
        if lesson is None:
            return [
                f"{name} was not written: the column {table.column!r} names no lesson, and "
                "the submissions belong to more than one; add --lesson."
            ]
        filled: Filled = table.merge(*_of_lesson(records, lesson), self.overwrite)
        store.write(name, filled.text)
        return [f"{name}: points for {filled.filled} in {table.column!r}.", *filled.warnings]


def only_lesson(lessons: Iterable[int | None]) -> int | None:
    """The one lesson that all are of, those that are of none left out; None where there are two."""
    known = {lesson for lesson in lessons if lesson is not None}
    return known.pop() if len(known) == 1 else None


def _of_lesson(records: list[dict], lesson: int) -> tuple[list[dict], float]:
    """One total a learner, written answers included: of the lesson, else 0 for no notebook."""
    chosen: dict[tuple, dict] = {}
    for record in records:
        who = record["learner"], record["learner_id"]
        if record["status"] == "failed" or record["lesson"] not in (lesson, None):
            continue
        if record["lesson"] == lesson or who not in chosen:
            chosen[who] = record
    totals = [(record, *total(record)) for record in chosen.values()]
    points = [
        {"learner": record["learner"], "learner_id": record["learner_id"], "points": earned}
        for record, earned, _ in totals
    ]
    return points, max((most for _, _, most in totals), default=0.0)
