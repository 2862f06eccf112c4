"""Lesson 0, Brush and pixels: bytes to floats, the least a grey pixel costs, axes in order.

Images go in as NumPy arrays, because that is what the lesson's data are; answers may come
back as arrays or tensors.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_0 import wrong_floor, wrong_pixels
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import bce_floor

PIXELS = 28 * 28

# What a black or white pixel may cost in total, per image: a logarithm kept finite by 1e-6
# or less stays below it, a coarser one does not.
NEGLIGIBLE_NATS = 0.02


# --- 0.1 -------------------------------------------------------------------------------


def _prepare_images(images):
    """Reference: bytes `(n, 28, 28)` or `(n, 28, 28, 1)` to float32 `(n, 28, 28, 1)` in [0, 1]."""
    return (np.asarray(images, "float32") / 255).reshape(-1, 28, 28, 1)


PREPARE_IMAGES = Exercise(
    id="0.1",
    title="Bytes to float32, one channel",
    answers=("prepare_images",),
    minutes=10,
    hints=(
        "“I have whole numbers up to some largest one, and I want fractions of full ink.” What is "
        "the largest number a byte can hold? Dividing by it turns that one into 1. And count the "
        "axes: how many do you have, how many are asked for?",
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
    misconceptions=wrong_pixels.PREPARE_IMAGES,
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
            _axis_cause(shape, wanted),
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
    """Random images of which each holds 0 and the highest byte somewhere."""
    images = rng.integers(0, highest + 1, shape)
    for image in images.reshape(shape[0], -1):
        image[rng.choice(PIXELS, 2, replace=False)] = 0, highest
    return images.astype("uint8")


def _expect_own_bytes(ink, images: np.ndarray) -> None:
    """Check that a pixel's number hangs on its byte, whatever the scale."""
    ink = expect.array(ink, np.shape(ink), "the pixels of prepare_images")
    expect.that(
        all(map(_is_of_its_byte, ink.reshape(len(images), -1), images.reshape(len(images), -1))),
        "the pixels of prepare_images where the bytes are the same, and for the bytes 0 and "
        f"{images.max()}",
        "the same number for the same byte, another for another",
        "numbers that do not follow the bytes",
    )


def _is_of_its_byte(ink: np.ndarray, levels: np.ndarray) -> bool:
    order = np.argsort(levels, kind="stable")
    ink, levels = ink[order].astype(np.float64), levels[order]
    same_byte = levels[1:] == levels[:-1]
    repeats = np.allclose(ink[1:][same_byte], ink[:-1][same_byte])
    return bool(repeats and not np.isclose(ink[0], ink[-1]))


def _pixels(answer, shape: tuple[int, ...], checked: str) -> np.ndarray:
    """The answer's numbers in `shape`: a missing axis is another test's concern."""
    value = expect.array(answer, np.shape(answer) or shape, checked)
    if value.size != np.prod(shape):
        expect.array(value, shape, checked)
    return value.reshape(shape)


def _axis_cause(shape: tuple[int, ...], wanted: tuple[int, ...]) -> str | None:
    if len(shape) == len(wanted) - 1:
        return "The channel axis is missing: one channel is still an axis, of length 1."
    if len(shape) == len(wanted) + 1:
        return "An axis was added although there was a channel axis already."
    if sorted(shape) == sorted(wanted):
        return "The axes are in another order: images first, then height, width, channel."
    return None


# --- 0.2 -------------------------------------------------------------------------------

BCE_FLOOR = Exercise(
    id="0.2",
    title="The least that grey pixels cost",
    answers=("bce_floor",),
    minutes=15,
    hints=(
        "“What does a pixel x still cost when the prediction is as good as it gets?” The best "
        "prediction is p = x. Put that into the cross-entropy. Then mind the pixels that are "
        "exactly 0 or 1: what should they cost, and what does the computer say?",
        "Each pixel: H(x) = −x·log x − (1 − x)·log(1 − x), natural logarithm, and H(0) = H(1) = 0. "
        "Sum over height, width and channel, not over the images: the result is `(n,)`.",
        "Where a pixel is 0 or 1, put a harmless number such as 0.5 in its place before taking "
        "logarithms (`safe = np.where(inside, x, 0.5)`), compute H(safe), and let "
        "`np.where(inside, H, 0)` cost nothing there. Then `.reshape(n, -1).sum(axis=1)`.",
    ),
    reference={"bce_floor": bce_floor},
    alternative="""\
# tf.math.xlogy(a, b) is a·log b, and by definition 0 where a is 0: no masking needed.
def bce_floor(images):
    x = tf.convert_to_tensor(images)
    entropy = -tf.math.xlogy(x, x) - tf.math.xlogy(1 - x, 1 - x)
    return tf.reduce_sum(entropy, axis=[1, 2, 3])
""",
    misconceptions=wrong_floor.BCE_FLOOR,
)


