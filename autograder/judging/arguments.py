"""Which arguments matter to an answer, found out by changing one and keeping the rest."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.exercise.declaration import Exercise
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import Student, StudentError
from autograder.exercise.values import same
from autograder.judging.diagnosis import somebody
from autograder.judging.verdict import Mistake

# Of the questions in the failed tests.
MOST_QUESTIONS = 2


def matter(
    exercise: Exercise, student: Student, failed: Sequence[RecordingStudent]
) -> Mistake | None:
    """What does not matter to an answer though it matters to a right one, or what should not.

    Args:
        failed: what was asked in the tests that failed.
    """
    questions = [
        (args, kwargs, answer)
        for record in failed
        for method, args, kwargs, answer in record.record
        if method == "call" and len(args) > 1 and not isinstance(answer, Exception)
    ]
    found = [_Question(exercise, student, *question) for question in questions[:MOST_QUESTIONS]]
    told = [question.told() for question in found]
    # What one question shows and another does not is a matter of its numbers.
    return told[0] if told and all(item == told[0] for item in told) else None


class _Question:
    def __init__(self, exercise: Exercise, student: Student, args, kwargs, answer):
        (self.name, *self.args), self.kwargs, self.answer = args, kwargs, answer
        self.exercise, self.student = exercise, student
        self.rng = np.random.default_rng(0)

    def told(self) -> Mistake | None:
        try:
            right = self.right(self.args)
            if not same(self.right(self.args), right):
                return None
            if not same(self.mine(self.args), self.answer):
                return self._draws()
            ignored = [
                name
                for place, name in enumerate(self.names())
                if (changed := self.changed(place)) is not None
                and not same(self.right(changed), right)
                and same(self.mine(changed), self.answer)
            ]
            return self._ignored(ignored) or self._rows(right)
        except (StudentError, TypeError, ValueError):
            return None

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
            spread = float(np.std(value)) or 1.0
            noise = self.rng.uniform(0.2, 0.6, value.shape) * self.rng.choice([-1, 1], value.shape)
            args[place] = (value + spread * noise).astype(value.dtype)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size > 1:
            args[place] = np.roll(value, 1)
        elif type(value) is float:
            args[place] = 1.7 * value + 0.1
        elif type(value) is int:
            args[place] = value + 1
        else:
            return None
        return args

    def _draws(self) -> Mistake:
        given = next((name for name in self.names() if name in ("eps", "noise")), "")
        beside = f" The noise is given, as `{given}`." if given else ""
        return Mistake(
            "noise of its own",
            f"The same call twice gives two answers: `{self.name}` draws something random.{beside}",
            "Which line draws, and what does the docstring say about where noise comes from?",
        )

    def _ignored(self, names: list[str]) -> Mistake | None:
        if not names:
            return None
        if len(names) == len(self.names()) > 1:
            return Mistake(
                "nothing that goes in matters",
                f"`{self.name}` gives the same answer whatever it is given.",
                "What does the `return` give back, and where do the arguments come in?",
            )
        listed = " and ".join(f"`{name}`" for name in names)
        makes = "makes" if len(names) == 1 else "make"
        return Mistake(
            f"{' and '.join(names)} without effect",
            f"{listed} {makes} no difference to your answer: change the value, and the same comes "
            "back.",
            f"Follow {listed} through your code: where should it come in?",
        )

    def _rows(self, right) -> Mistake | None:
        """Whether only the first or the last row of an argument, or of all, has any effect."""
        places = [
            place
            for place, item in enumerate(self.args)
            if isinstance(item, np.ndarray) and item.ndim > 1 and item.dtype.kind == "f"
        ]
        count = len(self.args[places[0]]) if places else 0
        places = [place for place in places if len(self.args[place]) == count]
        names = self.names()
        together = [(places, "the batch")] if len(places) > 1 else []
        for chosen, words in (*together, *(([place], f"`{names[place]}`") for place in places)):
            for row, kept in (("first", 0), ("last", count - 1)) if count > 2 else ():
                args = list(self.args)
                for place in chosen:
                    args[place] = self._but_one(args[place], kept)
                if same(self.mine(args), self.answer) and not same(self.right(args), right):
                    return Mistake(
                        f"only the {row} row of {words} counts",
                        f"Only the {row} row of {words} has an effect on your answer.",
                        "Does an index, or a `return` inside a loop, stop at one row?",
                    )
        return None

    def _but_one(self, value: np.ndarray, kept: int) -> np.ndarray:
        noise = self.rng.uniform(0.2, 0.6, value.shape)
        changed = (value + (float(np.std(value)) or 1.0) * noise).astype(value.dtype)
        changed[kept] = value[kept]
        return changed
