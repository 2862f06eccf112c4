"""Reconstruction from logits and the β-weighted loss, in nats.

One convention throughout: sums over pixels and over latent dimensions, the mean over
the batch. β is Higgins' β in exactly that convention.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from bvae_ref.kl import kl_divergence

REDUCTIONS = ("sum", "mean")


def reconstruction_loss(images: Any, logits: Any) -> Any:
    """Bernoulli negative log-likelihood of every image, summed over its pixels, in nats.

    Computed from logits a as max(a, 0) − a·x + log(1 + exp(−|a|)), which stays exact
    where sigmoid followed by a logarithm would round to 0 or infinity.

    Args:
        images: targets in [0, 1], `(batch, height, width, channels)`, float32.
        logits: log-odds of ink, same shape, float32.

    Returns:
        `(batch,)`, float32. For grey targets its least value is `bce_floor`, not 0.
    """
    images, logits = ops.cast(images, "float32"), ops.cast(logits, "float32")
    per_pixel = ops.maximum(logits, 0.0) - logits * images + ops.log1p(ops.exp(-ops.abs(logits)))
    return ops.sum(ops.reshape(per_pixel, (ops.shape(images)[0], -1)), axis=-1)


def bce_floor(images: ArrayLike) -> np.ndarray:
    """The smallest reconstruction loss any model can reach on each image, in nats, `(batch,)`.

    A grey pixel x predicted perfectly still costs its binary entropy
    −x log x − (1 − x) log(1 − x); black and white pixels cost nothing.
    """
    x = np.asarray(images, dtype=np.float64)
    inside = (x > 0) & (x < 1)
    safe = np.where(inside, x, 0.5)
    entropy = np.where(inside, -safe * np.log(safe) - (1 - safe) * np.log1p(-safe), 0.0)
    return entropy.reshape(len(x), -1).sum(axis=1)


def beta_vae_loss(images: Any, logits: Any, mean: Any, log_var: Any, beta: Any) -> Any:
    """The β-VAE objective: mean over the batch of reconstruction + β·KL, in nats, a scalar.

    Higgins et al. 2017, "β-VAE", equation 4, as a loss to be minimised; β = 1 is the
    negative ELBO. β may be a tensor, as `DisentangledVAE.beta` is inside a traced step.

    Raises:
        ValueError: β is a number that is negative or not finite.
    """
    if not ops.is_tensor(beta):
        beta = validated_beta(beta)
    return ops.mean(reconstruction_loss(images, logits) + beta * kl_divergence(mean, log_var))


def validated_beta(beta: float) -> float:
    """Return β as a float, or raise ValueError when it is negative or not finite."""
    value = float(beta)
    if not math.isfinite(value) or value < 0:
        raise ValueError(
            f"beta is {beta}; it weights the KL term and must be a finite number ≥ 0 (β = 1 is "
            "the ELBO, β = 4 this course's default)."
        )
    return value


def effective_beta(
    beta: float, pixels: int, latents: int, recon_reduction: str, kl_reduction: str
) -> float:
    """Translate a β used with other reductions into Higgins' β (sum, sum).

    Averaging over N pixels divides the reconstruction by N, which multiplies β by N;
    averaging over M latents divides it by M.

    Args:
        beta: the weight as written in the code at hand.
        pixels: N, values per image.
        latents: M, latent dimensions.
        recon_reduction, kl_reduction: "sum" or "mean".

    Raises:
        ValueError: an unknown reduction.
    """
    for name, value in (("recon_reduction", recon_reduction), ("kl_reduction", kl_reduction)):
        if value not in REDUCTIONS:
            raise ValueError(f"{name} is {value!r}; expected one of {', '.join(REDUCTIONS)}.")
    scale = pixels if recon_reduction == "mean" else 1
    return beta * scale / (latents if kl_reduction == "mean" else 1)


def beta_norm(beta: float, pixels: int, latents: int) -> float:
    """β·M/N with M latents and N pixels (Higgins et al. 2017, section 4.2).

    Makes β comparable between models of different sizes: it is the weight that the same
    objective carries when both terms are averaged instead of summed.
    """
    return beta * latents / pixels
