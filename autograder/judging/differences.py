"""What kind of difference there is between an answer and a right one, when no named mistake fits.

The tests here know nothing about the exercise: they compare two plain values and the sizes of the
inputs. They run in order of how much each would explain.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from autograder.exercise.declaration import Exercise
from autograder.exercise.recording_student import RecordingStudent
from autograder.judging.diagnosis import Case

RTOL, ATOL = 1e-3, 1e-5
# Numbers, no two alike, that a factor or an offset has to fit.
FEWEST = 3
# Entries; whoever answers with more made no mistake of these kinds.
LARGEST = 10_000_000
MOST_AXES = 6
# A path by which values pass but gradients do not.
GRADIENT_BLOCKED = (
    "the gradient is blocked: no path leads from the result back to the variables. NumPy, a plain "
    "number, `stop_gradient` or work done outside the tape cuts it."
)
POWERS = (
    ("the square of", np.square),
    ("the square root of", np.sqrt),
    ("the exponential of", np.exp),
    ("the logarithm of", np.log),
    ("one over", np.reciprocal),
)


def in_words(exercise: Exercise, record: RecordingStudent) -> str | None:
    """The kind of difference in the first answer that is not the right one, or None.

    One or two numbers are like too much by chance: what is said of them has to hold for those of
    the test's other questions, too.
    """
    pairs = zip(record.record, Case(exercise, [record]).right_answers(record), strict=False)
    few: list[tuple[np.ndarray, np.ndarray]] = []
    for (method, args, _, actual), expected in pairs:
        if isinstance(actual, Exception) or isinstance(expected, Exception):
            return None
        about_gradients = method == "probe" and "gradient" in str(args[0])
        words = kind_of_difference(actual, expected, _sizes(args), about_gradients)
        if words:
            return words
        if _numeric(actual) and _numeric(expected):
            one, other = np.asarray(actual), np.asarray(expected)
            if one.shape == other.shape:
                few.append((one.ravel().astype(float), other.ravel().astype(float)))
    if not few:
        return None
    with np.errstate(all="ignore"):
        ours, right = (np.concatenate(part) for part in zip(*few, strict=True))
        return _proportion(ours, right, ())


def kind_of_difference(
    actual: Any, expected: Any, sizes: tuple[int, ...] = (), gradient: bool = False
) -> str | None:
    """What would turn the expected value into the actual one, in words.

    Args:
        actual, expected: plain values.
        sizes: lengths of the axes of what went in; a factor that is one of them, or a product
            of some, is told as such.
        gradient: the value is a gradient, so that None means a blocked one.

    Returns:
        None when they agree, or when no general test tells how they differ.
    """
    if isinstance(expected, dict):
        found = actual if isinstance(actual, dict) else {}
        # Of facts, None is one that could not be told; it is no value that was not returned.
        parts = [(found.get(k), expected[k]) for k in expected if k in found]
        return _first((pair for pair in parts if gradient or pair[0] is not None), sizes, gradient)
    if isinstance(expected, (list, tuple)):
        if not isinstance(actual, (list, tuple)):
            return f"one value came back where {len(expected)} are expected."
        if len(actual) != len(expected):
            return f"{len(actual)} values came back where {len(expected)} are expected."
        if _drawn(expected) and _all_alike(actual) and not _all_alike(expected):
            return "nothing random is left: the result is the same every time."
        return _first(zip(actual, expected, strict=True), sizes, True)
    if actual is None and isinstance(expected, (np.ndarray, float, int)):
        return GRADIENT_BLOCKED if gradient else "nothing was returned. Is there a `return`?"
    if not _numeric(actual) or not _numeric(expected):
        return None
    sizes_of_axes = np.shape(actual)
    entries, longest = np.size(actual), max(sizes_of_axes, default=1)
    if not 0 < entries <= LARGEST or longest > LARGEST or len(sizes_of_axes) > MOST_AXES:
        return f"the shape is wrong: {sizes_of_axes} instead of {np.shape(expected)}."
    with np.errstate(all="ignore"):
        return _between_arrays(np.asarray(actual, float), np.asarray(expected, float), sizes)


def _first(pairs, sizes, gradient: bool) -> str | None:
    found = (kind_of_difference(a, e, sizes, gradient) for a, e in pairs)
    return next(filter(None, found), None)


def _numeric(value) -> bool:
    return isinstance(value, (np.ndarray, float, int)) and np.asarray(value).dtype.kind in "iuf"


def _all_alike(values) -> bool:
    arrays = [np.asarray(item) for item in values if _numeric(item)]
    return len(arrays) == len(values) > 1 and all(_close(item, arrays[0]) for item in arrays[1:])


def _drawn(values) -> bool:
    """Whether these could be draws of one thing: arrays of one shape, none of them a number."""
    return (
        len({np.shape(item) for item in values if _numeric(item)}) == 1 and np.ndim(values[0]) > 0
    )


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, RTOL, ATOL))


def _between_arrays(a: np.ndarray, e: np.ndarray, sizes: tuple[int, ...]) -> str | None:
    if _close(a, e):
        return None
    if not np.all(np.isfinite(a)):
        return (
            f"{int(np.sum(~np.isfinite(a)))} of {a.size} numbers are not finite. Look for a "
            "logarithm of 0, a division by 0, or an exponential of something large."
        )
    if a.shape != e.shape:
        return _other_shape(a, e)
    return _same_shape(a, e, sizes)


def _other_shape(a: np.ndarray, e: np.ndarray) -> str | None:
    if a.ndim == e.ndim and a.ndim > 1 and _close(a.T, e):
        return "the numbers are right but transposed: the axes are in the opposite order."
    if a.size == e.size and _close(a.reshape(e.shape), e):
        return f"the numbers are right, but their shape is {a.shape} instead of {e.shape}."
    for axes in _axes(a.ndim):
        named = _named(axes)
        if _close(a.sum(axis=axes), e):
            return f"a sum over {named} is missing at the end."
        if _close(a.mean(axis=axes), e):
            return f"a mean over {named} is missing at the end."
    for axes in _axes(e.ndim):
        for verb, reduced in (("summed", e.sum(axis=axes)), ("averaged", e.mean(axis=axes))):
            if _close(a, reduced):
                return f"it is {verb} once too often, over {_named(axes)}."
    return (
        f"the shape is wrong: {a.shape} instead of {e.shape}. Is something reduced over another "
        "axis?"
    )


def _same_shape(a: np.ndarray, e: np.ndarray, sizes: tuple[int, ...]) -> str | None:
    if _close(a, -e) and not _whole(e):
        return "the size is right but the sign is wrong, in every entry."
    if a.size > 1 and not _close(e, np.full_like(e, e.flat[0])):
        if _close(a, np.zeros_like(a)):
            return "every number that came back is 0."
        if _close(a, np.full_like(a, a.flat[0])):
            return f"every number that came back is the same, {a.flat[0]:.4g}."
    words = _proportion(a, e, sizes)
    if words:
        return words
    if a.size > 1 and _close(np.abs(a), np.abs(e)):
        return "the sizes are right but some of the signs are wrong."
    if a.ndim > 1 and a.shape == a.T.shape and _close(a.T, e):
        return "the numbers are right but transposed: rows and columns have changed places."
    for axis in range(a.ndim):
        if _close(np.flip(a, axis), e):
            return f"the numbers are right but in reverse order along axis {axis}."
    if a.size > 1 and _close(np.sort(a, axis=None), np.sort(e, axis=None)):
        return "the numbers are right but in the wrong places: an axis or the order is mixed up."
    return _axis_lost(a, e)


def _proportion(a: np.ndarray, e: np.ndarray, sizes: tuple[int, ...]) -> str | None:
    """A factor, an offset or a power that holds for several numbers, none of them a count."""
    if np.unique(np.round(e, 4)).size < FEWEST or _whole(e):
        return None
    factor = _factor(a, e)
    if factor is not None and abs(factor - 1) > RTOL:
        return f"every entry is {_factor_words(factor, sizes)} the expected one: a constant factor."
    offset = (a - e).flat[0]
    if abs(offset) > ATOL and _close(a - e, np.full_like(e, offset)):
        return f"every entry is off by the same amount, {offset:.4g}."
    for words, function in POWERS:
        if not _close(a, e) and _close(a, function(e)):
            return f"the result is {words} the expected one."
    return None


def _whole(values: np.ndarray) -> bool:
    """Whether these are counts, places or truth values."""
    return bool(np.all(values == np.round(values)))


def _axis_lost(a: np.ndarray, e: np.ndarray) -> str | None:
    """Whether the answer does not change along an axis along which it should."""
    if a.size < 2 * FEWEST or _whole(a):
        return None
    for axis in range(a.ndim):
        if a.shape[axis] > 1 and not _flat(e, axis) and _flat(a, axis):
            return f"nothing changes along axis {axis}: something was reduced or shared there."
    return None


def _flat(values: np.ndarray, axis: int) -> bool:
    return _close(values, np.broadcast_to(values.take([0], axis), values.shape))


def _factor(a: np.ndarray, e: np.ndarray) -> float | None:
    """The one number that every entry of `e` was multiplied by, if there is one."""
    size = float(np.sum(e * e))
    if size == 0:
        return None
    factor = float(np.sum(a * e)) / size
    return factor if factor and _close(a, factor * e) else None


def _factor_words(factor: float, sizes: tuple[int, ...]) -> str:
    times = f"{factor:.4g} times"
    if not np.isfinite([factor, 1 / factor]).all():
        return times
    for value, words in ((factor, "{} times"), (1 / factor, "one {}th of")):
        whole = round(value)
        if whole > 2 and abs(value - whole) < 2e-3 * whole and _is_product(whole, sizes):
            return f"{words.format(whole)} ({whole} is a number of entries in the input)"
    return times


def _is_product(number: int, sizes: tuple[int, ...]) -> bool:
    counts = range(1, len(sizes) + 1)
    return any(int(np.prod(chosen)) == number for k in counts for chosen in combinations(sizes, k))


def _axes(count: int) -> list[tuple[int, ...]]:
    """Every set of axes, single ones first."""
    return [axes for k in range(1, count + 1) for axes in combinations(range(count), k)]


def _named(axes: tuple[int, ...]) -> str:
    return ("axis " if len(axes) == 1 else "axes ") + " and ".join(map(str, axes))


def _sizes(args) -> tuple[int, ...]:
    """Lengths of the axes of the largest array that went in."""
    arrays = [item for item in args if isinstance(item, np.ndarray)]
    return max((item.shape for item in arrays), key=lambda s: int(np.prod(s)), default=())
