"""Two scores read off the same matrix of mutual information: MIG and modularity.

They complement each other. MIG looks at each factor and punishes two latents that share it;
modularity looks at each latent and punishes one that mixes factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.information import mutual_information
from bvae_ref.metrics.inputs import refuse_single_factor


@dataclass(frozen=True, eq=False)
class Mig:
    """The mutual information gap and what it was computed from.

    Attributes:
        score: mean of `gaps`, 0 to 1.
        matrix: I(z_j; v_k) in nats, `(latents, factors)`.
        entropies: H(v_k) in nats, `(factors,)`.
        gaps: best minus second-best latent, as a share of the entropy, `(factors,)`.
        best: the latent that knows each factor best, `(factors,)`, int.
        bias: what independent codes are expected to show in an uncorrected `matrix`, in nats.
        constant_latents: latents of zero variance. They know nothing: 0 nats.
    """

    score: float
    matrix: np.ndarray
    entropies: np.ndarray
    gaps: np.ndarray
    best: np.ndarray
    bias: np.ndarray
    constant_latents: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Modularity:
    """Modularity and what it was computed from.

    Attributes:
        score: mean of `per_latent` over all latents, 0 to 1.
        matrix: I(z_j; v_k) in nats, `(latents, factors)`.
        per_latent: `(latents,)`; 1 for a latent that knows only one factor, 0 for one that
            knows all alike or none at all.
        constant_latents: latents of zero variance. They score 0 and count in the mean.
    """

    score: float
    matrix: np.ndarray
    per_latent: np.ndarray
    constant_latents: tuple[int, ...]


def mig(codes: ArrayLike, factors: ArrayLike, **how: Any) -> Mig:
    """Mutual information gap: does one latent know each factor far better than the others?

    Mean over factors of (I(z_a; v) − I(z_b; v)) / H(v), where a and b are the latents that
    know v best and second best (Chen et al. 2018, "Isolating Sources of Disentanglement in
    VAEs", section 4). There the information is taken from q(z|x); here it is counted over
    bins of the given codes, as Locatello et al. 2019 do. About independent factors a latent
    can tell no more than log(bins) nats in all. So with d latents and F > d factors of about
    as many values as there are bins, no code scores much above d/F. Within that bound, one
    latent that holds several factors is not punished: see `modularity`. With a single latent
    the second best is 0.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, labels or continuous.
        **how: `bins`, `factor_bins`, `binning`, `corrected` of `mutual_information`.

    Returns:
        A `Mig`.

    Raises:
        ValueError: as for `mutual_information`.
    """
    known = mutual_information(codes, factors, **how)
    # A correction may leave an estimate below 0; information itself never is.
    matrix = np.maximum(known.matrix, 0.0)
    ranked = np.sort(np.vstack([np.zeros(matrix.shape[1]), matrix]), axis=0)
    gaps = (ranked[-1] - ranked[-2]) / known.entropies
    return Mig(
        score=float(gaps.mean()),
        matrix=matrix,
        entropies=known.entropies,
        gaps=gaps,
        best=matrix.argmax(axis=0),
        bias=known.bias,
        constant_latents=known.constant_latents,
    )


def modularity(codes: ArrayLike, factors: ArrayLike, **how: Any) -> Modularity:
    """Modularity: does each latent know only one factor?

    For a latent with information m_k about the F factors and the largest of them θ, the score
    is 1 − Σ m_k² / (θ² (F − 1)), the sum over the other factors (Ridgeway & Mozer 2018,
    "Learning Deep Disentangled Embeddings With the F-Statistic Loss", section 3). It asks
    neither that every factor be known nor that the information be much: codes of pure noise
    score well above 0, since the accidental information in a row is never quite even.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, at least two, labels or continuous.
        **how: `bins`, `factor_bins`, `binning`, `corrected` of `mutual_information`.

    Returns:
        A `Modularity`.

    Raises:
        ValueError: as for `mutual_information`; a single factor.
    """
    known = mutual_information(codes, factors, **how)
    matrix = np.maximum(known.matrix, 0.0)
    factor_count = matrix.shape[1]
    refuse_single_factor(factor_count, "modularity")
    greatest = matrix.max(axis=1)
    # Shares of the largest, so that no square vanishes in rounding.
    shares = matrix / np.where(greatest > 0, greatest, 1.0)[:, None]
    others = np.sum(shares**2, axis=1) - 1.0
    per_latent = np.where(greatest > 0, 1.0 - others / (factor_count - 1), 0.0)
    return Modularity(float(per_latent.mean()), matrix, per_latent, known.constant_latents)
