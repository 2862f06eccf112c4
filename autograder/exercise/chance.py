"""Tests that involve chance: what they ask of a draw, and how often a right answer fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# The course's limit: each such test may refuse one right answer in a million.
MOST = 1e-6


@dataclass(frozen=True)
class Chance:
    """One statistical check.

    Attributes:
        exercise_id: such as "1.2".
        what: the statistic, the size of its sample and the tolerance, in words.
        rate: the stated false-alarm rate, at most `MOST`, derived from the sample's size.
        margins: `margins(rng, trials)` gives for `trials` right answers how much of the
            tolerance each used up, `(trials,)`; above 1 is a false alarm. None where a right
            answer cannot be drawn with NumPy alone.
    """

    exercise_id: str
    what: str
    rate: float
    margins: Callable[[np.random.Generator, int], np.ndarray] | None = None
