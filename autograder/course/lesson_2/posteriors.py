"""The posteriors used in lesson 2's questions: means and log-variances of images."""

from __future__ import annotations

import numpy as np

# The smallest batch, and the smallest latent size.
FEWEST = (6, 3)


def posterior(rng, batch: int, latent: int):
    """Means and log-variances of a batch, each `(batch, latent)`."""
    mean = rng.normal(0.0, 1.2, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.5, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


def alone_and_far(rng):
    """The same of a single image whose KL is some hundred nats in each dimension."""
    mean, log_var = posterior(rng, 1, int(rng.integers(FEWEST[1], 6)))
    return mean + np.float32(20) * np.sign(mean), log_var


def batch_shape(rng) -> tuple[int, int]:
    """A batch and a latent size, never equal, so that a mistaken axis shows."""
    return int(rng.integers(FEWEST[0], 10)), int(rng.integers(FEWEST[1], 6))


def two_images(rng):
    """Two images with few, round numbers, one of three dimensions at the prior; in words too."""
    mean = rng.choice([-2.0, -1.0, 1.0, 2.0], (2, 3)).astype("float32")
    variance = rng.choice([4.0, 0.25], (2, 3)).astype("float32")
    unused = int(rng.integers(3))
    mean[:, unused], variance[:, unused] = 0.0, 1.0
    words = f"two images with μ = {mean.tolist()} and σ² = {variance.tolist()}"
    return mean, np.log(variance), words


def two_unforeseen_images(rng):
    """The same with numbers that nobody has seen before: two decimals each."""
    mean = np.round(rng.uniform(-3.0, 3.0, (2, 3)), 2).astype("float32")
    variance = np.round(rng.uniform(0.1, 5.0, (2, 3)), 2).astype("float32")
    unused = int(rng.integers(3))
    mean[:, unused], variance[:, unused] = 0.0, 1.0
    shown = (np.round(item.astype(float), 2).tolist() for item in (mean, variance))
    words = "two images with μ = {} and σ² = {}".format(*shown)
    return mean, np.log(variance), words
