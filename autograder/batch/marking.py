"""The table of written answers while somebody marks it: each mark is saved before it is shown."""

from __future__ import annotations

import threading
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path

from autograder.batch.store import save_private
from autograder.batch.written import COLUMNS, WRITTEN, points_of, read_marks
from autograder.views.csv import table
from autograder.views.page import with_formulas

LONGEST_COMMENT = 2000


class MarkingTable:
    """`written.csv` of an output folder.

    Several pages may mark at once: each change is of one item or one comment, and touches nothing
    else. A comment belongs to the whole answer; it stands in the row of its first item.

    Args:
        folder: of `bvae grade`.
        rubrics: question → `{"points": …, "items": [text, …]}`.

    Raises:
        ValueError: no written answers there, or a table that cannot be read.
    """

    def __init__(self, folder: Path, rubrics: Mapping[str, dict]):
        self.path, self._rubrics = folder / WRITTEN, rubrics
        if not self.path.is_file():
            raise ValueError(
                f"There is no {self.path}: give the folder that `bvae grade … -o` wrote for a "
                "class that handed in written answers."
            )
        marks = read_marks(self.path, rubrics)
        self._rows = [{name: m.cells.get(name, "") for name in COLUMNS} for m in marks.values()]
        self._start = "\ufeff" * self.path.read_bytes().startswith(BOM_UTF8)
        self._lock = threading.Lock()

    def overview(self) -> dict:
        """All that a page shows, as JSON data: the questions, and the answers to each, in HTML."""
        answers: dict[tuple[str, str], dict] = {}
        for row in self._rows:
            answer = answers.setdefault(
                (row["question"], row["key"]),
                {
                    "key": row["key"],
                    "question": row["question"],
                    "learner": row["learner"],
                    "answer": with_formulas(row["answer"]),
                    "points": [None] * len(self._rubrics[row["question"]]["items"]),
                    "comment": "",
                },
            )
            number = int(row["item"])
            answer["points"][number - 1] = points_of(row["points"], self._of(row["question"]))
            if row["comment"]:
                answer["comment"] = f"{answer['comment']} {row['comment']}".strip()
        asked = dict.fromkeys(question for question, _ in answers)
        return {
            "questions": [
                {"id": name, "items": self._rubrics[name]["items"], "of": self._of(name)}
                for name in asked
            ],
            "answers": [answers[place] for place in sorted(answers)],
        }

    def _of(self, question: str) -> float:
        rubric = self._rubrics[question]
        return rubric["points"] / len(rubric["items"])

    def mark(self, key: str, question: str, item: int, points: float | None) -> None:
        """Give an item its points, or take them away with None, and save.

        Raises:
            ValueError: no such answer or item, or points that it cannot have.
            OSError: the table cannot be written; it is as it was.
        """
        text = "" if points is None else f"{points:g}"
        points_of(text, self._of(question) if question in self._rubrics else 0)
        self._change(key, question, {item: {"points": text}})

    def comment(self, key: str, question: str, text: str) -> None:
        """Give an answer its comment, and save; raises as `mark` does."""
        if len(text) > LONGEST_COMMENT:
            raise ValueError(f"the comment has {len(text)} characters; at most {LONGEST_COMMENT}")
        count = len(self._rubrics[question]["items"]) if question in self._rubrics else 0
        changes = {item: {"comment": ""} for item in range(2, count + 1)}
        self._change(key, question, {1: {"comment": " ".join(text.split())}, **changes})

    def _change(self, key: str, question: str, changes: Mapping[int, Mapping[str, str]]) -> None:
        with self._lock:
            rows = [dict(row) for row in self._rows]
            found = {
                int(row["item"]): row
                for row in rows
                if (row["key"], row["question"]) == (key, question)
            }
            if not changes.keys() <= found.keys():
                raise ValueError(f"there is no such answer to {question!r}, or no such item")
            for item, change in changes.items():
                found[item].update(change)
            text = self._start + table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
            save_private(self.path, text.encode("utf-8", "replace"))
            self._rows = rows
