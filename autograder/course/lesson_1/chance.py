"""How often chance makes each check refuse a right Sampling layer.

Margins come from the exact distributions of what the tests measure: the average of normal draws
is normal, their sum of squares is χ² and, for several latents, Wishart.
"""

from __future__ import annotations

import math

import numpy as np

from autograder.course.lesson_1 import noise
from autograder.exercise.chance import Chance

BATCH, LATENT = noise.NOISE_SHAPE
ENTRIES = BATCH * LATENT
PAIRS = LATENT * (LATENT - 1) // 2
# Trials at a time, where each needs many draws.
CHUNK = 5000


def two_sided(count: int = 1) -> float:
    """How often one of `count` normal statistics is beyond `STANDARD_ERRORS`, at most."""
    return count * math.erfc(noise.STANDARD_ERRORS / math.sqrt(2))


# A spread is χ, a share binomial and a correlation of finite samples: together their two tails
# hold a little more than a normal's, for samples as large as these at most 1.55 times as much.
SKEWED = 1.6


def _averages(rng, trials: int, statistics: int, count: int) -> np.ndarray:
    found = rng.standard_normal((trials, statistics)) / np.sqrt(count)
    return noise.used_by_average(found, 0.0, 1.0, count).max(axis=1)


def _spreads(rng, trials: int, statistics: int, count: int) -> np.ndarray:
    found = np.sqrt(rng.chisquare(count - 1, (trials, statistics)) / count)
    return noise.used_by_spread(found, 1.0, count).max(axis=1)


def _correlations(rng, trials: int) -> np.ndarray:
    """Bartlett: a Wishart matrix is A·Aᵀ, A triangular with χ on its diagonal."""
    factor = np.tril(rng.standard_normal((trials, LATENT, LATENT)), -1)
    diagonal = np.arange(LATENT)
    factor[:, diagonal, diagonal] = np.sqrt(rng.chisquare(BATCH - 1 - diagonal, (trials, LATENT)))
    factor /= np.linalg.norm(factor, axis=-1, keepdims=True)
    rows, columns = np.triu_indices(LATENT, 1)
    found = np.einsum("tpk,tpk->tp", factor[:, rows], factor[:, columns])
    return noise.used_by_correlation(found, BATCH).max(axis=1)


def _far(rng, trials: int) -> np.ndarray:
    share = math.erfc(noise.FAR / math.sqrt(2))
    return noise.used_by_far(rng.binomial(ENTRIES, share, trials) / ENTRIES, ENTRIES)


def _distances(rng, trials: int) -> np.ndarray:
    """Of uniform numbers, which stand for Φ of normal ones: those are uniform too."""
    sizes = [min(CHUNK // 10, trials - start) for start in range(0, trials, CHUNK // 10)]
    draws = (np.sort(rng.random((size, ENTRIES), "float32"), axis=-1) for size in sizes)
    allowed = noise.distance_allowed(ENTRIES)
    return np.concatenate([noise.distance(item) / allowed for item in draws])


def _repeats(rng, trials: int) -> np.ndarray:
    """One of the four latents: the rate counts all of them."""
    sizes = [min(CHUNK, trials - start) for start in range(0, trials, CHUNK)]
    draws = (rng.standard_normal((size, noise.FEW_IMAGES), "float32") for size in sizes)
    return np.concatenate([noise.used_by_repeats(item) for item in draws])


CHECKS = (
    Chance(
        "1.2",
        "averages of 20,000 draws for three latents, 5.5 standard errors σ/√n each",
        two_sided(noise.LATENTS),
        lambda rng, trials: _averages(rng, trials, noise.LATENTS, noise.DRAWS),
    ),
    Chance(
        "1.2",
        "spreads of 20,000 draws for three latents, 5.5 standard errors σ/√2n each",
        SKEWED * two_sided(noise.LATENTS),
        lambda rng, trials: _spreads(rng, trials, noise.LATENTS, noise.DRAWS),
    ),
    Chance(
        "1.2",
        "average of 6,400 entries of noise, 5.5 standard errors 1/√n",
        two_sided(),
        lambda rng, trials: _averages(rng, trials, 1, ENTRIES),
    ),
    Chance(
        "1.2",
        "spread of 6,400 entries of noise, 5.5 standard errors 1/√2n",
        SKEWED * two_sided(),
        lambda rng, trials: _spreads(rng, trials, 1, ENTRIES),
    ),
    Chance(
        "1.2",
        "correlations of every two of four latents over 1,600 images, 5.5 standard errors of "
        "Fisher's z",
        SKEWED * two_sided(PAIRS),
        _correlations,
    ),
    Chance(
        "1.2",
        "share of 6,400 entries of noise beyond ±1.8, 5.5 standard errors of a binomial share",
        SKEWED * two_sided(),
        _far,
    ),
    Chance(
        "1.2",
        "largest distance of the shares of 6,400 entries of noise below any number from a "
        "normal's, at most √(ln(2·10⁷)/2n)",
        noise.TOO_FAR,
        _distances,
    ),
    # Each of the 19,900 pairs of images agrees to four decimals with probability 2.8e-5, so half
    # a repeat is the average; a hundred of them: (e/200)^100, far below what a float holds.
    Chance(
        "1.2",
        "images among 200 whose noise agrees to four decimals with another's, at most a half",
        1e-12,
        _repeats,
    ),
)
