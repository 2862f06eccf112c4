"""Named wrong decoders for exercise 4.2.

A network is built once per latent size: every caller redraws its weights.
"""

from __future__ import annotations

import math
from functools import cache

import keras
from keras import layers

from autograder.exercise.declaration import mistakes
from bvae_ref.shapes import IMAGE_SHAPE

HIDDEN = 16


def _image(*shape: int):
    """A last dense layer, its numbers arranged in this shape."""
    return lambda x, end: layers.Reshape(shape)(layers.Dense(math.prod(shape), activation=end)(x))


def _two_images(x, end):
    return [_image(*IMAGE_SHAPE)(x, end) for _ in range(2)]


def _back_from_a_probability(x, end):
    p = keras.ops.clip(_image(*IMAGE_SHAPE)(x, "sigmoid"), 1e-7, 1 - 1e-7)
    return keras.ops.log(p / (1 - p))


def _decoder(*, used=lambda z: z, end: str | None = None, output=None):
    @cache
    def build_decoder(latent_dim):
        z = keras.Input((latent_dim,))
        x = layers.Dense(HIDDEN, activation="gelu")(used(z))
        return keras.Model(z, (output or _image(*IMAGE_SHAPE))(x, end))

    return build_decoder


def _tensor(latent_dim):
    return _decoder()(latent_dim).outputs[0]


DECODERS = mistakes(
    "build_decoder",
    (
        "a sigmoid at the end",
        "The outputs are probabilities between 0 and 1. The loss of this course takes logits and "
        "applies the sigmoid itself; applied twice, every pixel ends up between 0.5 and 0.73.",
        "Which activation does the last layer have, and which does the loss expect?",
        {"end": "sigmoid"},
    ),
    (
        "relu at the end",
        "No output is negative. A logit of 0 is a probability of one half, so this decoder cannot "
        "say that a pixel is probably empty.",
        "What is the sigmoid of the smallest value your last layer can return?",
        {"end": "relu"},
    ),
    (
        "tanh at the end",
        "The outputs stay between −1 and 1, so every pixel's probability stays between 0.27 and "
        "0.73.",
        "How large must a logit be for a probability of 0.99?",
        {"end": "tanh"},
    ),
    (
        "logarithms of probabilities, not log-odds",
        "No output is positive: these are log p, the logarithms of probabilities. A logit is "
        "log p − log(1 − p); the sigmoid of log p never exceeds one half.",
        "What is the log-odds of a pixel that is ink with a probability of 0.9?",
        {"end": "log_sigmoid"},
    ),
    (
        "a probability turned back into a logit",
        "The outputs are logits, but they went through a probability: rounding or clipping keeps "
        "them within about ±16, and beyond that no gradient comes back.",
        "What does a layer without an activation return already?",
        {"output": _back_from_a_probability},
    ),
    (
        "a flat output",
        "The 784 logits come as one vector; they still have to be given the shape of an image.",
        "Which layer changes a shape and nothing else?",
        {"output": _image(28 * 28)},
    ),
    (
        "the channel axis is missing",
        "The outputs have the shape (batch, 28, 28). The images have a last axis of one channel; "
        "without it the two are broadcast against each other instead of compared pixel by pixel.",
        "Print the shape of a batch of images beside that of your output.",
        {"output": _image(28, 28)},
    ),
    (
        "the channel first",
        "The outputs have the shape (batch, 1, 28, 28). In this course the channel comes last.",
        "Print the shape of a batch of images beside that of your output.",
        {"output": _image(1, 28, 28)},
    ),
    (
        "three colours",
        "The outputs have three channels, like the worked neighbour's tiles. Our pages have one.",
        "How many numbers does a grey pixel need?",
        {"output": _image(28, 28, 3)},
    ),
    (
        "half the size",
        "The outputs are 14 pixels high and wide: one doubling of the picture is missing.",
        "How large is the picture after each of your layers?",
        {"output": _image(14, 14, 1)},
    ),
    (
        "the last entry of z left out",
        "One entry of z changes nothing in the picture: the decoder never looks at it.",
        "Which part of z reaches your first layer?",
        {"used": lambda z: z[:, : max(1, z.shape[1] - 1)]},
    ),
    (
        "two outputs",
        "The decoder has two heads, like the encoder. It only has to say how probable ink is at "
        "each pixel, and one tensor of logits does that.",
        "What does the docstring say the model returns?",
        {"output": _two_images},
    ),
    (
        "a tensor in place of a model",
        "The function returns the layers' output for a placeholder, not the network that maps "
        "codes to it.",
        "What did the worked neighbour return?",
        _tensor,
    ),
    sketch=_decoder,
)
