"""The released lessons, as intake needs them: graded cells, demonstrations, answer names."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass

from autograder.intake.course_texts import releases
from autograder.intake.statements import Code, code_of

# Memory of a process that reads thousands of notebooks must not grow with them.
MOST_KEPT = 10_000


@dataclass(frozen=True, eq=False)
class ReleasedCell:
    """One cell of a released lesson.

    Attributes:
        index: its place in the lesson, from 0.
        role: "setup", "solution", "check", "written", "demo", "text" (prose) or "other" (code).
        exercise: id such as "1.1" of a solution or check cell, else "".
        grade_id: nbgrader's id of a graded cell, else "".
    """

    index: int
    id: str
    kind: str
    source: str
    metadata: dict
    role: str
    exercise: str
    grade_id: str

    @property
    def graded(self) -> bool:
        """Whether the cell carries nbgrader's marks, so that it must be there exactly once."""
        return bool(self.grade_id)

    @property
    def label(self) -> str:
        """What a learner would call the cell."""
        if self.role in ("solution", "check"):
            return {"solution": "cell", "check": "check"}[self.role] + f" of {self.exercise}"
        return {"setup": "set-up cell", "written": "written answer"}.get(self.role, "cell")


class Release:
    """A released lesson: its cells in order, found by id, by nbgrader's id and by source."""

    def __init__(self, lesson: int, data: dict):
        self.lesson = lesson
        self.answers: dict[str, tuple[str, ...]] = {
            exercise: tuple(names) for exercise, names in data["answers"].items()
        }
        self.owners = {name: ex for ex, names in self.answers.items() for name in names}
        self.metadata = data["metadata"]
        self.cells = tuple(_cell(index, cell) for index, cell in enumerate(data["cells"]))
        self.graded = tuple(cell for cell in self.cells if cell.graded)
        self.by_grade_id = {cell.grade_id: cell for cell in self.graded}
        self.by_id = {cell.id: cell for cell in self.cells}
        self.by_source = {essence(cell.source): cell for cell in self.cells}

    @functools.cached_property
    def stubs(self) -> dict[str, str]:
        """Answer name → its released statement in canonical form (see `Statement.shape`)."""
        found = {}
        for cell in self.graded:
            if cell.role == "solution":
                for statement in code_of(cell.source).statements:
                    for name in statement.binds & self.owners.keys():
                        found[name] = statement.shape
        return found

    def cell_of(self, role: str, exercise: str) -> ReleasedCell:
        """The solution or check cell of an exercise."""
        return self.by_grade_id[f"{role}-{exercise.replace('.', '-')}"]

    def notebook(self) -> dict:
        """The lesson as it is released, a new notebook of format 4.5."""
        cells = [fresh_cell(c.kind, c.source, c.id, copy.deepcopy(c.metadata)) for c in self.cells]
        return whole_notebook(cells, copy.deepcopy(self.metadata))


def essence(source: str) -> str:
    """A source without what editors and addresses change: outer blanks, line ends, the address."""
    lines = [line.rstrip() for line in source.strip().split("\n")]
    return "\n".join("" if "git+" in line or "colab-badge" in line else line for line in lines)


def fresh_cell(kind: str, source: str, cell_id: str, metadata: dict) -> dict:
    """A cell of notebook format 4.5."""
    cell = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def whole_notebook(cells: list[dict], metadata: dict) -> dict:
    """A notebook of format 4.5 around cells."""
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@functools.cache
def lessons() -> tuple[int, ...]:
    """The numbers of the released lessons."""
    return tuple(sorted(map(int, releases())))


@functools.cache
def release(lesson: int) -> Release:
    """The released lesson with this number, one of `lessons()`."""
    return Release(lesson, releases()[str(lesson)])


def known_code(source: str) -> Code:
    """The code of a cell; of released cells, which most are, and the last few others by heart."""
    if source in _released_sources():
        return _released_code(source)
    return _recent_code(source) if len(source) < MOST_KEPT else code_of(source)


_released_code = functools.cache(code_of)
_recent_code = functools.lru_cache(maxsize=64)(code_of)


@functools.cache
def _released_sources() -> frozenset[str]:
    return frozenset(cell["source"] for data in releases().values() for cell in data["cells"])


def _cell(index: int, cell: dict) -> ReleasedCell:
    grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    role, _, number = grade_id.partition("-")
    if not role:
        role = "demo" if "demo" in cell["metadata"].get("tags", ()) else "other"
        role = role if cell["cell_type"] == "code" else "text"
    exercise = number.replace("-", ".") if role in ("solution", "check") else ""
    return ReleasedCell(
        index,
        cell["id"],
        cell["cell_type"],
        cell["source"],
        cell["metadata"],
        role,
        exercise,
        grade_id,
    )
