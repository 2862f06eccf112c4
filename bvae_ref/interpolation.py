"""Between two characters: paths, grids and traversals of codes, decoded in batches.

Codes are NumPy arrays `(latent,)` or `(n, latent)`; images are float32 in [0, 1].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.nearest import nearest_images, nearest_rows

if TYPE_CHECKING:
    from bvae_ref.model import DisentangledVAE

__all__ = [
    "METHODS",
    "VOTES",
    "class_code",
    "class_means",
    "class_members",
    "latent_grid",
    "latent_grid_codes",
    "lerp",
    "morph_strip",
    "nearest_images",
    "representative",
    "slerp",
    "traversal_codes",
    "traversals",
]

METHODS = ("slerp", "lerp")

# Below this sine two directions count as parallel: they span no plane to turn in.
_PARALLEL = 1e-6
# How many nearest real images say what a picture reads as.
VOTES = 15


def lerp(start: ArrayLike, end: ArrayLike, steps: int) -> np.ndarray:
    """Codes on the straight line from `start` to `end`, evenly spaced, both ends exact.

    Args:
        start, end: codes, `(latent,)`.
        steps: how many codes, ends included, at least 2.

    Returns:
        `(steps, latent)`, float32.

    Raises:
        ValueError: codes that are not vectors of one shape; fewer than 2 steps.
    """
    start, end = _pair(start, end)
    t = _fractions(steps)[:, None]
    return ((1 - t) * start + t * end).astype("float32")


def slerp(start: ArrayLike, end: ArrayLike, steps: int) -> np.ndarray:
    """Codes on the arc from `start` to `end`: the direction turns at constant angular speed.

    The direction is Shoemake's spherical interpolation of the two unit vectors (1985,
    "Animating rotation with quaternion curves", section 3.3),
    (sin((1−t)θ)·u + sin(tθ)·v) / sin θ; the length changes linearly from |start| to
    |end|, which Shoemake's unit quaternions did not need. Where no plane to turn in is
    given (parallel or opposite vectors, a zero vector) it is `lerp`.

    Arguments, result and errors as for `lerp`.
    """
    start, end = _pair(start, end)
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if min(lengths) == 0:
        return lerp(start, end, steps)
    u, v = start / lengths[0], end / lengths[1]
    # Kahan's form of the angle: exact where arccos(u·v) loses half of its digits.
    theta = 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))
    if np.sin(theta) < _PARALLEL:
        return lerp(start, end, steps)
    t = _fractions(steps)[:, None]
    direction = (np.sin((1 - t) * theta) * u + np.sin(t * theta) * v) / np.sin(theta)
    path = ((1 - t) * lengths[0] + t * lengths[1]) * direction
    path[0], path[-1] = start, end
    return path.astype("float32")


def class_means(codes: ArrayLike, labels: ArrayLike, classes: int = 10) -> np.ndarray:
    """The mean code of every class, `(classes, latent)` float32.

    Args:
        codes: `(images, latent)`.
        labels: `(images,)`, whole numbers 0 to classes − 1.

    Raises:
        ValueError: a class without images, named; codes and labels of different lengths.
    """
    codes, labels = np.asarray(codes, dtype="float64"), np.asarray(labels)
    _same_length(codes, labels, "codes")
    counts = np.bincount(labels, minlength=classes)[:classes]
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        raise ValueError(
            f"class {', '.join(map(str, empty))} has no images, so it has no mean; pass more "
            f"images, or classes={classes} is too many."
        )
    return np.stack([codes[labels == c].mean(axis=0) for c in range(classes)]).astype("float32")


def representative(model: DisentangledVAE, images: np.ndarray, labels: ArrayLike, cls: int) -> int:
    """Index of a real image whose code stands for its class and decodes to it.

    With few latents a class mean may fall between the clusters of its class, where the
    decoder draws another character. So the images of the class are ranked by how purely
    their codes lie among their own kind and, with the same weight, how many of their
    *decoded* images' nearest real images are of the class; of equals, the one that is
    reconstructed best.

    Args:
        model: a trained `DisentangledVAE`.
        images: `(n, 28, 28, 1)` in [0, 1]; a few thousand are plenty.
        labels: `(n,)`.
        cls: the class.

    Raises:
        ValueError: the class has no images.
    """
    labels = np.asarray(labels)
    members = class_members(images, labels, cls)
    codes = model.encode(images)[0]
    decoded = model.decode(codes[members])
    near, _ = nearest_rows(codes[members], codes, 30)
    alike, _ = nearest_rows(decoded, images, VOTES)
    kinship = np.mean(labels[near] == cls, axis=1) + np.mean(labels[alike] == cls, axis=1)
    error = np.sum((decoded - np.asarray(images)[members]) ** 2, axis=(1, 2, 3))
    return int(members[np.lexsort((error, -kinship))[0]])


def class_members(images: np.ndarray, labels: np.ndarray, cls: int) -> np.ndarray:
    """Indices of up to 200 images of a class, from all over the data."""
    _same_length(images, labels, "images")
    members = np.flatnonzero(labels == cls)
    if len(members) == 0:
        raise ValueError(f"class {cls} has no images; there are {np.unique(labels).tolist()}.")
    return members[np.linspace(0, len(members) - 1, min(200, len(members))).astype(int)]


def class_code(
    model: DisentangledVAE, images: np.ndarray, labels: ArrayLike, cls: int
) -> np.ndarray:
    """The mean code of `representative(model, images, labels, cls)`, `(latent,)` float32."""
    index = representative(model, images, labels, cls)
    return model.encode(np.asarray(images[index : index + 1]))[0][0]


def morph_strip(
    model: DisentangledVAE,
    start_code: ArrayLike,
    end_code: ArrayLike,
    steps: int = 11,
    method: str = "slerp",
) -> np.ndarray:
    """Images along the path between two codes, `(steps, 28, 28, 1)` in [0, 1].

    Args:
        model: a `DisentangledVAE`.
        start_code, end_code: `(latent,)`.
        steps: how many images, ends included, at least 2.
        method: "slerp" (around the origin) or "lerp" (straight).

    Raises:
        ValueError: an unknown method, or what `lerp` raises.
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; expected one of {', '.join(METHODS)}.")
    path = slerp if method == "slerp" else lerp
    return model.decode(path(start_code, end_code, steps))


