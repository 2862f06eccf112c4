"""Nearest neighbours by Euclidean distance, in blocks to keep memory bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# Distances worked out at once: 512 queries against 4096 images, 16 MiB of float64.
_QUERIES, _GALLERY = 512, 4096


def nearest_images(
    images: ArrayLike, gallery: ArrayLike
) -> tuple[np.ndarray, np.ndarray] | tuple[int, float]:
    """The nearest real image of each image, by Euclidean distance over pixels.

    Args:
        images: one image `(28, 28, 1)` or a batch `(n, 28, 28, 1)`.
        gallery: `(m, 28, 28, 1)`.

    Returns:
        `(indices, distances)`: `(n,)` int and float64, or one int and one float for one
        image. Of equally near ones, the first. Memory stays bounded whatever n and m.

    Raises:
        ValueError: an empty gallery, or images of another size.
    """
    images, gallery = np.asarray(images), np.asarray(gallery)
    if len(gallery) == 0 or images.shape[-(gallery.ndim - 1) :] != gallery.shape[1:]:
        raise ValueError(
            f"images have shape {images.shape} and the gallery {gallery.shape}; expected a "
            "gallery (m, 28, 28, 1) with m ≥ 1 and images of the same size."
        )
    single = images.ndim == gallery.ndim - 1
    indices, distances = nearest_rows(images[None] if single else images, gallery, 1)
    if single:
        return int(indices[0, 0]), float(distances[0, 0])
    return indices[:, 0], distances[:, 0]


def nearest_rows(
    queries: np.ndarray, gallery: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` nearest rows of a gallery, nearest first, by Euclidean distance.

    Args:
        queries: `(n, …)`, any shape after the first axis.
        gallery: `(m, …)`, the same shape after the first axis.
        count: how many; all m where there are no more.

    Returns:
        `(indices, distances)`, each `(n, count)`, int and float64.
    """
    found = [
        _block_of_queries(np.asarray(queries[row : row + _QUERIES]), gallery, count)
        for row in range(0, len(queries), _QUERIES)
    ]
    indices, distances = zip(*found, strict=True)
    return np.concatenate(indices), np.concatenate(distances)


def _block_of_queries(
    queries: np.ndarray, gallery: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    q = queries.reshape(len(queries), -1).astype("float64")
    indices, squares = np.zeros((len(q), 0), dtype=int), np.zeros((len(q), 0))
    for first in range(0, len(gallery), _GALLERY):
        g = np.asarray(gallery[first : first + _GALLERY], dtype="float64").reshape(-1, q.shape[1])
        block = (q**2).sum(1)[:, None] - 2 * q @ g.T + (g**2).sum(1)
        near = _least(block, count)
        indices = np.concatenate([indices, first + near], axis=1)
        squares = np.concatenate([squares, np.take_along_axis(block, near, axis=1)], axis=1)
        kept = _least(squares, count)
        indices = np.take_along_axis(indices, kept, axis=1)
        squares = np.take_along_axis(squares, kept, axis=1)
    # Rounding can leave a square just below 0 where an image meets itself.
    return indices, np.sqrt(np.maximum(squares, 0))


def _least(values: np.ndarray, count: int) -> np.ndarray:
    """Column indices of the `count` least values of each row, least first."""
    if count == 1:
        return np.argmin(values, axis=1)[:, None]
    if count < values.shape[1]:
        some = np.sort(np.argpartition(values, count, axis=1)[:, :count], axis=1)
    else:
        some = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    order = np.argsort(np.take_along_axis(values, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)
