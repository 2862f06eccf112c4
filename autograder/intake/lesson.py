"""Which lesson a notebook belongs to."""

from __future__ import annotations

import re
from collections import Counter

from autograder.intake.cells import Cell
from autograder.intake.reading import UnreadableNotebook
from autograder.intake.released import lessons, release
from autograder.intake.statements import CHECK_CALL


def lesson_of(cells: list[Cell], name: str = "") -> int:
    """The lesson that `best_lesson` finds, or the number in the file's name.

    Raises:
        UnreadableNotebook: of no lesson, or of one that does not exist.
    """
    found = best_lesson(cells, name)
    if found is not None:
        return found
    known = ", ".join(map(str, lessons()))
    called = [ident.split(".")[0] for ident in _called(cells)]
    for number in (*called, *_in_name(name)):
        if int(number) in lessons():
            return int(number)
        raise UnreadableNotebook(f"There is no lesson {number}; the lessons are {known}.")
    raise UnreadableNotebook(
        'It is a notebook, but not of any lesson: it has no call such as check("1.1"). Hand in a '
        "lesson's notebook."
    )


def best_lesson(cells: list[Cell], name: str = "") -> int | None:
    """The lesson whose checks are called most; else that of nbgrader's ids, else of the names
    that the cells define, and do not only import. The file's name decides between equals; it
    alone says nothing.
    """
    called = Counter(_called(cells))
    marks = {cell.marks.get("grade_id") for cell in cells if _is_text(cell.marks.get("grade_id"))}
    defining = (item for cell in cells for item in cell.statements if not item.is_import)
    names = {name for item in defining for name in item.binds}

    def evidence(lesson: int) -> tuple[int, ...]:
        wanted = release(lesson)
        return (
            sum(called[exercise] for exercise in wanted.answers),
            len(marks & (wanted.by_grade_id.keys() - {"setup"})),
            len(names & wanted.owners.keys()),
            int(str(lesson) in _in_name(name)),
        )

    best = max(lessons(), key=evidence)
    return best if any(evidence(best)[:3]) else None


def _called(cells: list[Cell]) -> list[str]:
    """Exercises whose checks the code calls."""
    code = [cell.source for cell in cells if cell.kind == "code" and "check" in cell.source]
    return [exercise for source in code for exercise in CHECK_CALL.findall(source)]


def _in_name(name: str) -> list[str]:
    return re.findall(r"lesson[_ -]?(\d{1,3})", name, re.IGNORECASE)[-1:]


def _is_text(value: object) -> bool:
    return isinstance(value, str)
