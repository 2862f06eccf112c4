"""Named wrong encoders of exercise 4.1.

A network is built once for each latent size: whoever asks draws its weights anew.
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
        "Codes then fill one corner of the latent space, and no posterior is narrower than σ = 1.",
        "Which activation has the last layer of each head, and which numbers can it put out?",
        {"heads": _two("relu", "relu")},
    ),
    (
        "a log-variance that cannot be negative",
        "The second output never falls below 0. It is the *logarithm* of the variance, which is "
        "negative wherever the variance is below 1; softplus, relu or exp made it a size.",
        "What has a logarithm to be able to do that a variance has not?",
        {"heads": _two(None, "softplus")},
    ),
    (
        "a mean that cannot be negative",
        "The first output never falls below 0: the activation of the layers before it was kept. "
        "Half of the latent space is out of reach.",
        "Which of the two last layers has an activation of its own?",
        {"heads": _two("relu", None)},
    ),
    (
        "a log-variance that is a probability",
        "The second output stays between 0 and 1, as the second head of the ink meter does. That "
        "one answers how probable something is; this one is a logarithm.",
        "Does your second head answer the question that the ink meter's does?",
        {"heads": _two(None, "sigmoid")},
    ),
    (
        "the same log-variance for every image",
        "The second output does not depend on the image, so the network cannot say that it is "
        "less sure of one than of another.",
        "Follow the second output back through your layers: does it start at the images?",
        {"heads": _then(lambda mean, log_var: [mean, ops.zeros_like(log_var)])},
    ),
    (
        "tanh on both heads",
        "Mean and log-variance stay between −1 and 1: a tanh ends both. The KL term already "
        "keeps the codes near 0, and at a price that training can choose to pay.",
        "How far from 0 would the codes of 10 classes have to spread?",
        {"heads": _two("tanh", "tanh")},
    ),
    (
        "one head twice",
        "Mean and log-variance are the same tensor, so the network cannot say where a code lies "
        "without also saying how sure it is.",
        "How many Dense layers of width latent_dim does your encoder have?",
        {"heads": _then(lambda mean, log_var: [mean, mean])},
    ),
    (
        "one output of twice the width",
        "The model returns one tensor of width 2·latent_dim. The loss needs two, by themselves.",
        "What does `mean, log_var = encoder(images)` unpack?",
        {"heads": lambda x, latent_dim: layers.Dense(2 * latent_dim)(x)},
    ),
    (
        "sampling inside the encoder",
        "The model returns three outputs. Drawing z is the business of DisentangledVAE, which "
        "needs mean and log-variance for the KL term and draws by itself.",
        "The docstring lists the outputs.",
        {"heads": _then(lambda mean, log_var: [mean, log_var, Sampling()((mean, log_var))])},
    ),
    (
        "z in the place of the mean",
        "The first output is drawn, not computed: for the same image it differs from call to "
        "call. The KL term needs the mean itself.",
        "Where in the course is the noise added, and by whom?",
        {"heads": _then(lambda mean, log_var: [Sampling()((mean, log_var)), log_var])},
    ),
    (
        "outputs by name",
        "The model returns a dictionary. The rest of the course unpacks two tensors by their "
        "order.",
        "What does the docstring say the model leads to?",
        {"heads": _then(lambda mean, log_var: {"mean": mean, "log_var": log_var})},
    ),
    (
        "no Flatten",
        "The outputs still have a height and a width: a Dense layer works on the last axis only, "
        "here on every pixel's one channel.",
        "Which layer turns (28, 28, channels) into one vector for each image?",
        {"trunk": lambda images: images},
    ),
    (
        "one column of the page",
        "Only one column of pixels gets through: an index meant for the channel took away the "
        "width.",
        "Print the shape after every step, from (batch, 28, 28, 1) on. Which axis goes first?",
        {"trunk": lambda images: layers.Flatten()(images[:, :, 0])},
    ),
    (
        "the page averaged away",
        "Only the average brightness of the page gets through: pooling over the whole page comes "
        "before a layer has looked at its pixels.",
        "Print the shape after every step, from (batch, 28, 28, 1) on. How many numbers of an "
        "image does the first Dense layer get?",
        {"trunk": lambda images: layers.GlobalAveragePooling2D()(images)},
    ),
    (
        "two latents whatever is asked for",
        "The outputs have width 2 for every `latent_dim`.",
        "Where in your function does `latent_dim` stand?",
        {"heads": lambda x, latent_dim: _two()(x, 2)},
    ),
    (
        "two tensors in place of a model",
        "The function returns what the layers put out for a placeholder, not the network that "
        "maps images to it.",
        "What did the worked neighbour return?",
        _tensors,
    ),
    sketch=_encoder,
)
