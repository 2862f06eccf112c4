"""Encoders and decoders: images → (mean, log_var), and z → logits.

The last layer of each is float32 whatever the precision policy, because μ, log σ² and
logits lose what matters in half precision.
"""

from __future__ import annotations

import math

import keras
from keras import layers

from bvae_ref.shapes import IMAGE_SHAPE

ARCHITECTURES = ("mlp", "conv")
# The width of `bvae train`, of `TrainConfig` and of the functions below.
HIDDEN = 256


def build_encoder(
    latent_dim: int = 2,
    architecture: str = "mlp",
    hidden: int = HIDDEN,
    shape: tuple[int, int, int] = IMAGE_SHAPE,
) -> keras.Model:
    """Functional model: images `(batch, *shape)` → (mean, log_var), each `(batch, latent_dim)`.

    Args:
        latent_dim: latent dimensions, at least 1.
        architecture: "mlp" (two GELU layers; best loss for its time on a CPU) or "conv"
            (two strided convolutions, for comparison with the usual VAE example).
        hidden: width of the dense layers.
        shape: (height, width, channels) of an image.

    Raises:
        ValueError: an unknown architecture, a latent_dim below 1, a shape of other than three
            positive numbers.
    """
    _validate(latent_dim, architecture, shape)
    images = keras.Input(shape, name="images")
    if architecture == "mlp":
        x = layers.Flatten()(images)
        x = layers.Dense(hidden, activation="gelu")(x)
        x = layers.Dense(hidden, activation="gelu")(x)
    else:
        x = layers.Conv2D(32, 3, strides=2, padding="same", activation="gelu")(images)
        x = layers.Conv2D(64, 3, strides=2, padding="same", activation="gelu")(x)
        x = layers.Flatten()(x)
        x = layers.Dense(hidden // 4, activation="gelu")(x)
    mean = layers.Dense(latent_dim, dtype="float32", name="mean")(x)
    log_var = layers.Dense(latent_dim, dtype="float32", kernel_initializer="zeros", name="log_var")(
        x
    )
    return keras.Model(images, [mean, log_var], name="encoder")


def build_decoder(
    latent_dim: int = 2,
    architecture: str = "mlp",
    hidden: int = HIDDEN,
    shape: tuple[int, int, int] = IMAGE_SHAPE,
) -> keras.Model:
    """Functional model: z `(batch, latent_dim)` → logits `(batch, *shape)`, no sigmoid.

    Under a Gaussian likelihood the outputs are the pixels' means. Arguments and errors as for
    `build_encoder`.
    """
    _validate(latent_dim, architecture, shape)
    z = keras.Input((latent_dim,), name="z")
    if architecture == "mlp":
        x = layers.Dense(hidden, activation="gelu")(z)
        x = layers.Dense(hidden, activation="gelu")(x)
        x = layers.Dense(math.prod(shape), dtype="float32")(x)
        logits = layers.Reshape(shape, dtype="float32", name="logits")(x)
    else:
        # Two strides double the size; what is then too much is cut off.
        height, width, channels = shape
        rows, columns = math.ceil(height / 4), math.ceil(width / 4)
        x = layers.Dense(rows * columns * 64, activation="gelu")(z)
        x = layers.Reshape((rows, columns, 64))(x)
        x = layers.Conv2DTranspose(64, 3, strides=2, padding="same", activation="gelu")(x)
        x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="gelu")(x)
        cut = (0, 4 * rows - height), (0, 4 * columns - width)
        if any(end for _, end in cut):
            x = layers.Cropping2D(cut)(x)
        logits = layers.Conv2DTranspose(
            channels, 3, padding="same", dtype="float32", name="logits"
        )(x)
    return keras.Model(z, logits, name="decoder")


def _validate(latent_dim: int, architecture: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 3 or min(shape) < 1:
        raise ValueError(f"shape is {tuple(shape)}; expected (height, width, channels) of images.")
    if latent_dim < 1:
        raise ValueError(f"latent_dim is {latent_dim}; a VAE needs at least 1 latent dimension.")
    if architecture not in ARCHITECTURES:
        raise ValueError(
            f"architecture is {architecture!r}; expected one of {', '.join(ARCHITECTURES)}."
        )
