"""A student that is never asked the same question twice, for answers that are slow to get."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from types import FunctionType
from typing import Any

from autograder.exercise import kept_answers
from autograder.exercise.expect import Mismatch
from autograder.exercise.student import Examinee, StudentError, Workshop

# Enough for every wrong answer to every question of one exercise; the oldest go first.
MOST_REMEMBERED = 4000
# Functions made with functions made with … are followed so far.
DEEPEST = 4
_memory: OrderedDict[tuple, tuple[frozenset[str], object, Mapping]] = OrderedDict()


class Remembering:
    """Passes questions on to a student, unless that student was asked them before.

    What a probe's `summary` makes of an answer is kept where that can be told from other
    summaries, since the answer itself may be megabytes of arrays.

    Args:
        student: who answers.
        owner: whose exercise it is.
        answers: name → implementation, what tells this student from others.
        names: takes the names that questions ask for, also where the answer is remembered.
        called: by which name this student's answers may have been kept with the course.
    """

    def __init__(
        self,
        student: Examinee,
        owner: str,
        answers: Mapping[str, object],
        names: set[str],
        called: str | None = None,
    ):
        self._student, self._owner, self._answers, self._names = student, owner, answers, names
        self._called = called
        self._who = frozenset((name, id(item)) for name, item in answers.items())

    def value(self, name: str) -> Any:
        return self._student.value(name)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._remembered("call", self._student.call, (name, *args), kwargs)

    def probe(self, probe: str, *args: Any, summary: Callable | None = None, **kwargs: Any) -> Any:
        if summary and (identity := _identity_of(summary)):
            ask = partial(self._student.probe, summary=summary)
            method = "probe", identity
            return self._remembered(method, ask, (probe, *args), kwargs, summary)
        value = self._remembered("probe", self._student.probe, (probe, *args), kwargs)
        return summary(value) if summary else value

    def prepare(self, probe: str, *args: Any, times: int) -> None:
        """Nothing: a question whose answer is not kept does its work itself."""

    @property
    def seconds_to_explain(self) -> float:
        return self._student.seconds_to_explain

    def source_of(self, name: str) -> str:
        return self._student.source_of(name)

    def cells(self) -> Sequence[tuple[str, str]]:
        return self._student.cells()

    def ask_for_patience(self) -> None:
        self._student.ask_for_patience()

    def workshop(self) -> AbstractContextManager[Workshop] | None:
        return None

    def standing_in(self, replacements: Mapping[str, object]) -> AbstractContextManager[object]:
        return self._student.standing_in(replacements)

    def _remembered(
        self,
        method: Hashable,
        ask: Callable,
        args: tuple,
        kwargs: dict,
        summary: Callable | None = None,
    ):
        question = hashlib.sha256(pickle.dumps((args, sorted(kwargs.items())))).digest()
        key = self._owner, self._who, method, question
        if key not in _memory:
            name = method if isinstance(method, str) else "probe"
            found = self._kept(name, args, kwargs, summary) or self._asked(ask, args, kwargs)
            # The implementations are kept as long as their answers: their identity is the key.
            _memory[key] = *found, self._answers
            while len(_memory) > MOST_REMEMBERED:
                _memory.popitem(last=False)
        _memory.move_to_end(key)
        names, answer, _ = _memory[key]
        self._names |= names
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _kept(self, method: str, args: tuple, kwargs: dict, summary: Callable | None):
        if self._called is None:
            return None
        words = kept_answers.question_in_words(method, args, kwargs, summary)
        return words and kept_answers.find(self._owner, self._called, words)

    def _asked(self, ask: Callable, args: tuple, kwargs: dict) -> tuple[frozenset[str], object]:
        before = set(self._names)
        self._names.clear()
        try:
            answer = ask(*args, **kwargs)
        except (StudentError, Mismatch) as error:
            answer = error
        names = frozenset(self._names)
        self._names |= before
        return names, answer


def _identity_of(made: object, deep: int = DEEPEST) -> Hashable:
    """What tells one summary from another: its code, and the values that it was made with.

    Functions among these values are told apart in the same way. None where something cannot be
    told: the summary is then worked out anew from the whole answer.
    """
    if isinstance(made, partial):
        return _identities((made.func, *made.args, *sorted(made.keywords.items())), deep)
    if isinstance(made, FunctionType):
        cells = [cell.cell_contents for cell in made.__closure__ or ()]
        return _identities((*cells, *(made.__defaults__ or ())), deep, made.__code__)
    if callable(made):
        return None
    try:
        return hashlib.sha256(pickle.dumps(made)).digest()
    except Exception:  # a lock, a generator, …
        return None


def _identities(made: Sequence[object], deep: int, *known: Hashable) -> Hashable:
    """Those of several things as one, or None; one that is made of itself has none."""
    found = [_identity_of(item, deep - 1) for item in made] if deep else [None]
    return None if None in found else (*known, *found)
