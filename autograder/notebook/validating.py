"""nbgrader's Validate: what each check says there, in the one place that it shows.

Validate runs the learner's notebook and shows the error of each check cell that has not all of its
points; of one without an error it says "Partial credit", whatever happened. So a check that has
not passed ends there with an error of a few words.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.exercise.declaration import Exercise
from autograder.intake.time_limit import at_most
from autograder.judging.verdict import Outcome, Verdict

# nbgrader interrupts a cell after 30 s where nobody has configured another limit.
LONGEST_S = 25.0
# How much of what a test found is told.
MOST_CHARACTERS = 300
# nbgrader cuts off what a line has beyond 83 letters.
WIDTH = 80


class NotPassed(Exception):
    """A check that has not passed; IPython shows its message alone."""

    def _render_traceback_(self) -> list[str]:
        return textwrap.wrap(str(self), WIDTH)


class _TimeIsUp(KeyboardInterrupt):
    """Raised inside a check that takes too long; no answer can catch it as an error of its own."""


def is_validating() -> bool:
    """Whether nbgrader's Validate runs this notebook."""
    return os.environ.get("NBGRADER_EXECUTION") == "validate"


@contextmanager
def in_time(exercise: Exercise) -> Iterator[None]:
    """While nbgrader validates, end a check before nbgrader does, which would say nothing.

    Raises:
        NotPassed: it took longer.
    """
    if not is_validating():
        yield
        return
    try:
        with at_most(LONGEST_S, waiting=True, error=_TimeIsUp):
            yield
    except _TimeIsUp:
        raise NotPassed(
            f"{_name(exercise.id, exercise.title)} was not checked here: it takes longer than "
            f"{LONGEST_S:g} s. Run its cell in the notebook; there it may take its time."
        ) from None


def refuse_unless_passed(verdict: Verdict) -> None:
    """While nbgrader validates, raise `NotPassed` with what is missing."""
    if is_validating() and not verdict.passed:
        raise NotPassed(in_short(verdict))


def in_short(verdict: Verdict) -> str:
    """What has not passed, and the first sentence of why."""
    name = _name(verdict.exercise_id, verdict.title)
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        return f"{name}: not attempted."
    test = next(test for test in verdict.tests if test.outcome is not Outcome.PASSED)
    why = test.cause or test.actual
    if verdict.diagnosis:
        why = " Or: ".join(mistake.sentence for mistake in verdict.diagnosis.mistakes)
    why = " ".join(why.split())
    if len(why) > MOST_CHARACTERS:
        why = f"{why[:MOST_CHARACTERS]} …"
    points = f"{verdict.points:g} of {verdict.max_points:g} points"
    return f"{name}: {points}. Not so yet: {test.title}. {why}".rstrip()


def _name(exercise_id: str, title: str) -> str:
    return f"{exercise_id} {title}"
