"""Cutting continuous numbers into bins, so that information can be counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.inputs import checked_codes, checked_count

BINNINGS = ("equal-width", "equal-frequency")


def binned(codes: ArrayLike, bins: int = 20, binning: str = "equal-width") -> np.ndarray:
    """The bin of every code, latent by latent.

    "equal-width" cuts the range of each latent into equal parts, as Locatello et al. 2019,
    "Challenging Common Assumptions", do with 20 of them: shift and scale change nothing, one
    outlier changes much. "equal-frequency" puts about as many rows into every bin: any
    increasing map of a latent changes nothing. Equal codes always share a bin.

    Args:
        codes: `(n, latents)`.
        bins: how many for each latent, at least 2 and at most n.
        binning: one of `BINNINGS`.

    Returns:
        `(n, latents)`, int64, 0 to bins − 1. A latent of zero variance is all in one bin.

    Raises:
        ValueError: codes that are no finite array, fewer rows than bins, an unknown binning.
    """
    codes, bins = checked_codes(codes), checked_count(bins, "bins", 2)
    if binning not in BINNINGS:
        raise ValueError(f"binning is {binning!r}; expected one of {', '.join(BINNINGS)}.")
    refuse_few_rows(len(codes), bins, "bins")
    cut = _equal_width if binning == "equal-width" else _equal_frequency
    return np.stack([cut(column, bins) for column in codes.T], axis=1)


def factor_labels(factors: np.ndarray, factor_bins: int = 10) -> np.ndarray:
    """Factors as labels 0, 1, …, column by column.

    A column of whole numbers, or with no more than `factor_bins` different values, is taken
    as it is. Any other is cut into `factor_bins` parts of equal width.

    Args:
        factors: `(n, factors)`, float64, checked.
        factor_bins: parts for a continuous factor, at least 2 and at most n.

    Returns:
        `(n, factors)`, int64; the labels of a column are 0 to its number of values − 1.

    Raises:
        ValueError: fewer rows than parts, or a column of whole numbers with so many different
            values that most are seen once: information about it would be log n for any code.
    """
    factor_bins = checked_count(factor_bins, "factor_bins", 2)
    refuse_few_rows(len(factors), factor_bins, "factor_bins")
    labels = np.empty(factors.shape, dtype=np.int64)
    for number, column in enumerate(factors.T):
        values, labels[:, number] = np.unique(column, return_inverse=True)
        whole = bool((column == np.floor(column)).all())
        if not whole and len(values) > factor_bins:
            parts = _equal_width(column, factor_bins)
            labels[:, number] = np.unique(parts, return_inverse=True)[1]
        elif 2 * len(values) > len(column):
            raise ValueError(
                f"factors column {number} has {len(values)} different values in {len(column)} "
                "rows; expected at least two rows per value on average. Give more rows, or group "
                "the values first, for instance factors // 10."
            )
    return labels


def quantile_edges(column: np.ndarray, bins: int) -> np.ndarray:
    """The inner edges, `(bins − 1,)`, of bins with about equally many of these numbers.

    An edge is itself one of the numbers and opens its bin, so that only their order counts.
    """
    places = len(column) * np.arange(1, bins) // bins
    return np.sort(column)[places]


def refuse_few_rows(rows: int, bins: int, name: str) -> None:
    """Raise ValueError where there are fewer rows than bins."""
    if rows < bins:
        raise ValueError(
            f"there are {rows} rows for {name} = {bins}; expected at least one row per bin, and "
            f"some hundred for a trustworthy score. Give more rows or a smaller {name}."
        )


def _equal_width(column: np.ndarray, bins: int) -> np.ndarray:
    low, high = column.min(), column.max()
    if low == high:
        return np.zeros(len(column), dtype=np.int64)
    return np.minimum((column - low) / (high - low) * bins, bins - 1).astype(np.int64)


def _equal_frequency(column: np.ndarray, bins: int) -> np.ndarray:
    return np.searchsorted(quantile_edges(column, bins), column, side="right").astype(np.int64)
