"""Which rows go together: two halves, and groups that share the value of a factor."""

from __future__ import annotations

import numpy as np


def in_order(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the first half, the larger one if they differ, and of the second."""
    rows = np.arange(count)
    return rows[: (count + 1) // 2], rows[(count + 1) // 2 :]


def halves(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of two halves chosen at random: to fit on, and to be judged on."""
    shuffled = np.random.default_rng(seed).permutation(rows)
    return np.sort(shuffled[: (rows + 1) // 2]), np.sort(shuffled[(rows + 1) // 2 :])


class SharedValue:
    """Rows grouped by their value of one factor.

    Args:
        labels: `(n,)`, int64, 0 to values − 1.
        least: how many rows every value must have.
        factor: number of the factor, for messages.

    Raises:
        ValueError: a value with fewer rows.
    """

    def __init__(self, labels: np.ndarray, least: int, factor: int):
        self._order = np.argsort(labels, kind="stable")
        self._sizes = np.bincount(labels)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._labels = labels
        self._place = np.empty(len(labels), dtype=np.int64)
        self._place[self._order] = np.arange(len(labels))
        rarest = int(self._sizes.argmin())
        if self._sizes[rarest] < least:
            raise ValueError(
                f"factors column {factor}: value number {rarest} of {len(self._sizes)}, in rising "
                f"order, has {self._sizes[rarest]} rows; expected at least {least} rows for every "
                "value. Give more rows, group the values of this factor, or take a smaller "
                "batch or factor_bins."
            )

    def batch(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """`size` different rows with one value, which comes up as often as the rows have it."""
        value = self._labels[rng.integers(len(self._labels))]
        within = rng.choice(self._sizes[value], size, replace=False, shuffle=False)
        return self._order[self._starts[value] + within]

    def pairs(self, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple:
        """Two arrays of rows, each of this shape: any row, and another one with its value."""
        first = rng.integers(len(self._labels), size=shape)
        start, size = self._starts[self._labels[first]], self._sizes[self._labels[first]]
        # A step of 1 to size − 1 around the ring of the group never ends where it began.
        step = rng.integers(1, size)
        return first, self._order[start + (self._place[first] - start + step) % size]
