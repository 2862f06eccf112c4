"""Active units: which latents react to the image at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.inputs import checked_codes


@dataclass(frozen=True, eq=False)
class ActiveUnits:
    """How many latents are active, and what that was decided on.

    Attributes:
        score: how many latents are active, int.
        matrix: covariance of the means over the rows, divisor n, `(latents, latents)`, in
            squared latent units. Its diagonal decides; off it stand latents that move together.
        active: `(latents,)`, bool.
        threshold: least variance of an active latent.
    """

    score: int
    matrix: np.ndarray
    active: np.ndarray
    threshold: float


def active_units(mean: ArrayLike, threshold: float = 0.01) -> ActiveUnits:
    """Count the latents whose mean varies over the data by more than a threshold.

    Burda et al. 2016, "Importance Weighted Autoencoders", section 5. The measure is absolute:
    unlike the other metrics it changes when codes are rescaled, since the prior N(0, 1) sets
    the unit.

    Args:
        mean: μ of q(z|x) for a whole data set, `(n, latents)`, not draws of z.
        threshold: variance above which a latent is active, in squared latent units, ≥ 0.

    Returns:
        An `ActiveUnits`.

    Raises:
        ValueError: means that are no finite array, a single row, a negative threshold.
    """
    mean = checked_codes(mean, "mean")
    if len(mean) < 2:
        raise ValueError("mean has 1 row; a variance over the data needs at least 2.")
    if not threshold >= 0:
        raise ValueError(f"threshold is {threshold}; expected a variance ≥ 0, usually 0.01.")
    # The first row is taken off first: then latents of zero variance give exactly 0.
    shifted = mean - mean[0]
    centred = shifted - shifted.mean(axis=0)
    covariance = centred.T @ centred / len(mean)
    active = np.diag(covariance) > threshold
    return ActiveUnits(int(active.sum()), covariance, active, float(threshold))
