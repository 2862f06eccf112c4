"""The judge's findings: the result model that every view renders and nothing recomputes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Outcome(str, Enum):
    """How an exercise, or one test of it, ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    BLOCKED = "blocked"
    DOES_NOT_RUN = "does not run"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"


class Mistake(NamedTuple):
    """A named mistake: a few words, what happened, and what to look at next."""

    name: str
    sentence: str
    look: str


class Relation(str, Enum):
    """How the mistakes of a diagnosis belong together, or how one was found without the bank:
    by what the answer computes, by the change that would mend it, or in its text.
    """

    ONE = "one"
    EITHER = "either"
    BOTH = "both"
    COMPUTES = "computes"
    MENDS = "mends"
    SHOWS = "shows"


@dataclass(frozen=True)
class Diagnosis:
    """What explains the answers: one mistake, either of two, or both at once.

    Attributes:
        mistakes: two for `Relation.EITHER` and `Relation.BOTH`, else one.
    """

    relation: Relation
    mistakes: tuple[Mistake, ...]

    @property
    def name(self) -> str:
        """The names in one line."""
        word = " and " if self.relation is Relation.BOTH else " or "
        return word.join(mistake.name for mistake in self.mistakes)


@dataclass(frozen=True)
class TestResult:
    """One tested property.

    Attributes:
        title: the property, as a sentence.
        points, max_points: what it earned and could earn.
        checked, expected, actual: what was tried and what resulted, in words; empty on a pass.
        cause: the likely mistake, when the test itself can tell.
    """

    __test__ = False

    title: str
    outcome: Outcome
    points: float
    max_points: float
    checked: str = ""
    expected: str = ""
    actual: str = ""
    cause: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one exercise.

    Attributes:
        exercise_id, title: which exercise, such as "2.1".
        tests: the tested properties in order.
        diagnosis: the misconceptions that explain the answers, or None.
        notes: what else the reader should know, such as which stand-in was used.
        next_hint: the call that gives the next hint; empty after a pass.
    """

    exercise_id: str
    title: str
    outcome: Outcome
    max_points: float
    tests: tuple[TestResult, ...] = ()
    diagnosis: Diagnosis | None = None
    notes: tuple[str, ...] = ()
    next_hint: str = ""

    @property
    def points(self) -> float:
        """Points earned: a finite number between 0 and `max_points`, whatever happened."""
        return clamped(sum(test.points for test in self.tests), self.max_points)

    @property
    def passed(self) -> bool:
        """Whether every tested property holds."""
        return self.outcome is Outcome.PASSED


def clamped(points: float, maximum: float) -> float:
    """Points as a finite float in [0, maximum]; anything else counts as 0."""
    value = float(points)
    if not math.isfinite(value):
        return 0.0
    return round(min(max(value, 0.0), float(maximum)), 6)


def overall(tests: tuple[TestResult, ...]) -> Outcome:
    """The outcome of an exercise from the outcomes of its tests; no test at all never passes."""
    outcomes = {test.outcome for test in tests}
    if len(outcomes) == 1:
        return outcomes.pop()
    for outcome in (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.DOES_NOT_RUN, Outcome.BLOCKED):
        if outcome in outcomes:
            return outcome
    return Outcome.FAILED