@BCE_FLOOR.test("a grey pixel costs its binary entropy, in nats", points=1.0)
def test_0_2_grey_costs_its_entropy(student, rng):
    grey = float(rng.uniform(0.1, 0.4))
    levels = np.array([0.5, grey, 1 - grey], "float32")
    images = np.broadcast_to(levels[:, None, None, None], (3, 28, 28, 1)).copy()
    what = f"bce_floor of three images of {PIXELS} equal pixels: 0.5, {grey:.3f} and {1 - grey:.3f}"
    expect.close(_floors(student, images, what), bce_floor(images), what, atol=NEGLIGIBLE_NATS)


@BCE_FLOOR.test("black and white pixels cost nothing", points=0.5)
def test_0_2_black_and_white_cost_nothing(student, rng):
    images = rng.integers(0, 2, (6, 28, 28, 1)).astype("float32")
    images[0], images[1] = 0.0, 1.0
    grey = rng.choice(np.arange(40, PIXELS), 2, replace=False)  # pixels of 0.5 in the last two
    for image, count in zip(images[4:].reshape(2, -1), grey, strict=True):
        image[rng.choice(PIXELS, count, replace=False)] = 0.5
    order = rng.permutation(6)
    what = "bce_floor of four images that hold only 0 and 1"
    floors = expect.array(_floors(student, images[order], what), (6,), what)[np.argsort(order)]
    floors, of_grey = floors[:4], floors[4:]
    worst = float(np.abs(floors).max())
    expect.that(
        worst <= NEGLIGIBLE_NATS,
        what,
        f"0 for each image (up to {NEGLIGIBLE_NATS} nats)",
        floors,
        f"A pixel of 0 or 1 still costs about {worst / PIXELS:.2g} nats here. If a small number "
        "keeps the logarithm finite, it is too large.",
    )
    expect.close(
        of_grey[0] * grey[1],
        of_grey[1] * grey[0],
        f"bce_floor of an image with {grey[0]} pixels of 0.5 beside one with {grey[1]} of them",
        rtol=0.005,
        atol=0.0,
    )
    expect.that(
        bool(np.all(np.abs(of_grey) > NEGLIGIBLE_NATS)),
        "bce_floor of images with many pixels of 0.5",
        "other than 0",
        of_grey,
    )


@BCE_FLOOR.test("every image gets its own sum, ink and paper included", points=1.0)
def test_0_2_each_image_has_its_own_sum(student, rng):
    n = int(rng.integers(4, 9))
    grey = rng.integers(1, 255, (n, 28, 28, 1)) / 255
    plain = rng.integers(0, 2, grey.shape)
    share = rng.uniform(0.1, 0.9, (n, 1, 1, 1))
    images = np.where(rng.random(grey.shape) < share, grey, plain).astype("float32")
    what = f"bce_floor of {n} images of black, white and grey pixels"
    expect.close(_floors(student, images, what), bce_floor(images), what, atol=NEGLIGIBLE_NATS)


def _floors(student, images: np.ndarray, checked: str):
    """The learner's floors; NaN and infinity are explained, since real images always hold 0."""
    # A right answer may mask 0·log 0 after computing it. NumPy would then warn on stderr,
    # and nbgrader gives a check cell with anything there no points.
    with np.errstate(divide="ignore", invalid="ignore"):
        floors = student.call("bce_floor", images, tensors=False)
    if isinstance(floors, (np.ndarray, float)) and not np.all(np.isfinite(floors)):
        raise expect.Mismatch(
            checked,
            "finite numbers",
            "NaN or infinity",
            "log 0 is −∞, and 0 · (−∞) is NaN to a computer, although x·log x tends to 0. One such "
            "pixel spoils the sum of its whole image: pixels of exactly 0 or 1 need care.",
        )
    return floors


# --- 0.3 -------------------------------------------------------------------------------


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
        "before, where after?",
        "`reshape` never changes the order of the numbers in memory, it only cuts the row of them "
        "differently. To bring an axis to another place, numbers must change places: "
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
    misconceptions=wrong_pixels.TO_NHWC + wrong_pixels.FAULTY_LINE,
)


@FIND_THE_FAULT.test("pixel (y, x) of image i lands at [i, y, x, 0]", points=1.0)
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
    cause = _axis_cause(value.shape, wanted.shape)
    expect.that(value.shape == wanted.shape, what, str(wanted.shape), str(value.shape), cause)
    expect.close(value, wanted, what)


@FIND_THE_FAULT.test("the faulty line is named", points=0.5)
def test_0_3_line(student, rng):
    expect.line(
        student.value("faulty_line_0_3"),
        4,
        "faulty_line_0_3",
        "the line after which a pixel is no longer where it belongs",
        "Follow one pixel through the lines, by its value rather than by the shapes.",
    )
