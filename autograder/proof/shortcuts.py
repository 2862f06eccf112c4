"""Answers without the skill: constants, echoes, tables of known questions, answers of before.

Made by machine for every answer that is a function or a plain value; where an answer is a class or
returns a model, a lesson's cells hold some by hand (`# %% 4.3 shortcut: trains nothing`). Each gets
more for free than a learner would: the form of a right answer, and a table of what other seeds
ask. What the best of them earn is compared with the points of a lesson.
"""

from __future__ import annotations

import inspect
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import NotPlain, plain
from autograder.grading.submission import VISIBLE_SEED
from autograder.judging import bank
from autograder.judging.diagnosis import references, somebody
from autograder.judging.judge import judge
from autograder.proof.units import FIRST_SEED

# Seeds that the points are worked out on, and others that a table is made of.
SEEDS = 3
TABLE_SEEDS = (VISIBLE_SEED, *range(101, 111))
NUMBERS = (0.0, 1.0, 0.5, -1.0)
# Lines and the like: whole numbers that somebody would guess.
GUESSES = range(1, 21)
DECIMALS = 4
# A table that a person would write; one of all 256 bytes is an answer.
MOST_ENTRIES = 64

Function = Callable[..., Any]
Question = tuple[tuple, Any]


def shortcuts(exercise: Exercise) -> dict[str, dict[str, object]]:
    """Name → answers, for every shortcut to an exercise."""
    functions = {
        name: item
        for name, item in exercise.reference.items()
        if callable(item) and not inspect.isclass(item)
    }
    guessed = _guessed_values(exercise)
    asked = _asked(exercise, functions) if functions else {}
    found: dict[str, dict[str, object]] = {}
    # What takes or returns models is beyond these: see the lesson's cells.
    for name, function in ((n, f) for n, f in functions.items() if asked[n]):
        for words, made in _of_function(exercise, name, function, asked[name]):
            found.setdefault(words, dict(guessed))[name] = made
    for written in bank.shortcuts(exercise.id):
        space = bank.namespace(written)
        found[written.name] = {name: space[name] for name in exercise.answers if name in space}
    return found


def earned(exercise: Exercise, answers: Mapping[str, object]) -> float:
    """The points that answers earn, on average over a few seeds."""
    missing = {name: _unwritten for name in exercise.answers if name not in answers}
    points = []
    for seed in range(FIRST_SEED, FIRST_SEED + (1 if exercise.slow else SEEDS)):
        with somebody(exercise, {**missing, **answers}) as student:
            points.append(judge(exercise.id, student, seed, explained=False).points)
    return float(np.mean(points))


def best_of(exercise_id: str) -> dict:
    """The best of all shortcuts to an exercise, and what it earns beyond what it deserves.

    Raises:
        ValueError: a right answer does not pass, so that nothing follows from what others earn.
    """
    exercise = registry.get(exercise_id)
    if earned(exercise, exercise.reference) < exercise.points:
        raise ValueError(f"{exercise_id}: the reference does not pass; look at that first.")
    found = {name: earned(exercise, answers) for name, answers in shortcuts(exercise).items()}
    best = max(found, key=found.__getitem__, default="none")
    return {
        "name": best,
        "tried": len(found),
        "earned": max(0.0, found.get(best, 0.0) - registry.deserved(exercise_id)[0]),
    }


def _unwritten(*args, **kwargs):
    raise NotImplementedError


def _guessed_values(exercise: Exercise) -> dict[str, object]:
    """Plain values of an answer that a guess would hit."""
    return {
        name: item
        for name, item in exercise.reference.items()
        if isinstance(item, (int, str)) and (isinstance(item, str) or item in GUESSES)
    }


def _asked(exercise: Exercise, functions: Mapping[str, Function]) -> dict[str, list[Question]]:
    """What the tests ask of each function on the table's seeds, and the right answers."""
    asked: dict[str, list[Question]] = {name: [] for name in functions}

    def noted(name: str) -> Function:
        def answer(*args, **kwargs):
            right = functions[name](*args, **kwargs)
            with suppress(NotPlain):
                given = *map(plain, args), *map(plain, kwargs.values())
                asked[name].append((given, plain(right)))
            return right

        return answer

    answers = {name: noted(name) for name in functions}
    for seed in TABLE_SEEDS if not exercise.slow else TABLE_SEEDS[:1]:
        with somebody(exercise, answers) as student:
            judge(exercise.id, student, seed, explained=False)
    return asked


