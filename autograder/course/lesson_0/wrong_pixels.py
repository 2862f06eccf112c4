"""Named wrong answers to exercises 0.1 and 0.3: bytes made ink, and axes put in order."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _prepare(
    scale=lambda levels: levels / 255,
    shape=lambda ink: ink.reshape(-1, 28, 28, 1),
    dtype="float32",
):
    """An answer to 0.1: the bytes as `scale` makes them ink, in the axes that `shape` gives."""

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
        "What does the byte of full ink become?",
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
        "was used, or the result went back into whole numbers.",
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
        "The pixels run from -1 to 1. Other models like that; here a pixel is a probability of "
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
        "gets other numbers in other company.",
        "Prepare one image alone, then again beside a brighter one. Are its numbers the same?",
        {"scale": lambda levels: levels / levels.max()},
    ),
    (
        "scaled by each image's own maximum",
        "Every image is divided by its own brightest pixel, so a faint image comes out as strong "
        "as any other, and an empty one as 0/0.",
        "Prepare an image whose bytes all are 51. What becomes of it?",
        {"scale": _own_maximum},
    ),
    (
        "stretched between the batch's extremes",
        "The faintest pixel of the batch became 0 and the strongest 1, so what a byte means "
        "depends on the company it is in.",
        "Prepare images with bytes from 20 to 120. What are the smallest and the largest number?",
        {"scale": _stretched},
    ),
    (
        "standardised",
        "The batch was shifted to the mean 0 and scaled to the spread 1. That is a habit from "
        "other models; here a pixel is a probability of ink.",
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
        "A channel axis was added to images that had one already, so they have five axes.",
        "Try both kinds of input, `(n, 28, 28)` and `(n, 28, 28, 1)`, and print the shapes.",
        {"shape": lambda ink: ink[..., None]},
    ),
    (
        "channel axis first",
        "The channel axis stands before height and width; TensorFlow's convolutions expect it "
        "last.",
        "Compare the order of the axes with the word NHWC, letter by letter.",
        {"shape": lambda ink: ink.reshape(-1, 1, 28, 28)},
    ),
    (
        "image axis not first",
        "Height and width stand before the axis that counts the images, so the first “image” of "
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
        "The numbers are right but twice as long as a network uses: NumPy divides whole numbers "
        "in float64.",
        "Print `.dtype` before and after the division.",
        {"dtype": "float64"},
    ),
    sketch=_prepare,
)


def _order_axes(
    move=lambda stack: np.transpose(stack, (2, 0, 1)),
    channel=lambda images: images[..., None],
):
    """A repair of 0.3: the axes as `move` orders them, and `channel` adds one."""

    def to_nhwc(stack):
        return channel(move(np.asarray(stack)))

    return to_nhwc


def _reshaped(stack):
    height, width, n = stack.shape
    return np.reshape(stack, (n, height, width))


def _reversed_then_reshaped(stack):
    height, width, n = stack.shape
    return np.reshape(stack.T, (n, height, width))


def _looks_elsewhere(line: int, what: str, look: str) -> tuple:
    return f"line {line} taken for the fault", f"Line {line} {what}", look, line


TO_NHWC = mistakes(
    "to_nhwc",
    (
        "still a reshape",
        "The shape is right and the pixels are not: `reshape` cuts the same row of numbers in "
        "another way, so each “image” is a mixture of all of them.",
        "Show the first image. Would you recognise a character?",
        {"move": _reshaped},
    ),
    (
        "height and width swapped",
        "Each image is whole, but mirrored along its diagonal: all axes were reversed, height and "
        "width among them.",
        "Show the first image. Which way does the brush run?",
        {"move": np.transpose},
    ),
    (
        "reversed, then reshaped",
        "The axes were reversed, and a `reshape` then forced the shape that was asked for. Where "
        "height and width differ, the rows of each image are cut in the wrong places.",
        "Try images of 2 × 3 pixels: does the first row keep its three pixels?",
        {"move": _reversed_then_reshaped},
    ),
    (
        "image axis left at the end",
        "The images are still counted by an axis behind height and width; only the channel axis "
        "was added.",
        "Which axis of the result is as long as there are images, and which letter of NHWC is N?",
        {"move": lambda stack: stack},
    ),
    (
        "the order read backwards",
        "Each axis went to where another should be: the order for `transpose` says which old axis "
        "stands at each new place, not where each old axis goes.",
        "Follow the axis that counts the images: which place of the order is its own?",
        {"move": lambda stack: np.transpose(stack, (1, 2, 0))},
    ),
    (
        "no channel axis",
        "The pixels are in their places, but the result is `(n, height, width)`.",
        "How many letters has NHWC, and how many axes the result?",
        {"channel": lambda images: images},
    ),
    (
        "channel axis first",
        "The channel axis stands before height and width, not at the end.",
        "Compare the order of the axes with the word NHWC, letter by letter.",
        {"channel": lambda images: images[:, None]},
    ),
    (
        "new axis at the front",
        "The new axis came before all others, so the result says that there is one image.",
        "Print the shape for a stack of five images. Where is the 5?",
        {"channel": lambda images: images[None]},
    ),
    sketch=_order_axes,
)

FAULTY_LINE = mistakes(
    "faulty_line_0_3",
    _looks_elsewhere(
        2,
        "only gives names to the three lengths, in the order that the text states.",
        "Print the three names for a stack of five images of 28 × 30 pixels.",
    ),
    _looks_elsewhere(
        3,
        "only changes the kind of number; every pixel stays where it is.",
        "Compare one pixel before and after that line.",
    ),
    _looks_elsewhere(
        5,
        "only adds an axis of length 1, which moves no pixel.",
        "Show an image before that line. Is it whole there?",
    ),
)
