"""How much draws of the prior look like data: a Fréchet distance in a classifier's features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
from keras import layers
from numpy.typing import ArrayLike

from bvae_ref.data.dataset import Dataset
from bvae_ref.model import in_batches
from bvae_ref.runtime import seeded_weights

if TYPE_CHECKING:
    from bvae_ref.model import DisentangledVAE

FEATURES = 32
_LEAST = 4 * FEATURES


@dataclass(frozen=True)
class SampleQuality:
    """A score of samples, and what real images score.

    Attributes:
        score: Fréchet distance between samples and real images; smaller is better.
        floor: the same between other real images and those. A finite sample of the very same
            distribution scores this much, not 0: the distance is biased upwards by an amount that
            shrinks like 1/`count`. Compare scores of equal `count` alone, and read them from here.
        count: samples, and real images.
        accuracy: of the classifier on real images that it was not trained on.
    """

    score: float
    floor: float
    count: int
    accuracy: float


def frechet_distance(a: ArrayLike, b: ArrayLike) -> float:
    """Squared Fréchet distance between two Gaussians with the moments of two samples.

    ‖μ_a − μ_b‖² + tr(Σ_a + Σ_b − 2 (Σ_a^½ Σ_b Σ_a^½)^½) (Dowson & Landau 1982; Heusel et al. 2017
    use it with the features of another network, so values here are on a scale of their own).

    Args:
        a, b: features, `(n, d)` and `(m, d)`, at least two rows each.

    Raises:
        ValueError: other shapes.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(
            f"features have shapes {a.shape} and {b.shape}; expected (n, d) and (m, d), two rows "
            "or more of each."
        )
    first, second = (np.atleast_2d(np.cov(part, rowvar=False)) for part in (a, b))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0.0)).sum()
    apart = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    return float(apart + np.trace(first) + np.trace(second) - 2.0 * shared)


def trained_reader(images: np.ndarray, labels: ArrayLike, seed: int = 0) -> keras.Model:
    """A small convolutional classifier: images → (features `(n, 32)`, class probabilities).

    Args:
        images: `(n, height, width, channels)` in [0, 1].
        labels: `(n,)`, whole numbers from 0.
        seed: of its weights and of the order of the images.
    """
    labels = np.asarray(labels)
    x = given = keras.Input(images.shape[1:])
    with seeded_weights(seed):
        for width in (16, 32):
            x = layers.Conv2D(width, 3, strides=2, padding="same", activation="relu")(x)
        x = layers.Flatten()(x)
        features = layers.Dense(FEATURES, activation="tanh")(x)
        classes = layers.Dense(int(labels.max()) + 1, activation="softmax")(features)
    reader = keras.Model(given, classes)
    reader.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    order = np.random.default_rng(seed)
    for _ in range(4):
        rows = order.permutation(len(images))
        reader.fit(images[rows], labels[rows], batch_size=64, shuffle=False, verbose=0)
    return keras.Model(given, [features, classes])


def sample_quality(model: DisentangledVAE, dataset: Dataset, seed: int = 0) -> SampleQuality:
    """Train a classifier on half of the images, and compare samples with the other half.

    A quarter of the images is what samples are compared with, and the last quarter gives the floor.

    Args:
        model: a trained model.
        dataset: labelled images of the model's own kind, best held-out ones; at least 512.
        seed: of the classifier and the samples.

    Raises:
        ValueError: images without classes, or too few.
    """
    count = len(dataset) // 4
    if dataset.labels is None or count < _LEAST:
        raise ValueError(
            f"{len(dataset)} images {'without' if dataset.labels is None else 'with'} classes; the "
            f"score needs at least {4 * _LEAST} images with classes."
        )
    images, labels = dataset.images, dataset.labels
    reader = trained_reader(images[: 2 * count], labels[: 2 * count], seed)

    def read(pictures):
        return in_batches(reader, pictures, 512)

    real, classes = read(images[2 * count : 3 * count])
    other, _ = read(images[3 * count : 4 * count])
    drawn, _ = read(model.sample(count, seed))
    right = np.argmax(classes, axis=1) == labels[2 * count : 3 * count]
    return SampleQuality(
        frechet_distance(drawn, real), frechet_distance(other, real), count, float(right.mean())
    )
