"""Plain values: the only things that pass between a learner's code and its judge."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np

SCALARS = (bool, int, float, str)


class NotPlain(TypeError):
    """A learner's answer is not made of arrays, numbers and strings."""


def plain(value: Any) -> Any:
    """Copy a value into exact arrays, numbers, strings, lists, tuples and dicts.

    Tensors and variables become `numpy.ndarray` of exactly that class, so that no
    subclass can decide how it compares. bfloat16 becomes float32.

    Raises:
        NotPlain: symbolic tensors and objects of any other kind, named in the message.
    """
    if value is None or type(value) in SCALARS:
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, (list, tuple)):
        return (
            type(value)(map(plain, value))
            if type(value) in (list, tuple)
            else tuple(map(plain, value))
        )
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _exact_array(value)
    if type(value).__name__ == "KerasTensor":
        raise NotPlain(
            "a symbolic KerasTensor, which stands for a value that does not exist yet; use the "
            "tensors that are passed to the function"
        )
    if callable(getattr(value, "numpy", None)):
        return _exact_array(value.numpy())
    raise NotPlain(f"a {type(value).__name__}, where an array, a number or a string is expected")


def _exact_array(value) -> np.ndarray:
    array = np.array(value, copy=True, subok=False)
    if array.dtype.kind == "V" and array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind in "US":
        return array.astype(str)
    raise NotPlain(f"an array of dtype {array.dtype}, where numbers are expected")


def same(actual: Any, expected: Any, rtol: float = 1e-4, atol: float = 1e-5) -> bool:
    """Whether two plain values agree: same structure, same shapes, close numbers.

    What is not finite agrees only with the same in the same place.
    """
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(same(actual[key], expected[key], rtol, atol) for key in expected)
        )
    if isinstance(expected, (list, tuple)) or isinstance(actual, (list, tuple)):
        # A stacked array holds the same as a tuple of its rows.
        return (
            _has_items(actual)
            and _has_items(expected)
            and len(actual) == len(expected)
            and all(same(*pair, rtol, atol) for pair in zip(actual, expected, strict=True))
        )
    if expected is None or isinstance(expected, str):
        return type(actual) is type(expected) and actual == expected
    if actual is None or isinstance(actual, (str, dict)):
        return False
    a, e = np.asarray(actual), np.asarray(expected)
    if a.shape != e.shape or a.dtype.kind not in "biuf" or e.dtype.kind not in "biuf":
        return False
    a, e = a.astype(np.float64), e.astype(np.float64)
    return bool(np.all(np.isclose(a, e, rtol, atol, equal_nan=True)))


def _has_items(value) -> bool:
    """Whether a value is a sequence or an array with rows."""
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def kind(value: object) -> object:
    """The type of a plain value, with dtypes, all the way down."""
    if isinstance(value, np.ndarray):
        return value.dtype.name
    if isinstance(value, (list, tuple)):
        return type(value), *map(kind, value)
    if isinstance(value, dict):
        return {key: kind(item) for key, item in value.items()}
    return type(value)


def shortened(text: str, longest: int) -> str:
    """The text, or its first `longest` characters and a sign that there was more."""
    return text if len(text) <= longest else text[:longest] + " …"


def described(value: object) -> str:
    """An argument in a few words: small numbers as they are, arrays by shape and dtype."""
    if isinstance(value, np.ndarray) and value.size > 3:
        return f"{value.dtype} array of shape {value.shape}"
    return shortened(describe(value), 60)


def describe(value: object, limit: int = 6) -> str:
    """A value in a few words: its numbers when there are few, else shape, dtype and range."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return f"{value[()]:.6g}" if value.dtype.kind == "f" else str(value[()])
        if value.size <= limit and value.dtype.kind in "biuf":
            # Adding 0 turns −0 into 0, which is what a reader takes it for.
            return np.array2string(
                value + 0, precision=4, suppress_small=True, separator=", "
            ).replace("\n", "")
        words = f"array of shape {value.shape}, {value.dtype}"
        if value.size and value.dtype.kind in "biuf":
            finite = value[np.isfinite(value)] if value.dtype.kind == "f" else value
            if finite.size:
                words += f", from {finite.min():.4g} to {finite.max():.4g}"
            if finite.size < value.size:
                words += f", {value.size - finite.size} of {value.size} not finite"
        return words
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(describe(item) for item in value[:limit])
        more = ", …" if len(value) > limit else ""
        return f"({inside}{more})" if isinstance(value, tuple) else f"[{inside}{more}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {describe(item)}" for key, item in value.items()) + "}"
    return repr(value)
