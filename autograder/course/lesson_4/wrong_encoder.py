"""Named wrong encoders for exercise 4.1.

A network is built once per latent size: every caller redraws its weights.
"""

from __future__ import annotations

from functools import cache

import keras
from keras import layers, ops

from autograder.exercise.declaration import mistakes
from bvae_ref.sampling import Sampling
from bvae_ref.shapes import IMAGE_SHAPE

HIDDEN = 16


def _two(mean: str | None = None, log_var: str | None = None):
    """Two last layers with these activations."""
    return lambda x, latent_dim: [
        layers.Dense(latent_dim, activation=activation)(x) for activation in (mean, log_var)
    ]


def _then(change):
    """`change(mean, log_var)` of two right heads."""
    return lambda x, latent_dim: change(*_two()(x, latent_dim))


def _encoder(*, trunk=None, heads=None):
    @cache
    def build_encoder(latent_dim):
        images = keras.Input(IMAGE_SHAPE)
        x = layers.Dense(HIDDEN, activation="gelu")((trunk or layers.Flatten())(images))
        return keras.Model(images, (heads or _two())(x, latent_dim))

    return build_encoder


def _tensors(latent_dim):
    return _encoder()(latent_dim).outputs


ENCODERS = mistakes(
    "build_encoder",
    (
        "relu on both heads",
        "Neither mean nor log-variance can be negative: an activation such as relu ends both. "
        "Codes then fill only one corner of the latent space, and no posterior is narrower than σ "
        "= 1.",
        "Which activation does the last layer of each head have, and which numbers can it return?",
        {"heads": _two("relu", "relu")},
    ),
    (
        "a log-variance that cannot be negative",
        "The second output never falls below 0. It is the *logarithm* of the variance, which is "
        "negative wherever the variance is below 1; softplus, relu or exp turned it into a size.",
        "Which values can a logarithm take that a variance can't?",
        {"heads": _two(None, "softplus")},
    ),
    (
        "a mean that cannot be negative",
        "The first output never falls below 0: it has the same activation as the layers before "
        "it. Each coordinate loses its negative half.",
        "Do the two last layers need an activation?",
        {"heads": _two("relu", None)},
    ),
    (
        "a mean of fixed length",
        "The first output is normalised, so all codes have the same length, and a single latent "
        "could only say one thing. Where a code lies is for the KL to price, not for a layer.",
        "What does your last layer return for latent_dim = 1?",
        {
            "heads": _then(
                lambda mean, log_var: [
                    layers.LayerNormalization(center=False, scale=False)(mean),
                    log_var,
                ]
            )
        },
    ),
    (
        "a log-variance that is a probability",
        "The second output stays between 0 and 1, like the second head of the ink meter. That one "
        "says how probable something is; this one is a logarithm.",
        "Does your second head answer the same question as the ink meter's?",
        {"heads": _two(None, "sigmoid")},
    ),
    (
        "the same log-variance for every image",
        "The second output does not depend on the image, so the network cannot be less sure of "
        "one image than of another.",
        "Follow the second output back through your layers: does it start at the images?",
        {"heads": _then(lambda mean, log_var: [mean, ops.zeros_like(log_var)])},
    ),
    (
        "tanh on both heads",
        "Mean and log-variance stay between −1 and 1: a tanh ends both. The KL term already keeps "
        "the codes near 0, and it does so at a price that training can choose to pay.",
        "How far from 0 must the codes of 10 classes spread?",
        {"heads": _two("tanh", "tanh")},
    ),
    (
        "one head twice",
        "Mean and log-variance are the same tensor, so the network cannot set where a code lies "
        "and how sure it is independently.",
        "How many Dense layers of width latent_dim does your encoder have?",
        {"heads": _then(lambda mean, log_var: [mean, mean])},
    ),
    (
        "one output of twice the width",
        "The model returns one tensor of width 2·latent_dim. The loss needs two separate ones.",
        "What does `mean, log_var = encoder(images)` unpack?",
        {"heads": lambda x, latent_dim: layers.Dense(2 * latent_dim)(x)},
    ),
    (
        "sampling inside the encoder",
        "The model returns three outputs. Drawing z is the job of DisentangledVAE, which needs "
        "mean and log-variance for the KL term and makes the draw itself.",
        "Which outputs does the docstring list?",
        {"heads": _then(lambda mean, log_var: [mean, log_var, Sampling()((mean, log_var))])},
    ),
    (
        "z in place of the mean",
        "The first output is a random draw: for the same image it differs from call to call. The "
        "KL term needs the mean itself.",
        "Which part of the model adds the noise?",
        {"heads": _then(lambda mean, log_var: [Sampling()((mean, log_var)), log_var])},
    ),
    (
        "outputs by name",
        "The model returns a dictionary. The rest of the course unpacks two tensors by their "
        "order.",
        "What does the docstring say the model returns?",
        {"heads": _then(lambda mean, log_var: {"mean": mean, "log_var": log_var})},
    ),
    (
        "no Flatten",
        "The outputs still have a height and a width: a Dense layer works only on the last axis, "
        "here on the one channel of every pixel.",
        "Which layer turns (28, 28, channels) into one vector per image?",
        {"trunk": lambda images: images},
    ),
    (
        "one column of the page",
        "Only one column of pixels gets through: an index meant for the channel removed the width.",
        "Print the shape after every step, starting from (batch, 28, 28, 1). Which axis "
        "disappears first?",
        {"trunk": lambda images: layers.Flatten()(images[:, :, 0])},
    ),
    (
        "pixels skipped",
        "Whole rows and columns of pixels never get in: a stride is larger than its kernel, or a "
        "slice has a step.",
        "Which pixels does the first kernel see, and which the one beside it?",
        {"trunk": lambda images: layers.Flatten()(images[:, ::2, ::2])},
    ),
    (
        "the page averaged away",
        "Only the average brightness of the page gets through: pooling over the whole page comes "
        "before any layer has looked at its pixels.",
        "Print the shape after every step, starting from (batch, 28, 28, 1). How many numbers per "
        "image does the first Dense layer get?",
        {"trunk": lambda images: layers.GlobalAveragePooling2D()(images)},
    ),
    (
        "two latents whatever is asked for",
        "The outputs have width 2 for every `latent_dim`.",
        "Where does your function use `latent_dim`?",
        {"heads": lambda x, latent_dim: _two()(x, 2)},
    ),
    (
        "two tensors in place of a model",
        "The function returns the layers' output for a placeholder, not the network that maps "
        "images to it.",
        "What did the worked neighbour return?",
        _tensors,
    ),
    sketch=_encoder,
)
