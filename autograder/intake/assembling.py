"""The repaired notebook: every graded cell once, marked, in the lesson's order."""

from __future__ import annotations

import copy
import itertools
import re
from dataclasses import dataclass
from operator import itemgetter

from autograder.intake.answers import Answers
from autograder.intake.cells import Cell
from autograder.intake.released import Release, ReleasedCell, fresh_cell, whole_notebook
from autograder.intake.splitting import checks_in, pieces_of

VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")

# A cell that only draws hides its source, in Jupyter and in Colab.
FOLDED: dict = {"cellView": "form", "jupyter": {"source_hidden": True}}


@dataclass
class Placed:
    """A cell of the repaired notebook: a graded one of the release, or one of the learner's own.

    Attributes:
        cell: the learner's; an empty one for a graded cell that was put back.
        released: the graded cell that it is, or None.
    """

    kind: str
    source: str
    cell: Cell
    released: ReleasedCell | None = None


@dataclass(frozen=True)
class Assembled:
    """The repaired notebook, and what it took.

    Attributes:
        missing: graded cells that were put back.
        kept: the learner's cells that became graded ones.
        taken_apart: numbers of cells that became several.
        merged_checks: exercises whose check was called in one of those.
        moved: whether graded cells had to change places.
    """

    notebook: dict
    missing: list[ReleasedCell]
    kept: list[tuple[Cell, ReleasedCell]]
    taken_apart: set[int]
    merged_checks: set[str]
    moved: bool


def assemble(
    cells: list[Cell], answers: Answers, written: dict[str, int], release: Release
) -> Assembled:
    """Build the notebook: every graded cell once, in the lesson's order, the set-up first."""
    homes: dict[int, list[ReleasedCell]] = {}
    for exercise, position in answers.homes.items():
        homes.setdefault(position, []).append(release.cell_of("solution", exercise))
    placed = _placed(cells, homes, written, release)
    kept = [(item.cell, item.released) for item in placed if item.released]
    present = [released for _, released in kept]
    missing = [cell for cell in release.graded if cell not in present]
    apart = {p for p, found in homes.items() if len(found) > 1 or checks_in(cells[p], release)}
    return Assembled(
        whole_notebook(_as_cells(_in_order(placed, missing)), copy.deepcopy(release.metadata)),
        missing,
        kept,
        {cells[position].number for position in apart},
        {exercise for position in apart for exercise in checks_in(cells[position], release)},
        _is_out_of_order(cells),
    )


def _placed(cells, homes, written: dict[str, int], release: Release) -> list[Placed]:
    """The learner's cells with their graded role, each graded cell at most once."""
    locked = _locked(cells)
    graded_text = {position: grade_id for grade_id, position in written.items()}
    placed = []
    for position, cell in enumerate(cells):
        if position in homes:
            for released, source in pieces_of(cell, homes[position], release):
                placed.append(Placed("code", source, cell, released))
        elif position in graded_text:
            released = release.by_grade_id[graded_text[position]]
            placed.append(Placed(released.kind, cell.source, cell, released))
        elif position in locked:
            released = locked[position]
            placed.append(Placed(released.kind, released.source, cell, released))
        elif not _is_spare(cell):
            placed.append(Placed(cell.kind, cell.source, cell))
    return placed


def _locked(cells: list[Cell]) -> dict[int, ReleasedCell]:
    """Position → the set-up cell, or one check for each exercise: by id if possible."""
    found: dict[ReleasedCell, int] = {}
    for position, cell in enumerate(cells):
        if cell.released and cell.role in ("setup", "check"):
            before = found.get(cell.released)
            if before is None or cells[before].by_source or not cell.by_source:
                found[cell.released] = position
    return {position: released for released, position in found.items()}


def _is_spare(cell: Cell) -> bool:
    """Whether a copy of a graded cell holds nothing of its own."""
    if cell.released is None or not cell.released.graded or cell.by_source:
        return False
    return cell.is_untouched or not cell.source.strip() or cell.role in ("setup", "check")


def _in_order(placed: list[Placed], missing: list[ReleasedCell]) -> list[Placed]:
    """Blocks of a graded cell and what follows it, in the lesson's order, set-up first."""
    head: list[Placed] = []
    blocks: list[tuple[int, list[Placed]]] = []
    for item in placed:
        if item.released:
            blocks.append((item.released.index, [item]))
        else:
            (blocks[-1][1] if blocks else head).append(item)
    blocks += [(cell.index, [_put_back(cell)]) for cell in missing]
    blocks.sort(key=itemgetter(0))
    prose = [item for item in head if item.kind != "code"]
    early = [item for item in head if item.kind == "code"]
    (_, setup), *rest = blocks
    return [*prose, setup[0], *early, *setup[1:], *(item for _, block in rest for item in block)]


def _put_back(cell: ReleasedCell) -> Placed:
    return Placed(cell.kind, cell.source, Cell(0, cell.kind, ""), cell)


def _is_out_of_order(cells: list[Cell]) -> bool:
    """Whether the learner's own graded cells, each where it comes first, are not in order."""
    graded = [cell.released for cell in cells if cell.released and cell.released.graded]
    order = [released.index for released in dict.fromkeys(graded)]
    return order != sorted(order)


def _as_cells(placed: list[Placed]) -> list[dict]:
    """Cells of format 4.5 with ids that are valid and occur once."""
    taken = {item.released.id for item in placed if item.released}
    cells = []
    for number, item in enumerate(placed, start=1):
        if item.released:
            metadata = copy.deepcopy(item.released.metadata)
            cell_id = item.released.id
        else:
            metadata = _own_metadata(item.cell)
            cell_id = _free_id(item.cell, number, taken)
        cell = fresh_cell(item.kind, item.source, cell_id, metadata)
        if item.kind != "code" and item.cell.attachments:
            cell["attachments"] = item.cell.attachments
        cells.append(cell)
    return cells


def _own_metadata(cell: Cell) -> dict:
    """A cell's tags, and whether it is folded; what else editors keep there helps nobody here."""
    tags = cell.metadata.get("tags")
    tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    tags = [tag for tag in dict.fromkeys(tags) if tag and "," not in tag]
    kept = {"tags": tags} if tags else {}
    if cell.metadata.get("jupyter") == FOLDED["jupyter"]:
        kept |= copy.deepcopy(FOLDED)
    return kept


def _free_id(cell: Cell, number: int, taken: set[str]) -> str:
    own = (item for item in cell.ids if VALID_ID.fullmatch(item))
    made = (f"cell-{number}" if n == 0 else f"cell-{number}-{n}" for n in itertools.count())
    chosen = next(item for item in itertools.chain(own, made) if item not in taken)
    taken.add(chosen)
    return chosen
