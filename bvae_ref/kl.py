"""KL(q‖p) between a diagonal Gaussian q = N(mean, exp(log_var)) and p = N(0, I), in nats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike


def kl_per_dimension(mean: Any, log_var: Any) -> Any:
    """KL of each latent dimension separately, in nats.

    ½ (μ² + σ² − 1 − log σ²) (Kingma & Welling 2014, appendix B). The dimensions of a
    diagonal Gaussian are independent, so the whole KL is the sum over them.

    Args:
        mean: μ, `(batch, latent)`, float32.
        log_var: log σ², `(batch, latent)`, float32.

    Returns:
        `(batch, latent)`, float32, never negative but for rounding.
    """
    return 0.5 * (ops.square(mean) + ops.exp(log_var) - 1.0 - log_var)


def kl_divergence(mean: Any, log_var: Any) -> Any:
    """KL(N(mean, exp(log_var)) ‖ N(0, I)) of every image, in nats, `(batch,)`."""
    return ops.sum(kl_per_dimension(mean, log_var), axis=-1)


def kl_monte_carlo(mean: Any, log_var: Any, eps: Any) -> tuple[Any, Any]:
    """Estimate the same KL by averaging log q(z) − log p(z) over draws z ~ q.

    Args:
        mean: μ, `(batch, latent)`, float32.
        log_var: log σ², `(batch, latent)`, float32.
        eps: standard-normal noise, `(samples, batch, latent)`, at least two samples.

    Returns:
        `(estimate, standard_error)`, each `(batch,)` in nats. The standard error is
        s/√samples with the sample standard deviation s (divisor samples − 1).

    Raises:
        ValueError: with fewer than two samples no spread can be estimated.
    """
    samples = eps.shape[0]
    if samples < 2:
        raise ValueError(f"kl_monte_carlo needs at least 2 samples; eps holds {samples}.")
    z = mean + ops.exp(0.5 * log_var) * eps
    log_q = -0.5 * (math.log(2 * math.pi) + log_var + ops.square(eps))
    log_p = -0.5 * (math.log(2 * math.pi) + ops.square(z))
    log_ratio = ops.sum(log_q - log_p, axis=-1)
    estimate = ops.mean(log_ratio, axis=0)
    variance = ops.sum(ops.square(log_ratio - estimate), axis=0) / (samples - 1)
    return estimate, ops.sqrt(variance / samples)


def active_dimensions(mean: ArrayLike, threshold: float = 0.01) -> np.ndarray:
    """Which latent dimensions say anything about the image.

    A dimension is active when its mean μ varies over the data set by more than
    `threshold` (variance, divisor n): Burda et al. 2016, "Importance Weighted
    Autoencoders", section 5.

    Args:
        mean: μ of a whole data set, `(images, latent)`.
        threshold: least variance of μ, in squared latent units.

    Returns:
        `(latent,)`, bool.
    """
    return np.var(np.asarray(mean), axis=0) > threshold
