"""The words in which a lesson's numbers are listed."""

from __future__ import annotations

from dataclasses import dataclass

DATA = ("strokes", "kmnist")
Range = tuple[float, float]

# Why a number that stands in prose is no claim about a measurement.
DEFINED = "defined or chosen here, and in the code beside it"
PLOTTED = "an axis or a place in a drawing made by the same cell"
SOURCED = "a fact from the source that the cell names"
TIME = "how long an answer takes"


@dataclass(frozen=True)
class Claim:
    """Numbers in prose, and how to find them again.

    Attributes:
        cell: the cell's id.
        quote: the words that hold the numbers, as they stand in the prose.
        value: an expression of the lesson's own names that gives one number or, for several
            quantities, a list; an entry that is a list holds repetitions.
        ranges: for each data set, a (least, most) for every quantity.
        quick: nothing of the lesson has to be run.
    """

    cell: str
    quote: str
    value: str
    ranges: dict[str, tuple[Range, ...]]
    quick: bool


@dataclass(frozen=True)
class Aside:
    """Numbers that state no measurement, with the reason."""

    cell: str
    quote: str
    reason: str


def claim(cell, quote, value, *, both=None, strokes=None, kmnist=None, quick=False) -> Claim:
    """A row; a range is (least, most), or a tuple of those for a list of quantities."""
    given = {"strokes": strokes or both, "kmnist": kmnist or both}
    ranges = {
        data: found if isinstance(found[0], tuple) else (found,)
        for data, found in given.items()
        if found
    }
    return Claim(cell, quote, value, ranges, quick)


def near(value: float, within: float = 0.0) -> Range:
    """What rounds to `value`, or lies within a margin."""
    margin = within or 0.5 * 10 ** -len(str(value).partition(".")[2].rstrip("0"))
    return value - margin * 1.001, value + margin * 1.001
