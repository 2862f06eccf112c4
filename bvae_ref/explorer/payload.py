"""All that a page knows, as plain values and one block of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.data.dataset import CLASS_KANA, CLASS_NAMES
from bvae_ref.explorer.frame import frame_of
from bvae_ref.explorer.layers import NotUnderstood
from bvae_ref.explorer.packing import Pack
from bvae_ref.explorer.subjects import Subject, networks_of, subject
from bvae_ref.interpolation import latent_grid_codes, representative
from bvae_ref.kl import kl_per_dimension
from bvae_ref.run_data import usable

if TYPE_CHECKING:
    from bvae_ref.model import DisentangledVAE

# More points than this hide each other.
IMAGES = 600
# The grid of pictures for a model whose networks are not understood.
_STEPS, _EXTENT = 25, 3.0
# At most so many models stand side by side.
MODELS = 6


def subjects_of(
    models: Any, images: np.ndarray, encode: Any = None, decode: Any = None
) -> list[Subject]:
    """The models to show: one, or a dictionary of them by name.

    Raises:
        ValueError: none, more than six, or one that cannot be used.
    """
    named = models if isinstance(models, Mapping) else {"": models}
    if not 1 <= len(named) <= MODELS:
        raise ValueError(f"{len(named)} models were given; expected 1 to {MODELS}.")
    found = []
    for name, model in named.items():
        beta = getattr(model, "beta", None)
        known = f"β = {beta:g}" if isinstance(beta, (int, float)) else type(model).__name__
        found.append(subject(str(name) or known, model, images, encode, decode))
    return found


def images_and_labels(images: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The first 600 images, checked, and their labels.

    Raises:
        ValueError: other shapes, values outside [0, 1], or labels that are not whole numbers ≥ 0.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"images have shape {images.shape} and labels {labels.shape}; expected "
            "(n, 28, 28, 1) and (n,), one label each."
        )
    images = usable("images", images[:IMAGES])
    labels = labels[:IMAGES]
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise ValueError(f"labels are {labels.dtype}; expected whole numbers, 0 or more.")
    return images, labels.astype("int64")


def class_words(labels: np.ndarray, names: Sequence[str] | None) -> list[dict[str, str]]:
    """Name and kana of every class; other names than the course's have no kana.

    Raises:
        ValueError: fewer names than classes.
    """
    own = names is None
    words = list(CLASS_NAMES) if names is None else [str(name) for name in names]
    if len(words) <= labels.max():
        raise ValueError(f"there are {len(words)} names, but a label is {labels.max()}.")
    kana = CLASS_KANA if own else [""] * len(words)
    return [{"name": name, "kana": sign} for name, sign in zip(words, kana, strict=True)]


def payload(
    subjects: Sequence[Subject],
    images: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str] | None = None,
) -> tuple[dict[str, Any], Pack]:
    """What the page is told, JSON without numbers of weights, and the numbers.

    Args:
        subjects: the models, the first of which is shown first.
        images, labels: `(n, 28, 28, 1)` in [0, 1] and `(n,)`, held out from training.
        names: of the classes; the ten characters' without.

    Raises:
        ValueError: fewer names than classes; images without ink.
    """
    pack = Pack()
    told = {
        "classes": class_words(labels, names),
        "labels": labels.tolist(),
        "images": pack.add_shades(images),
        "frame": frame_of(images),
        "examples": _examples(subjects[0], images, labels),
        "models": [_model(one, images, pack) for one in subjects],
    }
    return told, pack


def _examples(first: Subject, images: np.ndarray, labels: np.ndarray) -> dict[str, int]:
    """For each class an image that stands for it, by `interpolation.representative`."""
    model = cast("DisentangledVAE", first)  # it encodes and decodes in the same way
    return {str(c): representative(model, images, labels, c) for c in np.unique(labels).tolist()}


def _model(one: Subject, images: np.ndarray, pack: Pack) -> dict[str, Any]:
    mean, log_var = one.encode(images)
    kl = np.asarray(kl_per_dimension(mean, log_var)).mean(axis=0)
    told = {
        "name": one.name,
        "beta": one.beta,
        "latents": mean.shape[1],
        "kl": [round(float(nats), 4) for nats in kl],
        "mean": pack.add_floats(mean),
        "logVar": pack.add_floats(log_var),
    }
    try:
        return {**told, **networks_of(one, pack)}
    except NotUnderstood as reason:
        return {**told, "grid": _grid(one, kl, pack), "why": str(reason)}


def _grid(one: Subject, kl: np.ndarray, pack: Pack) -> dict[str, Any]:
    """Pictures over the two latents with the most KL, the others at 0."""
    pair = sorted(np.argsort(-kl, kind="stable")[:2].tolist())
    codes = np.zeros((_STEPS * _STEPS, len(kl)), dtype="float32")
    codes[:, pair] = latent_grid_codes(_STEPS, _EXTENT).reshape(-1, 2)[:, : len(pair)]
    pictures = pack.add_shades(one.decode(codes))
    return {"latents": pair, "steps": _STEPS, "extent": _EXTENT, "pictures": pictures}
