"""A Canvas gradebook with one column filled in and every other byte unchanged.

Source of the format: Canvas's `lib/gradebook_exporter.rb` and `gradebook_importer.rb`. The name is
in the column Student or, where an account is set so, in LastName and FirstName; an excused student
has EX, one to whom the assignment is not given N/A; numbers follow the exporter's language.
"""

from __future__ import annotations

import re

from autograder.batch.exact_csv import ExactTable, Row, points_in
from autograder.batch.filling import Column, Filled, fill
from autograder.batch.matching import Person

ID_COLUMNS = ("ID", "SIS Login ID", "SIS User ID")
SPLIT_NAME = ("LastName", "FirstName")
ASSIGNMENT = re.compile(r".*\(\d+\)")


class Gradebook:
    """A gradebook as Canvas exports it (Gradebook, Export).

    Raises:
        ValueError: not such a CSV, or without the column; the message lists those there are.
    """

    def __init__(self, table: ExactTable, column: str | None, lesson: int | None = None):
        self._table, self._header = table, table.header
        self._split = set(SPLIT_NAME) <= set(self._header)
        if "ID" not in self._header or not (self._split or "Student" in self._header):
            raise ValueError(
                "The gradebook has no columns Student and ID; give the CSV that Canvas exports "
                f"(Gradebook, Export). Its columns: {', '.join(self._header[:8]) or 'none'}."
            )
        self.column = self._column(column, lesson)

    @property
    def lesson(self) -> int | None:
        """The lesson that the column's name says, or None."""
        found = re.search(r"lesson[\s_-]?(\d+)(?![^\W_])", self.column, re.IGNORECASE)
        return int(found.group(1)) if found else None

    def merge(
        self, records: list[dict], max_points: float = 0.0, overwrite: bool = False
    ) -> Filled:
        """Fill in the points of each learner; students without one keep what they have.

        Args:
            overwrite: also where more points stand in the gradebook.
            records: one a learner, with `learner`, `learner_id` and `points`.
            max_points: of the lesson, to be compared with Canvas' Points Possible.
        """
        table, place = self._table, self._header.index(self.column)
        students = [row for row in table.rows if self._is_student(row)]
        assignments = [n for n, name in enumerate(self._header) if ASSIGNMENT.fullmatch(name)]
        column = Column(
            table=table,
            name=self.column,
            rows=students,
            people=[self._person(row) for row in students],
            shown=[self._name(row) for row in students],
            platform="Canvas",
            possible=self._possible(place),
            commas=table.has_decimal_commas(assignments),
        )
        return fill(column, records, max_points, overwrite)

    def _column(self, wanted: str | None, lesson: int | None) -> str:
        columns = [name for name in self._header if ASSIGNMENT.fullmatch(name)]
        if wanted is None:
            pattern = rf"lesson[\s_-]?{lesson}(?![^\W_])"
            found = [c for c in columns if lesson is not None and re.search(pattern, c, re.I)]
            if len(found) == 1:
                return found[0]
        elif self._header.count(wanted) == 1:
            return wanted
        problem = (
            f"The gradebook does not have exactly one column {wanted!r}."
            if wanted
            else "Which column of the gradebook should be filled in?"
        )
        there = ", ".join(map(repr, columns)) or "none in this file"
        raise ValueError(f"{problem} Give --canvas-column one of: {there}.")

    def _is_student(self, row: Row) -> bool:
        return self._table.whole(row) and bool(self._cell(row, "ID").strip())

    def _cell(self, row: Row, column: str) -> str:
        return self._table.cell(row, self._header.index(column))

    def _name(self, row: Row) -> str:
        if not self._split:
            return self._cell(row, "Student")
        return ", ".join(filter(None, (self._cell(row, name) for name in SPLIT_NAME)))

    def _person(self, row: Row) -> Person:
        ids = [self._cell(row, name) if name in self._header else "" for name in ID_COLUMNS]
        return Person(ids, [self._name(row)])

    def _possible(self, place: int) -> float | None:
        for row in self._table.rows[:3]:
            if len(row) > place and self._table.cell(row, 0).strip() == "Points Possible":
                return points_in(self._table.cell(row, place))
        return None
