"""Answers that only somebody who has read the question can give.

What comes from a learner's process may be made up: by code that changed the process, from
numbers that were right for another question. So questions repeat some of their inputs at
places drawn afresh, and an answer has to repeat there and nowhere else. That needs no
knowledge of the right answer, which makes it fit for the parts of an exercise that judge a
shape, a dtype or an architecture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from autograder.exercise.expect import Mismatch

# Rounding differs with a row's place in a batch by about 1e-7 of the largest value.
TOLERANCE = 1e-4
LARGEST = 1e30


def repeats(rng: np.random.Generator, distinct: int, places: int) -> np.ndarray:
    """Which of `distinct` inputs stands at each of `places`: all of them, and some again."""
    again = rng.integers(0, distinct, places - distinct)
    return rng.permutation(np.concatenate([np.arange(distinct), again]))


def follows(
    outputs: Iterable[object],
    order: np.ndarray,
    of_all: Callable[[np.ndarray], float] = np.max,
) -> bool:
    """Whether outputs repeat exactly where inputs did.

    Args:
        outputs: arrays with one row for each place; other shapes count as not following.
        order: as from `repeats`.
        of_all: the distance of two arrays from those of their entries; the mean where a
            right answer may magnify the rounding of a few entries, as log(1 − p) does near 1.

    Returns:
        True when rows of the same input agree in every array and rows of different inputs
        differ in at least one.
    """
    arrays = _all_bounded(outputs)
    if not arrays or any(len(array) != len(order) for array in arrays):
        return False
    first = first_places(order)[order]
    repeat = all(of_all(_distance(array, array[first])) <= TOLERANCE for array in arrays)
    return repeat and any(_distance(array, array[:1]).max() > TOLERANCE for array in arrays)


def first_places(order: np.ndarray) -> np.ndarray:
    """Where each distinct input stands first, `(distinct,)`."""
    return np.unique(order, return_index=True)[1]


def are_linear(gradients: Iterable[Iterable[object]], factors: tuple[float, float]) -> bool:
    """Whether the gradients of a·f + b·g are a times those of f plus b times those of g.

    Args:
        gradients: those of f, of g and of a·f + b·g: lists with one array for each weight.
        factors: a and b.

    Returns:
        False also for a missing gradient (None), and when all of them are 0.
    """
    of_f, of_g, of_both = (_all_bounded(one) for one in gradients)
    if not len(of_f) == len(of_g) == len(of_both) > 0:
        return False
    a, b = factors
    largest = max(np.abs(item).max(initial=0.0) for item in (*of_f, *of_g))
    for f, g, both in zip(of_f, of_g, of_both, strict=True):
        if not f.shape == g.shape == both.shape:
            return False
        # What is 0 but for rounding, such as a bias that a later layer cancels, is forgiven.
        own = abs(a) * np.abs(f).max(initial=0.0) + abs(b) * np.abs(g).max(initial=0.0)
        if not np.all(np.abs(a * f + b * g - both) <= 1e-3 * own + 1e-5 * largest):
            return False
    return bool(largest > 0)


def unreadable(what: str, wanted: str) -> Mismatch:
    """The words for an answer that is not of the form that was asked for."""
    return Mismatch(what, wanted, "something in another form")


def _all_bounded(outputs: Iterable[object]) -> list[np.ndarray]:
    """Arrays in double precision, infinities made large; none where one has no numbers in rows."""
    arrays = [_bounded(output) for output in outputs]
    readable = [array for array in arrays if array is not None]
    return readable if len(readable) == len(arrays) else []


def _bounded(output: object) -> np.ndarray | None:
    """The array in double precision, infinities made large; None without numbers in rows."""
    if not isinstance(output, np.ndarray) or output.dtype.kind not in "biuf":
        return None
    if output.ndim == 0 or output.size == 0:
        return None
    values = output.astype(np.float64)
    if np.isnan(values).any():
        return None
    return np.clip(values, -LARGEST, LARGEST)


def _distance(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How far apart, in units of the largest value."""
    return np.abs(values - others) / max(np.abs(values).max(), np.finfo(np.float64).tiny)
