"""All figures of a trained model, as PNG files with their words beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bvae_ref import diagnostics, interpolation, legibility, plots
from bvae_ref.captions import CaptionedFigure
from bvae_ref.checkpoints import writable_folder
from bvae_ref.data.dataset import CLASS_NAMES, Dataset
from bvae_ref.model import DisentangledVAE, in_batches, model_images
from bvae_ref.saved_models import save_json

INDEX_FILE = "figures.json"

# Choosing the ends of a morph compares images with images; more rows cost time, not quality.
_MORPH_ROWS = 4000
_SCATTER_ROWS = 2000
_TRAVERSAL = np.linspace(-2.5, 2.5, 9)
_EXTENT = 2.5


def class_index(name: str | int, names: Sequence[str] = CLASS_NAMES) -> int:
    """The class of a name ("ma", whatever its case) or of its number.

    Raises:
        ValueError: no such class; the message lists them all.
    """
    text = str(name).strip().lower()
    plain = [known.lower() for known in names]
    if text in plain:
        return plain.index(text)
    if text.isdecimal() and int(text) < len(names):
        return int(text)
    listed = ", ".join(f"{i} {known}" for i, known in enumerate(names))
    raise ValueError(f"there is no class {name!r}; use a name or digit of: {listed}.")


class Morph(NamedTuple):
    """A morph between two characters.

    Attributes:
        strip: `(steps, height, width, channels)` in [0, 1], decoded.
        real: the two images whose codes its ends are.
    """

    strip: np.ndarray
    real: tuple[np.ndarray, np.ndarray]


def morph_images(
    model: DisentangledVAE,
    images: np.ndarray,
    labels: np.ndarray | None,
    start: str | int = "ma",
    end: str | int = "tsu",
    steps: int = 11,
    method: str = "slerp",
    names: Sequence[str] = CLASS_NAMES,
) -> Morph:
    """A morph between two classes, its ends chosen so that the way is legible.

    Args:
        model: a trained model of any latent dimension.
        images, labels: `(n, height, width, channels)` in [0, 1] and `(n,)`, of the model's own
            kind; the ends are the codes of two of them, see `legibility.morph_ends`. The first
            4,000 are used. Without labels, `start` and `end` are rows.
        start, end: classes, by name or number.
        steps: images in all, ends included, at least 2.
        method: "slerp" or "lerp".
        names: of the classes.

    Raises:
        ValueError: an unknown class or method, fewer than 2 steps, a class without images.
    """
    if labels is None:
        pair = np.asarray(images)[[_row(start, len(images)), _row(end, len(images))]]
    else:
        ends = class_index(start, names), class_index(end, names)
        some, kinds = np.asarray(images[:_MORPH_ROWS]), np.asarray(labels[:_MORPH_ROWS])
        pair = some[list(legibility.morph_ends(model, some, kinds, *ends))]
    first, last = model.encode(pair)[0]
    strip = interpolation.morph_strip(model, first, last, steps, method)
    return Morph(strip, (pair[0], pair[1]))


def morph_figure(
    model: DisentangledVAE,
    dataset: Dataset,
    start: str | int | None = None,
    end: str | int | None = None,
    steps: int = 11,
    method: str = "slerp",
) -> CaptionedFigure:
    """`morph_images` as a figure that names its two ends, β and the number of latents.

    Arguments and errors as there. The ends are by default ma and tsu where the data have them,
    otherwise the first two classes, or rows 0 and 1 of images without classes.
    """
    begin, finish = morph_ends_of(dataset, start, end)
    names = dataset.classes
    morph = morph_images(
        model, dataset.images, dataset.labels, begin, finish, steps, method, names or CLASS_NAMES
    )
    if dataset.labels is None:
        called = f"row {begin}", f"row {finish}"
    else:
        called = names[class_index(begin, names)], names[class_index(finish, names)]
    strip, first, last = (as_shown(dataset, part) for part in (morph.strip, *morph.real))
    words = f"β = {model.beta:g}, {model.latent_dim} latents"
    return plots.strip_figure(strip, *called, real=(first, last), words=words)


def morph_ends_of(
    dataset: Dataset, start: str | int | None = None, end: str | int | None = None
) -> tuple[str | int, str | int]:
    """The ends of a morph as they were given, or else those that suit the data, checked.

    Raises:
        ValueError: a class or row that the data do not have.
    """
    if dataset.labels is None:
        usual: tuple[str | int, str | int] = (0, min(1, len(dataset) - 1))
    elif {"ma", "tsu"} <= set(dataset.classes):
        usual = ("ma", "tsu")
    else:
        present = [int(label) for label in np.unique(dataset.labels)]
        usual = (present[0], present[min(1, len(present) - 1)])
    ends = usual[0] if start is None else start, usual[1] if end is None else end
    for name in ends:
        if dataset.labels is None:
            _row(name, len(dataset))
        else:
            class_index(name, dataset.classes)
    return ends


def as_shown(dataset: Dataset, images: np.ndarray) -> np.ndarray:
    """Images as figures take them, of one channel with ink as 1: photographs are turned round."""
    return images if dataset.ink or images.shape[-1] == 3 else 1.0 - images


def _row(name: str | int, rows: int) -> int:
    text = str(name).strip()
    if not text.isdecimal() or int(text) >= rows:
        raise ValueError(
            f"there is no row {name!r}: these images have no classes, so the ends of a morph are "
            f"rows, 0 to {rows - 1}."
        )
    return int(text)


def draw_figures(
    model: DisentangledVAE, dataset: Dataset, history: dict[str, list[float]] | None = None
) -> dict[str, CaptionedFigure]:
    """The figures that this model and history allow, by file name without ending.

    Args:
        model: a trained model.
        dataset: images and labels of the model's own kind.
        history: as in `TrainResult`; without it there is no loss chart.
    """
    images = model_images(model, dataset.images)
    codes, log_var = model.encode(images[:_SCATTER_ROWS])
    sheet = replace(dataset, images=as_shown(dataset, images))
    figures = {"contact_sheet": plots.contact_sheet(sheet)}
    if history:
        figures["losses"] = plots.loss_figure(history)
    given, rebuilt = images[:12], model.reconstruct(images[:12])
    figures["reconstructions"] = plots.reconstruction_figure(
        as_shown(dataset, given), as_shown(dataset, rebuilt)
    )
    kinds = None if dataset.labels is None else dataset.labels[: len(codes)]
    if model.latent_dim >= 2:
        figures["latent_space"] = plots.latent_scatter(
            codes, kinds, _widest(codes), dataset.classes
        )
    if model.latent_dim == 2:
        grid = as_shown(dataset, interpolation.latent_grid(model, extent=_EXTENT))
        figures["latent_grid"] = plots.grid_figure(grid, extent=_EXTENT)
    rows = as_shown(dataset, interpolation.traversals(model, codes[0], _TRAVERSAL))
    named = diagnostics.latent_names(codes, log_var) if len(codes) > 1 else ()
    figures["traversals"] = plots.traversal_figure(rows, _TRAVERSAL, named)
    if named:
        figures["kl_by_latent"] = diagnostics.kl_figure(codes, log_var)
        figures["aggregate_posterior"] = diagnostics.aggregate_figure(codes, log_var)
    if kinds is not None:
        figures["reconstructions_by_class"] = _by_class(model, dataset, codes, kinds)
    figures["morphing_result"] = morph_figure(model, dataset)
    return figures


def _by_class(model: DisentangledVAE, dataset: Dataset, codes, kinds) -> CaptionedFigure:
    """Reconstructions from mean codes, class by class."""
    images, (outputs,) = dataset.images[: len(codes)], in_batches(model.decoder, codes, 512)
    nats = np.asarray(model.distortion(images, outputs))
    rebuilt = model.decode(codes)
    return diagnostics.class_figure(
        as_shown(dataset, images), as_shown(dataset, rebuilt), kinds, nats, dataset.classes
    )


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
        ValueError: images of another shape than the model's; a class at an end of the morph has
            no images.
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
