"""Points into one column of a platform's table; what a person put there is never lowered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.batch.exact_csv import ExactTable, Row, points_in
from autograder.batch.matching import Person, listed, match
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


@dataclass(frozen=True)
class Column:
    """The column of a platform's table that points go into.

    Attributes:
        table: where the rows belong.
        name: the column's.
        rows: the students'.
        people: how the platform knows each of them, in the same order.
        shown: their names, for sentences.
        platform: whose table it is, for sentences.
        possible: points that the platform counts; None where it does not say.
        commas: write 6,5 and not 6.5.
    """

    table: ExactTable
    name: str
    rows: Sequence[Row]
    people: Sequence[Person]
    shown: Sequence[str]
    platform: str
    possible: float | None
    commas: bool


def fill(column: Column, records: Sequence[dict], max_points: float, overwrite: bool) -> Filled:
    """Fill in the points of each learner; students without one keep what they have.

    Args:
        column: where to.
        records: one a learner, with `learner`, `learner_id` and `points`.
        max_points: of the lesson, to be compared with what the platform counts; 0 for unknown.
        overwrite: also where more points stand.
    """
    platform, matched = column.platform, match(records, column.people)
    warnings = matched.sentences(platform)
    warnings += _put(column, matched.found, overwrite)
    left = [name for index, name in enumerate(column.shown) if index not in matched.found]
    if left:
        warnings.append(f"In {platform} without a submission ({len(left)}): {listed(left)}.")
    if max_points and column.possible is not None and column.possible != max_points:
        warnings.append(
            f"{platform} counts {number(column.possible)} points in {column.name!r}, but the "
            f"lesson has {number(max_points)}; points are written as they were earned."
        )
    return Filled(column.table.text, len(matched.found), tuple(warnings))


def _put(column: Column, matches: Mapping[int, dict], overwrite: bool) -> list[str]:
    """Put each learner's points into their row; return sentences about the cells that were kept.

    A cell with words in it, such as EX for somebody excused, is a person's decision and stays.
    """
    table, platform = column.table, column.platform
    place = table.header.index(column.name)
    higher, words = [], []
    for index, record in matches.items():
        row = column.rows[index]
        cell = table.cell(row, place).strip()
        stands = points_in(cell)
        if stands is None and cell not in EMPTY:
            words.append(f"{record['learner']} {cell}")
        elif stands is not None and stands > record["points"] and not overwrite:
            higher.append(f"{record['learner']} {number(stands)}, not {number(record['points'])}")
        else:
            points = number(record["points"])
            table.put(row, place, points.replace(".", ",") if column.commas else points)
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
