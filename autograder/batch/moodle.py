"""Moodle's offline grading worksheet with the grades filled in and every other byte unchanged.

Source of the format: Moodle's `mod/assign/gradingtable.php` and
`mod/assign/feedback/offline/importgradeslib.php`. The first column ends in each participant's
number, after a word in the teacher's language ("Participant 123456"); it is the number in the names
of submitted files, also where marking is blind. Moodle takes the grades back (View all submissions,
Upload grading worksheet) for rows whose time of the last change has not been touched.
"""

from __future__ import annotations

import re

from autograder.batch.exact_csv import ExactTable, Row, points_in
from autograder.batch.filling import Column, Filled, fill
from autograder.batch.matching import Person

GRADE, MOST = "Grade", "Maximum Grade"
NUMBERED = re.compile(r"(\D*)(\d+)")
# By which a participant may be known besides, where the worksheet shows it.
NAMES = ("Full name", "Email address", "Username", "ID number")


class Worksheet:
    """An offline grading worksheet (View all submissions, Download grading worksheet).

    Args:
        table: the file.
        column: of the grades; None for "Grade", as Moodle calls it in English.

    Raises:
        ValueError: not such a worksheet, or without the column; the message lists those there are.
    """

    def __init__(self, table: ExactTable, column: str | None = None):
        self._table, self._header = table, table.header
        self._students = [row for row in table.rows if table.whole(row)]
        found = [NUMBERED.fullmatch(table.cell(row, 0).strip()) for row in self._students]
        words = {match[1] for match in found if match}
        if not found or None in found or len(words) != 1:
            raise ValueError(
                "This is not a grading worksheet: its first column does not say `Participant "
                "123456` in every row. In Moodle, switch on the feedback type `Offline grading "
                "worksheet`, and give the file of View all submissions, Download grading worksheet."
            )
        self.column = GRADE if column is None else column
        if self._header.count(self.column) != 1:
            there = ", ".join(map(repr, self._header[1:]))
            raise ValueError(
                f"The worksheet does not have exactly one column {self.column!r}. Give "
                f"--moodle-column one of: {there}."
            )

    def merge(
        self, records: list[dict], max_points: float = 0.0, overwrite: bool = False
    ) -> Filled:
        """Fill in the points of each learner; see `canvas.Gradebook.merge`."""
        table, students = self._table, self._students
        most = [self._header.index(name) for name in (self.column, MOST) if name in self._header]
        shown = self._header.index(NAMES[0]) if NAMES[0] in self._header else 0
        column = Column(
            table=table,
            name=self.column,
            rows=students,
            people=[self._person(row) for row in students],
            shown=[table.cell(row, shown) for row in students],
            platform="Moodle",
            possible=self._most(),
            commas=table.has_decimal_commas(most),
        )
        return fill(column, records, max_points, overwrite)

    def _person(self, row: Row) -> Person:
        found = NUMBERED.fullmatch(self._table.cell(row, 0).strip())
        name, mail, *others = [
            self._table.cell(row, self._header.index(column)) if column in self._header else ""
            for column in NAMES
        ]
        ids = [found[2] if found else "", mail, mail.partition("@")[0], *others]
        # In other languages the columns have other names; the second is the full name there too.
        return Person(ids, [name or self._table.cell(row, 1)])

    def _most(self) -> float | None:
        if MOST not in self._header:
            return None
        found = {self._table.cell(row, self._header.index(MOST)) for row in self._students}
        return points_in(found.pop()) if len(found) == 1 else None
