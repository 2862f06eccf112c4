"""Questions to a learner's morph strip and traversals, with small, fully known models."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops


def morph(answers, to_mean, to_log_var, to_hidden, to_logits, image_a, image_b, steps: int) -> dict:
    """The learner's strip between two images, made twice.

    Args:
        to_mean, to_log_var: the encoder's weights, `(784, latent)`.
        to_hidden, to_logits: the decoder's weights, `(latent, hidden)` and `(hidden, 784)`.
        image_a, image_b: `(28, 28, 1)`, float32.
        steps: how many images.
    """
    encoder, decoder = TanhEncoder(to_mean, to_log_var), TanhDecoder(to_hidden, to_logits)
    make = answers.morph_strip
    return {
        "first": make(encoder, decoder, image_a, image_b, steps),
        "second": make(encoder, decoder, image_a, image_b, steps),
    }


def traversal_aftermath(answers, code, dimension: int, values) -> dict:
    """The traversal, and the code as it is after the call; the arguments stay as they were."""
    own = np.array(code)
    return {"codes": answers.traversal_codes(own, dimension, np.array(values)), "code": own}


def draws(answers, center, covariance, eps) -> dict:
    """The "codes" for rows of noise, and whether all arguments were "kept" as they were."""
    given = center, covariance, eps
    own = [np.array(item) for item in given]
    codes = answers.draws_from(*own)
    return {"codes": codes, "kept": all(map(np.array_equal, own, given))}


class TanhEncoder(keras.Model):
    """Images → (tanh(pixels · to_mean), pixels · to_log_var); a model, so `predict` works too."""

    def __init__(self, to_mean, to_log_var):
        super().__init__()
        # Eager `predict`: a graph for each of many small models would fill stderr with warnings.
        self.run_eagerly = True
        self.to_mean, self.to_log_var = to_mean, to_log_var

    def __call__(self, images, **kwargs):
        _demand(images, (28, 28, 1), "the encoder takes a batch of images (batch, 28, 28, 1)")
        return super().__call__(images, **kwargs)

    def call(self, images, training=False):
        pixels = _dropped(ops.reshape(ops.cast(images, "float32"), (-1, 784)), training)
        return ops.tanh(pixels @ self.to_mean), pixels @ self.to_log_var


class TanhDecoder(keras.Model):
    """Codes → logits: tanh(z · to_hidden) · to_logits."""

    def __init__(self, to_hidden, to_logits):
        super().__init__()
        self.run_eagerly = True
        self.to_hidden, self.to_logits = to_hidden, to_logits

    def __call__(self, z, **kwargs):
        latent = self.to_hidden.shape[0]
        _demand(z, (latent,), f"the decoder takes a batch of codes (batch, {latent})")
        return super().__call__(z, **kwargs)

    def call(self, z, training=False):
        hidden = _dropped(ops.tanh(ops.cast(z, "float32") @ self.to_hidden), training)
        return ops.reshape(hidden @ self.to_logits, (-1, 28, 28, 1))


def _dropped(values, training: bool):
    """As a dropout layer would have it, but the same ones each time: every other value, doubled."""
    kept = 2.0 * (np.arange(values.shape[-1]) % 2)
    return values * kept.astype("float32") if training else values


def _demand(batch, shape: tuple[int, ...], words: str) -> None:
    """Refuse what a built Keras model would refuse, in plainer words."""
    if np.ndim(batch) != len(shape) + 1 or tuple(np.shape(batch)[1:]) != shape:
        raise ValueError(f"{words}, but got shape {tuple(np.shape(batch))}.")
