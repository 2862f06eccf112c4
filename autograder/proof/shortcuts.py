"""Answers without the skill: constants, echoes, tables of known questions, answers of before.

Made by machine for every answer that is a function or a plain value; where an answer is a class or
returns a model, a lesson's cells hold some by hand (`# %% 4.3 shortcut: trains nothing`). Each gets
more for free than a learner would: the form of a right answer, and a table of what other seeds
ask. What the best of them earn is compared with the points of a lesson.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial

import numpy as np

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import NotPlain, plain
from autograder.grading.submission import VISIBLE_SEED
from autograder.judging import bank
from autograder.judging.diagnosis import references, somebody
from autograder.judging.judge import judge
from autograder.proof.shortcut_forms import Function, filled, fitted, formed, leaves
from autograder.proof.shortcut_tables import (
    Question,
    entries_of,
    from_entries,
    from_questions,
    from_rows,
    key_of,
    mixture,
    rows_of,
    zeros,
)
from autograder.proof.units import FIRST_SEED

# Seeds that the points are worked out on, and others that a table is made of.
SEEDS = 3
TABLE_SEEDS = (VISIBLE_SEED, *range(101, 111))
NUMBERS = (0.0, 1.0, 0.5, -1.0)
# Lines and the like: whole numbers that somebody would guess.
GUESSES = range(1, 21)


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
        yield f"{number:g} everywhere", formed(function, partial(_number, number))
    for place in range(most):
        yield f"echo of argument {place + 1}", partial(_echo, place)
        made = formed(function, partial(_argument, place))
        yield f"argument {place + 1} in the form of an answer", made
    yield "the previous answer", _previous(function)
    exact = {key_of(args): right for args, right in asked}
    for words, rest in (("zeros", zeros), ("a mixture", mixture)):
        yield f"table of questions, else {words}", from_questions(function, exact, rest)
        entries = entries_of(asked)
        yield f"table of entries, else {words}", from_entries(function, entries, rest)
        rows = rows_of(asked)
        yield f"table of rows, else {words}", from_rows(function, rows, rest)
    for other, item in references((*exercise.needs, exercise.id)).items():
        if other != name and callable(item) and not inspect.isclass(item):
            yield f"the answer of {other}", item


def _echo(place: int, *args, **kwargs):
    return (*args, *kwargs.values())[place]


def _number(number: float, args: tuple, leaf: np.ndarray) -> float:
    return number


def _argument(place: int, args: tuple, leaf: np.ndarray) -> np.ndarray:
    return fitted(args[place], leaf)


def _previous(function: Function) -> Function:
    last: object = None

    def answer(*args, **kwargs):
        nonlocal last
        right = function(*args, **kwargs)
        flat, last = iter([*leaves(last)]), right
        return filled(right, lambda leaf: fitted(next(flat, 0.0), leaf))

    return answer
