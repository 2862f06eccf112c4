"""The class list: who handed in nothing, and whom no file fits."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

from autograder.intake.people import name_forms
from autograder.views.csv import separator

MOST_COLUMNS = 12


class Roster:
    """One row for each learner, under one row of column names.

    Any columns will do: a learner is found by a cell that is the platform's number or name for
    them, by a full name in one cell, or by a first and a last name in two.

    Args:
        path: a CSV in UTF-8, with commas, semicolons or tabs.

    Raises:
        ValueError: not to be read, or without rows.
    """

    def __init__(self, path: str | os.PathLike):
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise ValueError(f"{path} cannot be read ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise ValueError(f"{path} is not in UTF-8; save the class list as UTF-8.") from None
        mark = separator(text)
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)
        ]
        self._columns = [name.casefold() for name in rows[0]] if rows else []
        # A gradebook of Canvas's is a class list too.
        self._rows = [row for row in rows[1:] if any(row) and row[0] != "Points Possible"]
        if not self._rows:
            raise ValueError(
                f"{path} lists nobody; a row of column names and then one row for each learner "
                "are expected, such as `id,name` and `jdoe,Jane Doe`."
            )
        self._by_word: dict[str, set[int]] = {}
        for number, row in enumerate(self._rows):
            for word in _words_of(row):
                self._by_word.setdefault(word, set()).add(number)

    def compare(self, learners: Iterable[tuple[str, str]]) -> list[str]:
        """Sentences about who is missing on either side; none when all fit.

        Args:
            learners: name and platform's id ("" where there is none) of everybody who handed in.
        """
        learners = sorted(set(learners))
        absent = [_shown(self._rows[number]) for number in self.absent(learners)]
        unknown = [
            f"{learner} ({learner_id})" if learner_id else learner
            for learner, learner_id in learners
            if not self._rows_of(learner, learner_id)
        ]
        sentences = []
        if absent:
            sentences.append(f"Handed in nothing ({len(absent)}): {', '.join(absent)}.")
        if unknown:
            sentences.append(f"Not on the roster ({len(unknown)}): {', '.join(unknown)}.")
        return sentences

    def absent(self, learners: Iterable[tuple[str, str]]) -> list[int]:
        """Numbers of the rows that none of these learners is in; see `compare`."""
        there: set[int] = set().union(*(self._rows_of(*learner) for learner in set(learners)))
        return [number for number in self.rows() if number not in there]

    def rows(self) -> range:
        """Numbers of the rows, for `person`."""
        return range(len(self._rows))

    def find(self, learner: str, learner_id: str) -> int | None:
        """The row of a learner; None where there is none, or not one alone."""
        found = self._rows_of(learner, learner_id)
        return found.pop() if len(found) == 1 else None

    def person(self, number: int) -> tuple[str, str, str]:
        """Name, id and section of a row; "" for what the list does not say."""
        row = self._rows[number]
        cells = dict(zip(self._columns, row, strict=False))
        whole = self._first_of(cells, ("student", "name", "full name", "learner"))
        parts = (
            self._first_of(cells, ("first", "first name", "firstname")),
            self._first_of(cells, ("last", "last name", "lastname")),
        )
        known_as = self._first_of(cells, ("id", "learner_id", "username", "user"))
        name = whole or " ".join(filter(None, parts)) or _shown(row)
        return name, known_as, self._first_of(cells, ("section", "group", "sections"))

    @staticmethod
    def _first_of(cells: dict[str, str], columns: Iterable[str]) -> str:
        return next((cells[name] for name in columns if cells.get(name)), "")

    def _rows_of(self, learner: str, learner_id: str) -> set[int]:
        rows = self._by_word.get(_plain(learner_id), set()) if learner_id else set()
        for word in {_plain(learner), *name_forms(learner)}:
            rows = rows or self._by_word.get(word, set())
        return set(rows)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _words_of(row: list[str]) -> set[str]:
    """All by which a row's learner may be known."""
    cells = [cell for cell in row[:MOST_COLUMNS] if cell]
    words = {_plain(cell) for cell in cells}
    for cell in cells:
        words |= name_forms(cell)
        words |= {_plain(cell.partition("@")[0])} if "@" in cell else set()
    for first, last in permutations(cells, 2):
        words |= name_forms(f"{first} {last}")
    return words


def _shown(row: list[str]) -> str:
    first, *others = [cell for cell in row if cell]
    return f"{first} ({others[0]})" if others else first