def _of_function(
    exercise: Exercise, name: str, function: Function, asked: list[Question]
) -> Iterator[tuple[str, Function]]:
    """(in a few words, implementation) of every shortcut to one function."""
    most = max((len(args) for args, _ in asked), default=0)
    for number in NUMBERS:
        yield f"{number:g} everywhere", _formed(function, partial(_number, number))
    for place in range(most):
        yield f"echo of argument {place + 1}", partial(_echo, place)
        formed = _formed(function, partial(_argument, place))
        yield f"argument {place + 1} in the form of an answer", formed
    yield "the previous answer", _previous(function)
    exact = {_key(args): right for args, right in asked}
    for words, rest in (("zeros", _zero), ("a mixture", _mixture)):
        yield f"table of questions, else {words}", _from_table(function, exact, rest)
        entries = _entries(asked)
        yield f"table of entries, else {words}", _from_entries(function, entries, rest)
        rows = _rows(asked)
        yield f"table of rows, else {words}", _from_rows(function, rows, rest)
    for other, item in references((*exercise.needs, exercise.id)).items():
        if other != name and callable(item) and not inspect.isclass(item):
            yield f"the answer of {other}", item


def _echo(place: int, *args, **kwargs):
    return (*args, *kwargs.values())[place]


def _number(number: float, args: tuple, leaf: np.ndarray) -> float:
    return number


def _argument(place: int, args: tuple, leaf: np.ndarray) -> np.ndarray:
    return _fitted(args[place], leaf)


def _formed(function: Function, of: Callable[[tuple, np.ndarray], Any]) -> Function:
    """Answers of the right form, each array filled with `of(arguments, the right array)`."""

    def answer(*args, **kwargs):
        right = function(*args, **kwargs)
        values = tuple(map(_as_plain, (*args, *kwargs.values())))
        return _filled(right, lambda leaf: of(values, leaf))

    return answer


def _filled(right, of: Callable[[np.ndarray], Any]):
    if isinstance(right, (list, tuple)):
        return type(right)(_filled(item, of) for item in right)
    if isinstance(right, dict):
        return {key: _filled(item, of) for key, item in right.items()}
    try:
        leaf = np.asarray(plain(right))
    except NotPlain:
        return right if right is None else of(np.zeros(()))
    if leaf.dtype.kind not in "biuf":
        return right if leaf.dtype.kind not in "US" else ""
    with np.errstate(all="ignore"):
        made = np.broadcast_to(np.asarray(of(leaf)), leaf.shape).astype(leaf.dtype)
    if type(right) in (bool, int, float):
        return type(right)(made)
    if isinstance(right, (np.ndarray, np.generic)):
        return made
    import tensorflow as tf

    return tf.constant(made)


def _fitted(value, leaf: np.ndarray) -> np.ndarray:
    """An argument in another's shape: as it is, its mean over what is too much, or its first."""
    array = np.asarray(value) if not isinstance(value, (str, type(None))) else np.zeros(())
    if array.dtype.kind not in "biuf":
        return np.zeros(leaf.shape)
    if array.size == leaf.size:
        return array.reshape(leaf.shape)
    while array.ndim > leaf.ndim:
        array = array.mean(axis=-1)
    try:
        return np.broadcast_to(array, leaf.shape)
    except ValueError:
        return np.resize(array, leaf.shape)


def _previous(function: Function) -> Function:
    last: object = None

    def answer(*args, **kwargs):
        nonlocal last
        right = function(*args, **kwargs)
        flat, last = iter([*_leaves(last)]), right
        return _filled(right, lambda leaf: _fitted(next(flat, 0.0), leaf))

    return answer


def _leaves(value) -> Iterator:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        yield from _leaves(list(value.values()))
    else:
        yield _as_plain(value)


def _zero(args: tuple, leaf: np.ndarray) -> np.ndarray:
    return np.zeros(leaf.shape)


