"""Traversal sheets: what each latent of one model draws, the busiest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from bvae_ref.captions import CaptionedFigure
from bvae_ref.plots import INK

# A latent that knows less of a factor's entropy says nothing worth a name.
_WORTH_NAMING = 0.05
_CELL = 0.55


def traversal_sheet(
    title: str,
    arrays: Mapping[str, np.ndarray],
    per_latent_kl: Sequence[float],
    factor_names: Sequence[str],
) -> CaptionedFigure:
    """One model's traversals, a latent a row, sorted by its KL.

    Args:
        title: of the model, such as "strokes, β = 4, seed 0".
        arrays: "traversal" `(latents, values, 28, 28)` bytes, "values", and "known"
            `(latents, factors)`, each latent's information as a share of a factor's entropy.
        per_latent_kl: nats, `(latents,)`.
        factor_names: of the columns of "known".
    """
    images, values = arrays["traversal"], arrays["values"]
    order = np.argsort(-np.asarray(per_latent_kl), kind="stable")
    latents, count = images.shape[:2]
    figure = Figure(figsize=(count * _CELL + 4.2, latents * _CELL + 0.5), layout="constrained")
    axes = figure.subplots()
    picture = images[order].transpose(0, 2, 1, 3).reshape(latents * 28, count * 28)
    axes.imshow(picture / 255, cmap=INK, vmin=0, vmax=1, interpolation="nearest", aspect="equal")
    middles = (np.arange(latents) + 0.5) * 28 - 0.5
    changes = [what_changes(arrays["known"][latent], factor_names) for latent in order]
    axes.set_yticks(middles, [f"{per_latent_kl[i]:.2f} nats" for i in order])
    axes.set_xticks((np.arange(count) + 0.5) * 28 - 0.5, [f"{value:+.1f}" for value in values])
    right = axes.secondary_yaxis("right")
    right.set_yticks(middles, changes)
    for part in (axes, right):
        part.tick_params(length=0, labelsize=9)
    axes.spines[:].set_visible(False)
    right.spines[:].set_visible(False)
    axes.set_title(title, fontsize=10)
    told = "; ".join(
        f"{per_latent_kl[i]:.2f} nats, {change}" for i, change in zip(order, changes, strict=True)
    )
    return CaptionedFigure(
        figure,
        alt=f"{latents} rows of {count} characters, {title}. From above, KL and what the latent "
        f"knows: {told}.",
        caption=f"{title}: along a row one latent goes from {values[0]:+.1f} to {values[-1]:+.1f} "
        "while the others keep the code of one image. Rows are sorted by the latent's KL, on "
        "the left; on the right stand the factors it knows, with the share of the factor's "
        "entropy.",
    )


def what_changes(known: np.ndarray, factor_names: Sequence[str]) -> str:
    """The factors that a latent knows best, such as "rotation 31%, class 12%"."""
    best = [k for k in np.argsort(-known, kind="stable")[:3] if known[k] >= _WORTH_NAMING]
    words = ", ".join(f"{factor_names[k]} {known[k]:.0%}" for k in best)
    return words or "no factor over 5%"
