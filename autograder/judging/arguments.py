"""Which arguments matter to an answer, found by changing one and keeping the rest."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograder.exercise.declaration import Exercise
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import Student, StudentError
from autograder.exercise.values import same
from autograder.judging.diagnosis import somebody
from autograder.judging.verdict import Mistake

# Of the questions in the failed tests.
MOST_QUESTIONS = 3


def matter(
    exercise: Exercise,
    student: Student,
    failed: Sequence[RecordingStudent],
    passed: Sequence[RecordingStudent] = (),
) -> Mistake | None:
    """What does not matter to an answer although it should, or matters although it should not.

    A statement has to hold for every question that was asked and can show it.

    Args:
        failed: what was asked in the tests that failed.
        passed: the same of those that passed.
    """
    wrong, right = (
        [
            _Question(exercise, student, args, kwargs, answer)
            for record in records
            for method, args, kwargs, answer in record.record
            if method == "call" and len(args) > 1 and _in_numbers(answer)
        ]
        for records in (failed, passed)
    )
    if not wrong:
        return None
    asked = [
        question
        for questions in (wrong, right)
        for question in [item for item in questions if item.name == wrong[0].name][:MOST_QUESTIONS]
    ]
    try:
        if any(question.right_draws() for question in asked):
            return None
        if any(question.draws() for question in asked):
            return asked[0].noise_of_its_own()
        return _ignored(asked) or _one_row(asked)
    except (StudentError, TypeError, ValueError):
        return None


def _in_numbers(answer) -> bool:
    """Whether every change of an argument could show: in finite numbers, and no counts."""
    if isinstance(answer, (list, tuple)):
        return bool(answer) and all(map(_in_numbers, answer))
    if not isinstance(answer, (np.ndarray, float)) or np.asarray(answer).dtype.kind != "f":
        return False
    return bool(np.isfinite(answer).all())


def _ignored(asked: list[_Question]) -> Mistake | None:
    """Arguments without effect."""
    names = asked[0].names()
    if any(question.names() != names for question in asked):
        return None
    ignored = [
        name
        for place, name in enumerate(names)
        if _none([question.effect(place) for question in asked])
    ]
    if not ignored:
        return None
    if len(ignored) == len(names) > 1:
        return Mistake(
            "no argument matters",
            f"`{asked[0].name}` gives the same answer whatever its arguments are.",
            "What does the `return` give back, and where are the arguments used?",
        )
    listed = " and ".join(f"`{name}`" for name in ignored)
    makes = "makes" if len(ignored) == 1 else "make"
    return Mistake(
        f"{' and '.join(ignored)} without effect",
        f"{listed} {makes} no difference to your answer: change the value, and the same result "
        "comes back.",
        f"Follow {listed} through your code: where should it be used?",
    )


def _one_row(asked: list[_Question]) -> Mistake | None:
    """Whether only the first or the last row of an argument, or of all, has any effect."""
    names, places = asked[0].names(), asked[0].tables()
    together = [(places, "the batch")] if len(places) > 1 else []
    for chosen, words in (*together, *(([place], f"`{names[place]}`") for place in places)):
        for row, kept in (("first", 0), ("last", -1)):
            if _none([question.effect_of_other_rows(chosen, kept) for question in asked]):
                return Mistake(
                    f"only the {row} row of {words} counts",
                    f"Only the {row} row of {words} has an effect on your answer.",
                    "Does an index, or a `return` inside a loop, stop at one row?",
                )
    return None


def _none(effects: list[bool | None]) -> bool:
    """Whether there is no effect in any question that can show one, and one can."""
    return False in effects and True not in effects


class _Question:
    """One question, which can be put again with other arguments."""

    def __init__(self, exercise: Exercise, student: Student, args, kwargs, answer):
        (self.name, *self.args), self.kwargs, self.answer = args, kwargs, answer
        self.exercise, self.student = exercise, student
        self.rng = np.random.default_rng(0)

    def right_draws(self) -> bool:
        """Whether a right answer differs from call to call."""
        return not same(self.right(self.args), self.expected)

    def draws(self) -> bool:
        """Whether the learner's answer differs from call to call."""
        return not same(self.mine(self.args), self.answer)

    def effect(self, place: int) -> bool | None:
        """Whether another value in this place changes the answer; None: nor a right one's."""
        changed = self.changed(place)
        return None if changed is None else self._effect_of(changed)

    def effect_of_other_rows(self, places: Sequence[int], kept: int) -> bool | None:
        """Whether anything changes when all rows but one of some arguments do."""
        args = list(self.args)
        for place in places:
            if place not in self.tables() or len(args[place]) < 3:
                return None
            args[place] = self._but_one(args[place], kept)
        return self._effect_of(args)

    def _effect_of(self, args: list) -> bool | None:
        if same(self.right(args), self.expected):
            return None
        return not same(self.mine(args), self.answer)

    @cached_property
    def expected(self) -> Any:
        return self.right(self.args)

    def tables(self) -> list[int]:
        """Places of arrays of as many rows as the first of them."""
        found = [
            place
            for place, item in enumerate(self.args)
            if isinstance(item, np.ndarray) and item.ndim > 1 and item.dtype.kind == "f"
        ]
        return [place for place in found if len(self.args[place]) == len(self.args[found[0]])]

    def mine(self, args) -> Any:
        return self.student.call(self.name, *args, **self.kwargs)

    def right(self, args) -> Any:
        with somebody(self.exercise, {}) as other:
            return other.call(self.name, *args, **self.kwargs)

    def names(self) -> list[str]:
        """The names of what was given by place."""
        reference = self.exercise.reference[self.name]
        found = list(inspect.signature(reference).parameters) if callable(reference) else []
        return found[: len(self.args)]

    def changed(self, place: int) -> list | None:
        """The arguments with another one in this place; None for what cannot be changed."""
        value, args = self.args[place], list(self.args)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
            args[place] = self._moved(value)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size > 1:
            args[place] = np.roll(value, 1)
        elif type(value) is float:
            args[place] = 1.7 * value + 0.1
        elif type(value) is int:
            args[place] = value + 1
        else:
            return None
        return args

    def noise_of_its_own(self) -> Mistake:
        given = next((name for name in self.names() if name in ("eps", "noise")), "")
        beside = f" The noise is given, as `{given}`." if given else ""
        return Mistake(
            "extra noise",
            f"The same call twice gives two answers: `{self.name}` draws something random.{beside}",
            "Which line draws, and what does the docstring say about where noise comes from?",
        )

    def _but_one(self, value: np.ndarray, kept: int) -> np.ndarray:
        changed = self._moved(value)
        changed[kept] = value[kept]
        return changed

    def _moved(self, value: np.ndarray) -> np.ndarray:
        """Other numbers in the same range: something that is no longer a picture shows nothing."""
        share = self.rng.uniform(0.2, 0.6, value.shape)
        if np.ptp(value) > 0:
            other = self.rng.uniform(value.min(), value.max(), value.shape)
            return (value + share * (other - value)).astype(value.dtype)
        return (value * (1 - share) if value.any() else value + share).astype(value.dtype)
