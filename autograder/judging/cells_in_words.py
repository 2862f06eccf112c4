"""What the cells around an answer explain: a cell that is not Python, or one that only shows."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from autograder.exercise.declaration import Exercise
from autograder.exercise.student import Examinee
from autograder.exercise.values import shortened
from autograder.intake.released import known_code, lessons, release
from autograder.judging.crashes import usual_cause
from autograder.judging.verdict import Outcome, TestResult, Verdict

# Not told as broken: the released cell stops so.
STUB = NotImplementedError.__name__
MISSING_NAME = re.compile(r"NameError\b.*name '(\w+)' is not defined")
ONLY_SHOWN = (
    "`{name}` comes from a cell of the lesson that only shows something, and such cells do not "
    "run when answers are graded. Define it in one of your own cells, or pass it to the function."
)
LONGEST = 2000


def with_cells(exercise: Exercise, student: Examinee, verdict: Verdict) -> Verdict:
    """A verdict, with what the learner's cells explain about it.

    If an answer is missing only because its cell did not run, the verdict says that. If it works
    only with a cell that graded runs leave out, every check says so.
    """
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        return _broken(exercise, student, verdict)
    if verdict.outcome is Outcome.CRASHED:
        tests = tuple(_with_name(exercise.lesson, test) for test in verdict.tests)
        return replace(verdict, tests=tests)
    if verdict.passed:
        return _borrowing(exercise, student, verdict)
    return verdict


def _broken(exercise: Exercise, student: Examinee, verdict: Verdict) -> Verdict:
    for source, error in reversed(student.cells()):
        if _assigns(source, exercise.answers):
            if error.startswith(STUB) or not (error or _syntax_error(source)):
                return verdict
            words = explain_broken(source, error, exercise.answers[0])
            return _all_lost(verdict, Outcome.DOES_NOT_RUN, words, usual_cause(words))
    return verdict


def _borrowing(exercise: Exercise, student: Examinee, verdict: Verdict) -> Verdict:
    source = exercise.source_of(student)
    names = _names_in(source) & only_shown(exercise.lesson)
    name = next((name for name in sorted(names) if _is_borrowed(name, exercise, student)), "")
    if not name:
        return verdict
    words = f"`{exercise.answers[0]}` uses `{name}`, which does not exist in a graded run."
    return _all_lost(verdict, Outcome.CRASHED, words, ONLY_SHOWN.format(name=name))


def _is_borrowed(name: str, exercise: Exercise, student: Examinee) -> bool:
    """Whether a cell that only shows gave the name, and none of the learner's own."""
    shown = {cell.source.strip() for cell in release(exercise.lesson).cells if cell.role == "demo"}
    givers = [text.strip() in shown for text, _ in student.cells() if name in bound_in(text)]
    return bool(givers) and all(givers)


@cache
def only_shown(lesson: int) -> frozenset[str]:
    """Names that a lesson defines only in cells that graded runs leave out."""
    shown: set[str] = set()
    others: set[str] = set()
    for cell in release(lesson).cells if lesson in lessons() else ():
        for statement in known_code(cell.source).statements if cell.kind == "code" else ():
            # A value made of one that is left out is left out with it.
            left_out = not statement.is_harmless or (
                isinstance(statement.node, ast.Assign) and statement.uses & (shown - others)
            )
            (shown if cell.role == "demo" and left_out else others).update(statement.binds)
    return frozenset(shown - others)


def explain_broken(source: str, error: str, name: str) -> str:
    """Why a cell that should define an answer did not run, in the words of `explain_crash`.

    Args:
        source: the cell.
        error: "Type: message", as it was raised.
        name: of the answer.
    """
    kind, _, message = error.partition(": ")
    where = ""
    found = _syntax_error(source)
    if found:
        lines = source.splitlines()
        number = min(found.lineno or 1, len(lines)) - 1
        kind, message = type(found).__name__, str(found.msg)
        where = f" in the line `{lines[number].strip()}`" if lines else ""
    return shortened(f"`{name}` stopped with {kind}{where}: {message}", LONGEST)


def _all_lost(verdict: Verdict, outcome: Outcome, words: str, cause: str | None) -> Verdict:
    tests = tuple(
        TestResult(test.title, outcome, 0.0, test.max_points, actual=words, cause=cause)
        for test in verdict.tests
    )
    return replace(verdict, outcome=outcome, tests=tests)


def _with_name(lesson: int, test: TestResult) -> TestResult:
    found = MISSING_NAME.search(test.actual) if test.outcome is Outcome.CRASHED else None
    if not found or found[1] not in only_shown(lesson):
        return test
    return replace(test, cause=ONLY_SHOWN.format(name=found[1]))


def _assigns(source: str, names: Sequence[str]) -> bool:
    """Whether a cell, which need not be Python, is written to define one of these names."""
    return any(
        re.search(rf"^\s*(?:(?:def|class)\s+{re.escape(name)}\b|{re.escape(name)}\s*=)", line)
        for name in names
        for line in source.splitlines()
    )


def _syntax_error(source: str) -> SyntaxError | None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        pass
    return None


def _names_in(source: str) -> frozenset[str]:
    """Global names that the functions of a cell read, and that the cell does not give."""
    try:
        tables = symtable.symtable(source, "<cell>", "exec").get_children()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    found: set[str] = set()
    while tables:
        table = tables.pop()
        found.update(item.get_name() for item in table.get_symbols() if item.is_global())
        tables += table.get_children()
    return frozenset(found) - bound_in(source)


def bound_in(source: str) -> frozenset[str]:
    """Names that the statements of a cell give."""
    return frozenset(
        name for statement in known_code(source).statements for name in statement.binds
    )
