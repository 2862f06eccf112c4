"""Images side by side in one picture, and what ink and classes look like in every figure."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "gray_r"
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


def page(images: np.ndarray, cell: float) -> tuple[Figure, Axes]:
    """A figure for `(rows, columns, height, width, channels)`, `cell` inches for every width."""
    rows, columns, height, width = images.shape[:4]
    size = columns * cell, rows * cell * height / width
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    bare(axes)
    return figure, axes


def bare(axes: Axes) -> None:
    """Take ticks away and draw a pale frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_color("0.75")


def mosaic(axes: Axes, images: np.ndarray, gutter: int = 0) -> None:
    """Show `(rows, columns, height, width, channels)` as one picture.

    `gutter` is how many pixels of paper lie between its images.
    """
    rows, columns, height, width, channels = images.shape
    paper = 1.0 if channels == 3 else 0.0
    around = ((0, 0), (0, 0), (0, gutter), (0, gutter), (0, 0))
    apart_by = np.pad(images, around, constant_values=paper)
    shape = rows * (height + gutter), columns * (width + gutter), channels
    picture = apart_by.transpose(0, 2, 1, 3, 4).reshape(shape)
    picture = picture[: shape[0] - gutter, : shape[1] - gutter]
    # More channels than a screen has: the first one.
    picture = picture if channels == 3 else picture[..., 0]
    axes.imshow(picture, cmap=INK, vmin=0, vmax=1, interpolation="nearest", aspect="equal")


def centres(count: int, size: int, gutter: int = 0) -> np.ndarray:
    """Pixel positions of the middles of `count` images of `size` pixels side by side."""
    return np.arange(count) * (size + gutter) + 0.5 * size - 0.5
