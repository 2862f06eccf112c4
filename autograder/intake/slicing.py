"""The code that a graded run needs, in an order that runs: answers and what they depend on.

A notebook also shows, trains and tries. None of that decides an answer, and all of it can
fail or take an hour. So only those statements are run that an answer needs: its definition,
and, followed from name to name, the imports, helpers and constants that it uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.exercise import registry
from autograder.intake.answers import Answers
from autograder.intake.cells import Cell
from autograder.intake.ordering import Step, in_running_order
from autograder.intake.released import Release, known_code
from autograder.intake.statements import Statement

RUN = ("setup", "solution", "other")
# Beyond so many parts they no longer keep their lines: the blank ones would outgrow the code.
MOST_ALIGNED = 300
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


def code_cells(cells: list[Cell], answers: Answers, release: Release) -> tuple[CodeCell, ...]:
    """What a graded run runs, in order, and after it what it leaves out."""
    setup = _setup(cells, release)
    steps = [
        Step((position, index), statement)
        for position, cell in enumerate(cells)
        if cell.role not in ("setup", "check")
        for index, statement in enumerate(cell.statements)
    ]
    given = {name for item in known_code(setup.source).statements for name in item.binds}
    needed = in_running_order(_needed(steps, cells, answers, release, given), given)
    run = _grouped(needed, cells, answers, setup.number)
    return (setup, *run, *_unfinished(cells, answers, needed), *_left_out(cells, needed))


def _setup(cells: list[Cell], release: Release) -> CodeCell:
    number = next((cell.number for cell in cells if cell.role == "setup"), 0)
    return CodeCell(number, release.by_grade_id["setup"].source, False, "setup")


def _needed(steps, cells, answers: Answers, release: Release, given: set[str]) -> list[Step]:
    """Steps that some answer needs."""
    candidates = [step for step in steps if _may_run(step, cells, answers, release)]
    taken: set[Step] = set()
    for exercise, names in release.answers.items():
        # Another exercise's answer brings what it needs itself, as it was when that was checked.
        others = release.owners.keys() - set(names)
        sources = _Sources(candidates, answers.ends[exercise], cells, given)
        taken |= sources.followed(set(names), others)
    return [step for step in candidates if step in taken]


def _may_run(step: Step, cells, answers: Answers, release: Release) -> bool:
    """Whether running it could serve an answer at all."""
    cell, statement, text = cells[step.place[0]], step.statement, step.statement.text
    if any(answers.superseded(name, step.place) for name in statement.binds):
        return False
    if cell.role == "demo" and cell.is_untouched:
        # What the lesson itself shows may lend a helper, and never the course's own code.
        course = statement.is_import and any(name in text for name in registry.closed_packages())
        return statement.is_harmless and not course
    return not statement.is_course_call


class _Sources:
    """Where names come from, as far as an answer that ends at `end` may use it.

    What stands after `end` came later than the answer; it only serves for names that
    nothing before gives.
    """

    def __init__(self, steps: list[Step], end: tuple[int, int], cells, given: set[str]):
        early = [step for step in steps if step.place <= end]
        known = set(given).union(*(step.statement.binds for step in early))
        modules = COURSE_MODULES.union(*(s.statement.binds for s in steps if s.statement.is_import))
        self.unseen = [s for s in early if s.statement.dynamic or s.statement.is_future]
        self.of: dict[str, list[Step]] = {}
        for step in steps:
            names = step.statement.binds | step.statement.later
            if step.place <= end:
                names |= _changed(step.statement, modules, cells[step.place[0]])
                names |= {f"{name}()" for name in step.statement.now}
            else:
                names -= known
            for name in names:
                self.of.setdefault(name, []).append(step)

    def followed(self, wanted: set[str], others: set[str]) -> set[Step]:
        """The steps that give or change wanted names, and names that those use, and so on."""
        taken: set[Step] = set()
        seen, pending = set(), sorted(wanted)
        found = self.unseen
        while True:
            for step in found:
                if step not in taken:
                    taken.add(step)
                    pending += (step.statement.uses | step.statement.changes) - others
            if not pending:
                return taken
            name = pending.pop()
            found = [] if name in seen else self.of.get(name, [])
            # A function that assigns the name is only of use with the statements that call it.
            setters = [step.statement for step in found if name in step.statement.later]
            pending += [f"{function}()" for setter in setters for function in setter.binds]
            seen.add(name)


def _changed(statement: Statement, modules: frozenset[str], cell: Cell) -> frozenset[str]:
    """Names whose objects the statement changes, where that is meant for later."""
    if cell.is_untouched:
        return frozenset()
    # A loop that calls np.… somewhere is no setting of np.
    return statement.changes - modules if statement.is_compound else statement.changes


def _grouped(steps, cells: list[Cell], answers: Answers, setup: int) -> list[CodeCell]:
    """Steps as code to run: whole cells where all of one is run, parts that cannot hurt each
    other elsewhere."""
    groups: list[list[Step]] = []
    for step in steps:
        last = groups[-1][-1] if groups else None
        before_it = (step.place[0], step.place[1] - 1)
        if last is not None and last.place == before_it and last.statement.is_quiet:
            groups[-1].append(step)
        else:
            groups.append([step])
    # What was added to the set-up has its number, and must not share its name.
    parts = {setup: 1}
    aligned = len(groups) <= MOST_ALIGNED
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
                cell.code.source if whole else _part(cell, group, aligned),
                False,
                "solution" if position in answers.homes.values() else "other",
                0 if whole and not before else before + 1,
            )
        )
    return result


def _part(cell: Cell, group: list[Step], aligned: bool) -> str:
    """Some statements of a cell at their own lines, under its `from __future__` imports."""
    own = [step.statement for step in group]
    # At most a docstring stands before such an import.
    future = [item for item in cell.statements[:3] if item.is_future and item not in own]
    statements = [*future, *own]
    top = 1 if aligned else statements[0].first
    lines = [""] * (statements[-1].last - top + 1)
    for item in statements:
        for line, text in enumerate(item.text.split("\n"), start=item.first - top):
            lines[line] += f"; {text}" if lines[line] else text
    return "\n".join(lines) + "\n"


def _unfinished(cells, answers: Answers, needed: list[Step]) -> list[CodeCell]:
    """Solution cells without any written answer, whole and last: they say what stopped them."""
    holding = {place[0] for place in answers.based.values()}
    run = {step.place[0] for step in needed}
    return [
        CodeCell(cells[p].number, cells[p].code.source, False, "solution")
        for p in sorted(set(answers.homes.values()))
        if cells[p].kind == "code" and p not in holding and p not in run
    ]


def _left_out(cells: list[Cell], needed: list[Step]) -> list[CodeCell]:
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
