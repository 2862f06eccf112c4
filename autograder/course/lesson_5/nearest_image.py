"""Exercise 5.4, whether a morph is new: the nearest training image."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_nearest_image
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref import interpolation

NEAREST = Exercise(
    id="5.4",
    title="Is a morph new? The nearest training image",
    answers=("nearest_training_image",),
    minutes=8,
    hints=(
        "“How far apart are two images?” As far as two points in 784 dimensions: subtract pixel "
        "by pixel, square, sum, take the root.",
        "difference = gallery − image, `(n, 28, 28, 1)`; each distance is the root of the sum of "
        "squares over axes (1, 2, 3), `(n,)`; then the index of the smallest, and its value.",
        "`squares = <the squared differences, summed for each image of the gallery>`; NumPy's "
        "broadcasting needs no loop for it. `index = <where the smallest stands>`; "
        "`return index, <the root of that one number>`.",
    ),
    reference={"nearest_training_image": interpolation.nearest_images},
    misconceptions=wrong_nearest_image.NEAREST,
    alternative="""\
# A norm over flattened images; tf.argmin would work as well as NumPy's.
def nearest_training_image(image, gallery):
    flat = gallery.reshape(len(gallery), -1)
    distances = np.linalg.norm(flat - image.reshape(1, -1), axis=1)
    return int(distances.argmin()), float(distances.min())
""",
)


def _gallery_case(rng):
    """A gallery of 30 in which other notions of "near" find another image, and the right index.

    One image differs a little everywhere (a sum of squares of 3.8 at most), another much
    in 20 pixels (less in absolute sum, more in squares: 5); the rest are far (21 on average,
    standard deviation 0.9), and one is bright, so an inner product prefers it.
    """
    gallery = rng.uniform(0.3, 0.7, (30, 28, 28, 1))
    image = rng.uniform(0.3, 0.7, (28, 28, 1))
    right, spotted, bright = rng.choice(30, 3, replace=False)
    gallery[right] = image + rng.uniform(0.03, 0.07) * rng.choice([-1, 1], image.shape)
    spots = np.zeros(784)
    spots[rng.choice(784, 20, replace=False)] = 0.5
    gallery[spotted] = image + spots.reshape(image.shape) * np.where(image < 0.5, 1, -1)
    gallery[bright] = 1.0
    return image.astype("float32"), gallery.astype("float32"), int(right)


def _small_gallery(rng):
    """An image and a gallery of three whose distances can be worked out by hand.

    The image has 8 pixels of ink. One image has 4 of them a little lighter (distance 0.5), one
    has a single one much lighter (0.75), and one has its ink elsewhere (4, though signed
    differences cancel).
    """
    spots = rng.choice(784, 16, replace=False)
    image, lighter, faded, elsewhere = np.zeros((4, 784))
    for one in (image, lighter, faded):
        one[spots[:8]] = 1
    lighter[spots[:4]], faded[spots[0]], elsewhere[spots[8:]] = 0.75, 0.25, 1
    order = rng.permutation(3)
    gallery = np.stack([lighter, faded, elsewhere])[order]
    words = ("4 of them at 0.75", "one of them at 0.25", "none of them, but 8 others")
    listed = "; ".join(f"number {place} has {words[kind]}" for place, kind in enumerate(order))
    image, gallery = (array.reshape(-1, 28, 28, 1).astype("float32") for array in (image, gallery))
    return image[0], gallery, int(np.argmin(order)), f"the image has 8 pixels at 1; {listed}"


@NEAREST.test("it finds the image at the smallest Euclidean distance", points=1.0)
def test_5_4_index(student, rng):
    image, gallery, right, words = _small_gallery(rng)
    cases = [(image, gallery, right, f"the index of the nearest of 3 images ({words})")]
    cases += [(*_gallery_case(rng), "the index of the nearest of 30 images") for _ in range(2)]
    answers = [_pair_for(student, image, gallery) for image, gallery, *_ in cases]
    for (_, gallery, right, what), answer in zip(cases, answers, strict=True):
        index, _ = _index_and_distance(answer, gallery)
        expect.equal(index, right, what)


@NEAREST.test("the distance is √Σ(difference²) over the pixels", points=0.5)
def test_5_4_distance(student, rng):
    image, gallery, right, words = _small_gallery(rng)
    cases = [(image, gallery, right, f"the distance to the nearest of 3 images ({words})")]
    cases += [(*_gallery_case(rng), "the distance to the nearest of 30 images") for _ in range(2)]
    answers = [_pair_for(student, image, gallery) for image, gallery, *_ in cases]
    for (image, gallery, right, what), answer in zip(cases, answers, strict=True):
        _, distance = _index_and_distance(answer, gallery)
        wanted = np.sqrt(np.sum((gallery[right].astype("float64") - image) ** 2))
        expect.close(distance, wanted, what, rtol=5e-3)


@NEAREST.test("an image that is in the gallery is at distance 0 from itself", points=0.5)
def test_5_4_itself(student, rng):
    gallery = rng.uniform(0, 1, (12, 28, 28, 1)).astype("float32")
    for own in (int(number) for number in rng.choice(12, 4, replace=False)):
        index, distance = _index_and_distance(_pair_for(student, gallery[own], gallery), gallery)
        expect.equal(index, own, f"the index when the image is number {own} of the gallery")
        # ‖a‖² + ‖b‖² − 2a·b in float32 leaves rounding errors: 3e-5 for each sum near 260, and the
        # root of thirty of them is 0.03.
        expect.close(distance, 0.0, "the distance of an image from itself", rtol=0, atol=0.03)


def _pair_for(student, image, gallery):
    return student.call("nearest_training_image", image.copy(), gallery.copy(), tensors=False)


def _index_and_distance(pair, gallery):
    """The learner's two numbers, after checking that there are two and the first is an index."""
    # Two numbers in one array or tensor count as a pair too.
    pair = list(pair) if isinstance(pair, np.ndarray) and pair.ndim == 1 else pair
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what nearest_training_image returns",
        "two numbers: (index, distance)",
        pair,
    )
    index = expect.array(pair[0], (), "the index that nearest_training_image returns")
    expect.that(
        bool(0 <= index < len(gallery)),
        "the index that nearest_training_image returns",
        f"one of the {len(gallery)} images: 0 to {len(gallery) - 1}",
        index,
        "The sum should leave one distance per image: check its `axis`."
        if index > len(gallery)
        else None,
    )
    return pair
