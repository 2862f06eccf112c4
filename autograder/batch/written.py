"""Marks for written answers: a table that people fill in, and what it adds to the points.

`written.csv` has one row for each item of a question's marking guide and each learner. Whoever
marks fills in `points` and, if they like, `comment`; the next run reads the file back, adds what is
new, and keeps all that was filled in.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.views.csv import harmless, separator, table

WRITTEN = "written.csv"
COLUMNS = (
    *("key", "learner", "learner_id", "lesson", "question", "item", "of"),
    *("points", "comment", "rubric", "answer"),
)
NEEDED = ("key", "question", "item", "points")
MOST_PROBLEMS = 5
# Where a row belongs: submission, question, number of the item.
Place = tuple[str, str, int]


@dataclass(frozen=True)
class Mark:
    """One row as somebody left it.

    Attributes:
        points: None where nothing is filled in.
        comment: for the learner.
        answer: the text that was marked, as the table shows it.
        cells: the whole row, to be kept as it is.
    """

    points: float | None
    comment: str
    answer: str
    cells: Mapping[str, str]


class WrittenMarks:
    """All marks so far.

    Args:
        rubrics: question → `{"points": …, "items": [text, …]}`, each item worth the same.
        marks: place → mark, as `read_marks` gives them.
    """

    def __init__(self, rubrics: Mapping[str, dict], marks: Mapping[Place, Mark]):
        self._rubrics, self._marks = rubrics, dict(marks)

    def add_to(self, record: dict) -> dict:
        """The record with its written answers' points, and how many still wait for them.

        A record that has its marks already, from nbgrader's gradebook, keeps those.
        """
        found = record.get("marks") or [
            self._marked(record["key"], question, text)
            for question, text in record["written"].items()
            if question in self._rubrics
        ]
        return {
            **record,
            "marks": found,
            "written_points": sum(item["points"] for item in found),
            "written_max": sum(item["max_points"] for item in found),
            "written_pending": sum(item["max_points"] for item in found if item["pending"]),
        }

    def _marked(self, key: str, question: str, text: str) -> dict:
        items, of = self._items(question)
        marks = [self._marks.get((key, question, n)) for n in range(1, len(items) + 1)]
        points = [mark.points for mark in marks if mark and mark.points is not None]
        pending = bool(text.strip()) and len(points) < len(items)
        comments = [mark.comment for mark in marks if mark and mark.comment]
        return {
            "question": question,
            "points": 0.0 if pending or not text.strip() else float(sum(points)),
            "max_points": of * len(items),
            "pending": pending,
            "comment": " ".join(comments),
        }

    def _items(self, question: str) -> tuple[Sequence[str], float]:
        """The items of a question's guide, and what each is worth."""
        rubric = self._rubrics[question]
        return rubric["items"], rubric["points"] / len(rubric["items"])

    def table(self, records: Iterable[dict]) -> str:
        """`written.csv` for these records; rows of submissions that are not here are kept."""
        rows, here = [], set()
        for record in records:
            for question, text in record["written"].items():
                if question in self._rubrics and text.strip():
                    rows += self._rows(record, question, text)
                    here.add((record["key"], question))
        for (key, question, _), mark in self._marks.items():
            if (key, question) not in here and mark.points is not None:
                rows.append([mark.cells.get(column, "") for column in COLUMNS])
        return table(COLUMNS, rows)

    def _rows(self, record: dict, question: str, text: str) -> list[Sequence]:
        items, of = self._items(question)
        who = record["key"], record["learner"], record["learner_id"], record["lesson"], question
        rows: list[Sequence] = []
        for number, item in enumerate(items, 1):
            mark = self._marks.get((record["key"], question, number))
            points = "" if mark is None or mark.points is None else mark.points
            rows.append((*who, number, of, points, mark.comment if mark else "", item, text))
        return rows

    def changed_since(self, records: Iterable[dict]) -> list[str]:
        """A sentence where answers are no longer those that were marked."""
        learners = {
            record["learner"]: None
            for record in records
            for question, text in record["written"].items()
            for (key, asked, _), mark in self._marks.items()
            if (key, asked) == (record["key"], question)
            and mark.points is not None
            and _lines(mark.answer) != _lines(harmless(text))
        }
        if not learners:
            return []
        return [
            f"Written answers that have changed since they were marked ({len(learners)}): "
            f"{', '.join(learners)}. Their marks stand; look at them again in written.csv."
        ]


def read_marks(path: str | os.PathLike, rubrics: Mapping[str, dict]) -> dict[Place, Mark]:
    """The marks of a table, however a spreadsheet has saved it: commas, semicolons or tabs.

    Raises:
        ValueError: not such a table, or points that are no number from 0 to what an item is worth;
            each is named with its line, and nothing is taken over.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8; save the table as CSV in UTF-8.") from None
    mark = separator(text)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(
            f"{path} has no column {missing[0]!r}; give the written.csv that `bvae grade` wrote, "
            "with points filled in."
        )
    found: dict[Place, Mark] = {}
    problems: list[str] = []
    for row in reader:
        cells = {name: value or "" for name, value in row.items() if isinstance(name, str)}
        try:
            place, one = _mark(cells, rubrics)
            if place in found:
                raise ValueError("this item stands twice")
            found[place] = one
        except ValueError as error:
            problems.append(f"line {reader.line_num}: {error}")
    if problems:
        more = f" (and {len(problems) - MOST_PROBLEMS} more)" * (len(problems) > MOST_PROBLEMS)
        raise ValueError(f"{path} was not taken over: {'; '.join(problems[:MOST_PROBLEMS])}{more}.")
    return found


def _mark(cells: Mapping[str, str], rubrics: Mapping[str, dict]) -> tuple[Place, Mark]:
    question = cells["question"]
    if question not in rubrics:
        raise ValueError(f"there is no question {question!r}")
    rubric = rubrics[question]
    count = len(rubric["items"])
    if not cells["item"].isdecimal() or not 1 <= int(cells["item"]) <= count:
        raise ValueError(f"{question} has the items 1 to {count}, and not {cells['item']!r}")
    points = points_of(cells["points"], rubric["points"] / count)
    place = cells["key"], question, int(cells["item"])
    return place, Mark(points, cells.get("comment", "").strip(), cells.get("answer", ""), cells)


def points_of(text: str, of: float) -> float | None:
    """A cell's points, None for an empty one; ValueError for what is no number from 0 to `of`."""
    if not text.strip():
        return None
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= of:
        raise ValueError(f"points are {text!r}; a number from 0 to {of:g} is expected")
    return points


def _lines(text: str) -> list[str]:
    """A text without what saving a table changes in it."""
    return [line.rstrip() for line in text.strip().splitlines()]
