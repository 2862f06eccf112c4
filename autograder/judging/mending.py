"""Which one change would mend an answer: where it is and of what kind, never what to write."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from autograder.exercise.declaration import Exercise
from autograder.exercise.student import Student, StudentError, Workshop
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.judging.mutations import Edit, edits
from autograder.judging.verdict import Mistake

# Passes all tests on these; chance does not.
SEEDS = (3, 4)
# An edit that was begun gets so long.
LEAST_SECONDS = 0.2
Passes = Callable[[Exercise, Student, int], bool]


def mended(
    exercise: Exercise,
    source: str,
    workshop: AbstractContextManager[Workshop],
    passes: Passes,
    over: float,
) -> Mistake | None:
    """The spot of the learner's code where one change makes every test pass, or None.

    Args:
        source: the cell that defines the answer.
        workshop: where versions of it can be tried.
        passes: whether somebody passes every test of an exercise on a seed.
        over: when to stop looking, as of `time.monotonic`.
    """
    found: list[Edit] = []
    with workshop as bench:
        for edit in edits(source, exercise.answers):
            if time.monotonic() > over or len(found) > 2:
                break
            if _works(exercise, bench, edit, passes, over):
                found.append(edit)
    return _told(found)


def _works(exercise: Exercise, bench: Workshop, edit: Edit, passes: Passes, over: float) -> bool:
    try:
        # Some edits make a loop endless.
        with at_most(max(over - time.monotonic(), LEAST_SECONDS)):
            bench.define(edit.source)
            return all(passes(exercise, bench, seed) for seed in SEEDS)
    except (StudentError, TookTooLong):
        return False


def _told(found: list[Edit]) -> Mistake | None:
    """Where the changes that were found agree on a line, what is said of it."""
    lines = {edit.line for edit in found}
    if len(lines) != 1:
        return None
    edit = min(found, key=lambda item: len(item.spot))
    return Mistake(
        f"{edit.kind} in line {edit.line}",
        f"Everything but one spot is right: with one change to `{edit.spot}` in line {edit.line} "
        "of the cell, every check would pass.",
        LOOK.get(edit.kind, f"Look at that {edit.kind} again, with the formula beside it."),
    )


LOOK = {
    "axis": "Over which axis should be summed or averaged there, and which shape should be left?",
    "operator": "Is that the operation that the formula has there?",
    "sign": "Which sign does the formula have there?",
    "order": "Are the two in the right order?",
    "part too many": "Does the formula have both of these parts?",
    "call too many": "Is that function needed there?",
    "argument too many": "Does that call need all of its arguments?",
    "place of the `return`": "How far is the `return` indented?",
    "something still to be done with the result": "What would still have to be done with it?",
}
