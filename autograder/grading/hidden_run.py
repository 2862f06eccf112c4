"""One verdict from two runs: points from the hidden one, words from the visible one.

The hidden run draws its numbers from an instructor's seed; the visible one draws those that
`check` draws in the notebook. What a learner reads holds nothing of the hidden numbers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.judging.verdict import Outcome, TestResult, Verdict

ONLY_VISIBLE = (
    "this holds for the numbers that `check` draws in the notebook, but not for the fresh ones "
    "that the graded run drew; the answer must work for any input of the kind described."
)
# Outcomes that need no other run to explain them: one sentence each, so that which sentence a
# learner reads can tell nothing of the numbers that were drawn.
OF_THE_CODE = {
    Outcome.NOT_ATTEMPTED: "It is not written yet: it is missing, or still raises "
    "NotImplementedError.",
    Outcome.BLOCKED: "It calls the answer to an earlier exercise, which is not written yet.",
    Outcome.TIMED_OUT: "It did not finish in time and was stopped.",
}
TIME_LIMIT = re.compile(r"did not finish within \d+ s, and was stopped")


def needs_visible_run(hidden: Verdict) -> bool:
    """Whether words have to come from a visible run: something failed on drawn numbers."""
    return any(
        test.outcome is not Outcome.PASSED and test.outcome not in OF_THE_CODE
        for test in hidden.tests
    )


def merged(hidden: Verdict, visible: Verdict | None) -> Verdict:
    """The verdict to show: outcomes and points of `hidden`, explanations of `visible`.

    Args:
        hidden: the run that counts.
        visible: the same exercise's other run, or None where `needs_visible_run` is false.
    """
    if visible is None:
        return replace(hidden, tests=tuple(map(_plainly, hidden.tests)), diagnosis=None)
    tests = tuple(map(_merged_test, hidden.tests, visible.tests))
    return replace(hidden, tests=tests, diagnosis=visible.diagnosis)


def _merged_test(hidden: TestResult, visible: TestResult) -> TestResult:
    if hidden.outcome is Outcome.PASSED:
        return hidden
    if hidden.outcome in OF_THE_CODE and visible.outcome is not hidden.outcome:
        return _plainly(hidden)
    if visible.outcome is Outcome.PASSED:
        return replace(hidden, checked="", expected="", actual=ONLY_VISIBLE, cause=None)
    return replace(
        hidden,
        checked=visible.checked,
        expected=visible.expected,
        actual=visible.actual,
        cause=visible.cause,
    )


def _plainly(test: TestResult) -> TestResult:
    """The one sentence of an outcome, with the limit that this run had."""
    if test.outcome not in OF_THE_CODE:
        return test
    found = TIME_LIMIT.search(test.actual)
    words = f"It {found[0]}." if found else OF_THE_CODE[test.outcome]
    return replace(test, checked="", expected="", actual=words, cause=None)
