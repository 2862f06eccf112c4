"""Named wrong encoders and decoders of lesson 4."""

from __future__ import annotations

import keras
from keras import layers

from autograder.exercise import Misconception
from bvae_ref.shapes import IMAGE_SHAPE

HIDDEN = 32


def _trunk():
    images = keras.Input(IMAGE_SHAPE)
    return images, layers.Dense(HIDDEN, activation="gelu")(layers.Flatten()(images))


def _encoder_with(mean_activation, log_var_activation):
    def build(latent_dim):
        images, x = _trunk()
        mean = layers.Dense(latent_dim, activation=mean_activation)(x)
        return keras.Model(
            images, [mean, layers.Dense(latent_dim, activation=log_var_activation)(x)]
        )

    return build


def _one_head(latent_dim):
    images, x = _trunk()
    head = layers.Dense(latent_dim)(x)
    return keras.Model(images, [head, head])


def _unsplit(latent_dim):
    images, x = _trunk()
    return keras.Model(images, layers.Dense(2 * latent_dim)(x))


def _with_sample(latent_dim):
    images, x = _trunk()
    mean, log_var = layers.Dense(latent_dim)(x), layers.Dense(latent_dim)(x)
    z = layers.Add()([mean, layers.Activation("exponential")(log_var)])
    return keras.Model(images, [mean, log_var, z])


def _not_flattened(latent_dim):
    images = keras.Input(IMAGE_SHAPE)
    x = layers.Dense(HIDDEN, activation="gelu")(images)
    return keras.Model(images, [layers.Dense(latent_dim)(x), layers.Dense(latent_dim)(x)])


ENCODERS = (
    Misconception(
        "relu on both heads",
        "Neither mean nor log-variance can be negative: an activation such as relu ends both. "
        "Codes then fill one corner of the latent space, and no posterior is narrower than σ = 1.",
        "Which activation has the last layer of each head, and which numbers can it put out?",
        {"build_encoder": _encoder_with("relu", "relu")},
    ),
    Misconception(
        "a log-variance that cannot be negative",
        "The second output never falls below 0. It is the *logarithm* of the variance, which is "
        "negative wherever the variance is below 1; softplus, relu or exp made it a size.",
        "What has a logarithm to be able to do that a variance has not?",
        {"build_encoder": _encoder_with(None, "softplus")},
    ),
    Misconception(
        "tanh on both heads",
        "Mean and log-variance stay between −1 and 1: a tanh ends both. The KL term already "
        "keeps the codes near 0, and at a price that training can choose to pay.",
        "How far from 0 would the codes of 10 classes have to spread?",
        {"build_encoder": _encoder_with("tanh", "tanh")},
    ),
    Misconception(
        "one head twice",
        "Mean and log-variance are the same tensor, so the network cannot say where a code lies "
        "without also saying how sure it is.",
        "How many Dense layers of width latent_dim does your encoder have?",
        {"build_encoder": _one_head},
    ),
    Misconception(
        "one output of twice the width",
        "The model returns one tensor of width 2·latent_dim. The loss needs two, by themselves.",
        "What does `mean, log_var = encoder(images)` unpack?",
        {"build_encoder": _unsplit},
    ),
    Misconception(
        "sampling inside the encoder",
        "The model returns three outputs. Drawing z is the business of DisentangledVAE, which "
        "needs mean and log-variance for the KL term and draws by itself.",
        "The docstring lists the outputs.",
        {"build_encoder": _with_sample},
    ),
    Misconception(
        "no Flatten",
        "The outputs still have a height and a width: a Dense layer works on the last axis only, "
        "here on every pixel's one channel.",
        "Which layer turns (28, 28, channels) into one vector for each image?",
        {"build_encoder": _not_flattened},
    ),
)


def _decoder_ending(*last):
    """A decoder whose 784 values pass through the layers that `last` makes."""

    def build(latent_dim):
        z = keras.Input((latent_dim,))
        x = layers.Dense(28 * 28)(layers.Dense(HIDDEN, activation="gelu")(z))
        for make in last:
            x = make()(x)
        return keras.Model(z, x)

    return build


def _reshape():
    return layers.Reshape(IMAGE_SHAPE)


def _activation(name: str):
    return lambda: layers.Activation(name)


DECODERS = (
    Misconception(
        "a sigmoid at the end",
        "The outputs are probabilities between 0 and 1. The loss of this course takes logits and "
        "applies the sigmoid itself; applied twice, every pixel ends up between 0.5 and 0.73.",
        "Which activation has the last layer, and which does the loss expect?",
        {"build_decoder": _decoder_ending(_reshape, _activation("sigmoid"))},
    ),
    Misconception(
        "relu at the end",
        "No output is negative. A logit of 0 is a probability of one half, so this decoder cannot "
        "say that a pixel is probably empty.",
        "What is the sigmoid of the least value your last layer can put out?",
        {"build_decoder": _decoder_ending(_reshape, _activation("relu"))},
    ),
    Misconception(
        "tanh at the end",
        "The outputs stay between −1 and 1, so every pixel's probability stays between 0.27 and "
        "0.73.",
        "How large has a logit to be for a probability of 0.99?",
        {"build_decoder": _decoder_ending(_reshape, _activation("tanh"))},
    ),
    Misconception(
        "a flat output",
        "The 784 logits come as one vector; they have still to be given the shape of an image.",
        "Which layer changes a shape and nothing else?",
        {"build_decoder": _decoder_ending()},
    ),
    Misconception(
        "the channel axis is missing",
        "The outputs have the shape (batch, 28, 28). The images have a last axis of one channel, "
        "and without it the two broadcast against each other instead of being compared.",
        "Print the shape of a batch of images beside that of your output.",
        {"build_decoder": _decoder_ending(lambda: layers.Reshape((28, 28)))},
    ),
)
