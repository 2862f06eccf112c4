"""Named wrong answers to exercise 0.1: bytes turned into ink."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _prepare(
    scale=lambda levels: levels / 255,
    shape=lambda ink: ink.reshape(-1, 28, 28, 1),
    dtype="float32",
):
    """An answer to 0.1: the bytes turned into ink by `scale`, with the axes that `shape` gives."""

    def prepare_images(images):
        with np.errstate(all="ignore"):
            return shape(scale(np.asarray(images, "float64"))).astype(dtype)

    return prepare_images


def _own_maximum(levels):
    return levels / levels.max(axis=(1, 2), keepdims=True)


def _stretched(levels):
    return (levels - levels.min()) / (levels.max() - levels.min())


PREPARE_IMAGES = mistakes(
    "prepare_images",
    (
        "divided by 256",
        "There are 256 different bytes, but the largest is 255: divided by 256, full ink is not 1.",
        "What does the byte for full ink become?",
        {"scale": lambda levels: levels / 256},
    ),
    (
        "not scaled",
        "The bytes became floats, but they still run from 0 to 255.",
        "Print the largest value of the result.",
        {"scale": lambda levels: levels},
    ),
    (
        "divided as whole numbers",
        "The fractions were cut off: only full ink became 1, everything below it 0. Either `//` "
        "was used, or the result was turned back into whole numbers.",
        "Which values occur in the result? `np.unique` lists them.",
        {"scale": lambda levels: levels // 255},
    ),
    (
        "rounded to black and white",
        "Every pixel became 0 or 1, whichever is nearer; the greys at the edges of a stroke are "
        "lost.",
        "Which values occur in the result? `np.unique` lists them.",
        {"scale": lambda levels: 1.0 * (levels > 127)},
    ),
    (
        "scaled to [-1, 1]",
        "The pixels run from -1 to 1. Some models expect that; here a pixel is a probability of "
        "ink.",
        "Print the smallest value of the result.",
        {"scale": lambda levels: levels / 127.5 - 1},
    ),
    (
        "ink and paper exchanged",
        "Paper became 1 and full ink 0, as a screen shows brightness; here a pixel says how much "
        "ink there is.",
        "What should the byte 0, which is paper, become?",
        {"scale": lambda levels: 1 - levels / 255},
    ),
    (
        "scaled by the batch's own maximum",
        "The divisor is the brightest pixel that happens to be in the batch, so the same image "
        "gets different numbers in different batches.",
        "Prepare one image alone, then again beside a brighter one. Are its numbers the same?",
        {"scale": lambda levels: levels / levels.max()},
    ),
    (
        "scaled by each image's own maximum",
        "Every image is divided by its own brightest pixel, so a faint image comes out as strong "
        "as any other, and an empty image as 0/0.",
        "Prepare an image whose bytes are all 51. What does it become?",
        {"scale": _own_maximum},
    ),
    (
        "stretched between the batch's extremes",
        "The faintest pixel of the batch became 0 and the strongest 1, so the meaning of a byte "
        "depends on the other images in the batch.",
        "Prepare images with bytes from 20 to 120. What are the smallest and the largest number?",
        {"scale": _stretched},
    ),
    (
        "standardised",
        "The batch was shifted to mean 0 and scaled to spread 1. That is usual for other models; "
        "here a pixel is a probability of ink.",
        "Print the smallest and the largest value of the result.",
        {"scale": lambda levels: (levels - levels.mean()) / levels.std()},
    ),
    (
        "no channel axis",
        "The numbers are right, but the images are `(n, 28, 28)`; convolutions need a channel "
        "axis.",
        "How many axes does the result have, and how many are asked for?",
        {"shape": lambda ink: ink},
    ),
    (
        "a channel axis too many",
        "A channel axis was added to images that already had one, so they have five axes.",
        "Try both kinds of input, `(n, 28, 28)` and `(n, 28, 28, 1)`, and print the shapes.",
        {"shape": lambda ink: ink[..., None]},
    ),
    (
        "channel axis first",
        "The channel axis comes before height and width; TensorFlow's convolutions expect it last.",
        "Compare the order of the axes with the word NHWC, letter by letter.",
        {"shape": lambda ink: ink.reshape(-1, 1, 28, 28)},
    ),
    (
        "image axis not first",
        "Height and width come before the axis that counts the images, so the first “image” of "
        "the result is not an image.",
        "Prepare three images. Which axis of the result has length 3?",
        {"shape": lambda ink: ink.reshape(28, 28, -1, 1)},
    ),
    (
        "flattened",
        "Each image became one long row of 784 numbers; convolutions need its height and width.",
        "How many axes does the result have, and how many are asked for?",
        {"shape": lambda ink: ink.reshape(len(ink), -1)},
    ),
    (
        "float64",
        "The numbers are right but take twice the memory that a network uses: NumPy divides whole "
        "numbers in float64.",
        "Print `.dtype` before and after the division.",
        {"dtype": "float64"},
    ),
    sketch=_prepare,
)
