"""Exercise 4.5, find the fault: a sigmoid applied twice."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4 import wrong_fault
from autograder.course.lesson_4.wrong_fault import score_and_draw
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.shapes import IMAGE_SHAPE

FAULTY_LINE = 3
PIXELS = int(np.prod(IMAGE_SHAPE))

SIGMOID_TWICE = Exercise(
    id="4.5",
    title="Find the fault: a picture in fog",
    answers=("faulty_line_4_5", "score_and_draw"),
    minutes=10,
    hints=(
        "“The pictures are grey and the loss stops falling.” Two symptoms, one cause. Feed in a "
        "very negative bias, which should give a pixel of 0, and follow it down.",
        "A logit becomes a probability once. The loss on line 5 and the drawing on line 7 both "
        "apply the sigmoid themselves, so both need logits.",
        "One line passes probabilities to two others that need logits. Without its sigmoid, both "
        "symptoms are gone; nothing else changes.",
    ),
    reference={"faulty_line_4_5": FAULTY_LINE, "score_and_draw": score_and_draw},
    misconceptions=wrong_fault.REPAIRS + wrong_fault.LINES,
    alternative="""\
# Writes out the cross-entropy of a logit a: log(1 + e^a) − x·a. With probabilities in
# between it would be clipped at 1e-7, and a confident mistake would stop counting (lesson 3).
faulty_line_4_5 = 3

def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    costs = tf.nn.softplus(logits) - images * logits
    return tf.reduce_sum(costs, axis=(1, 2, 3)), tf.sigmoid(logits)
""",
)


REPAIRED = "the repaired loss is the cross-entropy of the logits"


@SIGMOID_TWICE.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_4_5_line(student, rng):
    expect.line(
        student.value("faulty_line_4_5"),
        FAULTY_LINE,
        "faulty_line_4_5",
        "the line whose result two other lines cannot use",
        "Follow one pixel down the listing: where is it a logit, and where a probability?",
    )


@SIGMOID_TWICE.test("the repaired pixels range from black to white", points=0.5)
def test_4_5_pixels(student, rng):
    certain = np.where(np.arange(PIXELS) < PIXELS // 2, -20.0, 20.0).astype("float32")
    tiny = np.ones((1, 1), "float32"), certain[None], np.zeros(PIXELS, "float32"), _empty_page()
    _expect_part(
        *(student, tiny, 1),
        "the pixels of score_and_draw for features [[1]], a kernel of −20 for the upper half of "
        "the page and 20 for the lower half, and a bias of 0",
    )
    case, words = _case(rng)
    _expect_part(student, case, 1, f"the pixels of score_and_draw for {words}")


@SIGMOID_TWICE.test(REPAIRED, points=0.5)
def test_4_5_loss(student, rng):
    zeros = np.zeros((1, PIXELS), "float32")
    tiny = np.ones((1, 1), "float32"), zeros, zeros[0], _empty_page()
    _expect_part(
        *(student, tiny, 0),
        "the loss of score_and_draw for one empty page, with a kernel and a bias of 0",
    )
    case, words = _case(rng)
    _expect_part(student, case, 0, f"the loss of score_and_draw for {words}")
    far = np.full(PIXELS, rng.uniform(38.0, 42.0), "float32")
    certain = np.ones((1, 1), "float32"), zeros, far, _empty_page()
    _expect_part(
        *(student, certain, 0),
        "the loss of score_and_draw for one empty page, a kernel of 0 and a bias of "
        f"{far[0]:.1f}: as many nats for every pixel",
    )


def _empty_page() -> np.ndarray:
    return np.zeros((1, *IMAGE_SHAPE), "float32")


def _case(rng):
    """Features, kernel and bias whose logits stay within ±10, and grey images; and the words."""
    batch, width = int(rng.integers(3, 6)), int(rng.integers(4, 8))
    features = rng.uniform(-1.0, 1.0, (batch, width))
    kernel = rng.uniform(-1.0, 1.0, (width, PIXELS))
    bias = rng.uniform(-3.0, 3.0, PIXELS)
    images = rng.uniform(0.0, 1.0, (batch, *IMAGE_SHAPE))
    case = tuple(item.astype("float32") for item in (features, kernel, bias, images))
    return case, (
        f"{batch} random images, features ({batch}, {width}) and kernel ({width}, 784) uniform in "
        "[−1, 1], bias (784,) uniform in [−3, 3]"
    )


def _expect_part(student, case, part: int, what: str) -> None:
    """Check the loss (part 0) or the pixels (part 1)."""
    pair = student.call("score_and_draw", *case)
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what score_and_draw returns",
        "two things: (loss of every image, pixels)",
        pair,
    )
    # The loss of a logit of 10 that keeps clear of clipping at 1e-7 is right to 1e-3.
    rtol = (1e-3, 1e-4)[part]
    expect.close(pair[part], score_and_draw(*case)[part], what, rtol=rtol)
