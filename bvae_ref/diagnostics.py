"""What a code carries, as figures: KL by latent, the aggregate posterior, costs by class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from bvae_ref.captions import CaptionedFigure
from bvae_ref.metrics import active_units, rate
from bvae_ref.mosaics import COLOURS, centres, mosaic, page

_MOST_LATENTS, _MOST_CLASSES, _PAIRS = 12, 20, 5
_DEAD = "0.75"


def latent_names(mean: ArrayLike, log_var: ArrayLike) -> list[str]:
    """What to call each latent: its number and its KL in nats, or that it is dead.

    Dead is a latent whose mean varies by no more than 0.01 over the images (Burda et al. 2016,
    section 5).

    Args:
        mean, log_var: posteriors of at least two images, `(n, latent)`.
    """
    nats, active = rate(mean, log_var).per_latent, active_units(mean).active
    return [
        f"latent {i}: {f'{kl:.2f} nats' if alive else 'dead'}"
        for i, (kl, alive) in enumerate(zip(nats, active, strict=True))
    ]


def kl_figure(mean: ArrayLike, log_var: ArrayLike) -> CaptionedFigure:
    """The KL of every latent, averaged over images, dead ones pale; arguments as above."""
    nats, active = rate(mean, log_var).per_latent, active_units(mean).active
    figure = Figure(figsize=(5.0, 0.9 + 0.28 * len(nats)), layout="constrained")
    axes = figure.subplots()
    rows = np.arange(len(nats))
    axes.barh(rows, nats, color=[COLOURS[0] if alive else _DEAD for alive in active])
    for row, kl, alive in zip(rows, nats, active, strict=True):
        axes.annotate(
            f"{kl:.2f}{'' if alive else ', dead'}",
            (kl, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_yticks(rows, [f"latent {row}" for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.set_xlabel("KL, nats per image")
    axes.spines[["top", "right"]].set_visible(False)
    told = "; ".join(latent_names(mean, log_var))
    return CaptionedFigure(
        figure,
        alt=f"A bar for each latent's KL. {told}.",
        caption=f"What each latent carries on average, {nats.sum():.2f} nats in all; "
        f"{int(active.sum())} of {len(nats)} latents are active. A dead latent's mean hardly "
        "varies from image to image.",
    )


def aggregate_figure(mean: ArrayLike, log_var: ArrayLike, seed: int = 0) -> CaptionedFigure:
    """Draws of q(z), the average posterior of all images, against the prior N(0, I).

    One draw for each image. On the left, of two or more latents, the two whose means vary most,
    with circles that hold 39, 86 and 99% of the prior; on the right each latent by itself, of more
    than twelve the twelve that vary most.

    Args:
        mean, log_var: `(n, latent)`.
        seed: of the draws.
    """
    mean, log_var = np.asarray(mean, dtype=float), np.asarray(log_var, dtype=float)
    z = mean + np.exp(0.5 * log_var) * np.random.default_rng(seed).standard_normal(mean.shape)
    order = np.argsort(-mean.var(axis=0), kind="stable")[:_MOST_LATENTS]
    alone = sorted(int(i) for i in order)
    rows = -(-len(alone) // 3)
    figure = Figure(figsize=(9.0, max(3.4, 1.3 * rows)), layout="constrained")
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=[1, 1.5])[0]
    if len(order) > 1:
        _against_circles(left.subplots(), z, *sorted(int(i) for i in order[:2]))
    grid = np.linspace(-4, 4, 200)
    panels = np.ravel(right.subplots(rows, min(3, len(alone)), squeeze=False, sharey=True))
    for axes, latent in zip(panels, alone, strict=False):
        bins = np.linspace(-4, 4, 41)
        axes.hist(z[:, latent].clip(-4, 4), bins, density=True, color=COLOURS[1])
        axes.plot(grid, np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi), color=COLOURS[7])
        axes.set_title(f"latent {latent}", fontsize=9)
        axes.set(yticks=[], xticks=[-3, 0, 3])
        axes.spines[["top", "right", "left"]].set_visible(False)
    for axes in panels[len(alone) :]:
        axes.set_axis_off()
    spread = ", ".join(f"{z[:, i].mean():+.2f} ± {z[:, i].std():.2f}" for i in alone)
    return CaptionedFigure(
        figure,
        alt=f"Histograms of {len(alone)} latents over the images, each with the bell curve of the "
        f"prior; mean ± standard deviation: {spread}.",
        caption="The aggregate posterior (one draw per image, pale) against the prior N(0, 1) "
        "(curve, circles). Where they differ, draws of the prior meet places that the decoder "
        "never saw.",
    )


def _against_circles(axes, z: np.ndarray, first: int, second: int) -> None:
    x, y = z[:, first], z[:, second]
    axes.scatter(x, y, s=6, color=COLOURS[0], linewidths=0, alpha=0.45)
    for radius in (1, 2, 3):
        axes.add_patch(Circle((0, 0), radius, fill=False, color=COLOURS[7], linewidth=1.2))
    half = max(3.3, 1.05 * float(np.abs(z[:, [first, second]]).max()))
    axes.set(xlim=(-half, half), ylim=(-half, half), box_aspect=1)
    axes.set_xlabel(f"latent {first}")
    axes.set_ylabel(f"latent {second}")
    axes.spines[["top", "right"]].set_visible(False)


def class_figure(
    images: np.ndarray,
    rebuilt: np.ndarray,
    labels: ArrayLike,
    nats: ArrayLike,
    names: Sequence[str],
) -> CaptionedFigure:
    """A few images of every class, each beside its reconstruction, and what the class costs.

    Args:
        images, rebuilt: `(n, height, width, channels)` in [0, 1].
        labels: `(n,)`, indices into `names`; the first twenty classes are shown.
        nats: −log p(x|z) of every image, `(n,)`.
        names: of the classes.
    """
    labels, nats = np.asarray(labels), np.asarray(nats)
    present = [int(label) for label in np.unique(labels)[:_MOST_CLASSES]]
    rows = np.zeros((len(present), 2 * _PAIRS, *images.shape[1:]), dtype="float32")
    for row, label in zip(rows, present, strict=True):
        members = np.flatnonzero(labels == label)[:_PAIRS]
        row[: 2 * len(members) : 2], row[1 : 2 * len(members) : 2] = (
            images[members],
            rebuilt[members],
        )
    figure, axes = page(rows, cell=0.6)
    mosaic(axes, rows, gutter=1)
    means = [float(nats[labels == label].mean()) for label in present]
    words = [f"{names[label]}: {mean:.1f} nats" for label, mean in zip(present, means, strict=True)]
    axes.set_yticks(centres(len(present), rows.shape[2], 1), words)
    worst, best = present[int(np.argmax(means))], present[int(np.argmin(means))]
    return CaptionedFigure(
        figure,
        alt=f"A row for each class with {_PAIRS} pairs of image and reconstruction. Mean "
        f"reconstruction loss: {'; '.join(words)}.",
        caption=f"Images and, to the right of each, its reconstruction from the mean code. "
        f"{names[worst]} costs most and {names[best]} least; the numbers are means over all "
        "images of the class.",
    )
