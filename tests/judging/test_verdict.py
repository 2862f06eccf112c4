"""The result model: points are always finite and clamped, and nothing passes by default."""

from __future__ import annotations

import math

import pytest

from autograder.judging.verdict import Outcome, TestResult, Verdict, clamped, overall


def result(outcome: Outcome, points: float = 0.0) -> TestResult:
    return TestResult("a property", outcome, points, 1.0)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (math.nan, 0.0),
        (math.inf, 0.0),
        (-math.inf, 0.0),
        (-1.0, 0.0),
        (2.0000000001, 2.0),
        (99, 2.0),
        (0.1 + 0.2, 0.3),
        (1.5, 1.5),
    ],
)
def test_points_are_finite_and_between_zero_and_the_maximum(points, expected):
    assert clamped(points, 2.0) == expected
    verdict = Verdict("1.1", "title", Outcome.FAILED, 2.0, (result(Outcome.FAILED, points),))
    assert type(verdict.points) is float and verdict.points == expected


def test_no_test_at_all_never_passes():
    assert overall(()) is Outcome.FAILED
    empty = Verdict("1.1", "title", overall(()), 2.0)
    assert not empty.passed and empty.points == 0.0


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.PASSED, Outcome.PASSED], Outcome.PASSED),
        ([Outcome.PASSED, Outcome.FAILED], Outcome.FAILED),
        ([Outcome.PASSED, Outcome.NOT_ATTEMPTED], Outcome.FAILED),
        ([Outcome.NOT_ATTEMPTED] * 2, Outcome.NOT_ATTEMPTED),
        ([Outcome.FAILED, Outcome.CRASHED], Outcome.CRASHED),
        ([Outcome.PASSED, Outcome.BLOCKED], Outcome.BLOCKED),
        ([Outcome.CRASHED, Outcome.TIMED_OUT], Outcome.TIMED_OUT),
        ([Outcome.DOES_NOT_RUN, Outcome.DOES_NOT_RUN], Outcome.DOES_NOT_RUN),
        ([Outcome.DOES_NOT_RUN, Outcome.CRASHED], Outcome.CRASHED),
    ],
)
def test_an_exercise_passes_only_when_every_test_does(outcomes, expected):
    assert overall(tuple(map(result, outcomes))) is expected
