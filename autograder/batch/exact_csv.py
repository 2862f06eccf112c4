"""A table that a platform exported: single cells change, and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

# Fields as they stand, quotes included, and the separator or line end behind each.
Row = list[tuple[str, str]]
COMMA_NUMBER = re.compile(r"-?\d+,\d+")
POINT_NUMBER = re.compile(r"-?\d+\.\d+")


class ExactTable:
    """A CSV, nothing left out; its first line holds the columns' names.

    Args:
        text: as it was read, a byte order mark included.
    """

    def __init__(self, text: str):
        first = text.partition("\n")[0]
        # Semicolons stand where the decimal sign is the comma.
        self.mark = ";" if first.count(";") > first.count(",") else ","
        rows = _parse(text, self.mark)
        self.header = [_value(field) for field, _ in rows[0]] if rows else []
        if self.header:
            self.header[0] = self.header[0].removeprefix("\ufeff")
        self._first, self.rows = rows[:1], rows[1:]

    def cell(self, row: Row, place: int) -> str:
        """What a cell says, without its quotes."""
        return _value(row[place][0])

    def put(self, row: Row, place: int, text: str) -> None:
        """Put a text into a cell, quoted where it has to be or was."""
        before, end = row[place]
        if self.mark in text or before.startswith('"'):
            text = f'"{text}"'
        row[place] = text, end

    def whole(self, row: Row) -> bool:
        """Whether a row has a cell for each column."""
        return len(row) == len(self.header)

    def has_decimal_commas(self, places: Sequence[int]) -> bool:
        """Whether numbers in these columns are written 6,5: as those there are, else by `;`."""
        cells = [
            self.cell(row, place).strip()
            for row in self.rows
            if self.whole(row)
            for place in places
        ]
        commas = sum(bool(COMMA_NUMBER.fullmatch(cell)) for cell in cells)
        points = sum(bool(POINT_NUMBER.fullmatch(cell)) for cell in cells)
        return commas > points or (commas == points and self.mark == ";")

    @property
    def text(self) -> str:
        """The whole table."""
        return "".join(field + end for row in self._first + self.rows for field, end in row)


def read_exactly(path: Path, whose: str) -> ExactTable:
    """The table of a file.

    Args:
        path: the file.
        whose: the platform that exports it, for messages.

    Raises:
        ValueError: it cannot be read, or is not in UTF-8.
    """
    try:
        return ExactTable(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ValueError(
            f"{path} is not in UTF-8; give the file exactly as {whose} exports it."
        ) from None


def points_in(cell: str) -> float | None:
    """The points that a cell holds; None where it holds no number."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _parse(text: str, mark: str) -> list[Row]:
    field = re.compile(rf'("(?:[^"]|"")*"[^{mark}\r\n]*|[^{mark}\r\n]*)({mark}|\r\n|\r|\n|\Z)')
    rows: list[Row] = []
    row: Row = []
    # A byte order mark stands before the first field, and is no part of its quotes.
    position = int(text.startswith("\ufeff"))
    begin = text[:position]
    while position < len(text):
        found = field.match(text, position)
        assert found is not None  # any text is a field, up to the next mark, line end or its end
        row.append((begin + found[1], found[2]))
        begin = ""
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
