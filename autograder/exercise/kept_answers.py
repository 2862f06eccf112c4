"""What the course's own wrong answers say to the questions of slow exercises, kept beside them.

Asking them takes minutes where networks are trained. A learner's check always draws the same
numbers, so what it asks can be asked once, by the author (`autograder.authoring.keeping`), and
read here. Other questions, as a graded run has them, are put to the wrong answers themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import BuiltinFunctionType, FunctionType

import numpy as np

from autograder.exercise import registry, student
from autograder.exercise.expect import Mismatch

FILE = "kept_answers.json"
# Who gives right answers only.
NOBODY = ""
# Digits of numbers: enough to tell them from others, few enough for another processor's.
DIGITS = 6
# What JSON has no word for.
TYPES = TUPLE, SCALAR, ARRAY = "a tuple", "a NumPy number", "an array"
# An array with more entries is not kept.
LARGEST = 1000


class Unspeakable(ValueError):
    """A value that has no short, lasting text."""


def question_in_words(
    method: str, args: Sequence, kwargs: Mapping, summary: Callable | None = None
) -> str | None:
    """A question as a text that is the same in every process; None if there is none.

    Arrays are told by type, shape and sum. A summary is told by where it is written and by the
    values that it was made with.
    """
    try:
        asked = [method, _in_words(list(args)), _in_words(dict(kwargs))]
        return " ".join([*asked, _function_in_words(summary)] if summary else asked)
    except Unspeakable:
        return None


def _in_words(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return f"{value.dtype}{value.shape}={value.sum(dtype=np.float64):.{DIGITS}g}"
    if isinstance(value, np.generic):
        return _in_words(value.item())
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_in_words, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_in_words(item)}' for key, item in value.items())}}}"
    if callable(value):
        return _function_in_words(value)
    raise Unspeakable(type(value).__name__)


def _function_in_words(made: Callable) -> str:
    if isinstance(made, partial):
        parts = _in_words([*made.args, made.keywords])
        return f"{_function_in_words(made.func)} {parts}"
    if isinstance(made, FunctionType):
        cells = [cell.cell_contents for cell in made.__closure__ or ()]
        place = f"{made.__module__}.{made.__qualname__}:{made.__code__.co_firstlineno}"
        return f"{place} {_in_words([*cells, *(made.__defaults__ or ())])}"
    if isinstance(made, BuiltinFunctionType):
        return made.__qualname__
    raise Unspeakable(type(made).__name__)


def as_data(answer: object) -> dict | None:
    """An answer, or the exception in its place, as plain data; None where that would change it."""
    if isinstance(answer, Mismatch):
        words = [answer.checked, answer.expected, answer.actual, answer.cause]
        return {"raises": "Mismatch", "words": words}
    if isinstance(answer, student.StudentError):
        return {"raises": type(answer).__name__, "words": [str(answer)]}
    try:
        return {"says": _plain(answer)}
    except Unspeakable:
        return None


def _plain(value: object) -> object:
    """Data that JSON keeps as it is; what JSON lacks is put under a name of its type."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [*map(_plain, value)]
    if type(value) is tuple:
        return {TUPLE: [*map(_plain, value)]}
    if (
        type(value) is dict
        and value.keys().isdisjoint(TYPES)
        and all(type(k) is str for k in value)
    ):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return {SCALAR: [value.dtype.name, value.item()]}
    if type(value) is np.ndarray and value.dtype.kind in "biuf" and value.size <= LARGEST:
        return {ARRAY: [value.dtype.name, list(value.shape), value.ravel().tolist()]}
    raise Unspeakable(type(value).__name__)


def _from_plain(data: object) -> object:
    if isinstance(data, list):
        return [*map(_from_plain, data)]
    if not isinstance(data, dict):
        return data
    if TUPLE in data:
        return (*map(_from_plain, data[TUPLE]),)
    if SCALAR in data:
        kind, value = data[SCALAR]
        return np.dtype(kind).type(value)
    if ARRAY in data:
        kind, shape, values = data[ARRAY]
        return np.array(values, kind).reshape(shape)
    return {key: _from_plain(item) for key, item in data.items()}


def from_data(data: Mapping) -> object:
    """The answer, or the exception in its place, that `as_data` made data of."""
    if "says" in data:
        return _from_plain(data["says"])
    kind = Mismatch if data["raises"] == "Mismatch" else getattr(student, data["raises"])
    return kind(*data["words"])


def find(exercise_id: str, who: str, question: str) -> tuple[frozenset[str], object] | None:
    """The names that a question asks for, and what somebody says to it, if that was kept.

    Args:
        exercise_id: such as "7.1".
        who: a misconception's name, or NOBODY.
        question: as `question_in_words` gives it.
    """
    kept = _of_exercise(exercise_id).get((question, who))
    return (frozenset(kept["names"]), from_data(kept)) if kept else None


@cache
def _of_exercise(exercise_id: str) -> dict[tuple[str, str], Mapping]:
    file = registry.course_file(f"lesson_{exercise_id.partition('.')[0]}/{FILE}")
    if not file.is_file():
        return {}
    exercises = json.loads(file.read_text(encoding="utf-8"))["exercises"]
    return {
        (question, who): answer
        for question, answers in exercises.get(exercise_id, {}).items()
        for answer in answers
        for who in answer["who"]
    }
