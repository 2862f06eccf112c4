"""Comparisons that cannot be fooled and that explain themselves.

Every function checks kind, shape and finiteness before it compares, and compares
positively: NaN, a broadcast scalar or an array of the wrong shape never passes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograder.exercise.values import describe


class Mismatch(AssertionError):
    """A property does not hold; carries the words that a learner reads.

    Attributes:
        checked: the property, and on what input.
        expected: what should have come out, in words or numbers.
        actual: what came out.
        cause: the likely mistake, when the check itself can tell; else `None`.
    """

    def __init__(self, checked: str, expected: str, actual: str, cause: str | None = None):
        self.checked, self.expected, self.actual, self.cause = checked, expected, actual, cause
        super().__init__(f"{checked}\n  expected: {expected}\n  got:      {actual}")


def array(actual: Any, shape: tuple[int, ...], checked: str) -> np.ndarray:
    """Return `actual` as an array after checking that it is numeric, finite and of `shape`."""
    wanted = f"an array of shape {shape}" if shape else "a single number"
    if actual is None:
        raise Mismatch(checked, wanted, "None", "Is there a `return` at the end?")
    if isinstance(actual, (str, dict)):
        raise Mismatch(checked, wanted, describe(actual))
    if _are_several(actual, shape):
        raise Mismatch(
            checked,
            wanted,
            f"{len(actual)} values: {describe(actual)}",
            "Several values come back, separated by commas, where one is expected.",
        )
    try:
        value = np.asarray(actual)
    except ValueError:
        raise Mismatch(checked, f"one array of shape {shape}", describe(actual)) from None
    if value.dtype.kind not in "biuf":
        raise Mismatch(checked, f"numbers of shape {shape}", describe(actual))
    if value.shape != tuple(shape):
        raise Mismatch(
            checked,
            f"shape {tuple(shape)}",
            f"shape {value.shape}",
            _shape_cause(value.shape, tuple(shape)),
        )
    if not np.all(np.isfinite(value)):
        raise Mismatch(checked, "finite numbers", describe(value))
    return value


def close(
    actual: Any, expected: ArrayLike, checked: str, *, rtol: float = 1e-4, atol: float = 1e-5
) -> None:
    """Check shape and every entry against `expected` within `atol + rtol·|expected|`."""
    wanted = np.asarray(expected)
    value = array(actual, wanted.shape, checked)
    difference = np.abs(value.astype(np.float64) - wanted.astype(np.float64))
    within = difference <= atol + rtol * np.abs(wanted.astype(np.float64))
    if np.all(within):
        return
    raise Mismatch(checked, *_worst_entry(value, wanted, within))


def within(actual: Any, low: float, high: float, checked: str) -> None:
    """Check that every entry lies in [low, high]."""
    value = array(actual, np.shape(actual), checked)
    if value.size == 0 or not np.all((value >= low) & (value <= high)):
        raise Mismatch(checked, f"between {low:.4g} and {high:.4g}", describe(value))


def equal(actual: Any, expected: ArrayLike, checked: str) -> None:
    """Check a string, a whole number or an array of whole numbers for equality."""
    if isinstance(expected, str):
        word = np.asarray(actual)
        if not (word.shape == () and word.dtype.kind == "U" and str(word) == expected):
            raise Mismatch(checked, repr(expected), describe(actual))
        return
    close(actual, expected, checked, rtol=0.0, atol=0.0)


def that(
    condition: bool | np.bool_, checked: str, expected: str, actual: Any, cause: str | None = None
) -> None:
    """Check a condition that the caller has worked out; it must be a plain truth value."""
    if not (isinstance(condition, (bool, np.bool_)) and condition):
        words = actual if isinstance(actual, str) else describe(actual)
        raise Mismatch(checked, expected, words, cause)


def dtype(actual: Any, name: str, checked: str) -> None:
    """Check the dtype of an array by name, such as "float32"."""
    found = np.asarray(actual).dtype.name
    if found != name:
        raise Mismatch(checked, f"dtype {name}", f"dtype {found}")


def line(actual: Any, number: int, name: str, clue: str, cause: str) -> None:
    """Check the number of a faulty line of code, without telling it.

    Args:
        actual: the learner's value of the variable `name`.
        number: the faulty line.
        clue: what the line does, in words that do not point to it.
        cause: how to find it, when another line is named.
    """
    whole = _is_whole(actual)
    that(
        whole and int(actual) == number,
        f"{name}, the number of the line that contains the fault",
        clue,
        repr(actual),
        cause if whole else "Give the line's number as a whole number, such as 1.",
    )


def _is_whole(value: Any) -> bool:
    """Whether this is one whole number, also as 4.0 or from NumPy."""
    if type(value) not in (int, float, np.ndarray) or np.shape(value) != ():
        return False
    number = np.asarray(value)
    return number.dtype.kind in "iuf" and bool(np.isfinite(number) and number == np.round(number))


def _worst_entry(value: np.ndarray, wanted: np.ndarray, within: np.ndarray) -> tuple[str, str]:
    """Expected and actual in words: all of a small array, else the worst entry of a large one."""
    if value.size <= 6:
        return describe(wanted), describe(value)
    difference = np.abs(value.astype(np.float64) - wanted.astype(np.float64))
    where = tuple(int(i) for i in np.unravel_index(np.argmax(difference), value.shape))
    wrong = int(np.sum(~within))
    return (
        f"{wanted[where]:.6g} at index {where}",
        f"{value[where]:.6g} there ({wrong} of {value.size} entries differ)",
    )


def _are_several(actual: Any, shape: tuple[int, ...]) -> bool:
    """Whether a tuple came back that is no array of the shape asked for."""
    if not isinstance(actual, tuple) or len(actual) < 2:
        return False
    return len(shape) == 0 or len(actual) != shape[0] or np.shape(actual[0]) == shape


def _shape_cause(actual: tuple, expected: tuple) -> str | None:
    if actual == ():
        return "Everything was reduced to one number: check the `axis` of the sum or mean."
    if len(actual) == len(expected) and sorted(actual) == sorted(expected):
        return "The axes are in another order."
    if actual == expected[:-1] and expected[-1] == 1:
        return "The last axis, of length 1, is missing."
    if [n for n in actual if n != 1] == [n for n in expected if n != 1]:
        more = len(actual) > len(expected)
        return (
            "An axis of length 1 is left over: is it missing from the `axis` of a sum or mean?"
            if more
            else "An axis of length 1 is missing: `keepdims=True` or a reshape keeps it."
        )
    if np.prod(actual) == np.prod(expected):
        return (
            "The number of entries is right but the shape is not: a reshape is missing, or there "
            "is one too many."
        )
    if len(actual) == len(expected) + 1:
        return "There is one axis too many."
    if len(actual) == len(expected) - 1:
        return "One axis too many was reduced: check the `axis` of the sum or mean."
    return None
