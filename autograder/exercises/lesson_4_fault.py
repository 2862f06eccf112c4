"""Exercise 4.5, find the fault: a sigmoid applied twice."""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise

FAULTY_LINE = 3


def score_and_draw(features, kernel, bias, images) -> tuple[np.ndarray, np.ndarray]:
    """Reference: loss `(batch,)` in nats and pixels in [0, 1] of a decoder's last layer."""
    x, logits = _logits(features, kernel, bias, images)
    return _bce(x, logits), _sigmoid(logits)


SIGMOID_TWICE = Exercise(
    id="4.5",
    title="Find the fault: a picture in fog",
    answers=("faulty_line_4_5", "score_and_draw"),
    minutes=10,
    hints=(
        "“The pictures are grey and the loss stops falling.” Two symptoms, one cause. Feed the "
        "function a very negative bias, which should give a pixel of 0, and follow it down.",
        "A logit becomes a probability once. Both the loss on line 5 and the drawing on line 7 "
        "apply the sigmoid by themselves, and so both want logits.",
        "One line hands probabilities to two others that want logits. Without its sigmoid, "
        "both symptoms are gone; nothing else changes.",
    ),
    reference={"faulty_line_4_5": FAULTY_LINE, "score_and_draw": score_and_draw},
    alternative="""\
# Differs in keeping the probabilities and changing the two lines that use them. It gives the
# same pictures, but the loss clips at 1e-7, and a confident mistake stops counting (lesson 3).
faulty_line_4_5 = 3

def score_and_draw(features, kernel, bias, images):
    pixels = tf.sigmoid(features @ kernel + bias)
    pixels = tf.reshape(pixels, (-1, 28, 28, 1))
    bce = keras.losses.binary_crossentropy(images, pixels)  # (batch, 28, 28)
    return tf.reduce_sum(bce, axis=(1, 2)), pixels
""",
)


@SIGMOID_TWICE.test("the faulty line is named", points=0.5)
def test_4_5_line(student, rng):
    expect.line(
        student.value("faulty_line_4_5"),
        FAULTY_LINE,
        "faulty_line_4_5",
        "the line after which two others no longer get what they expect",
        "Follow one pixel down the listing: where is it a logit, and where a probability?",
    )


@SIGMOID_TWICE.test("the repaired pixels reach from black to white", points=0.5)
def test_4_5_pixels(student, rng):
    case = _case(rng)
    pair = _expect_pair(student.call("score_and_draw", *case))
    expect.close(pair[1], score_and_draw(*case)[1], "the pixels of score_and_draw on a batch")


@SIGMOID_TWICE.test("the repaired loss is the cross-entropy of the logits", points=0.5)
def test_4_5_loss(student, rng):
    case = _case(rng)
    pair = _expect_pair(student.call("score_and_draw", *case))
    expect.close(
        pair[0], score_and_draw(*case)[0], "the loss of score_and_draw, for each image", rtol=1e-3
    )


def _case(rng):
    """Features, kernel and bias whose logits stay within ±10, and grey images."""
    batch, width = int(rng.integers(3, 6)), int(rng.integers(4, 8))
    features = rng.uniform(-1.0, 1.0, (batch, width))
    kernel = rng.uniform(-1.0, 1.0, (width, 28 * 28))
    bias = rng.uniform(-3.0, 3.0, 28 * 28)
    images = rng.uniform(0.0, 1.0, (batch, 28, 28, 1))
    return tuple(item.astype("float32") for item in (features, kernel, bias, images))


def _expect_pair(pair):
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what score_and_draw returns",
        "two things: (loss of every image, pixels)",
        pair,
    )
    return pair


def _logits(features, kernel, bias, images) -> tuple[np.ndarray, np.ndarray]:
    features, kernel, bias, x = (
        np.asarray(item, np.float64) for item in (features, kernel, bias, images)
    )
    return x, (features @ kernel + bias).reshape(x.shape)


def _bce(x, logits) -> np.ndarray:
    return (np.logaddexp(0.0, logits) - x * logits).sum(axis=(1, 2, 3))


def _sigmoid(logits) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * logits))


@SIGMOID_TWICE.misconception(
    "still twice in both",
    "The loss and the picture both still get probabilities in the place of logits.",
    "What is the least value a pixel can take in your version?",
    answer="score_and_draw",
)
def _twice(features, kernel, bias, images):
    x, logits = _logits(features, kernel, bias, images)
    return _bce(x, _sigmoid(logits)), _sigmoid(_sigmoid(logits))


@SIGMOID_TWICE.misconception(
    "still twice in the picture",
    "The loss is right, but the picture has been through the sigmoid twice.",
    "What is the sigmoid of 0, and of 1?",
    answer="score_and_draw",
)
def _twice_in_picture(features, kernel, bias, images):
    x, logits = _logits(features, kernel, bias, images)
    return _bce(x, logits), _sigmoid(_sigmoid(logits))


@SIGMOID_TWICE.misconception(
    "still twice in the loss",
    "The picture is right, but the loss is told that probabilities are logits.",
    "What does `logits=` in line 5 want?",
    answer="score_and_draw",
)
def _twice_in_loss(features, kernel, bias, images):
    x, logits = _logits(features, kernel, bias, images)
    return _bce(x, _sigmoid(logits)), _sigmoid(logits)


@SIGMOID_TWICE.misconception(
    "no sigmoid left",
    "The picture is made of logits, which are no shades of grey: one sigmoid has to stay.",
    "In which range should pixels lie?",
    answer="score_and_draw",
)
def _no_sigmoid(features, kernel, bias, images):
    x, logits = _logits(features, kernel, bias, images)
    return _bce(x, logits), logits
