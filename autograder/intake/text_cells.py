"""Answers in cells that became text, and written answers that lost their marks."""

from __future__ import annotations

import re

from autograder.intake.answers import is_stub
from autograder.intake.cells import Cell
from autograder.intake.released import Release, essence

PLACEHOLDER = "YOUR ANSWER HERE"
FENCED = re.compile(r"\s*```(?:python|py)?[ \t]*\n(.*)\n```\s*", re.DOTALL)


def text_as_code(cells: list[Cell], release: Release, repairs: list[str]) -> list[Cell]:
    """Turn text cells into code where they define an answer that no code cell defines."""
    defined = set().union(*(_answers_in(cell, release) for cell in cells), set())
    result = []
    for cell in cells:
        code = cell if cell.kind == "code" else _as_code(cell)
        found = _answers_in(code, release) - defined if cell.kind != "code" else set()
        if found:
            names = " and ".join(f"`{name}`" for name in sorted(found))
            repairs.append(
                f"Cell {cell.number} was a text cell but defines {names}; it was turned back into "
                "code."
            )
            cell = code
        result.append(cell)
    return result


def _as_code(cell: Cell) -> Cell:
    fenced = FENCED.fullmatch(cell.source)
    code = cell.rewritten("\n" + fenced.group(1) if fenced else cell.source)
    code.kind, code.released, code.by_source = "code", cell.released, cell.by_source
    code.marks, code.ids = cell.marks, cell.ids
    return code


def _answers_in(cell: Cell, release: Release) -> set[str]:
    """Answer names that a code cell defines, stubs left aside."""
    return {
        name
        for statement in cell.statements
        for name in statement.binds & release.owners.keys()
        if not is_stub(statement, name, release)
    }


def find_written(cells: list[Cell], release: Release) -> dict[str, int]:
    """Grade id of each hand-graded answer → position of its cell: by id, the last with text in
    it; else the text that stands where the answer should be."""
    found: dict[str, int] = {}
    for wanted in release.graded:
        if wanted.role != "written":
            continue
        marked = [p for p, cell in enumerate(cells) if cell.released is wanted]
        answered = [p for p in marked if written_text(cells[p])]
        by_place = [] if answered else _between_neighbours(cells, wanted.index, release)
        for position in (answered or by_place or marked)[-1:]:
            found[wanted.grade_id] = position
    return found


def written_text(cell: Cell) -> str:
    """The learner's text of a hand-graded answer, "" while it is the placeholder."""
    text = cell.source.strip()
    return "" if text == PLACEHOLDER else text


def _between_neighbours(cells: list[Cell], index: int, release: Release) -> list[int]:
    """Text between the released cells that stand before and after the answer's place."""
    sources = {essence(cell.source): p for p, cell in enumerate(cells)}
    before = sources.get(essence(release.cells[index - 1].source))
    after = [
        sources[essence(cell.source)]
        for cell in release.cells[index + 1 :]
        if essence(cell.source) in sources
    ]
    if before is None:
        return []
    end = min([p for p in after if p > before], default=len(cells))
    return [
        p
        for p in range(before + 1, end)
        if cells[p].kind != "code" and cells[p].released is None and cells[p].source.strip()
    ]
