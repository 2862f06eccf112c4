"""Points into one column of a platform's table; what a person put there is never lowered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.batch.exact_csv import ExactTable, Row, points_in
from autograder.batch.matching import listed
from autograder.views import number

# Cells in which no points stand yet.
EMPTY = ("", "-")


@dataclass(frozen=True)
class Filled:
    """A filled-in table and what did not fit.

    Attributes:
        text: the new CSV.
        filled: how many students got points.
        warnings: sentences: learners whom the platform does not know, students without a
            submission, names that fit two students, cells that were kept, other points in all.
    """

    text: str
    filled: int
    warnings: tuple[str, ...]


def fill(
    table: ExactTable,
    place: int,
    matches: Mapping[int, dict],
    students: Sequence[Row],
    platform: str,
    overwrite: bool,
    commas: bool,
) -> list[str]:
    """Put each learner's points into their row; return sentences about the cells that were kept.

    A cell with words in it, such as EX for somebody excused, is a person's decision and stays.

    Args:
        table: where the rows belong.
        place: the column.
        matches: row among `students` → record with `learner` and `points`.
        students: the rows.
        platform: whose table it is, for the sentences.
        overwrite: also where more points stand.
        commas: write 6,5 and not 6.5.
    """
    higher, words = [], []
    for index, record in matches.items():
        row = students[index]
        cell = table.cell(row, place).strip()
        stands = points_in(cell)
        if stands is None and cell not in EMPTY:
            words.append(f"{record['learner']} {cell}")
        elif stands is not None and stands > record["points"] and not overwrite:
            higher.append(f"{record['learner']} {number(stands)}, not {number(record['points'])}")
        else:
            points = number(record["points"])
            table.put(row, place, points.replace(".", ",") if commas else points)
    said = []
    if higher:
        said.append(
            f"More points stood in {platform} and were kept ({len(higher)}): {listed(higher)}. "
            "With --overwrite they are replaced."
        )
    if words:
        said.append(
            f"Words stood in {platform} in place of points and were kept ({len(words)}): "
            f"{listed(words)}."
        )
    return said


def other_most(platform: str, column: str, possible: float | None, most: float) -> list[str]:
    """A sentence where the platform counts other points than the lesson has."""
    if not most or possible is None or possible == most:
        return []
    return [
        f"{platform} counts {number(possible)} points in {column!r}, but the lesson has "
        f"{number(most)}; points are written as they were earned."
    ]
