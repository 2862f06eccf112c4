"""Named wrong answers to exercise 0.3: axes put in order, and the line that is named."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


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
        "The shape is right but the pixels are not: `reshape` cuts the same row of numbers in "
        "another way, so each “image” is a mixture of all the images.",
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
        "The axis that counts the images still comes after height and width; only the channel "
        "axis was added.",
        "Which axis of the result is as long as the number of images, and where in NHWC is N?",
        {"move": lambda stack: stack},
    ),
    (
        "the order read backwards",
        "Each axis ended up where another should be: the order for `transpose` says which old "
        "axis goes into each new place, not where each old axis goes.",
        "Follow the axis that counts the images: at which place of the order must it stand?",
        {"move": lambda stack: np.transpose(stack, (1, 2, 0))},
    ),
    (
        "no channel axis",
        "The pixels are in the right places, but the result is `(n, height, width)`.",
        "How many letters does NHWC have, and how many axes does the result have?",
        {"channel": lambda images: images},
    ),
    (
        "channel axis first",
        "The channel axis comes before height and width, not at the end.",
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
        "only gives names to the three lengths, in the order stated in the text.",
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
