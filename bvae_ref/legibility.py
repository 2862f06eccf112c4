"""Which pictures can be read, and between which real images a model morphs legibly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.interpolation import VOTES, class_members, slerp
from bvae_ref.nearest import nearest_rows

if TYPE_CHECKING:
    from bvae_ref.model import DisentangledVAE

# Images without any grey are compared too.
_SOME_GREY = 0.01
# Of each end of a morph so many images are tried, and so many pictures of every way.
_CANDIDATES, _LOOKED_AT = 12, 5


def grey_share(images: ArrayLike) -> np.ndarray:
    """How grey the ink of each image is, `(n,)`: the mean of 4·x(1 − x) over the mean of x.

    Args:
        images: `(n, height, width, 1)` in [0, 1]. Black strokes on white have little, smudges much.
    """
    x = np.asarray(images, dtype="float32")
    return (4 * x * (1 - x)).mean(axis=(1, 2, 3)) / np.maximum(x.mean(axis=(1, 2, 3)), 1e-6)


def legibility(pictures: np.ndarray, images: np.ndarray, labels: ArrayLike) -> np.ndarray:
    """How well each picture reads as each class, `(n, classes)` in [0, 1].

    The share of its 15 nearest real images that are of the class, times the grey of real images
    over its own (1 at most): a smudge reads as nothing.

    Args:
        pictures: `(n, 28, 28, 1)`, decoded ones for instance.
        images, labels: real ones, `(m, 28, 28, 1)` and `(m,)`.
    """
    labels = np.asarray(labels)
    alike, _ = nearest_rows(pictures, images, VOTES)
    votes = (labels[alike][..., None] == np.arange(labels.max() + 1)).mean(axis=1)
    real, own = np.median(grey_share(images)), grey_share(pictures)
    crisp = np.minimum(1.0, (real + _SOME_GREY) / (own + _SOME_GREY))
    return votes * crisp[:, None]


def morph_ends(
    model: DisentangledVAE, images: np.ndarray, labels: ArrayLike, start: int, end: int
) -> tuple[int, int]:
    """Indices of a real image of each class between which the model morphs legibly.

    Of each class the dozen images are kept that read best after a round trip through the model;
    of all their pairs, the one is chosen whose way reads best: five pictures along the arc,
    the least legible of which is left out.

    Args:
        model: a trained `DisentangledVAE`.
        images, labels: `(n, 28, 28, 1)` in [0, 1] and `(n,)`; a few thousand are plenty.
        start, end: the two classes.

    Raises:
        ValueError: a class has no images.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    chosen = [_legible_members(model, images, labels, cls) for cls in (start, end)]
    codes = [model.encode(images[members])[0] for members in chosen]
    ways = np.stack([slerp(a, b, _LOOKED_AT + 2)[1:-1] for a in codes[0] for b in codes[1]])
    pictures = model.decode(ways.reshape(-1, ways.shape[-1]))
    reads = legibility(pictures, images, labels).max(axis=1).reshape(len(ways), _LOOKED_AT)
    best = int(np.argmax(np.sort(reads, axis=1)[:, 1:].mean(axis=1)))
    return int(chosen[0][best // len(codes[1])]), int(chosen[1][best % len(codes[1])])


def _legible_members(
    model: DisentangledVAE, images: np.ndarray, labels: np.ndarray, cls: int
) -> np.ndarray:
    """Indices of the images of a class that read best, and lose least, by a round trip."""
    members = class_members(images, labels, cls)
    own = images[members]
    decoded = model.decode(model.encode(own)[0])
    lost = np.sum((decoded - own) ** 2, axis=(1, 2, 3)) / np.sum(own**2, axis=(1, 2, 3))
    reads = legibility(decoded, images, labels)[:, cls] * np.maximum(0, 1 - lost)
    return members[np.argsort(-reads, kind="stable")[:_CANDIDATES]]
