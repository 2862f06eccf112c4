"""Frames between judge and jailed process, in parts, for tests of the wire."""

import json

import numpy as np

from autograder.exercise.values import kind
from autograder.jail import wire


def parts(frame: bytes) -> tuple[bytes, bytes]:
    """A frame's header and body."""
    _, header, _ = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    rest = frame[wire.PREFIX.size :]
    return rest[:header], rest[header:]


def frame(tree, body: bytes = b"") -> tuple[bytes, bytes]:
    """Header and body of a frame that `encode` would perhaps never write."""
    return json.dumps(tree).encode(), body


def alike(a, b) -> bool:
    """Equal in value and in type all the way down, NaN being equal to NaN."""
    if kind(a) != kind(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    return a == b or (a != a and b != b)
