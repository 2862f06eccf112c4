"""The posteriors used in lesson 1's questions: means and log-variances of images."""

from __future__ import annotations

import numpy as np


def posterior(rng, batch: int, latent: int):
    """Random means and log-variances, each `(batch, latent)`."""
    mean = rng.normal(0.0, 1.5, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.0, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


def one_image(rng, variances: tuple[float, ...]):
    """One image with round numbers, and those in words; its mean is never near 0."""
    shape = (1, len(variances))
    mean = np.round(rng.uniform(1, 3, shape) * rng.choice([-1, 1], shape), 1).astype("float32")
    words = f"mean {np.round(mean[0].astype(float), 1).tolist()} and variances {list(variances)}"
    return mean, np.log(np.array([variances], "float32")), words


def unforeseen_image(rng):
    """One image of two latents with numbers that nobody has seen before: two decimals each."""
    return one_image(rng, _variances(rng))


def _variances(rng) -> tuple[float, float]:
    """One below 1 and one above, to tell a standard deviation from a variance."""
    return round(float(rng.uniform(0.1, 0.6)), 2), round(float(rng.uniform(1.6, 5.0)), 2)
