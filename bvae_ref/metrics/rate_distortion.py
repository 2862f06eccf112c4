"""Rate and distortion: the nats a code costs, and those that the decoder still misses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.inputs import checked_posteriors

# Images worked out at once: 512 of 28 × 28 pixels are 3 MiB of float64.
_ROWS = 512


@dataclass(frozen=True, eq=False)
class Rate:
    """The average KL from the prior, latent by latent.

    Attributes:
        score: mean over the rows of KL(q(z|x) ‖ N(0, I)), nats per image.
        matrix: KL of every row and latent, nats, `(n, latents)`.
        per_latent: mean of `matrix` over the rows, nats, `(latents,)`; sums to `score`.
    """

    score: float
    matrix: np.ndarray
    per_latent: np.ndarray


@dataclass(frozen=True, eq=False)
class Distortion:
    """The average negative log-likelihood, pixel by pixel.

    Attributes:
        score: mean over the images of −log p(x|z), nats per image.
        matrix: mean over the images of −log p of every pixel, nats, in the shape of one image;
            sums to `score`.
        per_image: −log p(x|z) of every image, nats, `(n,)`.
    """

    score: float
    matrix: np.ndarray
    per_image: np.ndarray


def rate(mean: ArrayLike, log_var: ArrayLike) -> Rate:
    """Average KL between the posteriors and the prior N(0, I), in closed form.

    ½ (μ² + σ² − 1 − log σ²) for each latent (Kingma & Welling 2014, appendix B): the R of
    Alemi et al. 2018, "Fixing a Broken ELBO", section 2. It bounds from above what z can say
    about the image. β weights it in the loss and plays no part here.

    Args:
        mean, log_var: μ and log σ² of q(z|x), `(n, latents)`.

    Returns:
        A `Rate`.

    Raises:
        ValueError: arrays that are not finite or not of one shape `(n, latents)`.
    """
    mean, log_var = checked_posteriors(mean, log_var)
    # By expm1, so that the small KL of a latent that has all but collapsed keeps its digits.
    matrix = 0.5 * (mean**2 + (np.expm1(log_var) - log_var))
    per_latent = matrix.mean(axis=0)
    return Rate(float(per_latent.sum()), matrix, per_latent)


def distortion(images: ArrayLike, logits: ArrayLike) -> Distortion:
    """Average Bernoulli negative log-likelihood of images under a decoder's logits.

    −x log p − (1 − x) log(1 − p) with p = sigmoid(logit), summed over pixels: the D of
    Alemi et al. 2018. With logits decoded from one draw z ~ q(z|x), rate + distortion is an
    unbiased estimate of the negative ELBO. Grey pixels cost their own entropy even when
    predicted perfectly.

    Args:
        images: `(n, …)`, pixels in [0, 1].
        logits: log-odds of ink, the same shape.

    Returns:
        A `Distortion`. Memory stays bounded whatever n.

    Raises:
        ValueError: shapes that differ, no images, pixels outside [0, 1], logits not finite.
    """
    images, logits = np.asarray(images), np.asarray(logits)
    if images.shape != logits.shape or images.ndim < 2 or images.size == 0:
        raise ValueError(
            f"images have shape {images.shape} and logits {logits.shape}; expected the same "
            "shape (n, …) for both, n ≥ 1, as the decoder returns it."
        )
    per_image, per_pixel = np.empty(len(images)), np.zeros(images.shape[1:])
    for first in range(0, len(images), _ROWS):
        rows = slice(first, first + _ROWS)
        missed = _negative_log_likelihood(images[rows], logits[rows], first)
        per_image[rows] = missed.reshape(len(missed), -1).sum(axis=1)
        per_pixel += missed.sum(axis=0)
    return Distortion(float(per_image.mean()), per_pixel / len(images), per_image)


def _negative_log_likelihood(images, logits, first: int) -> np.ndarray:
    """−log p of every pixel; `first` is the number of the first image, for messages."""
    x = np.asarray(images, dtype=np.float64)
    logit = np.asarray(logits, dtype=np.float64)
    wrong = ~((x >= 0) & (x <= 1) & np.isfinite(logit))
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0])
        raise ValueError(
            f"image {first + place[0]} has a pixel {x[place]:g} with logit {logit[place]:g}; "
            "expected pixels in [0, 1] (divide bytes by 255) and finite logits, before any sigmoid."
        )
    return np.maximum(logit, 0.0) - logit * x + np.log1p(np.exp(-np.abs(logit)))
