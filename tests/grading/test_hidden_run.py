"""One verdict from two runs: points are hidden, words are visible."""

from dataclasses import replace

import pytest
from learner import named

from autograder.grading.hidden_run import ONLY_VISIBLE, merged, needs_visible_run
from autograder.judging.verdict import Outcome, TestResult, Verdict

SECRET = "a shape (7, 3) that nobody saw"


def verdict(*tests: TestResult, **more) -> Verdict:
    return Verdict("1.1", "t", Outcome.FAILED, 2.0, tests, **more)


def failed(words: str) -> TestResult:
    return TestResult("p", Outcome.FAILED, 0.0, 1.0, words, words, words, words)


PASSED = TestResult("p", Outcome.PASSED, 1.0, 1.0)


def test_a_failure_keeps_its_outcome_and_gets_the_visible_words():
    hidden = verdict(failed(SECRET), diagnosis=named("hidden", SECRET, SECRET))
    shown = merged(hidden, verdict(failed("seen"), diagnosis=named("seen")))
    assert shown.tests[0].actual == "seen" and shown.diagnosis.name == "seen"
    assert SECRET not in repr(shown)


def test_what_fails_on_fresh_numbers_alone_earns_nothing_and_tells_nothing():
    shown = merged(verdict(failed(SECRET)), verdict(PASSED))
    assert shown.points == 0 and shown.tests[0].outcome is Outcome.FAILED
    assert shown.tests[0].actual == ONLY_VISIBLE and SECRET not in repr(shown)


def test_what_fails_on_visible_numbers_alone_earns_its_points():
    shown = merged(verdict(PASSED, failed(SECRET)), verdict(failed("seen"), failed("seen")))
    assert shown.points == 1 and shown.tests[0] == PASSED


@pytest.mark.parametrize("outcome", [Outcome.CRASHED, Outcome.FAILED])
def test_words_that_may_hold_drawn_numbers_need_a_visible_run(outcome):
    assert needs_visible_run(verdict(PASSED, replace(failed("x"), outcome=outcome)))


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT])
def test_words_about_the_code_alone_do_not(outcome):
    assert not needs_visible_run(verdict(replace(failed("x"), outcome=outcome)))
