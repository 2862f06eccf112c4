"""The `Student` protocol: something that answers calls with plain values.

Tests talk to learners' code only through it, so they cannot tell (and need not know)
whether the code lives in this notebook or in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Student(Protocol):
    """Answers for a learner. Every method returns plain values or raises a `StudentError`."""

    def value(self, name: str) -> Any:
        """The plain value of a variable."""

    def call(self, name: str, *args: Any, tensors: bool = True, **kwargs: Any) -> Any:
        """Call a function; float arrays arrive as TensorFlow tensors unless `tensors=False`."""

    def probe(self, probe: str, *args: Any, summary: Callable | None = None, **kwargs: Any) -> Any:
        """Run the probe "lesson_N.name" (see `registry.probe`) in the learner's process.

        `summary` turns what comes back into what the test and the diagnosis look at. It runs
        on the judge's side, so its facts cannot be claimed, only earned; what comes back can
        be anything plain, and a summary raises `Mismatch` for what it cannot read.
        """

    def prepare(self, probe: str, *args: Any, times: int) -> None:
        """Run a probe until it returns True, at most so many times: work too long for one question.

        What goes wrong is left to the question that this prepares, except for taking too long.
        Nothing of it is told to a diagnosis: how often it was run says nothing about an answer.
        """


class Workshop(Student, Protocol):
    """A student whose answers can be rewritten, to try what would mend them."""

    def define(self, source: str) -> None:
        """Run a cell in place of the one that defines an answer. Raises a `StudentError`."""


class Examinee(Student, Protocol):
    """A student that can be judged: right answers may stand in for wrong prerequisites."""

    @property
    def seconds_to_explain(self) -> float:
        """How long looking for a cause may take."""

    def source_of(self, name: str) -> str:
        """The cell that defines an answer; "" where it is not known."""

    def cells(self) -> Sequence[tuple[str, str]]:
        """What was run, in order: each cell and the "Type: message" that ended it, or ""."""

    def ask_for_patience(self) -> None:
        """Called when looking for a cause takes more than a moment."""

    def workshop(self) -> AbstractContextManager[Workshop] | None:
        """Somebody with the same answers to try changes on; None where there is none."""

    def standing_in(self, replacements: Mapping[str, object]) -> AbstractContextManager[object]:
        """Put other implementations in place of the learner's for a while."""


class StudentError(Exception):
    """Something on the learner's side kept an answer from arriving; `str()` is for people."""


class GraderFault(RuntimeError):
    """The grader's side failed: nothing can be asked, and the learner answers for none of it."""


class NotWritten(StudentError):
    """The answer is missing or is still the stub."""


class Blocked(StudentError):
    """The answer calls another exercise's answer that is not written yet."""


class Crashed(StudentError):
    """The learner's code raised; the message holds the error and the line in their cell."""


class TimedOut(StudentError):
    """The learner's code did not finish in the time allowed."""


class BadValue(StudentError):
    """The learner's code returned something that is not an array, a number or a string."""


def prepare(student: Student, probe: str, args: Sequence, times: int) -> None:
    """What `Student.prepare` does, by questions."""
    try:
        for _ in range(times):
            if student.probe(probe, *args) is True:
                return
    except TimedOut:
        raise
    except StudentError:
        return
