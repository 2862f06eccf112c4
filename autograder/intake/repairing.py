"""Repair a learner's notebook: the steps in order, and a sentence for each repair."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.intake.answers import find_answers
from autograder.intake.assembling import assemble
from autograder.intake.cells import Cell, cells_of, identify
from autograder.intake.lesson import best_lesson, lesson_of
from autograder.intake.reading import UnreadableNotebook
from autograder.intake.released import lessons, release
from autograder.intake.sentences import changed_lock, sentences
from autograder.intake.slicing import CodeCell, code_cells
from autograder.intake.splitting import leftovers
from autograder.intake.text_cells import find_written, text_as_code, written_text


@dataclass(frozen=True)
class Repaired:
    """A repaired notebook.

    Attributes:
        notebook: data of notebook format 4.5 without outputs; every graded cell of the
            lesson once, with the lesson's own marks.
        lesson: its number.
        repairs: a sentence for the learner for each thing that was repaired.
        cells: the code to run and, after it, what a graded run leaves out.
        written: grade id of each hand-graded answer → the learner's text, "" for none.
    """

    notebook: dict
    lesson: int
    repairs: tuple[str, ...]
    cells: tuple[CodeCell, ...]
    written: dict[str, str]


def repair(notebook: dict, lesson: int | None = None, name: str = "") -> Repaired:
    """Repair a notebook of format 4.

    Args:
        notebook: as `parse` gives it; anything may be wrong inside it. It is not changed.
        lesson: the lesson to judge it as, or None to find out.
        name: the file's name, the last hint of which lesson it is.

    Raises:
        UnreadableNotebook: of no lesson, or of one that does not exist.
    """
    repairs = list(getattr(notebook, "repairs", ()))
    cells = cells_of(notebook, repairs)
    if not cells and lesson in lessons():
        cells = cells_of(release(lesson).notebook(), [])
        repairs.append("The notebook contained no cells; the released one took its place.")
    released, cells = _as_lesson(cells, lesson, name, repairs)
    cells = _unlocked(cells, repairs)
    answers = find_answers(cells, released, repairs)
    written = find_written(cells, released)
    assembled = assemble(cells, answers, written, released)
    return Repaired(
        assembled.notebook,
        released.lesson,
        tuple(dict.fromkeys([*repairs, *sentences(cells, answers, assembled, released)])),
        code_cells(cells, answers, released),
        {
            cell.grade_id: written_text(cells[written[cell.grade_id]])
            if cell.grade_id in written
            else ""
            for cell in released.graded
            if cell.role == "written"
        },
    )


def _as_lesson(cells: list[Cell], lesson: int | None, name: str, repairs: list[str]):
    """The lesson to judge by, and the cells with what they are in it."""
    found = best_lesson(cells, name)
    number = lesson_of(cells, name) if lesson is None else lesson
    if number not in lessons():
        known = ", ".join(map(str, lessons()))
        raise UnreadableNotebook(f"There is no lesson {number}; the lessons are {known}.")
    if found not in (None, number):
        repairs.append(
            f"The notebook seems to be for lesson {found}; it was judged as lesson {number}."
        )
    released = release(number)
    identify(cells, released)
    return released, text_as_code(cells, released, repairs)


def _unlocked(cells: list[Cell], repairs: list[str]) -> list[Cell]:
    """Locked cells as released, and what a learner wrote into them in cells of its own before
    them (or after the set-up)."""
    result = []
    for cell in cells:
        if cell.released is None or cell.role not in ("setup", "check"):
            result.append(cell)
            continue
        repairs += changed_lock(cell, cell.released)
        added = leftovers(cell)
        extra = [cell.rewritten(added)] if added.strip() else []
        locked = [cell.restored(cell.released)]
        result += locked + extra if cell.role == "setup" else extra + locked
    return result
