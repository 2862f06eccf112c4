"""A Canvas gradebook with one column filled in and every other byte unchanged."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from autograder.views import number

ID_COLUMNS = ("ID", "SIS Login ID", "SIS User ID")
# Fields as they stand, quotes included, and the separator or line end behind each.
Row = list[tuple[str, str]]


@dataclass(frozen=True)
class Merge:
    """The filled-in gradebook and what did not fit.

    Attributes:
        text: the new CSV.
        filled: how many students got points.
        warnings: sentences: learners that Canvas does not know, students without a
            submission, names that fit two students, points that differ from Canvas' own.
    """

    text: str
    filled: int
    warnings: tuple[str, ...]


class Gradebook:
    """A gradebook as Canvas exports it (Gradebook, Export).

    Raises:
        ValueError: not such a CSV, or without the column; the message lists those there are.
    """

    def __init__(self, text: str, column: str | None, lesson: int | None = None):
        self._rows = _parse(text)
        self._header = [_value(field) for field, _ in self._rows[0]] if self._rows else []
        if self._header:
            self._header[0] = self._header[0].removeprefix("\ufeff")
        if "Student" not in self._header or "ID" not in self._header:
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

    def merge(self, records: list[dict], max_points: float = 0.0, overwrite: bool = False) -> Merge:
        """Fill in the points of each learner; students without one keep what they have.

        Args:
            overwrite: also where more points stand in the gradebook.
            records: one a learner, with `learner`, `learner_id` and `points`.
            max_points: of the lesson, to be compared with Canvas' Points Possible.
        """
        place = self._header.index(self.column)
        students = [row for row in self._rows[1:] if self._is_student(row)]
        matches, warnings = self._match(records, students)
        higher = []
        for index, record in matches.items():
            row = students[index]
            stands = _points(_value(row[place][0]))
            if stands > record["points"] and not overwrite:
                higher.append(
                    f"{record['learner']} {number(stands)}, not {number(record['points'])}"
                )
            else:
                row[place] = (number(record["points"]), row[place][1])
        if higher:
            warnings.append(
                f"More points stood in Canvas and were kept ({len(higher)}): {_listed(higher)}. "
                "With --overwrite they are replaced."
            )
        left = [
            self._cell(row, "Student") for index, row in enumerate(students) if index not in matches
        ]
        if left:
            warnings.append(f"In Canvas without a submission ({len(left)}): {_listed(left)}.")
        possible = self._possible(place)
        if max_points and possible is not None and possible != max_points:
            warnings.append(
                f"Canvas counts {number(possible)} points in {self.column!r}, but the lesson has "
                f"{number(max_points)}; points are written as they were earned."
            )
        text = "".join(field + end for row in self._rows for field, end in row)
        return Merge(text, len(matches), tuple(warnings))

    def _column(self, wanted: str | None, lesson: int | None) -> str:
        columns = [name for name in self._header if re.search(r"\(\d+\)$", name)]
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
        return len(row) == len(self._header) and bool(self._cell(row, "ID").strip())

    def _cell(self, row: Row, column: str) -> str:
        return _value(row[self._header.index(column)][0])

    def _match(self, records: list[dict], students: list[Row]) -> tuple[dict[int, dict], list[str]]:
        """Student's index → record, by the platform's id or by name, and only where one fits."""
        by_id: dict[str, set[int]] = defaultdict(set)
        by_name: dict[str, set[int]] = defaultdict(set)
        for index, row in enumerate(students):
            for column in ID_COLUMNS:
                if column in self._header and (value := self._cell(row, column).strip().lower()):
                    by_id[f"{column}:{value}"].add(index)
            for name in name_forms(self._cell(row, "Student")):
                by_name[name].add(index)
        matches: dict[int, dict] = {}
        unknown: list[str] = []
        unclear: list[str] = []
        for record in records:
            found = self._find(record, by_id, by_name)
            if len(found) == 1 and not found & matches.keys():
                matches[found.pop()] = record
            else:
                (unclear if found else unknown).append(record["learner"])
        warnings = []
        if unknown:
            warnings.append(f"Unknown to Canvas ({len(unknown)}): {_listed(unknown)}.")
        if unclear:
            warnings.append(
                f"Left out, as no single student fits ({len(unclear)}): {_listed(unclear)}."
            )
        return matches, warnings

    def _find(self, record: dict, by_id: dict, by_name: dict) -> set[int]:
        named = set()
        for name in name_forms(record["learner"]):
            named |= by_name.get(name, set())
        for known_as in (record["learner_id"], record["learner"]):
            for column in ID_COLUMNS:
                found = by_id.get(f"{column}:{known_as.strip().lower()}") if known_as else None
                if found:
                    # A number of another platform may be somebody else's here.
                    return found | named if named and not found & named else set(found)
        return named

    def _possible(self, place: int) -> float | None:
        for row in self._rows[1:4]:
            if len(row) > place and self._cell(row, "Student").strip() == "Points Possible":
                try:
                    return float(_value(row[place][0]))
                except ValueError:
                    return None
        return None


def _parse(text: str) -> list[Row]:
    """The rows of a CSV, nothing left out."""
    # Canvas writes semicolons for people whose decimal sign is the comma.
    mark = ";" if re.match(r'\ufeff?"?Student"?;', text) else ","
    field = re.compile(rf'("(?:[^"]|"")*"[^{mark}\r\n]*|[^{mark}\r\n]*)({mark}|\r\n|\r|\n|\Z)')
    rows: list[Row] = []
    row: Row = []
    position = 0
    while position < len(text):
        found = field.match(text, position)
        assert found is not None  # any text is a field, up to the next mark, line end or its end
        row.append((found[1], found[2]))
        position = found.end()
        if found[2] != mark:
            rows.append(row)
            row = []
    if row:
        rows.append([*row, ("", "")])
    return rows


def _value(field: str) -> str:
    quoted = field.strip("\ufeff")
    if len(quoted) >= 2 and quoted.startswith('"') and quoted.endswith('"'):
        return quoted[1:-1].replace('""', '"')
    return field


def _points(cell: str) -> float:
    """The points in a cell; less than any where there are none."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return float("-inf")


def name_forms(name: str) -> set[str]:
    """How a name may be written: `Doe, Jane`, `Jane Doe`, and Canvas' own doejane in file names."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"[^\W_]+", plain)
    if not words:
        return set()
    return {"".join(words), " ".join(sorted(words))}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
