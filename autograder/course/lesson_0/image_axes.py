"""The axes of an image, and what may have happened to them."""

from __future__ import annotations

PIXELS = 28 * 28


def axis_cause(shape: tuple[int, ...], wanted: tuple[int, ...]) -> str | None:
    """The usual reason for a shape other than the expected one."""
    if len(shape) == len(wanted) - 1:
        return "The channel axis is missing: one channel is still an axis, of length 1."
    if len(shape) == len(wanted) + 1:
        return "An axis was added although there already was a channel axis."
    if sorted(shape) == sorted(wanted):
        return "The axes are in another order: images first, then height, width, channel."
    return None
