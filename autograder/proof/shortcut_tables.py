"""Tables of right answers to known questions: whole, row by row, entry by entry."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

import numpy as np

from autograder.proof.shortcut_forms import Function, as_plain, filled, fitted, formed, leaves

Question = tuple[tuple, Any]
DECIMALS = 4
# A table that a person would write; one of all 256 bytes is an answer.
MOST_ENTRIES = 64


def mixture(args: tuple, leaf: np.ndarray) -> np.ndarray:
    """Something that follows every number that was given."""
    made = np.zeros(leaf.shape)
    for weight, value in zip_longest((1.0, 0.7, 0.4), args[:3], fillvalue=0.0):
        made = made + weight * np.abs(fitted(value, leaf))
    return made


def zeros(args: tuple, leaf: np.ndarray) -> np.ndarray:
    """Zeros in the form of the answer."""
    return np.zeros(leaf.shape)


def from_questions(function: Function, table: Mapping[bytes, object], rest) -> Function:
    """Known answers to questions that are known as a whole, else `rest`."""

    def answer(*args, **kwargs):
        values = tuple(map(as_plain, (*args, *kwargs.values())))
        known = table.get(key_of(values))
        if known is not None:
            flat = iter([*leaves(known)])
            return filled(function(*args, **kwargs), lambda leaf: next(flat))
        return formed(function, rest)(*args, **kwargs)

    return answer


def from_entries(function: Function, table: Mapping[bytes, float], rest) -> Function:
    """Known answers entry by entry, else what `rest` has there."""

    def known(args: tuple, leaf: np.ndarray) -> np.ndarray:
        return _looked_up(table, _entry_keys(args, leaf), rest(args, leaf))

    return formed(function, known)


def from_rows(function: Function, table: Mapping[bytes, np.ndarray], rest) -> Function:
    """Known answers row by row, else what `rest` has there."""

    def known(args: tuple, leaf: np.ndarray) -> np.ndarray:
        made = np.array(rest(args, leaf))
        for place, key in enumerate(_row_keys(args, leaf)):
            row = table.get(key)
            if row is not None and row.shape == made[place].shape:
                made[place] = row
        return made

    return formed(function, known)


def _looked_up(table, keys: list[bytes], made: np.ndarray) -> np.ndarray:
    flat = np.array(made, dtype=np.float64).ravel()
    for place, key in enumerate(keys):
        flat[place] = table.get(key, flat[place])
    return flat.reshape(np.shape(made))


def entries_of(asked: Iterable[Question]) -> dict[bytes, float]:
    """What stands at entries of right answers, for the entries that are asked for most often."""
    found: dict[bytes, float] = {}
    times: Counter[bytes] = Counter()
    for args, right in asked:
        for leaf in map(np.asarray, leaves(right)):
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


def rows_of(asked: Iterable[Question]) -> dict[bytes, np.ndarray]:
    """What stands in rows of right answers, by the arguments' rows in the same place."""
    found: dict[bytes, np.ndarray] = {}
    for args, right in asked:
        for leaf in map(np.asarray, leaves(right)):
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
    return [key_of(tuple(array[place] for array in arrays)) for place in range(len(leaf))]


def key_of(args: tuple) -> bytes:
    """The arguments as a key, rounded as a person would write them down."""

    def rounded(item):
        if isinstance(item, np.ndarray) and item.dtype.kind == "f":
            return np.round(item.astype(np.float64), DECIMALS) + 0.0
        return item

    return pickle.dumps([rounded(item) for item in args])
