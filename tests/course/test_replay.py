"""No test of an exercise passes for an answer that does not depend on its question.

The answers of the reference are recorded at one seed, as they come from the learner's side.
Given again for another question, or with something else in place of their numbers, they
must fail.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.student import BadValue
from autograder.exercise.values import NotPlain, plain
from autograder.judging.diagnosis import references
from autograder.judging.judge import generator, run_test
from autograder.judging.verdict import Outcome

TESTS = [
    pytest.param(exercise, test, id=f"{exercise.id} {test.title}")
    for exercise in registry.every()
    for test in exercise.tests
]
OTHER_SEEDS = (1, 2, 3, 4)
# Huge numbers overflow where the lengths of codes are taken: a failure as any other.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning"),
]
# The question "which line?" has one answer, whatever the seed.
SAME_AT_EVERY_SEED = {
    f"test_{number}_line" for number in ("0_3", "1_3", "2_5", "3_5", "4_5", "5_5", "6_4")
}


class Agreeing(np.ndarray):
    """An array of zeros that claims to equal everything and to be within every bound."""

    def _yes(self, other):
        return np.ones(np.shape(self), bool)

    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = _yes


class AgreeingFloat(float):
    """A number that claims the same."""

    def _yes(self, other):
        return True

    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = _yes
    __hash__ = float.__hash__


class Recorder:
    """Passes questions to the reference and keeps the plain answers as they come."""

    def __init__(self, student: LiveStudent):
        self.student, self.answers = student, []

    def _keep(self, answer):
        self.answers.append(answer)
        return answer

    def value(self, name):
        return self._keep(self.student.value(name))

    def call(self, *args, **kwargs):
        return self._keep(self.student.call(*args, **kwargs))

    def probe(self, *args, summary=None, **kwargs):
        answer = self._keep(self.student.probe(*args, **kwargs))
        return summary(answer) if summary else answer

    def prepare(self, *args, times):
        self.student.prepare(*args, times=times)


class Canned:
    """Gives prepared answers one after another, whatever it is asked."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def _next(self):
        try:
            return plain(next(self.answers))
        except StopIteration:
            raise BadValue("there are no more answers") from None
        except NotPlain as error:
            raise BadValue(str(error)) from None

    def value(self, name):
        return self._next()

    def call(self, *args, **kwargs):
        return self._next()

    def probe(self, *args, summary=None, **kwargs):
        return summary(self._next()) if summary else self._next()

    def prepare(self, *args, times):
        pass


@cache
def recording(exercise_id: str, number: int) -> tuple:
    """What the reference answers to a test at seed 0."""
    exercise = registry.get(exercise_id)
    test = exercise.tests[number]
    recorder = Recorder(LiveStudent(references((*exercise.needs, exercise.id))))
    test.function(recorder, generator(exercise, test, 0))
    return tuple(recorder.answers)


def recorded(exercise, test) -> tuple:
    return recording(exercise.id, exercise.tests.index(test))


def outcome_of(exercise, test, answers, seed: int = 0) -> Outcome:
    return run_test(exercise, test, Canned(answers), seed).outcome


def changed(answer, array, number):
    """The answer with other arrays and numbers in it; what else it is made of stays."""
    if isinstance(answer, dict):
        return {key: changed(item, array, number) for key, item in answer.items()}
    if isinstance(answer, (list, tuple)):
        return type(answer)(changed(item, array, number) for item in answer)
    if isinstance(answer, np.ndarray):
        return array(answer)
    return answer if answer is None or isinstance(answer, str) else number(answer)


def filled(value: float):
    """Arrays of the same shape and numbers of the same type, with one value everywhere."""

    def array(before):
        return np.full(before.shape, value, before.dtype if np.isfinite(value) else "float32")

    def number(before):
        return type(before)(value) if np.isfinite(value) else value

    return array, number


def one_row(before):
    """The first row alone, which would broadcast; a single number gets an axis."""
    return before[:1] if before.ndim and len(before) > 1 else before[None]


FAKES = {
    "all zeros": filled(0.0),
    "NaN everywhere": filled(np.nan),
    "huge numbers": (lambda a: np.full(a.shape, 1e30, "float32"), lambda n: 1e30),
    "ones": filled(1.0),
    "a scalar 1.0 for every array": (lambda a: 1.0, lambda n: 1.0),
    "True for every array": (lambda a: True, lambda n: True),
    "a row that broadcasts": (one_row, lambda n: np.array([n])),
    "arrays that agree with everything": (
        lambda a: np.zeros(a.shape, "float32").view(Agreeing),
        lambda n: np.zeros((), "float32").view(Agreeing),
    ),
    "numbers that agree with everything": (lambda a: AgreeingFloat(0), lambda n: AgreeingFloat(0)),
    "no array at all": (lambda a: None, lambda n: None),
    "only scalars wrapped": (lambda a: [float(np.mean(a))], lambda n: [n]),
}
WHOLE = {
    "1.0": 1.0,
    "True": True,
    "None": None,
    "an empty list": [],
    "an empty dict": {},
    "an empty array": np.zeros(0),
    "a string": "keras.Model",
    "the truth about everything": {"learned": True, "passed": True, "same": False},
}


@pytest.mark.parametrize(("exercise", "test"), TESTS)
def test_an_answer_to_this_very_question_passes(exercise, test):
    assert outcome_of(exercise, test, recorded(exercise, test)) is Outcome.PASSED


@pytest.mark.parametrize(("exercise", "test"), TESTS)
def test_an_answer_to_another_question_fails(exercise, test):
    answers = recorded(exercise, test)
    passing = [
        seed for seed in OTHER_SEEDS if outcome_of(exercise, test, answers, seed) is Outcome.PASSED
    ]
    wanted = list(OTHER_SEEDS) if test.function.__name__ in SAME_AT_EVERY_SEED else []
    assert passing == wanted


@pytest.mark.parametrize(("exercise", "test"), TESTS)
def test_an_answer_of_the_right_form_with_other_numbers_fails(exercise, test):
    answers = recorded(exercise, test)
    if all(isinstance(answer, str) for answer in answers):
        fakes = {word: [word] * len(answers) for word in answers}
    else:
        fakes = {name: [changed(a, *fake) for a in answers] for name, fake in FAKES.items()}
    passing = [
        name for name, fake in fakes.items() if outcome_of(exercise, test, fake) is Outcome.PASSED
    ]
    assert fakes and not passing


@pytest.mark.parametrize(("exercise", "test"), TESTS)
def test_something_else_in_the_place_of_every_answer_fails(exercise, test):
    count = len(recorded(exercise, test))
    passing = [
        name
        for name, answer in WHOLE.items()
        if outcome_of(exercise, test, [answer] * count) is Outcome.PASSED
    ]
    assert not passing
