"""The course's figures, each with alt text and a caption: ink dark on light paper.

Every function takes arrays, builds its own Matplotlib figure (no global state) and
returns a `CaptionedFigure`. Images are `(28, 28, 1)` in [0, 1], 1 is full ink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bvae_ref.captions import CaptionedFigure
from bvae_ref.data.dataset import CLASS_NAMES, Dataset

INK = "gray_r"
# How wide a strip is, and how many pixels of paper lie between its images.
_STRIP_INCHES, _GUTTER = 9.0, 2
# Ten marker shapes, and Paul Tol's "muted" colours, which differ in lightness as well as
# hue; the class names are written beside them, so neither is needed to read a figure.
MARKERS = ("o", "s", "^", "v", "D", "P", "X", "*", "<", ">")
COLOURS = (
    "#332288",
    "#88CCEE",
    "#44AA99",
    "#117733",
    "#999933",
    "#AA8A2A",
    "#CC6677",
    "#882255",
    "#AA4499",
    "#555555",
)


def contact_sheet(dataset: Dataset, columns: int = 12) -> CaptionedFigure:
    """The first images of every class, one class per row.

    Args:
        dataset: with `.images` `(n, 28, 28, 1)`, `.labels` `(n,)` and `.name`.
        columns: images of each class.
    """
    labels = np.asarray(dataset.labels)
    rows = np.zeros((len(CLASS_NAMES), columns, 28, 28, 1), dtype="float32")
    for label in range(len(CLASS_NAMES)):
        found = dataset.images[np.flatnonzero(labels == label)[:columns]]
        rows[label, : len(found)] = found
    figure, axes = _page(columns, len(CLASS_NAMES), cell=0.5)
    _mosaic(axes, rows)
    axes.set_yticks(
        _centres(len(CLASS_NAMES)), [f"{i}  {name}" for i, name in enumerate(CLASS_NAMES)]
    )
    names = ", ".join(CLASS_NAMES)
    return CaptionedFigure(
        figure,
        alt=f"A table of handwritten characters, {columns} of each class in a row: {names}.",
        caption=f"{dataset.name}: {columns} examples of each class, one class per row.",
    )


def strip_figure(
    images: ArrayLike,
    start_name: str,
    end_name: str,
    real: tuple[ArrayLike, ArrayLike] | None = None,
) -> CaptionedFigure:
    """A morph: images side by side, its two ends named.

    Args:
        images: `(steps, 28, 28, 1)`.
        start_name, end_name: what the ends are called.
        real: the two real images `(28, 28, 1)` whose codes the ends are; they stand outside.
    """
    images = np.asarray(images)
    parts = [images] if real is None else [real[0], images, real[1]]
    rows = [np.asarray(part).reshape(1, -1, 28, 28, 1) for part in parts]
    widths = [row.shape[1] for row in rows]
    figure = Figure(
        figsize=(_STRIP_INCHES, 1.35 * _STRIP_INCHES / sum(widths)), layout="constrained"
    )
    all_axes = np.ravel(figure.subplots(1, len(rows), width_ratios=widths))
    for axes, row in zip(all_axes, rows, strict=True):
        _bare(axes)
        _mosaic(axes, row, gutter=_GUTTER)
    centres = _centres(len(images), gutter=_GUTTER)
    middle = all_axes[len(rows) // 2]
    middle.set_xticks([centres[0], centres[-1]], [start_name, end_name], fontsize=11)
    beside = ""
    if real is not None:
        for axes, name in ((all_axes[0], start_name), (all_axes[-1], end_name)):
            axes.set_xticks(_centres(1), [f"real {name}"], fontsize=11)
        beside = " The outer two images are real; the strip begins and ends at their codes."
    return CaptionedFigure(
        figure,
        alt=f"A row of {len(images)} characters in which {start_name} on the left turns step by "
        f"step into {end_name} on the right.",
        caption=f"From {start_name} to {end_name} in {len(images)} even steps through the latent "
        f"space; every image is decoded from its own code.{beside}",
    )


def grid_figure(images: ArrayLike, extent: float | None = None) -> CaptionedFigure:
    """A latent grid: images `(rows, columns, 28, 28, 1)`, row 0 at the top.

    With `extent`, the axes carry the two codes, −extent to +extent.
    """
    images = np.asarray(images)
    rows, columns = images.shape[:2]
    figure, axes = _page(columns, rows, cell=min(0.5, 7.5 / columns))
    _mosaic(axes, images)
    if extent is not None:
        across, down = _centres(columns), _centres(rows)
        ends = [f"{-extent:+.1f}", "0", f"{extent:+.1f}"]
        axes.set_xticks([across[0], np.mean(across), across[-1]], ends)
        axes.set_yticks([down[-1], np.mean(down), down[0]], ends)
        axes.set_xlabel("latent 0")
        axes.set_ylabel("latent 1")
    return CaptionedFigure(
        figure,
        alt=f"A square of {rows} by {columns} decoded characters; neighbours resemble each other, "
        "and regions of one character blend into regions of the next.",
        caption="The latent space as a map: each image is decoded from the code at its place. "
        "Latent 0 grows to the right, latent 1 upwards.",
    )


def traversal_figure(images: ArrayLike, values: ArrayLike) -> CaptionedFigure:
    """Traversals `(latent, len(values), 28, 28, 1)`: one latent a row, the others fixed."""
    images, values = np.asarray(images), np.asarray(values)
    latents, count = images.shape[:2]
    figure, axes = _page(count, latents, cell=0.75)
    _mosaic(axes, images)
    axes.set_xticks(_centres(count), [f"{value:+.1f}" for value in values])
    axes.set_yticks(_centres(latents), [f"latent {i}" for i in range(latents)])
    return CaptionedFigure(
        figure,
        alt=f"{latents} rows of {count} characters; along a row the character changes as one "
        f"latent goes from {values[0]:.1f} to {values[-1]:.1f}.",
        caption="One latent changes along each row, to the value written below; the others keep "
        "the values of the code in hand.",
    )


def reconstruction_figure(
    images: ArrayLike, reconstructions: ArrayLike, words: str = ""
) -> CaptionedFigure:
    """Images `(n, 28, 28, 1)` above their reconstructions, same shape.

    With `words`, they are the first sentence of the caption.
    """
    pair = np.stack([np.asarray(images), np.asarray(reconstructions)])
    count = pair.shape[1]
    figure, axes = _page(count, 2, cell=0.75)
    _mosaic(axes, pair)
    axes.set_yticks(_centres(2), ["image", "reconstruction"])
    return CaptionedFigure(
        figure,
        alt=f"Two rows of {count} characters: images above, below them softer versions that "
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


def latent_scatter(
    codes: ArrayLike, labels: ArrayLike, dimensions: tuple[int, int] = (0, 1)
) -> CaptionedFigure:
    """Mean codes as points, each class with its own marker, colour and written name.

    Args:
        codes: `(n, latent)`, at least two latents.
        labels: `(n,)`, whole numbers 0 to 9.
        dimensions: which two latents to show.

    Raises:
        ValueError: codes with fewer than two latents.
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] < 2:
        raise ValueError(f"codes have shape {codes.shape}; expected (n, latent) with latent ≥ 2.")
    x, y = codes[:, dimensions[0]], codes[:, dimensions[1]]
    figure = Figure(figsize=(5.6, 5.2), layout="constrained")
    axes = figure.subplots()
    for label in np.unique(labels):
        own, marker, colour = labels == label, MARKERS[label], COLOURS[label]
        axes.scatter(x[own], y[own], s=11, marker=marker, color=colour, linewidths=0, alpha=0.55)
        axes.scatter(
            [], [], s=30, marker=marker, color=colour, label=f"{label} {CLASS_NAMES[label]}"
        )
        axes.annotate(
            CLASS_NAMES[label],
            (np.median(x[own]), np.median(y[own])),
            ha="center",
            va="center",
            fontsize=10,
            weight="bold",
            bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": colour, "alpha": 0.9},
        )
    axes.set_xlabel(f"latent {dimensions[0]}")
    axes.set_ylabel(f"latent {dimensions[1]}")
    axes.set_aspect("equal")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=9, title="class")
    names = ", ".join(CLASS_NAMES[label] for label in np.unique(labels))
    return CaptionedFigure(
        figure,
        alt=f"A scatter of {len(codes)} codes around the origin, in overlapping clouds, one for "
        f"each class ({names}), each with its own marker and its name written at its middle.",
        caption="Where the encoder puts the images: one point for each, its marker the class; "
        "names stand at the medians.",
    )


def _page(columns: int, rows: int, cell: float) -> tuple[Figure, Axes]:
    """A figure for a mosaic of `rows` × `columns` images, `cell` inches each."""
    figure = Figure(figsize=(columns * cell, rows * cell), layout="constrained")
    axes = figure.subplots()
    _bare(axes)
    return figure, axes


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_color("0.75")


def _mosaic(axes: Axes, images: np.ndarray, gutter: int = 0) -> None:
    """Show images `(rows, columns, 28, 28, 1)` as one picture, `gutter` pixels of paper between."""
    rows, columns, height, width = images.shape[:4]
    apart = np.pad(images[..., 0], ((0, 0), (0, 0), (0, gutter), (0, gutter)))
    shape = rows * (height + gutter), columns * (width + gutter)
    picture = apart.transpose(0, 2, 1, 3).reshape(shape)[: shape[0] - gutter, : shape[1] - gutter]
    axes.imshow(picture, cmap=INK, vmin=0, vmax=1, interpolation="nearest", aspect="equal")


def _centres(count: int, size: int = 28, gutter: int = 0) -> np.ndarray:
    """Pixel positions of the middles of `count` images side by side."""
    return np.arange(count) * (size + gutter) + 0.5 * size - 0.5
