"""Posterior collapse that can be worked out by hand: the linear β-VAE and its optimum.

Data x `(data,)` of mean 0 and covariance S; z ~ N(0, I); x given z ~ N(Wz, σ²I) with σ²
fixed; q(z|x) = N(Vx, diag(v)). Divided by β, the objective is the ELBO of the same model
with noise variance βσ², which is probabilistic PCA (Tipping & Bishop 1999,
"Probabilistic Principal Component Analysis", appendix A): a principal direction of
variance λ gets a latent when λ > βσ², and otherwise none. Lucas et al. 2019, "Don't Blame
the ELBO!", show that the ELBO of a linear VAE adds no local optima to that likelihood.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def linear_rates(eigenvalues: ArrayLike, noise_variance: float, beta: float) -> np.ndarray:
    """KL of the latent of every principal direction at the optimum, in nats.

    ½ log(λ / βσ²) where λ > βσ², else 0: the latent has collapsed. Rate and residual are
    those of Shannon's reverse water-filling with water level βσ² (Cover & Thomas 2006,
    "Elements of Information Theory", theorem 10.3.3).

    Args:
        eigenvalues: λ, variances of the data along their principal directions, `(d,)`,
            none negative, in any order.
        noise_variance: σ² of the decoder, in the squared unit of the data, positive.
        beta: Higgins' β, positive.

    Returns:
        `(d,)`, float64, ≥ 0, in the order of `eigenvalues`.

    Raises:
        ValueError: eigenvalues that are no vector or are negative; σ² or β not positive.
    """
    values, level = _water_level(eigenvalues, noise_variance, beta)
    return 0.5 * np.log(np.maximum(values / level, 1.0))


def linear_residuals(eigenvalues: ArrayLike, noise_variance: float, beta: float) -> np.ndarray:
    """Variance of every principal direction that reconstruction misses at the optimum.

    min(λ, βσ²): active directions are missed by the water level βσ², collapsed ones
    entirely. Arguments and errors as for `linear_rates`; `(d,)`, float64.
    """
    values, level = _water_level(eigenvalues, noise_variance, beta)
    return np.minimum(values, level)


def linear_optimum(
    covariance: ArrayLike, noise_variance: float, beta: float, latents: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decoder, encoder and posterior variances that minimise `linear_objective`.

    Args:
        covariance: S, `(data, data)`, symmetric, not negative.
        noise_variance, beta: as for `linear_rates`.
        latents: latent dimensions, 1 to `data`.

    Returns:
        W `(data, latents)`, V `(latents, data)` and v `(latents,)`, float64, ordered by
        falling variance of the data.

    Raises:
        ValueError: as for `linear_rates`; more latents than data dimensions, or fewer than 1.
    """
    covariance = np.asarray(covariance, dtype=np.float64)
    if not 1 <= latents <= len(covariance):
        raise ValueError(
            f"latents is {latents}; a linear VAE of {len(covariance)}-dimensional data has "
            f"1 to {len(covariance)} of them."
        )
    eigenvalues, directions = np.linalg.eigh(covariance)
    strongest = np.argsort(eigenvalues)[::-1][:latents]
    # Rounding may leave the least eigenvalues of a singular covariance just below 0.
    values, level = _water_level(np.maximum(eigenvalues[strongest], 0.0), noise_variance, beta)
    lengths = np.sqrt(np.maximum(values - level, 0.0))
    decoder = directions[:, strongest] * lengths
    explained = lengths**2 + level
    return decoder, decoder.T / explained[:, None], level / explained


def linear_kl(
    covariance: ArrayLike, encoder: ArrayLike, posterior_variance: ArrayLike
) -> np.ndarray:
    """KL of every latent, averaged over the data, in nats, `(latents,)`.

    ½ (v_j S v_jᵀ + v − 1 − log v) with v_j the j-th row of the encoder.
    """
    encoder, variance = np.asarray(encoder), np.asarray(posterior_variance)
    mean_square = np.einsum("ji,ik,jk->j", encoder, np.asarray(covariance), encoder)
    return 0.5 * (mean_square + variance - 1.0 - np.log(variance))


def linear_objective(
    covariance: ArrayLike,
    decoder: ArrayLike,
    encoder: ArrayLike,
    posterior_variance: ArrayLike,
    noise_variance: float,
    beta: float,
) -> float:
    """Expected −log p(x|z) + β·KL of a linear β-VAE, in nats: exact, no sampling.

    Args:
        covariance: S, `(data, data)`.
        decoder: W, `(data, latents)`.
        encoder: V, `(latents, data)`.
        posterior_variance: v, `(latents,)`, positive.
        noise_variance, beta: as for `linear_rates`.
    """
    covariance, decoder = np.asarray(covariance), np.asarray(decoder)
    missed = np.eye(len(covariance)) - decoder @ np.asarray(encoder)
    squared_error = np.trace(missed @ covariance @ missed.T)
    squared_error += np.sum(np.asarray(posterior_variance) * np.sum(decoder**2, axis=0))
    distortion = 0.5 * squared_error / noise_variance
    distortion += 0.5 * len(covariance) * math.log(2 * math.pi * noise_variance)
    return float(distortion + beta * np.sum(linear_kl(covariance, encoder, posterior_variance)))


def _water_level(
    eigenvalues: ArrayLike, noise_variance: float, beta: float
) -> tuple[np.ndarray, float]:
    """Eigenvalues as float64 and βσ², after checking both."""
    values = np.asarray(eigenvalues, dtype=np.float64)
    if values.ndim != 1 or not np.all(values >= 0):
        raise ValueError(
            f"eigenvalues are {values.tolist()}; expected a vector of variances, none negative "
            "(np.linalg.eigvalsh of a covariance gives them)."
        )
    for name, value in (("noise_variance", noise_variance), ("beta", beta)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; expected a finite number > 0.")
    return values, float(noise_variance) * float(beta)
