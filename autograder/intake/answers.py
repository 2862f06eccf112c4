"""Which definition of each answer counts: found by name first, by cell id second."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from autograder.intake.cells import Cell
from autograder.intake.names import DEFINITIONS
from autograder.intake.released import Release
from autograder.intake.statements import Statement, is_unwritten


@dataclass
class Answers:
    """Where the answers are.

    Attributes:
        chosen: answer name → (cell, statement) of the definition that counts, both as
            positions; only for names that somebody wrote.
        based: answer name → the definition that the chosen one builds on, such as the function
            of `lerp = tf.function(lerp)`; mostly the chosen one itself.
        homes: exercise id → position of the cell that becomes its solution cell.
        unwritten: positions (cell, statement) of stubs.
        ends: exercise id → where the learner's last check of it stands, or the notebook's end
            when the answer stands below it. What comes later was not part of the answer.
    """

    chosen: dict[str, tuple[int, int]] = field(default_factory=dict)
    based: dict[str, tuple[int, int]] = field(default_factory=dict)
    homes: dict[str, int] = field(default_factory=dict)
    unwritten: set[tuple[int, int]] = field(default_factory=set)
    ends: dict[str, tuple[int, int]] = field(default_factory=dict)

    def superseded(self, name: str, place: tuple[int, int]) -> bool:
        """Whether a definition at `place` must not replace the one that counts."""
        if name not in self.chosen:
            return False
        return place in self.unwritten or place > self.chosen[name]


def find_answers(cells: list[Cell], release: Release, repairs: list[str]) -> Answers:
    """Choose among all definitions in the notebook.

    The one that the learner's last check of the exercise judged counts, or one that stands
    in a cell marked as the exercise's own; without either, the last. A stub never counts.
    """
    answers = Answers()
    sites: dict[str, list[tuple[int, int]]] = {name: [] for name in release.owners}
    for position, cell in enumerate(cells):
        for index, statement in enumerate(cell.statements):
            for name in statement.binds & release.owners.keys():
                sites[name].append((position, index))
                if is_stub(statement, name, release):
                    answers.unwritten.add((position, index))
    for exercise, names in release.answers.items():
        marked = _marked(cells, exercise)
        end = _last_check(cells, exercise)
        for name in names:
            written = [site for site in sites[name] if site not in answers.unwritten]
            counting = [site for site in written if site[0] in marked or site < end]
            if written:
                answers.chosen[name] = (counting or written)[-1]
                answers.based[name] = _base(cells, name, answers.chosen[name], written)
        written = [answers.chosen[name] for name in names if name in answers.chosen]
        below = not written or max(written) >= end
        answers.ends[exercise] = (len(cells), 0) if below else end
        home = _home(cells, exercise, names, marked, sites, answers)
        if home is not None:
            answers.homes[exercise] = home
            _take_other_name(cells, home, exercise, sites, answers, release, repairs)
    return answers


def is_stub(statement: Statement, name: str, release: Release) -> bool:
    """Whether a definition of `name` is the released stub or another placeholder."""
    return is_unwritten(statement, name) or statement.shape == release.stubs.get(name)


def _base(cells: list[Cell], name: str, chosen: tuple[int, int], written: list) -> tuple[int, int]:
    """The first of the definitions that build on each other up to the chosen one."""
    base = chosen
    for site in reversed([site for site in written if site < chosen]):
        if name not in cells[base[0]].statements[base[1]].now:
            break
        base = site
    return base


def _marked(cells: list[Cell], exercise: str) -> list[int]:
    """Positions of the cells that carry the mark or id of an exercise's solution cell."""
    return [
        position
        for position, cell in enumerate(cells)
        if cell.role == "solution" and cell.exercise == exercise and not cell.by_source
    ]


def _last_check(cells: list[Cell], exercise: str) -> tuple[int, int]:
    """The place of the last check of an exercise, or a place before everything."""
    end = (-1, -1)
    for position, cell in enumerate(cells):
        if cell.role == "check" and cell.exercise == exercise:
            end = (position, len(cell.statements))
        for index, statement in enumerate(cell.statements):
            if exercise in statement.checks:
                end = (position, index)
    return end


def _home(cells, exercise, names, marked, sites, answers) -> int | None:
    """The cell that holds the answer; else the marked cell with most in it; else a stub."""
    holding = [answers.based[name][0] for name in names if name in answers.based]
    if holding:
        return max(holding, key=lambda p: (p in marked, holding.count(p), p))
    code = [position for position in marked if cells[position].kind == "code"]
    for wanted in (
        [p for p in code if cells[p].is_broken],
        [p for p in code if cells[p].source.strip() and not cells[p].is_untouched],
        [p for p in code if cells[p].source.strip()],
        [place[0] for name in names for place in sites[name]],
    ):
        if wanted:
            return wanted[-1]
    return None


def _take_other_name(cells, home, exercise, sites, answers, release, repairs) -> None:
    """Take the one function of the marked cell for the answer that nothing else defines."""
    cell = cells[home]
    missing = [n for n in release.answers[exercise] if not sites[n] and n in _callables(release)]
    if len(missing) != 1 or cell.exercise != exercise:
        return
    found = [item.node for item in cell.statements if isinstance(item.node, DEFINITIONS)]
    found = [node for node in found if node.name not in release.owners]
    name = missing[0]
    if len(found) != 1 or isinstance(found[0], ast.ClassDef) != _callables(release)[name]:
        return
    renamed = cell.rewritten(f"{cell.source.rstrip()}\n\n{name} = {found[0].name}\n")
    renamed.released, renamed.marks = cell.released, cell.marks
    cells[home] = renamed
    answers.chosen[name] = answers.based[name] = (home, len(renamed.statements) - 1)
    repairs.append(
        f"`{name}` of {exercise} was not found under its name; `{found[0].name}` in its cell was "
        "used instead."
    )


def _callables(release: Release) -> dict[str, bool]:
    """Names that the release asks for as functions (False) or classes (True)."""
    return {name: shape.startswith("ClassDef") for name, shape in release.stubs.items()}
