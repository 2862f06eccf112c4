"""TFDS-style split expressions: "train[:8000]", "test[-10%:]", "train+test[:10]".

The grammar and the rounding are those of TensorFlow Datasets' splits
(https://www.tensorflow.org/datasets/splits), so an expression means the same rows here
and there. Shard units are left out: these data sets have no shards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r"(?P<split>[\w-]+)(\[(?P<start>[^:\]]*):(?P<stop>[^:\]]*)\])?")
_BOUND = re.compile(r"(?P<value>-?\d[\d_]*(\.\d+)?)(?P<percent>%?)")


@dataclass(frozen=True)
class Part:
    """Rows `start` to `stop` (excluded) of one split."""

    split: str
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def parse_split(spec: str, sizes: Mapping[str, int]) -> tuple[Part, ...]:
    """Turn a split expression into rows.

    Args:
        spec: for example "train", "test[8000:]", "test[:80%]", "train[:-100]+test".
        sizes: the number of images of each split.

    Returns:
        One `Part` for each term of the sum, in order.

    Raises:
        ValueError: the expression is malformed, names an unknown split, leaves the split
            or selects nothing. The message says what is accepted.
    """
    if not isinstance(spec, str):
        raise ValueError(_complaint(spec, "it is not a string", sizes))
    return tuple(_parse_part(term.strip(), spec, sizes) for term in spec.split("+"))


def _parse_part(term: str, spec: str, sizes: Mapping[str, int]) -> Part:
    match = _PART.fullmatch(term)
    if match is None:
        raise ValueError(_complaint(spec, f"{term!r} is not split[from:to]", sizes))
    split, start, stop = match["split"], match["start"], match["stop"]
    if split not in sizes:
        raise ValueError(_complaint(spec, f"there is no split {split!r}", sizes))
    size = sizes[split]
    if start is None:
        return Part(split, 0, size)
    if not start and not stop:
        raise ValueError(_complaint(spec, f"{term!r} gives neither end of the slice", sizes))
    try:
        # As in TFDS, a percent sign on either end makes both ends percentages.
        percent = start.endswith("%") or stop.endswith("%")
        part = Part(
            split,
            _absolute(start, size, percent) if start else 0,
            _absolute(stop, size, percent) if stop else size,
        )
    except ValueError as error:
        raise ValueError(_complaint(spec, str(error), sizes)) from None
    if part.stop <= part.start:
        raise ValueError(_complaint(spec, f"{term!r} selects no images", sizes))
    return part


def _absolute(bound: str, size: int, percent: bool) -> int:
    """The row that a bound points to: `closest` rounding, negatives from the end."""
    match = _BOUND.fullmatch(bound)
    if match is None or (not percent and "." in bound):
        raise ValueError(f"{bound!r} is not a whole number or a percentage")
    value = float(match["value"])
    row = round(value * size / 100.0) if percent else int(value)
    if abs(row) > size:
        raise ValueError(f"{bound!r} lies outside the {size:,} images of the split")
    return size + row if row < 0 else row


def _complaint(spec: object, reason: str, sizes: Mapping[str, int]) -> str:
    splits = " or ".join(f"{name!r} ({size:,} images)" for name, size in sizes.items())
    return (
        f"split {spec!r} cannot be read: {reason}. Use {splits}, whole or sliced by rows or "
        "percent, as in 'train[:8000]', 'test[-10%:]' or 'train[100:200]+test[:10]'."
    )
