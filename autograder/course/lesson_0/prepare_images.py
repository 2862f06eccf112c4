"""Exercise 0.1, bytes to float32 with one channel."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_0 import wrong_prepare_images
from autograder.course.lesson_0.image_axes import PIXELS, axis_cause
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


def _prepare_images(images):
    """Reference: bytes `(n, 28, 28)` or `(n, 28, 28, 1)` to float32 `(n, 28, 28, 1)` in [0, 1]."""
    return (np.asarray(images, "float32") / 255).reshape(-1, 28, 28, 1)


PREPARE_IMAGES = Exercise(
    id="0.1",
    title="Bytes to float32, one channel",
    answers=("prepare_images",),
    minutes=10,
    hints=(
        "“I have whole numbers up to some maximum, and I want fractions of full ink.” What is the "
        "largest number a byte can hold? Dividing by it turns that one into 1. Then count the "
        "axes: how many do you have, and how many are asked for?",
        "ink = byte / 255, computed in float32. The shape `(n, 28, 28, 1)` has the channel axis "
        "last; `reshape(-1, 28, 28, 1)` gives it whether or not the axis was already there.",
        'Two lines: `ink = np.asarray(images, "float32") / <the largest byte>`, then return '
        "`ink.reshape(<how many images>, 28, 28, 1)`, where -1 lets NumPy count the images.",
    ),
    reference={"prepare_images": _prepare_images},
    alternative="""\
# With TensorFlow instead of NumPy, and an axis added only where it is missing.
def prepare_images(images):
    if len(images.shape) == 3:
        images = images[..., None]
    return tf.cast(images, tf.float32) / 255.0
""",
    misconceptions=wrong_prepare_images.PREPARE_IMAGES,
)


@PREPARE_IMAGES.test("byte 0 becomes 0, byte 255 becomes 1, the rest in proportion", points=0.5)
def test_0_1_bytes_become_fractions(student, rng):
    levels = np.array([0, 51, 204, 255, *rng.integers(1, 255, 2)])
    images = np.broadcast_to(levels[:, None, None, None], (6, 28, 28, 1)).astype("uint8")
    what = f"one pixel of each of six images, filled with the bytes {levels.tolist()}"
    ink = _pixels(student.call("prepare_images", images, tensors=False), images.shape, what)
    expect.close(ink[:, 0, 0, 0], levels / 255, what)
    expect.close(ink, images / 255, f"all pixels of images filled with {levels.tolist()}")


@PREPARE_IMAGES.test("a faint batch stays faint: the scale is the same for every batch", points=0.5)
def test_0_1_faint_batch_stays_faint(student, rng):
    images = rng.integers(20, 121, (4, 28, 28, 1)).astype("uint8")
    what = "four images with bytes from 20 to 120"
    ink = _pixels(student.call("prepare_images", images, tensors=False), images.shape, what)
    expect.close(ink, images / 255, what)


@PREPARE_IMAGES.test(
    "the shape is (n, 28, 28, 1), whether or not there was a channel axis", points=0.5
)
def test_0_1_shape_is_nhwc(student, rng):
    n = int(rng.integers(2, 7))
    for given in ((n, 28, 28), (n, 28, 28, 1), (1, 28, 28)):
        images = _bytes(rng, given, 255)
        ink = student.call("prepare_images", images, tensors=False)
        shape = np.shape(ink)
        wanted = (given[0], 28, 28, 1)
        expect.that(
            shape == wanted,
            f"the shape of prepare_images for images of shape {given}",
            str(wanted),
            str(shape),
            axis_cause(shape, wanted),
        )
        _expect_own_bytes(ink, images)


@PREPARE_IMAGES.test("the numbers are float32", points=0.5)
def test_0_1_dtype_is_float32(student, rng):
    what = "the dtype of what prepare_images returns for uint8 images"
    # No byte of 255 at first: an answer scaled by the batch's maximum must not look like this
    # one. With one, full ink and none differ even where whole numbers were divided.
    for highest in (249, 255):
        images = _bytes(rng, (2, 28, 28), highest)
        ink = _pixels(student.call("prepare_images", images, tensors=False), (2, 28, 28, 1), what)
        expect.dtype(ink, "float32", what)
    _expect_own_bytes(ink, images)


def _bytes(rng, shape: tuple[int, ...], highest: int) -> np.ndarray:
    """Random images, each of which holds 0 and the highest byte somewhere."""
    images = rng.integers(0, highest + 1, shape)
    for image in images.reshape(shape[0], -1):
        image[rng.choice(PIXELS, 2, replace=False)] = 0, highest
    return images.astype("uint8")


def _expect_own_bytes(ink, images: np.ndarray) -> None:
    """Check that a pixel's number depends only on its byte, whatever the scale."""
    ink = expect.array(ink, np.shape(ink), "the pixels of prepare_images")
    expect.that(
        all(map(_is_of_its_byte, ink.reshape(len(images), -1), images.reshape(len(images), -1))),
        "the pixels of prepare_images where the bytes are the same, and for the bytes 0 and "
        f"{images.max()}",
        "the same number for the same byte, and different numbers for different bytes",
        "numbers that do not follow the bytes",
    )


def _is_of_its_byte(ink: np.ndarray, levels: np.ndarray) -> bool:
    order = np.argsort(levels, kind="stable")
    ink, levels = ink[order].astype(np.float64), levels[order]
    same_byte = levels[1:] == levels[:-1]
    repeats = np.allclose(ink[1:][same_byte], ink[:-1][same_byte])
    return bool(repeats and not np.isclose(ink[0], ink[-1]))


def _pixels(answer, shape: tuple[int, ...], checked: str) -> np.ndarray:
    """The answer's numbers in `shape`: another test looks at missing axes."""
    value = expect.array(answer, np.shape(answer) or shape, checked)
    if value.size != np.prod(shape):
        expect.array(value, shape, checked)
    return value.reshape(shape)
