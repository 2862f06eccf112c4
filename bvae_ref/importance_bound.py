"""The importance-weighted bound: how far an ELBO lies below log p(x), seen with K samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from bvae_ref.model import DisentangledVAE, model_images

# Codes decoded at once; with 28×28 pixels about 6 MB in float32, of which there are several.
_CODES = 2048


@dataclass(frozen=True, eq=False)
class ImportanceBound:
    """An estimate of log p(x) from below.

    Attributes:
        bound: mean over the images, in nats; at least the ELBO on average.
        per_image: `(n,)`, float64.
        samples: K.
        standard_error: of `bound` over the images, in nats; NaN for one image.
    """

    bound: float
    per_image: np.ndarray
    samples: int
    standard_error: float


def importance_weighted_bound(recon: ArrayLike, log_ratio: ArrayLike) -> np.ndarray:
    """log (1/K) Σ w_k with log w = −recon − log_ratio, for every image.

    Burda et al. 2016, equation 8, as log-sum-exp in float64.

    Args:
        recon: −log p(x|z_k), `(draws, batch)`, nats.
        log_ratio: log q(z_k|x) − log p(z_k), `(draws, batch)`, nats.

    Returns:
        a bound on log p(x), `(batch,)`, float64, nats.
    """
    log_weights = -np.asarray(recon, dtype=float) - np.asarray(log_ratio, dtype=float)
    most = log_weights.max(axis=0)
    return most + np.log(np.mean(np.exp(log_weights - most), axis=0))


def importance_bound(
    model: DisentangledVAE, images: Any, samples: int = 64, *, seed: int = 0
) -> ImportanceBound:
    """log (1/K) Σ p(x, z_k)/q(z_k|x) with z_k from q(z|x), averaged over images.

    Burda et al. 2016, "Importance Weighted Autoencoders", equation 8. K = 1 is the ELBO; the
    bound grows with K towards log p(x), and β plays no part in it. The sum over K is taken in
    float64 as log-sum-exp. Images and samples are worked through in chunks, and the noise is
    drawn image by image, so the result does not depend on their size.

    Args:
        model: a model of any likelihood.
        images: what `held_out_elbo` takes.
        samples: K, at least 1.
        seed: of the draws.

    Raises:
        ValueError: K below 1; images that the model does not take.
    """
    if isinstance(samples, bool) or not isinstance(samples, int) or samples < 1:
        raise ValueError(f"samples is {samples!r}; expected a whole number of at least 1.")
    images = model_images(model, images)
    mean, log_var = model.encode(images)
    rng = np.random.default_rng(seed)
    rows = max(1, _CODES // samples)
    chunks = []
    for first in range(0, len(images), rows):
        here = slice(first, first + rows)
        chunks.append(_log_means(model, images[here], mean[here], log_var[here], samples, rng))
    per_image = np.concatenate(chunks)
    error = per_image.std(ddof=1) / math.sqrt(len(images)) if len(images) > 1 else math.nan
    return ImportanceBound(float(per_image.mean()), per_image, samples, float(error))


def _log_means(model, images, mean, log_var, samples: int, rng) -> np.ndarray:
    """log of the mean weight of every image, `(n,)` float64."""
    eps = rng.standard_normal((len(images), samples, mean.shape[1])).astype("float32")
    z = mean[:, None] + np.exp(0.5 * log_var[:, None]) * eps
    # log q(z|x) − log p(z): what both have of 2π cancels.
    ratio = 0.5 * np.sum(z.astype(float) ** 2 - eps.astype(float) ** 2 - log_var[:, None], axis=-1)
    codes = z.reshape(-1, z.shape[-1])
    owner = np.repeat(np.arange(len(images)), samples)
    missed = np.empty(len(codes))
    for first in range(0, len(codes), _CODES):
        here = slice(first, first + _CODES)
        outputs = model.decoder(codes[here], training=False)
        missed[here] = ops.convert_to_numpy(model.distortion(images[owner[here]], outputs))
    return importance_weighted_bound(missed.reshape(ratio.shape).T, ratio.T)