def latent_grid_codes(steps: int, extent: float) -> np.ndarray:
    """Codes on a square grid over two latents, laid out as on a page.

    Entry [row, column] is (x, y) with x from −extent to +extent over the columns and y
    from +extent in row 0, the top, down to −extent in the last row.

    Returns:
        `(steps, steps, 2)`, float32.

    Raises:
        ValueError: fewer than 2 steps; an extent that is not positive.
    """
    if not extent > 0:
        raise ValueError(f"extent is {extent}; expected a number above 0 (3 covers the prior).")
    axis = (2 * _fractions(steps) - 1) * extent
    x, y = np.meshgrid(axis, axis[::-1])
    return np.stack([x, y], axis=-1).astype("float32")


def latent_grid(model: DisentangledVAE, steps: int = 15, extent: float = 2.5) -> np.ndarray:
    """Images of `latent_grid_codes`, `(steps, steps, 28, 28, 1)` in [0, 1].

    Raises:
        ValueError: the model has not two latents.
    """
    if model.latent_dim != 2:
        raise ValueError(
            f"the model has {model.latent_dim} latents, but a grid needs 2 (use `traversals`)."
        )
    images = model.decode(latent_grid_codes(steps, extent).reshape(-1, 2))
    return images.reshape(steps, steps, *images.shape[1:])


def traversal_codes(code: ArrayLike, dimension: int, values: ArrayLike) -> np.ndarray:
    """Copies of `code` in which one latent takes each of `values` and the others stay the same.

    Args:
        code: `(latent,)`.
        dimension: which latent, 0 to latent − 1.
        values: `(count,)`.

    Returns:
        `(count, latent)`, float32.

    Raises:
        ValueError: no such dimension.
    """
    code, values = np.asarray(code, dtype="float32"), np.asarray(values, dtype="float32")
    if dimension not in range(len(code)):
        raise ValueError(f"dimension is {dimension}; the code has 0 to {len(code) - 1}.")
    codes = np.tile(code, (len(values), 1))
    codes[:, dimension] = values
    return codes


def traversals(model: DisentangledVAE, code: np.ndarray, values: ArrayLike) -> np.ndarray:
    """One row of images for each latent, `(latent, len(values), 28, 28, 1)` in [0, 1]."""
    codes = np.stack([traversal_codes(code, d, values) for d in range(len(code))])
    images = model.decode(codes.reshape(-1, len(code)))
    return images.reshape(*codes.shape[:2], *images.shape[1:])


def _pair(start: ArrayLike, end: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    start, end = np.asarray(start, dtype="float64"), np.asarray(end, dtype="float64")
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(
            f"start has shape {start.shape} and end {end.shape}; expected two codes (latent,)."
        )
    return start, end


def _fractions(steps: int) -> np.ndarray:
    """0 to 1 in `steps` even steps, both included."""
    if steps < 2:
        raise ValueError(f"steps is {steps}; a path with two ends needs at least 2.")
    return np.linspace(0.0, 1.0, steps)


def _same_length(rows, labels, name: str) -> None:
    if len(rows) != len(labels):
        raise ValueError(f"{len(rows)} {name} but {len(labels)} labels; expected one label each.")
