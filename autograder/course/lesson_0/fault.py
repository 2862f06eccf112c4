"""Exercise 0.3, find the fault: right shape, wrong picture."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_0 import wrong_fault
from autograder.course.lesson_0.image_axes import axis_cause
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


def _to_nhwc(stack):
    """Reference: `(height, width, n)` to `(n, height, width, 1)`."""
    return np.transpose(stack, (2, 0, 1))[..., None]


FIND_THE_FAULT = Exercise(
    id="0.3",
    title="Find the fault: right shape, wrong picture",
    answers=("faulty_line_0_3", "to_nhwc"),
    minutes=10,
    hints=(
        "“The shape is exactly what I asked for, so what is wrong?” A shape says how many numbers "
        "there are along each axis, not which number sits where. Follow one pixel: where is it "
        "before, and where after?",
        "`reshape` never changes the order of the numbers in memory; it only cuts the row of "
        "numbers differently. To move an axis, the numbers must change places: "
        "`np.transpose(array, order)`. Wanted: out[i, y, x, 0] = stack[y, x, i].",
        "Axis 2 counts the images and must come first; height (0) and width (1) keep their order: "
        "`np.transpose(stack, (2, …, …))`, then add the channel axis with `[..., np.newaxis]`.",
    ),
    reference={"faulty_line_0_3": 4, "to_nhwc": _to_nhwc},
    alternative="""\
# moveaxis says in words what transpose says in numbers: the last axis becomes the first.
faulty_line_0_3 = 4


def to_nhwc(stack):
    return np.moveaxis(stack, -1, 0)[..., np.newaxis]
""",
    misconceptions=wrong_fault.TO_NHWC + wrong_fault.FAULTY_LINE,
)


REPAIRED = "pixel (y, x) of image i lands at [i, y, x, 0]"


@FIND_THE_FAULT.test(REPAIRED, points=1.0)
def test_0_3_every_pixel_in_its_place(student, rng):
    # The first stack can be followed by eye: each number says where its pixel belongs.
    image, row, column = np.meshgrid(*map(np.arange, (4, 2, 3)), indexing="ij")
    _expect_in_place(
        student,
        np.moveaxis(100 * (image + 1) + 10 * row + column, 0, -1).astype("float32"),
        "; pixel (y, x) of image i holds 100·(i + 1) + 10·y + x",
    )
    n = int(rng.integers(3, 8))
    for given in ((5, 9, n), (28, 28, n)):
        _expect_in_place(student, rng.random(given).astype("float32"))


def _expect_in_place(student, stack: np.ndarray, filling: str = "") -> None:
    height, width, n = stack.shape
    what = f"to_nhwc of a stack of shape {stack.shape}: {n} images of {height} × {width} pixels"
    what += filling
    images, wanted = student.call("to_nhwc", stack, tensors=False), _to_nhwc(stack)
    value = expect.array(images, np.shape(images) or wanted.shape, what)
    cause = axis_cause(value.shape, wanted.shape)
    expect.that(value.shape == wanted.shape, what, str(wanted.shape), str(value.shape), cause)
    expect.close(value, wanted, what)


@FIND_THE_FAULT.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_0_3_line(student, rng):
    expect.line(
        student.value("faulty_line_0_3"),
        4,
        "faulty_line_0_3",
        "the line after which a pixel is no longer where it belongs",
        "Follow one pixel through the lines, by its value rather than by the shapes.",
    )
