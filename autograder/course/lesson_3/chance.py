"""Statistical checks of lesson 3: averages over the noise that a training step draws."""

from __future__ import annotations

import numpy as np

from autograder.course import linear_vae
from autograder.course.lesson_3.training_step import (
    DRAWS,
    FALSE_ALARM,
    noisy_question,
    tolerance,
)
from autograder.exercise.chance import Chance

# Questions that share the trials, and how finely ε is cut up: a draw is recorded as the middle
# of its slice, which moves an average by less than a hundredth of its tolerance.
QUESTIONS = 200
EDGES = np.linspace(-6.5, 6.5, 261)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
SHARES = np.exp(-(MIDDLES**2) / 2) / np.exp(-(MIDDLES**2) / 2).sum()


def _recon(weights, image, eps) -> np.ndarray:
    """The reconstruction term for each ε."""
    return _terms(weights, image, eps)[0]


def _pull(weights, image, eps) -> np.ndarray:
    """The part of the gradient with respect to log σ² that comes through the draw."""
    return _terms(weights, image, eps)[1]


def _terms(weights, image, eps):
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    x = image.reshape(1, -1).astype(np.float64)
    noise = np.exp(0.5 * w["log_var_bias"]) * eps[:, None]
    logits = (w["mean_bias"] + noise) @ w["pixel_kernel"] + w["pixel_bias"]
    recon = np.logaddexp(0.0, logits) - x * logits
    slope = ((1 / (1 + np.exp(-logits)) - x) * w["pixel_kernel"]).sum(axis=1)
    return recon.sum(axis=1), 0.5 * noise[:, 0] * slope


def _margins(term, moment: str):
    """Margins of the average of `term`, by numbers of draws in every slice of ε."""

    def margins(rng: np.random.Generator, trials: int) -> np.ndarray:
        used = []
        for part in np.array_split(np.arange(trials), min(QUESTIONS, trials)):
            image, weights = noisy_question(rng)
            moments = linear_vae.noisy_moments(weights, image, beta=0.0)
            counts = rng.multinomial(DRAWS, SHARES, len(part))
            averages = counts @ term(weights, image, MIDDLES) / DRAWS
            used.append(abs(averages - moments[moment]) / tolerance(moments[f"{moment}_std"]))
        return np.concatenate(used)

    return margins


RECON = _margins(_recon, "recon")
CHECKS: tuple[Chance, ...] = (
    Chance(
        "3.3",
        f"mean reconstruction of a training step over {DRAWS} draws within six standard errors "
        "of the quadrature's, twice",
        2 * FALSE_ALARM,
        RECON,
    ),
    Chance(
        "3.3",
        f"gradient with respect to log σ² over {DRAWS} draws within six standard errors of the "
        "quadrature's, twice",
        2 * FALSE_ALARM,
        _margins(_pull, "log_var_gradient"),
    ),
    Chance(
        "3.3",
        f"mean reconstruction of `test_step` over {DRAWS} draws within six standard errors of "
        "the quadrature's",
        FALSE_ALARM,
        RECON,
    ),
)
