"""Where chance enters the tests of lesson 2."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2.fault import LEAST_COST, NEVER
from autograder.course.lesson_2.monte_carlo import (
    DRAWS,
    IMAGES,
    LATENTS,
    REFUSED,
    STANDARD_ERRORS,
    codes,
    strayed,
)
from autograder.course.lesson_2.posteriors import FEWEST, posterior
from autograder.exercise.chance import Chance


def _estimate_by_drawing(rng: np.random.Generator, trials: int) -> np.ndarray:
    """Averages over draws, made from what they depend on: Σε is normal, Σ(ε − ε̄)² chi-square."""
    shape = (trials, IMAGES, LATENTS)
    mean, log_var = codes(rng, shape)
    average = rng.standard_normal(shape) / np.sqrt(DRAWS)
    square = average**2 + rng.chisquare(DRAWS - 1, shape) / DRAWS
    variance = np.exp(np.float64(log_var))
    ratio = (variance - 1) * square + 2 * mean * np.sqrt(variance) * average + mean**2 - log_var
    return strayed(0.5 * ratio.sum(axis=-1), mean, log_var).max(axis=-1)


def _cost_of_the_means(rng: np.random.Generator, trials: int) -> np.ndarray:
    """½ Σ μ² per image, for the smallest batch; a right term with variances costs no less."""
    images, latents = FEWEST
    mean, _ = posterior(rng, trials * images, latents)
    cost = 0.5 * np.square(mean.reshape(trials, -1)).sum(axis=-1) / images
    return LEAST_COST / cost


CHECKS: tuple[Chance, ...] = (
    Chance(
        "2.3",
        f"the estimate from {DRAWS} draws lands on the closed form, within {STANDARD_ERRORS:.0f} "
        f"standard errors for each of {IMAGES} images",
        REFUSED,
        _estimate_by_drawing,
    ),
    Chance(
        "2.5",
        f"the cost of a batch drawn by the judge is above {LEAST_COST} nats, so that its multiples "
        "can be told from it",
        NEVER,
        _cost_of_the_means,
    ),
)
