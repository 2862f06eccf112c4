"""Numbers on their way into a page: sixteen bits for a weight, one compressed block for all."""

from __future__ import annotations

import base64
import gzip

import numpy as np
from numpy.typing import ArrayLike

# The largest whole number that a weight is written as.
_LARGEST = 32767
_ALIGNED = 4


class Pack:
    """Arrays one after the other in one block; what `add_…` returns says where an array lies.

    A place is `{"kind", "at", "length"}`: the type of its numbers, its first byte, how many.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add_weights(self, weights: ArrayLike) -> dict:
        """Weights `(…, outputs)`, as 16-bit whole numbers with one scale for each output.

        No weight is off by more than the largest of its output over 65,534. For a network's
        answers that is about ten times closer than float16, at the same size.
        """
        weights = np.asarray(weights, dtype="float64")
        rows = weights.reshape(-1, weights.shape[-1])
        scales = np.abs(rows).max(axis=0, initial=0.0) / _LARGEST
        whole = np.round(rows / np.where(scales > 0, scales, 1.0)).astype("<i2")
        return {
            "shape": list(weights.shape),
            "whole": self._add("int16", whole),
            "scales": self.add_floats(scales),
        }

    def add_floats(self, values: ArrayLike) -> dict:
        """Numbers as float32."""
        return self._add("float32", np.asarray(values).astype("<f4"))

    def add_shades(self, values: ArrayLike) -> dict:
        """Numbers in [0, 1] as bytes: pixels."""
        shades = np.round(255 * np.clip(np.asarray(values, dtype="float32"), 0, 1))
        return self._add("uint8", shades.astype("u1"))

    def _add(self, kind: str, values: np.ndarray) -> dict:
        content = values.tobytes()
        place = {"kind": kind, "at": self._length, "length": int(values.size)}
        padding = -len(content) % _ALIGNED
        self._parts.append(content + bytes(padding))
        self._length += len(content) + padding
        return place

    def text(self) -> str:
        """The whole block, compressed by gzip, in base64; the same for the same arrays."""
        return base64.b64encode(gzip.compress(b"".join(self._parts), 9, mtime=0)).decode("ascii")
