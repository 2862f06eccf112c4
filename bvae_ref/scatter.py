"""Codes as points, with the names of their classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bvae_ref.captions import CaptionedFigure
from bvae_ref.data.dataset import CLASS_NAMES
from bvae_ref.label_places import apart
from bvae_ref.mosaics import COLOURS, MARKERS

# More classes than this are named in the picture alone.
_MOST_LISTED = 20


def latent_scatter(
    codes: ArrayLike,
    labels: ArrayLike | None,
    dimensions: tuple[int, int] = (0, 1),
    names: Sequence[str] = CLASS_NAMES,
) -> CaptionedFigure:
    """Mean codes as points, each class with its own marker, colour and written name.

    Names stand as near to the median of their class as they can without covering another, and a
    line leads from a name that had to move.

    Args:
        codes: `(n, latent)`, at least two latents.
        labels: `(n,)`, indices into `names`; None for points without a class.
        dimensions: which two latents to show.
        names: of the classes.

    Raises:
        ValueError: codes with fewer than two latents.
    """
    codes = np.asarray(codes)
    if codes.ndim != 2 or codes.shape[1] < 2:
        raise ValueError(f"codes have shape {codes.shape}; expected (n, latent) with latent ≥ 2.")
    pair = codes[:, list(dimensions)]
    kinds = np.zeros(len(codes), int) if labels is None else np.asarray(labels)
    present = np.unique(kinds)
    figure = Figure(figsize=(5.6, 4.9), layout="constrained")
    axes = figure.subplots()
    for label in present:
        colour, marker = COLOURS[label % len(COLOURS)], MARKERS[label % len(MARKERS)]
        x, y = pair[kinds == label].T
        axes.scatter(x, y, s=11, marker=marker, color=colour, linewidths=0, alpha=0.55)
    # A square around all of them, so that a unit is as long on both axes and no room is left over.
    middle = (pair.max(axis=0) + pair.min(axis=0)) / 2
    half = max(1e-3, 0.54 * float(np.ptp(pair, axis=0).max()))
    axes.set(xlim=middle[0] + [-half, half], ylim=middle[1] + [-half, half], box_aspect=1)
    axes.set_xlabel(f"latent {dimensions[0]}")
    axes.set_ylabel(f"latent {dimensions[1]}")
    axes.spines[["top", "right"]].set_visible(False)
    if labels is None:
        return CaptionedFigure(
            figure,
            alt=f"A scatter of {len(codes)} codes around the origin.",
            caption="Where the encoder puts the images: one point for each.",
        )
    _name_classes(axes, pair, kinds, names, half)
    return CaptionedFigure(
        figure,
        alt=f"A scatter of {len(codes)} codes around the origin, in overlapping clouds, one for "
        f"each class ({', '.join(names[label] for label in present)}), each with its own marker "
        "and its name written near its middle.",
        caption="Where the encoder puts the images: one point for each, its marker the class; "
        "names stand at the medians, or lead there by a line.",
    )


def _name_classes(axes: Axes, pair: np.ndarray, kinds: np.ndarray, names, half: float) -> None:
    """Write each class's name near the median of its points, and list the markers beside."""
    present = np.unique(kinds)
    medians = np.array([np.median(pair[kinds == label], axis=0) for label in present])
    # In data units, for an axis of about 300 points: letters of 10 points, and their box.
    unit = 2 * half / 300
    sizes = np.array([[7.5 * len(names[label]) + 12, 19] for label in present]) * unit
    for label, median, place, size in zip(
        present, medians, apart(medians, sizes), sizes, strict=True
    ):
        colour = COLOURS[label % len(COLOURS)]
        if (np.abs(place - median) > 0.5 * size).any():
            axes.plot(*np.stack([median, place]).T, color=colour, linewidth=1, zorder=3)
        x, y = place
        axes.text(
            x,
            y,
            names[label],
            ha="center",
            va="center",
            fontsize=10,
            weight="bold",
            zorder=4,
            bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": colour, "alpha": 0.9},
        )
    if len(present) > _MOST_LISTED:
        return
    for label in present:
        marker, colour = MARKERS[label % len(MARKERS)], COLOURS[label % len(COLOURS)]
        name = names[label] if names[label] == str(label) else f"{label} {names[label]}"
        axes.scatter([], [], s=30, marker=marker, color=colour, label=name)
    axes.legend(
        loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=9, title="class"
    )
