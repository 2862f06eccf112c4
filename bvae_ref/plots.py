"""The course's figures, each with alt text and a caption: ink dark on light paper.

Every function takes arrays, builds its own Matplotlib figure (no global state) and
returns a `CaptionedFigure`. Images are `(height, width, channels)` in [0, 1]: of one channel, 1 is
full ink; three are red, green and blue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bvae_ref.captions import CaptionedFigure
from bvae_ref.data.dataset import Dataset
from bvae_ref.mosaics import COLOURS, INK, MARKERS, bare, centres, mosaic, page
from bvae_ref.scatter import latent_scatter

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "contact_sheet",
    "grid_figure",
    "latent_scatter",
    "loss_figure",
    "reconstruction_figure",
    "strip_figure",
    "traversal_figure",
]

# How wide a strip is, and how many pixels of paper lie between its images.
_STRIP_INCHES, _GUTTER = 9.0, 2
_MOST_CLASSES = 20


def contact_sheet(dataset: Dataset, columns: int = 12) -> CaptionedFigure:
    """The first images of every class, one class per row; without classes, the first images.

    Args:
        dataset: with `.images` `(n, height, width, channels)`, `.labels` `(n,)` or None,
            `.classes` and `.name`. Of more than twenty classes the first twenty are shown.
        columns: images of each class.
    """
    if dataset.labels is None:
        return _first_images(dataset, columns)
    labels, names = np.asarray(dataset.labels), dataset.classes[:_MOST_CLASSES]
    rows = np.zeros((len(names), columns, *dataset.images.shape[1:]), dtype="float32")
    for label in range(len(names)):
        found = dataset.images[np.flatnonzero(labels == label)[:columns]]
        rows[label, : len(found)] = found
    figure, axes = page(rows, cell=0.5)
    # Photographs fill their frame, and would run into each other.
    gutter = 0 if dataset.ink else 1
    mosaic(axes, rows, gutter)
    numbered = [name if name == str(i) else f"{i}  {name}" for i, name in enumerate(names)]
    axes.set_yticks(centres(len(names), rows.shape[2], gutter), numbered)
    return CaptionedFigure(
        figure,
        alt=f"A table of images, {columns} of each class in a row: {', '.join(names)}.",
        caption=f"{dataset.name}: {columns} examples of each class, one class per row.",
    )


def _first_images(dataset: Dataset, columns: int) -> CaptionedFigure:
    images = dataset.images[: columns * max(1, min(5, len(dataset.images) // columns))]
    columns = min(columns, len(images))
    rows = images.reshape(-1, columns, *images.shape[1:])
    figure, axes = page(rows, cell=0.5)
    mosaic(axes, rows, gutter=1)
    return CaptionedFigure(
        figure,
        alt=f"A table of {len(images)} images, {columns} in a row.",
        caption=f"{dataset.name}: the first {len(images)} images.",
    )


def strip_figure(
    images: ArrayLike,
    start_name: str,
    end_name: str,
    real: tuple[ArrayLike, ArrayLike] | None = None,
    words: str = "",
) -> CaptionedFigure:
    """A morph: images side by side, its two ends named.

    Args:
        images: `(steps, height, width, channels)`.
        start_name, end_name: what the ends are called.
        real: the two real images, of the same shape, whose codes the ends are; they stand outside.
        words: about the model; they stand above the strip and begin the caption.
    """
    images = np.asarray(images)
    parts = [images] if real is None else [real[0], images, real[1]]
    rows = [np.asarray(part).reshape(1, -1, *images.shape[1:]) for part in parts]
    widths = [row.shape[1] for row in rows]
    height, width = images.shape[1:3]
    tall = 1.35 * _STRIP_INCHES / sum(widths) * height / width + (0.3 if words else 0)
    figure = Figure(figsize=(_STRIP_INCHES, tall), layout="constrained")
    if words:
        figure.suptitle(words, fontsize=10, color="0.25")
    all_axes = np.ravel(figure.subplots(1, len(rows), width_ratios=widths))
    for axes, row in zip(all_axes, rows, strict=True):
        bare(axes)
        mosaic(axes, row, gutter=_GUTTER)
    places = centres(len(images), width, _GUTTER)
    middle = all_axes[len(rows) // 2]
    middle.set_xticks([places[0], places[-1]], [start_name, end_name], fontsize=11)
    beside = ""
    if real is not None:
        for axes, name in ((all_axes[0], start_name), (all_axes[-1], end_name)):
            axes.set_xticks(centres(1, width), [f"real {name}"], fontsize=11)
        beside = " The outer two images are real; the strip begins and ends at their codes."
    return CaptionedFigure(
        figure,
        alt=f"A row of {len(images)} images in which {start_name} on the left turns step by "
        f"step into {end_name} on the right.",
        caption=f"{words}{'. ' if words else ''}From {start_name} to {end_name} in {len(images)} "
        f"even steps through the latent space; every image is decoded from its own code.{beside}",
    )


def grid_figure(images: ArrayLike, extent: float | None = None) -> CaptionedFigure:
    """A latent grid: images `(rows, columns, height, width, channels)`, row 0 at the top.

    With `extent`, the axes carry the two codes, −extent to +extent.
    """
    images = np.asarray(images)
    rows, columns = images.shape[:2]
    figure, axes = page(images, cell=min(0.5, 7.5 / columns))
    mosaic(axes, images)
    if extent is not None:
        across, down = centres(columns, images.shape[3]), centres(rows, images.shape[2])
        ends = [f"{-extent:+.1f}", "0", f"{extent:+.1f}"]
        axes.set_xticks([across[0], np.mean(across), across[-1]], ends)
        axes.set_yticks([down[-1], np.mean(down), down[0]], ends)
        axes.set_xlabel("latent 0")
        axes.set_ylabel("latent 1")
    return CaptionedFigure(
        figure,
        alt=f"A square of {rows} by {columns} decoded images; neighbours resemble each other, "
        "and regions of one kind blend into regions of the next.",
        caption="The latent space as a map: each image is decoded from the code at its place. "
        "Latent 0 grows to the right, latent 1 upwards.",
    )


def traversal_figure(
    images: ArrayLike, values: ArrayLike, names: Sequence[str] = ()
) -> CaptionedFigure:
    """Traversals `(latent, len(values), height, width, channels)`: one latent a row.

    `names` are what the rows are called, instead of "latent 0" and so on.
    """
    images, values = np.asarray(images), np.asarray(values)
    latents, count = images.shape[:2]
    names = names or [f"latent {i}" for i in range(latents)]
    figure, axes = page(images, cell=0.75)
    mosaic(axes, images)
    axes.set_xticks(centres(count, images.shape[3]), [f"{value:+.1f}" for value in values])
    axes.set_yticks(centres(latents, images.shape[2]), names)
    return CaptionedFigure(
        figure,
        alt=f"{latents} rows of {count} images; along a row the image changes as one "
        f"latent goes from {values[0]:.1f} to {values[-1]:.1f}. The rows: {'; '.join(names)}.",
        caption="One latent changes along each row, to the value written below; the others keep "
        "the values of the code in hand.",
    )


def reconstruction_figure(
    images: ArrayLike, reconstructions: ArrayLike, words: str = ""
) -> CaptionedFigure:
    """Images `(n, height, width, channels)` above their reconstructions, same shape.

    With `words`, they are the first sentence of the caption.
    """
    pair = np.stack([np.asarray(images), np.asarray(reconstructions)])
    count = pair.shape[1]
    figure, axes = page(pair, cell=0.75)
    mosaic(axes, pair)
    axes.set_yticks(centres(2, pair.shape[2]), ["image", "reconstruction"])
    return CaptionedFigure(
        figure,
        alt=f"Two rows of {count}: images above, below them softer versions that "
        "keep the overall shape and lose detail.",
        caption=f"{words}{'. ' if words else ''}Above, images; below, what the decoder makes of "
        "their mean codes. What the code cannot hold is blurred.",
    )


def loss_figure(history: Mapping[str, Sequence[float]]) -> CaptionedFigure:
    """Loss, reconstruction and KL over the epochs, in nats per image.

    Args:
        history: dict of equally long lists: `loss`, `recon`, `kl`, and where something was
            held out `val_loss`, `val_recon`, `val_kl`.
    """
    titles = {"loss": "loss = recon + β·KL", "recon": "reconstruction", "kl": "KL"}
    shown = {key: title for key, title in titles.items() if key in history}
    figure = Figure(figsize=(3.4 * len(shown), 2.7), layout="constrained")
    for axes, (key, title) in zip(
        np.ravel(figure.subplots(1, len(shown))), shown.items(), strict=True
    ):
        epochs = np.arange(1, len(history[key]) + 1)
        axes.plot(epochs, history[key], color=COLOURS[0], label="training")
        if f"val_{key}" in history:
            held_out = history[f"val_{key}"]
            axes.plot(epochs, held_out, "--", color=COLOURS[6], label="held out")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("epoch")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8)
        axes.xaxis.get_major_locator().set_params(integer=True)
    figure.axes[0].set_ylabel("nats per image")
    ends = "; ".join(
        f"{title} {history[key][0]:.1f} to {history[key][-1]:.1f}" for key, title in shown.items()
    )
    return CaptionedFigure(
        figure,
        alt=f"{len(shown)} line charts over {len(history['loss'])} epochs, solid for training and "
        f"dashed for held-out images. Training, first to last epoch: {ends}.",
        caption="Training (solid) and held-out (dashed) figures for each epoch, in nats per image.",
    )