def _mixture(args: tuple, leaf: np.ndarray) -> np.ndarray:
    """Something that follows every number that was given."""
    made = np.zeros(leaf.shape)
    for weight, value in zip_longest((1.0, 0.7, 0.4), args[:3], fillvalue=0.0):
        made = made + weight * np.abs(_fitted(value, leaf))
    return made


def _from_table(function: Function, table: Mapping[bytes, object], rest) -> Function:
    def answer(*args, **kwargs):
        values = tuple(map(_as_plain, (*args, *kwargs.values())))
        known = table.get(_key(values))
        if known is not None:
            flat = iter([*_leaves(known)])
            return _filled(function(*args, **kwargs), lambda leaf: next(flat))
        return _formed(function, rest)(*args, **kwargs)

    return answer


def _from_entries(function: Function, table: Mapping[bytes, float], rest) -> Function:
    def known(args: tuple, leaf: np.ndarray) -> np.ndarray:
        return _looked_up(table, _entry_keys(args, leaf), rest(args, leaf))

    return _formed(function, known)


def _from_rows(function: Function, table: Mapping[bytes, np.ndarray], rest) -> Function:
    def known(args: tuple, leaf: np.ndarray) -> np.ndarray:
        made = np.array(rest(args, leaf))
        for place, key in enumerate(_row_keys(args, leaf)):
            row = table.get(key)
            if row is not None and row.shape == made[place].shape:
                made[place] = row
        return made

    return _formed(function, known)


def _looked_up(table, keys: list[bytes], made: np.ndarray) -> np.ndarray:
    flat = np.array(made, dtype=np.float64).ravel()
    for place, key in enumerate(keys):
        flat[place] = table.get(key, flat[place])
    return flat.reshape(np.shape(made))


def _entries(asked: Iterable[Question]) -> dict[bytes, float]:
    """What stands at entries of right answers, for the entries that are asked for most often."""
    found: dict[bytes, float] = {}
    times: Counter[bytes] = Counter()
    for args, right in asked:
        for leaf in map(np.asarray, _leaves(right)):
            if leaf.dtype.kind in "biuf":
                keys = _entry_keys(args, leaf)
                found.update(zip(keys, leaf.ravel().tolist(), strict=False))
                times.update(keys)
    return {key: found[key] for key, _ in times.most_common(MOST_ENTRIES)}


def _entry_keys(args: tuple, leaf: np.ndarray) -> list[bytes]:
    """A key for each entry of an answer: the arguments' entries in the same place."""
    columns = [column for item in args if (column := _column(item, leaf)) is not None]
    if not columns or leaf.ndim == 0:
        return []
    return [row.tobytes() for row in np.round(np.stack(columns, axis=1), DECIMALS) + 0.0]


def _column(item, leaf: np.ndarray) -> np.ndarray | None:
    array = np.asarray(item) if not isinstance(item, (str, type(None))) else None
    if array is None or array.dtype.kind not in "biuf":
        return None
    try:
        return np.broadcast_to(array, leaf.shape).astype(np.float64).ravel()
    except ValueError:
        return None


def _rows(asked: Iterable[Question]) -> dict[bytes, np.ndarray]:
    found: dict[bytes, np.ndarray] = {}
    for args, right in asked:
        for leaf in map(np.asarray, _leaves(right)):
            if leaf.dtype.kind in "biuf" and leaf.ndim:
                found.update(zip(_row_keys(args, leaf), leaf, strict=False))
    return found


def _row_keys(args: tuple, leaf: np.ndarray) -> list[bytes]:
    """A key for each row of an answer: the arguments' rows in the same place."""
    if leaf.ndim == 0:
        return []
    arrays = [
        array
        for item in args
        if not isinstance(item, (str, type(None)))
        and (array := np.asarray(item)).dtype.kind in "biuf"
        and array.ndim
        and len(array) == len(leaf)
    ]
    if not arrays:
        return []
    return [_key(tuple(array[place] for array in arrays)) for place in range(len(leaf))]


def _key(args: tuple) -> bytes:
    def rounded(item):
        if isinstance(item, np.ndarray) and item.dtype.kind == "f":
            return np.round(item.astype(np.float64), DECIMALS) + 0.0
        return item

    return pickle.dumps([rounded(item) for item in args])


def _as_plain(value):
    try:
        return plain(value)
    except NotPlain:
        return None
