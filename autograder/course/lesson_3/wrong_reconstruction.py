"""Named wrong answers to exercise 3.1: the reconstruction from logits."""

from __future__ import annotations

import tensorflow as tf

from autograder.exercise.declaration import mistakes

KERAS_CLIP = 1e-7


def _from_logits(images, logits):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)


def _bernoulli(images, p):
    return -images * tf.math.log(p) - (1 - images) * tf.math.log(1 - p)


def _from_clipped(images, p):
    return _bernoulli(images, tf.clip_by_value(p, KERAS_CLIP, 1 - KERAS_CLIP))


def _black_or_white(images, logits):
    return _from_logits(tf.cast(images > 0.5, tf.float32), logits)


def _sum_over(*axes):
    return lambda values: tf.reduce_sum(values, axis=axes)


_over_pixels = _sum_over(1, 2, 3)


def _reconstruction(cost=_from_logits, pixels=_over_pixels, batch=tf.identity, sign=1.0):
    """One that is right unless an argument changes it.

    Args:
        cost: of every pixel, from images and logits.
        pixels, batch: reductions of these costs, one after the other.
        sign: factor of the result.
    """

    def reconstruction_loss(images, logits):
        return sign * batch(pixels(cost(images, logits)))

    return reconstruction_loss


RECONSTRUCTION = mistakes(
    "reconstruction_loss",
    (
        "784 times the mean, whatever the size",
        "The mean over the pixels is multiplied by 784, so the sum is right for images of 28 × 28 "
        "pixels alone.",
        "How many pixels has an image of 4 × 4, and what do you multiply by?",
        {"pixels": lambda values: 784 * tf.reduce_mean(values, axis=[1, 2, 3])},
    ),
    (
        "greys made black or white",
        "Every grey pixel counts as ink or as paper, depending on the side of one half; a grey is "
        "a share of both.",
        "What does a pixel of 0.4 cost when the model is sure of paper, and what should it cost?",
        {"cost": _black_or_white},
    ),
    (
        "averaged over pixels",
        "Every image gets the mean over its pixels, so the result is too small by a factor of "
        "their number.",
        "The likelihood of an image is a product over pixels. What does its logarithm do to them?",
        {"pixels": lambda values: tf.reduce_mean(values, axis=[1, 2, 3])},
    ),
    (
        "sigmoid first, then the logarithm",
        "The logits become probabilities, and those are clipped or rounded near 0 and 1; a pixel "
        "that is certain and wrong then costs at most about 16 nats, with no gradient.",
        "Compare your result with |logit| for a logit of 60 at a pixel that should be white.",
        {"cost": lambda images, logits: _from_clipped(images, tf.sigmoid(logits))},
    ),
    (
        "the logarithm of a rounded probability",
        "The logits become probabilities, which float32 rounds to exactly 0 or 1 where the model "
        "is certain; their logarithm is then infinite.",
        "What is the sigmoid of 20 in float32, and what is the logarithm of one minus that?",
        {"cost": lambda images, logits: _bernoulli(images, tf.sigmoid(logits))},
    ),
    (
        "e^a overflows",
        "The exponential of the logit is taken directly, and float32 has no number for e^100.",
        "Try a single logit of 100. Which form of the softplus has no large exponential in it?",
        {"cost": lambda images, logits: tf.math.log(1 + tf.exp(logits)) - images * logits},
    ),
    (
        "logits treated as probabilities",
        "The logits go into the cross-entropy as if they were probabilities between 0 and 1.",
        "What range do logits have? If a library function computes the loss, how do you tell it "
        "that they are logits?",
        {"cost": _from_clipped},
    ),
    (
        "sigmoid applied twice",
        "The logits pass through a sigmoid, and the loss applies another one to the result.",
        "Count the sigmoids between the decoder's output and the logarithm.",
        {"cost": lambda images, logits: _from_logits(images, tf.sigmoid(logits))},
    ),
    (
        "squared error",
        "This is the squared distance between pixels and probabilities: that belongs to a normal "
        "distribution, not to ink that is either there or not.",
        "Which distribution does the decoder describe, and what is its logarithm?",
        {"cost": lambda images, logits: (images - tf.sigmoid(logits)) ** 2},
    ),
    (
        "summed over the batch too",
        "All images were summed into one number.",
        "Which axis should be left when the sum is done?",
        {"batch": _sum_over(0)},
    ),
    (
        "averaged over the batch too",
        "All images were averaged into one number; the mean over the batch belongs to 3.2.",
        "Which axis should be left when the sum is done?",
        {"batch": lambda values: tf.reduce_mean(values, axis=0)},
    ),
    (
        "images and logits swapped",
        "The two are swapped: the pixels are taken for logits.",
        "Which of the two can be larger than 1? And which one enters the exponential in the "
        "formula?",
        {"cost": lambda images, logits: _from_logits(logits, images)},
    ),
    (
        "ink and paper exchanged",
        "The probability of ink is compared with paper, and that of paper with ink.",
        "What does a pixel of ink cost in your formula when the model is almost sure of ink?",
        {"cost": lambda images, logits: _from_logits(1 - images, logits)},
    ),
    (
        "sign flipped",
        "This is the log-likelihood; a loss should become small.",
        "Can a cost of black and white pixels be negative?",
        {"sign": -1.0},
    ),
    (
        "only the last axis summed",
        "The sum runs over the channel axis alone, so a whole map of pixels is left.",
        "Print the shape of your result beside `(batch,)`.",
        {"pixels": _sum_over(-1)},
    ),
    (
        "the channel axis left",
        "The sum runs over height and width, and an axis of length 1 is left beside the batch.",
        "How many axes do the images have, and how many should the result have?",
        {"pixels": _sum_over(1, 2)},
    ),
    (
        "the batch summed in place of the channel",
        "The sum runs over the first three axes: the images are added up, the channel is left.",
        "Number the axes of `(batch, height, width, 1)`. Over which did you sum?",
        {"pixels": _sum_over(0, 1, 2), "batch": tf.identity},
    ),
    (
        "paper costs nothing",
        "Only the half −x·log p is there, so predicting ink where there is paper is free.",
        "What does a pixel with x = 0 cost in your formula?",
        {"cost": lambda images, logits: -images * tf.math.log_sigmoid(logits)},
    ),
    sketch=_reconstruction,
)
