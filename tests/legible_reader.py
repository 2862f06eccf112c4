"""A network that saw real characters alone reads morphs, whoever drew them."""

from __future__ import annotations

import keras
import numpy as np

# A picture is read when one class has more than this probability.
SURE = 0.6


def reader_of(training, held_out) -> keras.Model:
    """A classifier of real images, more than 90% right on held-out ones.

    Args:
        training, held_out: with `.images` `(n, 28, 28, 1)` and `.labels` `(n,)`.
    """
    layers = keras.layers
    reader = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(24, 3, 2, padding="same", activation="relu"),
            layers.Conv2D(48, 3, 2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    reader.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    reader.fit(training.images, training.labels, batch_size=64, epochs=8, verbose=0)
    assert reader.evaluate(held_out.images, held_out.labels, verbose=0)[1] > 0.9
    return reader


def reads(reader: keras.Model, strip: np.ndarray) -> bool:
    """Whether both ends and four in five of the pictures between them read as some character."""
    sure = reader.predict(strip, verbose=0).max(axis=1) > SURE
    return bool(sure[0] and sure[-1] and sure[1:-1].mean() >= 0.8)


def sharpness(images: np.ndarray) -> np.ndarray:
    """Total variation: how much neighbouring pixels differ, per image."""
    ink = images[..., 0]
    return np.abs(np.diff(ink, axis=1)).mean((1, 2)) + np.abs(np.diff(ink, axis=2)).mean((1, 2))
