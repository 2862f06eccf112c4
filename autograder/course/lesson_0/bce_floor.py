"""Exercise 0.2, the least that grey pixels cost."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_0 import wrong_bce_floor
from autograder.course.lesson_0.image_axes import PIXELS
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import bce_floor

# What a black or white pixel may cost in total, per image: a logarithm kept finite by 1e-6
# or less stays below it, a coarser one does not.
NEGLIGIBLE_NATS = 0.02

BCE_FLOOR = Exercise(
    id="0.2",
    title="The least that grey pixels cost",
    answers=("bce_floor",),
    minutes=15,
    hints=(
        "“What does a pixel x still cost when the prediction is as good as it gets?” The best "
        "prediction is p = x. Put that into the cross-entropy. Then look at the pixels that are "
        "exactly 0 or 1: what should they cost, and what does the computer give?",
        "Each pixel: H(x) = −x·log x − (1 − x)·log(1 − x), natural logarithm, and H(0) = H(1) = 0. "
        "Sum over height, width and channel, not over the images: the result is `(n,)`.",
        "Where a pixel is 0 or 1, replace it by a harmless number such as 0.5 before taking "
        "logarithms (`safe = np.where(inside, x, 0.5)`), compute H(safe), and let "
        "`np.where(inside, H, 0)` set the cost there to 0. Then `.reshape(n, -1).sum(axis=1)`.",
    ),
    reference={"bce_floor": bce_floor},
    alternative="""\
# tf.math.xlogy(a, b) is a·log b, and by definition 0 where a is 0: no masking needed.
def bce_floor(images):
    x = tf.convert_to_tensor(images)
    entropy = -tf.math.xlogy(x, x) - tf.math.xlogy(1 - x, 1 - x)
    return tf.reduce_sum(entropy, axis=[1, 2, 3])
""",
    misconceptions=wrong_bce_floor.BCE_FLOOR,
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
        f"bce_floor of an image with {grey[0]} pixels of 0.5, compared with one with {grey[1]} of "
        "them",
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
    what = "bce_floor of a single image, in an array of shape (1, 28, 28, 1)"
    floor = _floors(student, images[:1], what)
    expect.close(floor, bce_floor(images[:1]), what, atol=NEGLIGIBLE_NATS)


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
            "log 0 is −∞, and 0 · (−∞) is NaN to a computer, although x·log x tends to 0. One "
            "such pixel spoils the sum for its whole image: pixels of exactly 0 or 1 need special "
            "care.",
        )
    return floors
