"""All figures of a trained model, as PNG files with their words beside them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bvae_ref import interpolation, legibility, plots
from bvae_ref.captions import CaptionedFigure
from bvae_ref.checkpoints import writable_folder
from bvae_ref.data.dataset import CLASS_NAMES, Dataset
from bvae_ref.model import DisentangledVAE
from bvae_ref.saved_models import save_json

INDEX_FILE = "figures.json"

# Choosing the ends of a morph compares images with images; more rows cost time, not quality.
_MORPH_ROWS = 4000
_SCATTER_ROWS = 2000
_TRAVERSAL = np.linspace(-2.5, 2.5, 9)
_EXTENT = 2.5


def class_index(name: str | int) -> int:
    """The class of a romaji name ("ma") or a digit 0 to 9.

    Raises:
        ValueError: no such class; the message lists them all.
    """
    text = str(name).strip().lower()
    if text in CLASS_NAMES:
        return CLASS_NAMES.index(text)
    if text.isdecimal() and int(text) < len(CLASS_NAMES):
        return int(text)
    listed = ", ".join(f"{i} {romaji}" for i, romaji in enumerate(CLASS_NAMES))
    raise ValueError(f"there is no class {name!r}; use a name or digit of: {listed}.")


class Morph(NamedTuple):
    """A morph between two characters.

    Attributes:
        strip: `(steps, 28, 28, 1)` in [0, 1], decoded.
        real: the two images `(28, 28, 1)` whose codes its ends are.
    """

    strip: np.ndarray
    real: tuple[np.ndarray, np.ndarray]


def morph_images(
    model: DisentangledVAE,
    images: np.ndarray,
    labels: np.ndarray,
    start: str | int = "ma",
    end: str | int = "tsu",
    steps: int = 11,
    method: str = "slerp",
) -> Morph:
    """A morph between two characters, its ends chosen so that the way is legible.

    Args:
        model: a trained model of any latent dimension.
        images, labels: `(n, 28, 28, 1)` in [0, 1] and `(n,)`, of the model's own kind; the
            ends are the codes of two of them, see `legibility.morph_ends`. The first 4,000
            are used.
        start, end: classes, by name or digit.
        steps: images in all, ends included, at least 2.
        method: "slerp" or "lerp".

    Raises:
        ValueError: an unknown class or method, fewer than 2 steps, a class without images.
    """
    ends = class_index(start), class_index(end)
    images, labels = np.asarray(images[:_MORPH_ROWS]), np.asarray(labels[:_MORPH_ROWS])
    pair = images[list(legibility.morph_ends(model, images, labels, *ends))]
    first, last = model.encode(pair)[0]
    strip = interpolation.morph_strip(model, first, last, steps, method)
    return Morph(strip, (pair[0], pair[1]))


def morph_figure(
    model: DisentangledVAE,
    images: np.ndarray,
    labels: np.ndarray,
    start: str | int = "ma",
    end: str | int = "tsu",
    steps: int = 11,
    method: str = "slerp",
) -> CaptionedFigure:
    """`morph_images` as a figure whose two ends are named; same arguments and errors."""
    morph = morph_images(model, images, labels, start, end, steps, method)
    names = CLASS_NAMES[class_index(start)], CLASS_NAMES[class_index(end)]
    return plots.strip_figure(morph.strip, *names, real=morph.real)


def draw_figures(
    model: DisentangledVAE, dataset: Dataset, history: dict[str, list[float]] | None = None
) -> dict[str, CaptionedFigure]:
    """The figures that this model and history allow, by file name without ending.

    Args:
        model: a trained model.
        dataset: images and labels of the model's own kind.
        history: as in `TrainResult`; without it there is no loss chart.
    """
    images, labels = dataset.images, np.asarray(dataset.labels)
    codes = model.encode(images[:_SCATTER_ROWS])[0]
    shown = images[:12]
    figures = {"contact_sheet": plots.contact_sheet(dataset)}
    if history:
        figures["losses"] = plots.loss_figure(history)
    figures["reconstructions"] = plots.reconstruction_figure(shown, model.reconstruct(shown))
    if model.latent_dim >= 2:
        pair = _widest(codes)
        figures["latent_space"] = plots.latent_scatter(codes, labels[: len(codes)], pair)
    if model.latent_dim == 2:
        grid = interpolation.latent_grid(model, extent=_EXTENT)
        figures["latent_grid"] = plots.grid_figure(grid, extent=_EXTENT)
    rows = interpolation.traversals(model, codes[0], _TRAVERSAL)
    figures["traversals"] = plots.traversal_figure(rows, _TRAVERSAL)
    figures["morphing_result"] = morph_figure(model, images, labels)
    return figures


def write_figures(
    model: DisentangledVAE,
    dataset: Dataset,
    history: dict[str, list[float]] | None,
    folder: str | os.PathLike,
) -> dict[str, CaptionedFigure]:
    """Write `draw_figures` as NAME.png, and `figures.json` with each one's alt text and caption.

    `figures.json` maps each name to {"file", "alt", "caption"}.

    Raises:
        OSError: the folder cannot be written to; raised before anything is drawn.
        ValueError: ma or tsu, the ends of the morph, are not in the data.
    """
    target: Path = writable_folder(folder)
    figures = draw_figures(model, dataset, history)
    index = {}
    for name, figure in figures.items():
        path = figure.save(target / f"{name}.png")
        index[name] = {"file": path.name, "alt": figure.alt, "caption": figure.caption}
    save_json(index, target / INDEX_FILE)
    return figures


def _widest(codes: np.ndarray) -> tuple[int, int]:
    """The two latents whose means vary most; the others may have collapsed."""
    first, second = sorted(int(i) for i in np.argsort(-codes.var(axis=0), kind="stable")[:2])
    return first, second
