"""Two scores that hold one factor fixed and look for the latent that stays fixed with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.binning import factor_labels
from bvae_ref.metrics.inputs import (
    checked_count,
    checked_pair,
    constant_columns,
    refuse_single_factor,
)
from bvae_ref.metrics.rows import SharedValue
from bvae_ref.metrics.scale import standardised

# Of features of order 1: enough to invert the covariance of two equal latents.
_RIDGE = 1e-9


@dataclass(frozen=True, eq=False)
class FactorVaeScore:
    """The FactorVAE score and the votes behind it.

    Attributes:
        score: share of fresh trials whose factor the majority vote names; 0 where no latent
            varies.
        matrix: votes of the fitting trials, `(latents, factors)`, int64: how often each latent
            varied least while each factor was held still.
        factor_of: the factor that each latent votes for, `(latents,)`, int; −1 without a vote.
        chance: the score of a blind guess, 1 / factors.
        constant_latents: latents of zero variance. They are left out and get no votes.
    """

    score: float
    matrix: np.ndarray
    factor_of: np.ndarray
    chance: float
    constant_latents: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class BetaVaeScore:
    """The β-VAE score and the differences behind it.

    Attributes:
        score: share of fresh trials whose factor the linear classifier names; 0 where no
            latent varies.
        matrix: mean |difference| within pairs that share each factor, in standard deviations
            of the latent, `(latents, factors)`, over the fitting trials. Small where the
            latent stands still; 2/√π ≈ 1.13 for a Gaussian latent that does not care.
        chance: the score of a blind guess, 1 / factors.
        constant_latents: latents of zero variance. They are left out; their rows are 0.
    """

    score: float
    matrix: np.ndarray
    chance: float
    constant_latents: tuple[int, ...]


def factor_vae_score(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    batch: int = 64,
    trials: int = 1000,
    factor_bins: int = 10,
    seed: int = 0,
) -> FactorVaeScore:
    """FactorVAE score: does one latent stand still when a factor does, and which?

    A trial picks a factor at random and `batch` rows that share one value of it. The latent
    with the least variance over them, as a share of its variance over all rows, votes for the
    factor. Each latent is given the factor with most of its votes; the score is the accuracy
    of that on as many fresh trials (Kim & Mnih 2018, "Disentangling by Factorising", section
    4). Latents of zero variance would give 0/0 and are left out.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, at least two, independent of each other. Continuous factors
            are held still to within one of `factor_bins` parts.
        batch: rows in a trial, at least 2; every value of every factor needs as many rows.
        trials: how many to fit on, and how many to judge on.
        factor_bins: parts for each continuous factor.
        seed: of the trials; the same seed gives the same score.

    Returns:
        A `FactorVaeScore`.

    Raises:
        ValueError: arrays of other shapes, NaN, a single factor, a factor with one value, a
            value with fewer than `batch` rows.
    """
    batch, trials = checked_count(batch, "batch", 2), checked_count(trials, "trials", 1)
    codes, groups, constant = _grouped(codes, factors, factor_bins, batch, "the FactorVAE score")
    latents, factor_count, chance = codes.shape[1], len(groups), 1 / len(groups)
    if len(constant) == latents:
        votes = np.zeros((latents, factor_count), dtype=np.int64)
        return FactorVaeScore(0.0, votes, np.full(latents, -1), chance, constant)
    rng = np.random.default_rng(seed)
    votes = _votes(codes, groups, constant, batch, trials, rng)
    fresh = _votes(codes, groups, constant, batch, trials, rng)
    factor_of = np.where(votes.any(axis=1), votes.argmax(axis=1), -1)
    right = sum(fresh[j, k] for j, k in enumerate(factor_of) if k >= 0)
    return FactorVaeScore(float(right / trials), votes, factor_of, chance, constant)


def beta_vae_score(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    batch: int = 64,
    trials: int = 1000,
    factor_bins: int = 10,
    seed: int = 0,
) -> BetaVaeScore:
    """β-VAE score: can a linear classifier tell which factor stood still?

    Trials take the factors in turn. Each draws `batch` pairs of rows that share the factor's
    value, each pair a value of its own; its features are the mean absolute differences of
    the codes within pairs. A linear classifier is fitted to name the factor; the score is its
    accuracy on as many fresh trials (Higgins et al. 2017, "β-VAE", section 3). The classifier
    is Fisher's linear discriminant with equal covariances, in closed form, so that the scale
    of a latent does not matter. The score saturates: codes that mix factors come near 1.
    Never judge by it alone.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, at least two, independent of each other. Continuous factors
            are held still to within one of `factor_bins` parts.
        batch: pairs in a trial, at least 1.
        trials: how many to fit on, and how many to judge on; at least 2 per factor.
        factor_bins: parts for each continuous factor.
        seed: of the trials; the same seed gives the same score.

    Returns:
        A `BetaVaeScore`.

    Raises:
        ValueError: arrays of other shapes, NaN, a single factor, a factor with one value, a
            value with only one row.
    """
    batch = checked_count(batch, "batch", 1)
    codes, groups, constant = _grouped(codes, factors, factor_bins, 2, "the β-VAE score")
    latents, factor_count = codes.shape[1], len(groups)
    trials = checked_count(trials, "trials", 2 * factor_count)
    matrix = np.zeros((latents, factor_count))
    if len(constant) == latents:
        return BetaVaeScore(0.0, matrix, 1 / factor_count, constant)
    varying = np.setdiff1d(np.arange(latents), constant)
    rng = np.random.default_rng(seed)
    features, which = _differences(codes[:, varying], groups, batch, trials, rng)
    fresh, truth = _differences(codes[:, varying], groups, batch, trials, rng)
    means = np.stack([features[which == k].mean(axis=0) for k in range(factor_count)])
    matrix[varying] = means.T
    named = _discriminant(features, which, means, fresh)
    return BetaVaeScore(float(np.mean(named == truth)), matrix, 1 / factor_count, constant)


def _grouped(
    codes: ArrayLike, factors: ArrayLike, factor_bins: int, least: int, metric: str
) -> tuple[np.ndarray, list[SharedValue], tuple[int, ...]]:
    """Codes in standard deviations, rows grouped by each factor, and the constant latents."""
    codes, factors = checked_pair(codes, factors)
    refuse_single_factor(factors.shape[1], metric)
    labels = factor_labels(factors, factor_bins)
    groups = [SharedValue(column, least, number) for number, column in enumerate(labels.T)]
    return standardised(codes), groups, constant_columns(codes)


def _votes(codes, groups, constant, batch: int, trials: int, rng) -> np.ndarray:
    """How often each latent varied least while each factor was held still."""
    votes = np.zeros((codes.shape[1], len(groups)), dtype=np.int64)
    for factor in rng.integers(len(groups), size=trials):
        variance = codes[groups[factor].batch(rng, batch)].var(axis=0)
        variance[list(constant)] = np.inf
        votes[variance.argmin(), factor] += 1
    return votes


def _differences(codes, groups, batch: int, trials: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Features `(trials, latents)` and the factor that was shared, `(trials,)`.

    The factors take turns, so that every one of them is there.
    """
    which = np.arange(trials) % len(groups)
    features = np.empty((trials, codes.shape[1]))
    for factor, group in enumerate(groups):
        first, second = group.pairs(rng, (np.count_nonzero(which == factor), batch))
        features[which == factor] = np.abs(codes[first] - codes[second]).mean(axis=1)
    return features, which


def _discriminant(features, which, means, fresh) -> np.ndarray:
    """The class of each fresh row by Fisher's linear discriminant with equal covariances."""
    within = features - means[which]
    covariance = within.T @ within / len(within) + _RIDGE * np.eye(features.shape[1])
    weights = np.linalg.solve(covariance, means.T)
    offsets = -0.5 * np.sum(means.T * weights, axis=0)
    return np.argmax(fresh @ weights + offsets, axis=1)
