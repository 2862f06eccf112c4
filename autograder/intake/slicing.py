"""The code that a graded run needs, in an order that runs: answers and what they stand on.

A notebook also shows, trains and tries. None of that decides an answer, and all of it can
fail or take an hour. So only those statements are run that an answer needs: its definition,
and, followed from name to name, the imports, helpers and constants that it uses.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from autograder.intake.answers import Answers
from autograder.intake.cells import Cell
from autograder.intake.released import Release, known_code
from autograder.intake.statements import Statement

RUN = ("setup", "solution", "other")
BUILTINS = frozenset(dir(builtins))
# More than any chain of helpers; a bound for what was made to be long.
MOST_ROUNDS = 100
COURSE_MODULES = frozenset({"keras", "np", "os", "plt", "sys", "tf"})


@dataclass(frozen=True)
class CodeCell:
    """Code of one cell.

    Attributes:
        number: the cell's position in the learner's own notebook, from 1; 0 for one put back.
        source: what to run; a part of a cell keeps its lines, with blank ones for the rest.
        demo: whether a graded run leaves it out.
        role: "setup", "solution" and "other" are run; "check", "demo" and "aside" (nothing
            that an answer needs) are not.
        part: 0, or the number of this part among several of one cell.
    """

    number: int
    source: str
    demo: bool
    role: str = "other"
    part: int = 0

    @property
    def name(self) -> str:
        """A file name for tracebacks, of its own for every part."""
        return f"<cell {self.number}>" if not self.part else f"<cell {self.number}, {self.part}>"


@dataclass(frozen=True)
class _Step:
    """A statement at its place: (position of the cell, index in it)."""

    place: tuple[int, int]
    statement: Statement


def code_cells(cells: list[Cell], answers: Answers, release: Release) -> tuple[CodeCell, ...]:
    """What a graded run runs, in order, and after it what it leaves out."""
    setup = _setup(cells, release)
    steps = [
        _Step((position, index), statement)
        for position, cell in enumerate(cells)
        if cell.role not in ("setup", "check")
        for index, statement in enumerate(cell.statements)
    ]
    given = {name for item in known_code(setup.source).statements for name in item.binds}
    needed = _in_running_order(_needed(steps, cells, answers, release, given), given)
    run = _grouped(needed, cells, answers, setup.number)
    return (setup, *run, *_unfinished(cells, answers, needed), *_left_out(cells, needed))


def _setup(cells: list[Cell], release: Release) -> CodeCell:
    number = next((cell.number for cell in cells if cell.role == "setup"), 0)
    return CodeCell(number, release.by_grade_id["setup"].source, False, "setup")


def _needed(steps, cells, answers: Answers, release: Release, given: set[str]) -> list[_Step]:
    """Steps that some answer needs."""
    candidates = [step for step in steps if _may_run(step, cells, answers, release)]
    taken: set[tuple[int, int]] = set()
    for exercise, names in release.answers.items():
        # Another exercise's answer brings what it needs itself, as it was when that was checked.
        others = release.owners.keys() - set(names)
        taken |= _followed(candidates, set(names), others, answers.ends[exercise], cells, given)
    return [step for step in candidates if step.place in taken]


def _may_run(step: _Step, cells, answers: Answers, release: Release) -> bool:
    """Whether running it could serve an answer at all."""
    cell, statement, text = cells[step.place[0]], step.statement, step.statement.text
    if any(answers.superseded(name, step.place) for name in statement.binds):
        return False
    if cell.role == "demo" and cell.is_untouched:
        # What the lesson itself shows may lend a helper, and never the course's own code.
        course = statement.is_import and ("bvae_ref" in text or "autograder" in text)
        return statement.is_harmless and not course
    return not statement.is_course_call


def _followed(
    steps: list[_Step],
    wanted: set[str],
    others: set[str],
    end: tuple[int, int],
    cells: list[Cell],
    given: set[str],
) -> set[tuple[int, int]]:
    """Places of what gives or changes wanted names, followed until nothing is added.

    What stands after `end` came later than the answer; it only serves for names that
    nothing before gives.
    """
    modules = {name for step in steps if step.statement.is_import for name in step.statement.binds}
    modules |= COURSE_MODULES
    early = {name for step in steps if step.place <= end for name in step.statement.binds} | given
    wanted, taken = set(wanted), set()
    for _ in range(MOST_ROUNDS):
        setters = {n for s in steps if s.statement.later & wanted for n in s.statement.binds}
        added = [
            step
            for step in steps
            if step.place not in taken
            and (
                _touches(step.statement, wanted, setters, modules, cells[step.place[0]])
                if step.place <= end
                else step.statement.binds & (wanted - early)
            )
        ]
        if not added:
            break
        for step in added:
            taken.add(step.place)
            wanted |= (step.statement.uses | step.statement.changes) - others
    return taken


def _touches(statement: Statement, wanted, setters, modules, cell: Cell) -> bool:
    """Whether it gives or changes something wanted, or may do so unseen.

    `setters` are functions that assign something wanted when they are called.
    """
    if statement.dynamic or statement.is_future or statement.binds & (wanted | setters):
        return True
    if statement.now & setters:
        return True
    if cell.is_untouched:
        return False
    changes = statement.changes & wanted
    # A loop that calls np.… somewhere is no setting of np.
    return bool(changes - modules if statement.is_compound else changes)


def _in_running_order(steps: list[_Step], given: set[str]) -> list[_Step]:
    """The order of the notebook, but nothing before what it needs to run itself."""
    waiting: dict[str, list[tuple[int, int]]] = {}
    for step in steps:
        for name in step.statement.binds:
            waiting.setdefault(name, []).append(step.place)
    ordered, done, known = [], set(), set(given) | BUILTINS
    pending = list(steps)
    for _ in range(MOST_ROUNDS):
        postponed = []
        for step in pending:
            if _is_ready(step, known, waiting, done):
                ordered.append(step)
                done.add(step.place)
                known |= step.statement.binds
            else:
                postponed.append(step)
        if len(postponed) == len(pending):
            break
        pending = postponed
    return [*ordered, *(step for step in pending if step.place not in done)]


def _is_ready(step: _Step, known: set[str], waiting: dict, done: set) -> bool:
    """Whether what it reads at once is there, and every earlier definition of its names."""
    read = step.statement.now - known
    if any(place != step.place for name in read for place in waiting.get(name, ())):
        return False
    return not any(
        place < step.place and place not in done
        for name in step.statement.binds
        for place in waiting[name]
    )


def _grouped(steps, cells: list[Cell], answers: Answers, setup: int) -> list[CodeCell]:
    """Steps as code to run: whole cells where all of one is run, parts that cannot hurt each
    other elsewhere."""
    groups: list[list[_Step]] = []
    for step in steps:
        last = groups[-1][-1] if groups else None
        follows = last is not None and last.place == (step.place[0], step.place[1] - 1)
        if follows and last.statement.is_quiet:
            groups[-1].append(step)
        else:
            groups.append([step])
    # What was added to the set-up has its number, and must not share its name.
    parts = {setup: 1}
    result = []
    for group in groups:
        position = group[0].place[0]
        cell = cells[position]
        whole = len(group) == len(cell.statements)
        before = parts.get(cell.number, 0)
        parts[cell.number] = before + 1
        result.append(
            CodeCell(
                cell.number,
                cell.code.source if whole else _part(cell, [s.statement for s in group]),
                False,
                "solution" if position in answers.homes.values() else "other",
                0 if whole and not before else before + 1,
            )
        )
    return result


def _part(cell: Cell, statements: list[Statement]) -> str:
    """Some statements of a cell at their own lines, under its `from __future__` imports."""
    future = [item for item in cell.statements if item.is_future and item not in statements]
    lines = [""] * (max(item.last for item in statements))
    for item in [*future, *statements]:
        text = item.text.split("\n")
        start = item.first - 1
        for offset, line in enumerate(text):
            joined = lines[start + offset] and line
            lines[start + offset] += ("; " if joined else "") + line
    return "\n".join(lines) + "\n"


def _unfinished(cells, answers: Answers, needed: list[_Step]) -> list[CodeCell]:
    """Solution cells without any written answer, whole and last: they say what stopped them."""
    holding = {place[0] for place in answers.based.values()}
    run = {step.place[0] for step in needed}
    return [
        CodeCell(cells[p].number, cells[p].code.source, False, "solution")
        for p in sorted(set(answers.homes.values()))
        if cells[p].kind == "code" and p not in holding and p not in run
    ]


def _left_out(cells: list[Cell], needed: list[_Step]) -> list[CodeCell]:
    """Code cells of which nothing runs."""
    run = {step.place[0] for step in needed}
    return [
        CodeCell(
            cell.number,
            cell.source,
            True,
            "demo" if cell.is_demo else "check" if cell.role == "check" else "aside",
        )
        for position, cell in enumerate(cells)
        if cell.kind == "code" and position not in run and cell.role != "setup"
    ]
