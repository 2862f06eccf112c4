"""Cells with more than one graded part, split between top-level statements."""

from __future__ import annotations

import re

from autograder.intake.cells import Cell
from autograder.intake.released import Release, ReleasedCell
from autograder.intake.statements import Statement, code_of

# Where the set-up installs the course from; another course's copy has another address.
ADDRESS = re.compile(r"git\+[^'\"\n]*")
Piece = tuple["ReleasedCell | None", str]


def pieces_of(cell: Cell, homes: list[ReleasedCell], release: Release) -> list[Piece]:
    """What a cell becomes: (its graded cell or None, source) in order.

    A cell that answers one exercise and calls no check stays whole. Otherwise each exercise
    gets its definitions with the imports, helpers and constants right before them; calls of
    checks go, since the checks have cells of their own; the rest stands by itself.
    """
    if len(homes) == 1 and not checks_in(cell, release):
        return [(homes[0], cell.source)]
    wanted = {home.exercise: home for home in homes}
    gathered: dict[str, list[str]] = {exercise: [] for exercise in wanted}
    pieces: list[list] = []
    waiting: list[str] = []
    for owner, text, harmless in _units(cell, release):
        if owner in wanted:
            if not gathered[owner]:
                pieces.append([wanted[owner], gathered[owner]])
            gathered[owner] += [*waiting, text]
            waiting = []
        elif owner == "check":
            waiting = _set_down(pieces, waiting)
        elif harmless:
            waiting.append(text)
        else:
            waiting = _set_down(pieces, [*waiting, text])
    _set_down(pieces, waiting)
    return [(home, "\n".join(texts).strip("\n")) for home, texts in pieces]


def _set_down(pieces: list[list], texts: list[str]) -> list[str]:
    """Make a piece of its own of what belongs to no exercise; join it to one before it."""
    if texts and pieces and pieces[-1][0] is None:
        pieces[-1][1].extend(texts)
    elif texts:
        pieces.append([None, list(texts)])
    return []


def _units(cell: Cell, release: Release):
    """(exercise, "check" or "", text, harmless) of the statements, those on one line together;
    the text has the comments before it and the magics as the learner wrote them."""
    lines = cell.source.split("\n")
    done = 0
    for group in _by_lines(cell.statements):
        last = group[-1].last
        text = "\n".join(line for line in lines[done:last] if not line.startswith("%%"))
        done = last
        owners = [release.owners[n] for item in group for n in item.binds & release.owners.keys()]
        check = all(item.is_course_call and item.checks for item in group)
        owner = owners[0] if owners else "check" if check else ""
        yield owner, text, all(item.is_harmless for item in group)


def _by_lines(statements: tuple[Statement, ...]) -> list[list[Statement]]:
    groups: list[list[Statement]] = []
    for statement in statements:
        if groups and statement.first <= groups[-1][-1].last:
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return groups


def checks_in(cell: Cell, release: Release) -> set[str]:
    """Exercises of the lesson whose checks a cell calls."""
    called = set().union(*(item.checks for item in cell.statements if item.is_course_call))
    return called & release.answers.keys()


def leftovers(cell: Cell) -> str:
    """What a learner added to a locked cell, without the released statements and the calls of
    the course's own words; "" when nothing is left."""
    if cell.released is None or cell.kind != "code" or cell.is_untouched:
        return ""
    if cell.is_broken:
        return cell.source
    released = code_of(ADDRESS.sub("", cell.released.source))
    own = {item.shape for item in released.statements}
    mine = code_of(ADDRESS.sub("", cell.source)).statements
    kept = [item for item in mine if item.shape not in own and not item.is_course_call]
    return "\n".join(item.text for item in kept)
