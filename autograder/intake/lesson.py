"""Which lesson a notebook is of."""

from __future__ import annotations

import re

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
        'It is a notebook, but of no lesson: it has no call such as check("1.1"). '
        "Hand in a lesson's notebook."
    )


def best_lesson(cells: list[Cell], name: str = "") -> int | None:
    """The lesson whose checks are called most; else that of nbgrader's ids, else of the names
    that the cells define. The file's name decides between equals; it alone says nothing."""
    called = _called(cells)
    evidence = {lesson: _evidence(lesson, called, cells, name) for lesson in lessons()}
    best = max(evidence, key=evidence.get)
    return best if any(evidence[best][:3]) else None


def _evidence(lesson: int, called: list[str], cells: list[Cell], name: str) -> tuple[int, ...]:
    """What speaks for a lesson; the first number counts most."""
    wanted = release(lesson)
    ids = {cell.marks.get("grade_id") for cell in cells if _is_text(cell.marks.get("grade_id"))}
    defined = {name for cell in cells for item in cell.statements for name in item.binds}
    return (
        sum(ident in wanted.answers for ident in called),
        len(ids & (wanted.by_grade_id.keys() - {"setup"})),
        len(defined & wanted.owners.keys()),
        int(str(lesson) in _in_name(name)),
    )


def _called(cells: list[Cell]) -> list[str]:
    """Exercises whose checks the code calls."""
    return [i for cell in cells if cell.kind == "code" for i in CHECK_CALL.findall(cell.source)]


def _in_name(name: str) -> list[str]:
    return re.findall(r"lesson[_ -]?(\d+)", name, re.IGNORECASE)[-1:]


def _is_text(value: object) -> bool:
    return isinstance(value, str)
