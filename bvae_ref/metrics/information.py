"""Mutual information between every latent and every factor, counted over bins, in nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.binning import binned, factor_labels
from bvae_ref.metrics.inputs import checked_count, checked_pair, constant_columns


@dataclass(frozen=True, eq=False)
class Information:
    """What each latent says about each factor.

    Attributes:
        matrix: I(z_j; v_k) in nats, `(latents, factors)`, float64. Never negative but for
            rounding, unless corrected.
        entropies: H(v_k) in nats, `(factors,)`; corrected as the matrix is.
        bias: what independent codes are expected to show in `matrix` before correction, in
            nats, `(latents, factors)`: `plug_in_bias` of the bins and values in use.
        constant_latents: numbers of the latents with zero variance; their rows are 0.
    """

    matrix: np.ndarray
    entropies: np.ndarray
    bias: np.ndarray
    constant_latents: tuple[int, ...]


def mutual_information(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    bins: int = 20,
    factor_bins: int = 10,
    binning: str = "equal-width",
    corrected: bool = False,
) -> Information:
    """Estimate I(z_j; v_k) for every pair by counting rows in bins.

    The plug-in estimate Σ p(b, k) log(p(b, k) / (p(b) p(k))) over the share of rows in each
    cell. It is too high by about `plug_in_bias`. With `corrected` each of the entropies in
    H(b) + H(k) − H(b, k) is raised by (cells in use − 1) / 2n (Miller 1955, "Note on the Bias
    of Information Estimates"; Paninski 2003, "Estimation of Entropy and Mutual Information"),
    after which independent codes scatter about 0.

    Args:
        codes: `(n, latents)`, the mean of q(z|x) or draws from it.
        factors: `(n, factors)`. Columns of whole numbers, or with at most `factor_bins`
            different values, are labels; the others are cut into `factor_bins` equal parts.
        bins: bins for each latent, at most n.
        factor_bins: parts for each continuous factor, at most n.
        binning: "equal-width" or "equal-frequency"; see `binning.binned`.
        corrected: apply the correction of Miller and Madow.

    Returns:
        An `Information`.

    Raises:
        ValueError: arrays of other shapes, NaN, a factor with one value, fewer rows than bins.
    """
    codes, factors = checked_pair(codes, factors)
    code_bins = binned(codes, bins, binning)
    labels = factor_labels(factors, factor_bins)
    rows, latents = codes.shape
    shape = (latents, factors.shape[1])
    matrix, used = np.empty(shape), np.empty(shape)
    values = labels.max(axis=0) + 1
    occupied = np.array([np.count_nonzero(np.bincount(column)) for column in code_bins.T])
    for k, label in enumerate(labels.T):
        for j, code_bin in enumerate(code_bins.T):
            counts = np.bincount(code_bin * values[k] + label, minlength=bins * values[k])
            counts = counts.reshape(bins, values[k])
            matrix[j, k] = _plug_in(counts)
            used[j, k] = np.count_nonzero(counts)
    entropies = np.array([_entropy(np.bincount(column)) for column in labels.T])
    if corrected:
        matrix += (occupied[:, None] + values - used - 1) / (2 * rows)
        entropies += (values - 1) / (2 * rows)
    bias = (occupied[:, None] - 1) * (values - 1) / (2 * rows)
    return Information(matrix, entropies, bias, constant_columns(codes))


def plug_in_bias(rows: int, bins: int, values: int) -> float:
    """How much plug-in information independent variables show on average, in nats.

    (bins − 1)(values − 1) / 2n, the first order in 1/n (Miller 1955; Panzeri & Treves 1996,
    "Analytical Estimates of Limited Sampling Biases").
    It holds where each of the bins × values cells expects several rows.

    Args:
        rows: n, at least 1.
        bins: bins in use for the code, at least 1.
        values: values that the factor takes, at least 1.

    Raises:
        ValueError: a number that is not whole or too small.
    """
    rows = checked_count(rows, "rows", 1)
    bins, values = checked_count(bins, "bins", 1), checked_count(values, "values", 1)
    return (bins - 1) * (values - 1) / (2 * rows)


def _plug_in(counts: np.ndarray) -> float:
    """Mutual information of a table of counts, in nats; exactly 0 where one side is constant."""
    total, seen = counts.sum(), counts > 0
    # In whole numbers: the ratio is then exactly 1 where rows or columns are constant.
    products = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True)
    ratios = counts[seen] * total / products[seen]
    return float(np.sum(counts[seen] * np.log(ratios)) / total)


def _entropy(counts: np.ndarray) -> float:
    """Entropy of a row of counts, in nats."""
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log(shares)))
