"""A sentence for the learner for each repair."""

from __future__ import annotations

from collections import Counter

from autograder.intake.answers import Answers
from autograder.intake.assembling import Assembled
from autograder.intake.cells import Cell, pure_check
from autograder.intake.magics import runs_nothing
from autograder.intake.released import Release, ReleasedCell
from autograder.intake.splitting import leftovers
from autograder.intake.statements import code_of

# What instructors' own notebooks leave out, and nbgrader computes.
NOT_COMPARED = ("cell_type", "checksum")


def sentences(
    cells: list[Cell], answers: Answers, assembled: Assembled, release: Release
) -> list[str]:
    """What was repaired, in the order in which a learner would notice it."""
    return [
        *_solutions(cells, answers, release),
        *_copies(cells, answers, release),
        *_missing(assembled, release),
        *_apart(assembled),
        *_marks(cells, assembled, release),
        *_order(assembled),
        *_not_run(cells, release),
    ]


def changed_lock(cell: Cell, released: ReleasedCell) -> list[str]:
    """What was done to an edited set-up or check cell, before its edits are taken out."""
    if cell.is_untouched or pure_check(cell.source):
        return []
    added = leftovers(cell)
    more = ", and your additions were moved to a separate cell" if added else ""
    return [f"The {released.label} had been changed; the original was put back{more}."]


def _solutions(cells, answers: Answers, release: Release) -> list[str]:
    """Answers that stood outside their own cell."""
    found = []
    for exercise, home in answers.homes.items():
        own = [c for c in cells if _is_marked(c, "solution", exercise)]
        names = [n for n in release.answers[exercise] if n in answers.chosen]
        if cells[home] not in own and own and names:
            found.append(
                f"The answer to {exercise} was not in its own cell but in cell "
                f"{cells[home].number}; it was judged there."
            )
            continue
        for name in names:
            place = answers.based[name][0]
            if place != home and cells[place].number != cells[home].number:
                found.append(
                    f"`{name}` of {exercise} was in cell {cells[place].number}; it was used."
                )
    return found


def _copies(cells: list[Cell], answers: Answers, release: Release) -> list[str]:
    """Graded cells that were there more than once."""
    counts = Counter(
        cell.released.grade_id
        for cell in cells
        if cell.released and cell.released.graded and not cell.by_source
    )
    found = []
    for grade_id, count in counts.items():
        if count > 1:
            released = release.by_grade_id[grade_id]
            times = "twice" if count == 2 else f"{count} times"
            found.append(f"The {released.label} was there {times}; {_kept(released, answers)}")
    return found


def _kept(released: ReleasedCell, answers: Answers) -> str:
    if released.role == "written":
        return "the last one that contains text counts."
    home = answers.homes.get(released.exercise)
    answered = any(place[0] == home for place in answers.based.values())
    if released.role == "solution" and answered:
        return "the last one that answers it was judged."
    return "one was kept."


def _missing(assembled: Assembled, release: Release) -> list[str]:
    """Graded cells that had to be put back."""
    if len(assembled.missing) == len(release.graded):
        return ["The notebook contained none of the lesson's graded cells; they were put back."]
    answers = [cell for cell in assembled.missing if cell.role == "solution"]
    checks = [
        cell
        for cell in assembled.missing
        if cell.role == "check" and cell.exercise not in assembled.merged_checks
    ]
    others = [cell for cell in assembled.missing if cell.role in ("setup", "written")]
    if len(answers) == len(release.answers):
        found = ["The cells of all answers were missing or empty; they were put back as released."]
    else:
        found = [
            f"The {cell.label} was missing or empty; it was put back without an answer."
            for cell in answers
        ]
    if len(checks) > 2:
        found.append(f"Checks of {len(checks)} exercises were missing; they were put back.")
        checks = []
    return found + [f"The {cell.label} was missing; it was put back." for cell in checks + others]


def _apart(assembled: Assembled) -> list[str]:
    return [
        f"Cell {number} contained more than one graded cell; it was split."
        for number in sorted(assembled.taken_apart)
    ]


def _marks(cells: list[Cell], assembled: Assembled, release: Release) -> list[str]:
    """nbgrader's marks that were missing, changed, or of another lesson."""
    lost, found = 0, []
    marked = {cell.released for cell in cells if cell.released and cell.marks}
    for cell, released in assembled.kept:
        if cell.number in assembled.taken_apart:
            continue
        if not cell.marks and released not in marked:
            lost += 1
        elif cell.marks.get("grade_id") == released.grade_id and _differ(cell, released):
            found.append(
                f"The grading marks of the {released.label} had been changed; the original ones "
                "were put back."
            )
    if lost == 1:
        found.append("The grading marks of a graded cell were missing; they were put back.")
    elif lost:
        found.append(f"The grading marks of {lost} graded cells were missing; they were put back.")
    foreign = [c.number for c in cells if c.marks and not _is_known(c, release)]
    if foreign:
        words = f"Grading marks that do not belong to lesson {release.lesson} were removed"
        found.append(f"{words} ({_listed(foreign)}).")
    return found


def _differ(cell: Cell, released: ReleasedCell) -> bool:
    own = {k: v for k, v in cell.marks.items() if k not in NOT_COMPARED}
    wanted = {k: v for k, v in released.metadata["nbgrader"].items() if k not in NOT_COMPARED}
    return own != wanted


def _is_known(cell: Cell, release: Release) -> bool:
    grade_id = cell.marks.get("grade_id")
    return isinstance(grade_id, str) and grade_id in release.by_grade_id


def _order(assembled: Assembled) -> list[str]:
    if not assembled.moved:
        return []
    return ["The graded cells were in another order; they were put back into the lesson's order."]


def _not_run(cells: list[Cell], release: Release) -> list[str]:
    """Shell lines, and cells under magics that are no Python."""
    found, shell = [], []
    for cell in cells:
        if cell.kind != "code" or cell.role in ("setup", "check"):
            continue
        magic = runs_nothing(cell.source)
        if magic and _answers_below(cell, release):
            found.append(
                f"Cell {cell.number} begins with {magic}; a cell with this magic defines nothing "
                "in the notebook."
            )
        elif magic or _has_shell_line(cell):
            shell.append(cell.number)
    if shell:
        found.append(f"A graded run leaves out shell lines and magics ({_listed(shell)}).")
    return found


def _answers_below(cell: Cell, release: Release) -> bool:
    """Whether answers stand under the magic in a cell's first line."""
    body = code_of(cell.source.lstrip().partition("\n")[2])
    return any(item.binds & release.owners.keys() for item in body.statements)


def _has_shell_line(cell: Cell) -> bool:
    if cell.code.source == cell.source:
        return False
    pairs = zip(cell.source.split("\n"), cell.code.source.split("\n"), strict=False)
    return any(a != b and "!" in a for a, b in pairs)


def _listed(numbers: list[int]) -> str:
    word = "cell" if len(numbers) == 1 else "cells"
    return f"{word} {', '.join(map(str, numbers[:8]))}{', …' if len(numbers) > 8 else ''}"


def _is_marked(cell: Cell, role: str, exercise: str) -> bool:
    return cell.role == role and cell.exercise == exercise and not cell.by_source
