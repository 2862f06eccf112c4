"""Questions to a learner's loss and to a learner's DisentangledVAE, both tiny and quick.

The models here are linear: their weights come from the test, which has worked out by hand what
one step does to them.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from functools import cache

import keras
import numpy as np
import tensorflow as tf

from autograder.exercise.student import Crashed, NotWritten

ENCODER_WEIGHTS = ("mean_kernel", "mean_bias", "log_var_kernel", "log_var_bias")
DECODER_WEIGHTS = ("pixel_kernel", "pixel_bias")


def reconstruction_gradient(answers, images, logits, weights):
    """Gradient of the weighted sum of `reconstruction_loss` with respect to the logits, or None."""
    images, logits = tf.constant(images), tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        total = tf.reduce_sum(weights * answers.reconstruction_loss(images, logits))
    return tape.gradient(total, logits)


def one_step(answers, weights: dict, images, beta: float) -> dict:
    """Take one step of plain gradient descent at learning rate 1.

    Returns:
        "moved", how far each weight went (minus the gradient), and the "logs" of the step.
    """
    with _told_in_words("train_step"):
        model = _model(answers, weights, images.shape[1:], beta, learning_rate=1.0)
        logs = model.train_step(tf.constant(images))
    return {"moved": _moved(model, weights), "logs": logs}


def histories(answers, weights: dict, first, second, batch_size: int, beta: float) -> dict:
    """Histories of `fit` on `first` and then on `second`, with weights that stay as they are."""
    with _told_in_words("train_step"):
        model = _model(answers, weights, first.shape[1:], beta, learning_rate=0.0)
        options = {"batch_size": batch_size, "shuffle": False, "verbose": 0}
        return {
            "first": model.fit(first, **options).history,
            "second": model.fit(second, **options).history,
        }


def evaluation(answers, weights: dict, images, batch_size: int, beta: float) -> dict:
    """Logs after `test_step` on batch after batch, and what it did to the model.

    Returns:
        "logs"; "again", the logs after the last batch once more; "moved", how far each weight;
        "trainable", how many weights could be trained before and after.
    """
    with _told_in_words("test_step"):
        model = _model(answers, weights, images.shape[1:], beta, learning_rate=1.0)
        trainable = [len(model.trainable_variables)]
        for start in range(0, len(images), batch_size):
            logs = model.test_step(tf.constant(images[start : start + batch_size]))
        again = model.test_step(tf.constant(images[-batch_size:]))
        trainable.append(len(model.trainable_variables))
    return {
        "logs": logs,
        "again": again,
        "moved": _moved(model, weights),
        "trainable": trainable,
    }


def told_to_train(answers, weights: dict, images, beta: float, steps: list[str]) -> list:
    """The `training` flags that each step passes to the networks, one per call."""
    told: list[list[bool]] = []
    with _told_in_words(steps[0]):
        networks = _listening(tuple(images.shape[1:]), *np.shape(weights["mean_kernel"]))
        encoder, decoder, flags = networks
        # Weights that stay, so that one model takes all steps.
        model = _model(answers, weights, images.shape[1:], beta, 0.0, made=(encoder, decoder))
    for step in steps:
        with _told_in_words(step):
            flags.clear()
            getattr(model, step)(tf.constant(images))
            told.append(list(flags))
    return told


def as_graph(answers, weights: dict, images, labels, beta: float) -> dict:
    """History of `fit` on (images, labels), compiled to a graph, with weights that stay.

    Batches of 2: a graph that is traced again for every model and then called only once or
    twice makes TensorFlow warn on stderr, and output there costs a check cell its points.
    """
    with _told_in_words("train_step"):
        model = _model(
            answers, weights, images.shape[1:], beta, learning_rate=0.0, run_eagerly=False
        )
        return model.fit(images, labels, batch_size=2, verbose=0).history


def _model(answers, weights, image_shape, beta, learning_rate, run_eagerly=True, made=None):
    pixels, latent = np.shape(weights["mean_kernel"])
    encoder, decoder = made or _networks(tuple(image_shape), pixels, latent)
    encoder.set_weights([weights[name] for name in ENCODER_WEIGHTS])
    decoder.set_weights([weights[name] for name in DECODER_WEIGHTS])
    # Noise that repeats where the stub's layer is used; nothing depends on it.
    keras.utils.set_random_seed(0)
    model = answers.DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate), run_eagerly=run_eagerly, jit_compile=False
    )
    return model


@cache
def _networks(image_shape: tuple[int, ...], pixels: int, latent: int):
    """An encoder and a decoder of one layer each; building them takes longer than a step."""
    images = keras.Input(image_shape)
    flat = keras.layers.Flatten()(images)
    outputs = [keras.layers.Dense(latent)(flat), keras.layers.Dense(latent)(flat)]
    encoder = keras.Model(images, outputs)
    z = keras.Input((latent,))
    decoder = keras.Model(z, keras.layers.Reshape(image_shape)(keras.layers.Dense(pixels)(z)))
    return encoder, decoder


@cache
def _listening(image_shape: tuple[int, ...], pixels: int, latent: int):
    """The same two networks, and the list in which they record the flags they got."""
    flags: list[bool] = []

    class Listening(keras.layers.Layer):
        def call(self, inputs, training=False):
            flags.append(bool(training))
            return inputs

    images, z = keras.Input(image_shape), keras.Input((latent,))
    encoder, decoder = _networks(image_shape, pixels, latent)
    # New layers of the same kind: weights are set by the order of the networks' own.
    encoder, decoder = keras.models.clone_model(encoder), keras.models.clone_model(decoder)
    return (
        keras.Model(images, encoder(Listening()(images))),
        keras.Model(z, decoder(Listening()(z))),
        flags,
    )


def _moved(model, before: dict) -> dict:
    after = dict(zip(ENCODER_WEIGHTS, model.encoder.get_weights(), strict=True))
    after.update(zip(DECODER_WEIGHTS, model.decoder.get_weights(), strict=True))
    return {name: after[name] - before[name] for name in before}


@contextmanager
def _told_in_words(method: str):
    """Name the method that is still a stub, or what a graph cannot do, in a learner's terms."""
    try:
        yield
    except NotImplementedError as error:
        if "symbolic" in str(error) or "numpy" in str(error).lower():
            raise Crashed(
                f"`{method}` works eagerly but not when compiled: inside it, a tensor is turned "
                "into a plain number or a NumPy array. Use only TensorFlow or Keras operations."
            ) from None
        frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        if frames[-1] == method:
            raise NotWritten(
                f"`DisentangledVAE.{method}` still raises NotImplementedError: it is not "
                "written yet."
            ) from None
        raise
