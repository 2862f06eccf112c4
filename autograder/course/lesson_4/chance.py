"""Where chance enters the tests of lesson 4."""

from __future__ import annotations

import numpy as np

from autograder.course import linear_vae
from autograder.course.lesson_4.network_facts import BOUND, DRAWS, NEAR_ZERO
from autograder.course.lesson_4.network_questions import (
    DARKEST,
    GAINS,
    INPUTS,
    LEAST_LATENTS,
)
from autograder.course.lesson_4.training import NOISY_COPIES, STANDARD_ERRORS, noisy_case
from autograder.exercise.chance import Chance

TRIALS_OF_A_CASE = 1000
REACH_IN_STANDARD_DEVIATIONS = 9.0
COARSE, FINE = 401, 36001


def _heads(rng, trials: int) -> np.ndarray:
    """Values of one linear head on the brightest image, `(trials, draws · latents)`.

    The pixels of an image are uniform up to its brightness; kernels are normal with standard
    deviation `GAINS` / √784 and biases standard normal.
    """
    brightest = rng.uniform(DARKEST, 1.0, (trials, INPUTS)).max(axis=1)
    spread = np.sqrt(1 + GAINS["build_encoder"] ** 2 * brightest**2 / 3)
    values = rng.standard_normal((trials, DRAWS * LEAST_LATENTS))
    return spread[:, None] * values


def _beyond(rng, trials: int) -> np.ndarray:
    return BOUND / np.abs(_heads(rng, trials)).max(axis=1)


def _both_signs(rng, trials: int) -> np.ndarray:
    values = _heads(rng, trials)
    least = np.minimum(-values.min(axis=1), values.max(axis=1))
    return NEAR_ZERO / np.maximum(least, np.finfo(np.float64).tiny)


def _sampled_distortion(rng, trials: int) -> np.ndarray:
    """Distance of a right answer's distortion from its mean, in units of the tolerance."""
    counts = [TRIALS_OF_A_CASE] * (trials // TRIALS_OF_A_CASE) + [trials % TRIALS_OF_A_CASE]
    return np.concatenate([_distances(rng, count) for count in counts if count])


def _distances(rng, count: int) -> np.ndarray:
    image, weights = noisy_case(rng)
    moments = linear_vae.noisy_moments(weights, image, beta=1.0)
    # With one latent the distortion is a function of one number, tabulated once for the case.
    reach = REACH_IN_STANDARD_DEVIATIONS
    coarse, fine = (np.linspace(-reach, reach, nodes) for nodes in (COARSE, FINE))
    table = np.interp(fine, coarse, _recon(weights, image, coarse)).astype(np.float32)
    eps = rng.standard_normal((count, NOISY_COPIES), dtype=np.float32)
    nearest = ((eps + reach) * ((FINE - 1) / (2 * reach)) + 0.5).astype(np.int32)
    found = table[nearest].mean(axis=1, dtype=np.float64)
    allowed = STANDARD_ERRORS * moments["recon_std"] / np.sqrt(NOISY_COPIES)
    return np.abs(found - moments["recon"]) / allowed


def _recon(weights, image, eps: np.ndarray) -> np.ndarray:
    """The reconstruction term of one image for every draw in `eps`, `(draws,)`."""
    mean, log_var = (weights[f"{head}_bias"].astype(np.float64) for head in ("mean", "log_var"))
    z = mean + np.exp(0.5 * log_var) * eps[:, None]
    logits = z @ weights["pixel_kernel"] + weights["pixel_bias"]
    return (np.logaddexp(0.0, logits) - image.reshape(1, -1) * logits).sum(axis=1)


CHECKS: tuple[Chance, ...] = (
    Chance(
        "4.1",
        "each head has a value below 0, and one above, among 24 images × 8 or more latents × 4 "
        "draws of weights; the sign of a linear head is independent in each latent and draw: 2^-32 "
        "for either at any one image",
        2.0**-31,
        _both_signs,
    ),
    Chance(
        "4.1",
        "each head has a value beyond ±1.05 among the same; on the brightest image, 0.64 or more "
        "but for 2^-24, a linear head's values have variance 2.2 or more: 0.53^32 for 32 of them",
        2e-9,
        _beyond,
    ),
    Chance(
        "4.2",
        "the logits have values below and above 0, and beyond ±1.05, among 784 pixels × 4 draws of "
        "weights: 0.71^3136",
        1e-100,
    ),
    Chance(
        "4.2",
        "the logits reach above 200 and below −200 among 784 pixels × 4 draws of weights × 24 "
        "codes; behind a layer of sigmoids, the worst case, those of the code with most units on "
        "have a standard deviation of 80 or more: 2·(1 − 0.0062)^3136, of 3136 at that code",
        1e-8,
    ),
    Chance(
        "4.3",
        "the mean distortion of 1000 draws lies within 6 standard errors, twice: 4e-9 for a normal "
        "mean, below 1e-7 even if one draw were as skewed as a χ² with one degree of freedom",
        1e-7,
        _sampled_distortion,
    ),
)
