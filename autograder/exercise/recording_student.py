"""A student that passes questions on and remembers them, to ask others the same questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograder.exercise.expect import Mismatch
from autograder.exercise.student import BadValue, Student, StudentError
from autograder.exercise.values import described, kind, same


class RecordingStudent:
    """Passes everything on and remembers it, so that a diagnosis can replay it.

    Attributes:
        record: (method, arguments, keyword arguments, answer or error) of every question.
        seconds: how long each answer took.
        passed_by: whether a student passes the test that is recorded, or None: not known.
    """

    def __init__(self, student: Student, passed_by: Callable[[Student], bool] | None = None):
        self.student, self.passed_by = student, passed_by
        self.record: list[tuple[str, tuple, dict, object]] = []
        self.seconds: list[float] = []

    def value(self, name: str) -> Any:
        return self._keep("value", (name,), {})

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._keep("call", (name, *args), kwargs)

    def probe(self, probe: str, *args: Any, **kwargs: Any) -> Any:
        return self._keep("probe", (probe, *args), kwargs)

    def prepare(self, probe: str, *args: Any, times: int) -> None:
        self.student.prepare(probe, *args, times=times)

    def _keep(self, method: str, args: tuple, kwargs: dict):
        start = time.perf_counter()
        try:
            result = getattr(self.student, method)(*args, **kwargs)
        except (StudentError, Mismatch) as error:
            self.record.append((method, args, kwargs, error))
            raise
        else:
            self.record.append((method, args, kwargs, result))
            return result
        finally:
            self.seconds.append(time.perf_counter() - start)

    def matches(self, other: Student, rtol: float, atol: float, same_types: bool = False) -> bool:
        """Whether `other` answers every recorded question as this student did; see `agrees`."""
        return self.agrees(self.answers_of(other), rtol, atol, same_types)

    def agrees(self, answers: Iterable, rtol: float, atol: float, same_types: bool = False) -> bool:
        """Whether these answers to the recorded questions are this student's.

        Answers are taken one by one, up to the first that differs.
        """
        compared = zip(range(len(self.record)), answers, strict=False)
        return bool(self.record) and all(
            self.agrees_at(place, answer, rtol, atol, same_types) for place, answer in compared
        )

    def agrees_at(
        self, place: int, answer: object, rtol: float, atol: float, same_types: bool = False
    ) -> bool:
        """Whether an answer to one recorded question is this student's.

        Plain variables must agree in type too (7.0 is not 7), other answers only on request.
        """
        method, *_, result = self.record[place]
        if isinstance(result, Exception) or isinstance(answer, Exception):
            # An answer that cannot be read is like another that is refused in the same words.
            unread = isinstance(answer, (BadValue, Mismatch))
            return unread and type(answer) is type(result) and str(answer) == str(result)
        typed = same_types or method == "value"
        return same(answer, result, rtol, atol) and (not typed or kind(answer) == kind(result))

    def answers_of(self, other: Student) -> Iterator:
        """What `other` says to every recorded question in turn; an exception where it raises."""
        return (self.ask(place, other) for place in range(len(self.record)))

    def ask(self, place: int, other: Student) -> Any:
        """Put one recorded question to `other`; its answer, or the exception it raises."""
        method, args, kwargs, _ = self.record[place]
        try:
            return getattr(other, method)(*args, **kwargs)
        except (StudentError, Mismatch) as error:
            return error

    def last_call(self) -> str:
        """The last question as a line of code, with arrays in words; "" when there was none."""
        if not self.record:
            return ""
        method, (name, *args), kwargs, _ = self.record[-1]
        if method != "call":
            return ""
        shown = [described(item) for item in args]
        shown += [f"{key}={described(item)}" for key, item in kwargs.items() if key != "tensors"]
        return f"`{name}({', '.join(shown)})`"
