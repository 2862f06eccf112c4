"""Questions to a learner's training function, and to the one that measures its result."""

from __future__ import annotations

import keras
import numpy as np

from autograder.course.lesson_4.probes import IMAGE_SHAPE
from bvae_ref.model import DisentangledVAE


def trainings(answers, start: dict, images, betas, epochs, seed: int) -> list[dict]:
    """Train small networks from the same start, with each β for its number of epochs.

    Args:
        start: "encoder" and "decoder", each a list of weights in the order of Keras: kernel and
            bias of mean, of log_var; of the hidden layer, of the pixels.
        images: `(n, 28, 28, 1)`, float32.
        betas, epochs: one of each for every run.
        seed: of the noise and the order of the images.

    Returns:
        for each run the "kind" of what comes back and, of a model with the parts of a β-VAE,
        its "beta", the optimizer's "steps", the weights of "encoder" and "decoder", and the sum
        of the images that its encoder was "shown" in training.
    """
    return [
        _training(answers, start, images, beta, epoch, seed)
        for beta, epoch in zip(betas, epochs, strict=True)
    ]


def figures(answers, start: dict, images, beta: float) -> dict:
    """The "pair" that `rate_and_distortion` gives for a linear β-VAE with these weights, and the
    "beta" that the model has after it.
    """
    encoder, decoder = _networks(start)
    model = DisentangledVAE(encoder, decoder, beta=beta, seed=0)
    model.compile(keras.optimizers.Adam())
    return {"pair": answers.rate_and_distortion(model, images), "beta": float(model.beta)}


def _training(answers, start: dict, images, beta: float, epochs: int, seed: int) -> dict:
    keras.utils.set_random_seed(seed)
    model = answers.train_vae(*_networks(start, counted=True), images, beta, epochs)
    if not all(hasattr(model, part) for part in ("encoder", "decoder", "beta")):
        return {"kind": type(model).__name__}
    optimizer = getattr(model, "optimizer", None)
    return {
        "kind": "β-VAE",
        "beta": float(model.beta),
        "steps": int(optimizer.iterations) if optimizer is not None else 0,
        "encoder": [
            weights
            for layer in model.encoder.layers
            if not isinstance(layer, _Shown)
            for weights in layer.get_weights()
        ],
        "decoder": model.decoder.get_weights(),
        "shown": sum(
            (keras.ops.convert_to_numpy(layer.total) for layer in _counters(model.encoder)),
            np.zeros(IMAGE_SHAPE, "float32"),
        ),
    }


@keras.saving.register_keras_serializable("beyond_pixels")
class _Shown(keras.layers.Layer):
    """Passes images on, and keeps the sum of those seen in training."""

    def build(self, input_shape):
        self.total = self.add_weight(
            shape=input_shape[1:], initializer="zeros", trainable=False, name="total"
        )

    def call(self, images, training=False):
        if training:
            self.total.assign_add(keras.ops.sum(images, axis=0))
        return images


def _counters(network) -> list[_Shown]:
    return [layer for layer in network.layers if isinstance(layer, _Shown)]


def _networks(start: dict, counted: bool = False):
    """A linear encoder, and a dense decoder with a hidden layer if there are weights for one."""
    images = keras.Input(IMAGE_SHAPE)
    flat = keras.layers.Flatten()(_Shown()(images) if counted else images)
    latent = len(start["encoder"][1])
    heads = [keras.layers.Dense(latent) for _ in range(2)]
    encoder = keras.Model(images, [head(flat) for head in heads])
    for head, place in zip(heads, (0, 2), strict=True):
        head.set_weights(start["encoder"][place : place + 2])
    z = keras.Input((latent,))
    hidden = len(start["decoder"][1]) if len(start["decoder"]) == 4 else 0
    x = keras.layers.Dense(hidden, activation="tanh")(z) if hidden else z
    x = keras.layers.Dense(int(np.prod(IMAGE_SHAPE)))(x)
    decoder = keras.Model(z, keras.layers.Reshape(IMAGE_SHAPE)(x))
    decoder.set_weights(start["decoder"])
    return encoder, decoder
