"""Lesson 5, second half: the map of the latent space, nearest images and class means.

Nothing here is statistical: every expected value is known exactly, and the tolerances
cover float32 rounding only. The named wrong answers are in `wrong_maps`.
"""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise
from autograder.exercises import wrong_maps
from bvae_ref import interpolation

# --- 5.3 -------------------------------------------------------------------------------

MAPS = Exercise(
    id="5.3",
    title="A map of the latent space, and one street of it",
    answers=("latent_grid_codes", "traversal_codes"),
    minutes=20,
    hints=(
        "“A picture's row 0 is at the top. What is the second latent up there?” As large as it "
        "gets: on a map, up is more. And for the traversal: copy first, then change one column.",
        "axis = np.linspace(−extent, extent, steps). Entry [row, column] is "
        "(axis[column], axis[steps − 1 − row]). Traversal: `(len(values), latent)`, all rows equal "
        "to `code`, then column `dimension` set to `values`.",
        "`x, y = np.meshgrid(axis, axis[::-1])`, then `np.stack([x, y], axis=-1)`. "
        "`codes = np.tile(code, (len(values), 1))`, then `codes[:, dimension] = values`.",
    ),
    reference={
        "latent_grid_codes": interpolation.latent_grid_codes,
        "traversal_codes": interpolation.traversal_codes,
    },
    misconceptions=wrong_maps.GRID + wrong_maps.TRAVERSAL,
    alternative="""\
# The same with loops and lists: slower, and just as right.
def latent_grid_codes(steps, extent):
    axis = np.linspace(-extent, extent, steps)
    return np.array([[(x, y) for x in axis] for y in reversed(axis)])


def traversal_codes(code, dimension, values):
    rows = []
    for value in values:
        row = list(code)  # a fresh copy each time: the code itself stays as it was
        row[dimension] = value
        rows.append(row)
    return np.array(rows)
""",
)


@MAPS.test("the corners of the map: first latent to the right, second upwards", points=1.0)
def test_5_3_corners(student, rng):
    steps, extent = int(rng.integers(3, 8)), float(rng.uniform(1.0, 3.0))
    codes = student.call("latent_grid_codes", steps, extent)
    what = f"latent_grid_codes(steps={steps}, extent={extent:.2f})"
    codes = expect.array(codes, (steps, steps, 2), what)
    for place, words, wanted in (
        ((0, 0), "top left", (-extent, extent)),
        ((0, -1), "top right", (extent, extent)),
        ((-1, 0), "bottom left", (-extent, -extent)),
        ((-1, -1), "bottom right", (extent, -extent)),
    ):
        expect.close(codes[place], wanted, f"the {words} code of {what}")


@MAPS.test("the whole map is evenly spaced", points=0.5)
def test_5_3_even_grid(student, rng):
    steps, extent = int(rng.integers(5, 9)), float(rng.uniform(1.0, 3.0))
    codes = student.call("latent_grid_codes", steps, extent)
    wanted = interpolation.latent_grid_codes(steps, extent)
    expect.close(codes, wanted, f"latent_grid_codes(steps={steps}, extent={extent:.2f})")


@MAPS.test("a traversal sets one latent and keeps the others", points=1.0)
def test_5_3_traversal(student, rng):
    for latent in (2, int(rng.integers(4, 7))):
        code, dimension, values = _traversal_case(rng, latent)
        codes = student.call("traversal_codes", code, dimension, values, tensors=False)
        expect.close(
            codes,
            interpolation.traversal_codes(code, dimension, values),
            f"traversal_codes of a code {code.shape}, dimension {dimension}, {len(values)} values",
        )


@MAPS.test("a traversal leaves the code that it was given unchanged", points=0.5)
def test_5_3_leaves_the_code(student, rng):
    code, dimension, values = _traversal_case(rng, 3)
    before = code.copy()
    facts = student.probe("lesson_5.traversal_aftermath", code.copy(), dimension, values)
    expect.array(facts["codes"], (len(values), 3), "traversal_codes")
    expect.that(
        bool(np.array_equal(facts["code"], before)),
        "the code after traversal_codes(code, …)",
        "the code as it was",
        "a code with another value in it",
        "Writing into `code`, or into rows that are all the same array, changes the original.",
    )


def _traversal_case(rng, latent: int):
    code = rng.uniform(3, 4, latent).astype("float32")
    values = np.linspace(-2, 2, int(rng.integers(7, 10))).astype("float32")
    return code, int(rng.integers(0, latent)), values


# --- 5.4 -------------------------------------------------------------------------------

NEAREST = Exercise(
    id="5.4",
    title="Is a morph new? The nearest training image",
    answers=("nearest_training_image",),
    minutes=10,
    hints=(
        "“How far apart are two images?” As far as two points in 784 dimensions: subtract pixel by "
        "pixel, square, add up, take the root.",
        "difference = gallery − image, `(n, 28, 28, 1)`; each distance is the root of the sum of "
        "squares over axes (1, 2, 3), `(n,)`; then the index of the least, and its value.",
        "`distances = np.sqrt(np.sum((gallery - image) ** 2, axis=(1, 2, 3)))`, "
        "`index = np.argmin(distances)`, return `index, distances[index]`.",
    ),
    reference={"nearest_training_image": interpolation.nearest_images},
    misconceptions=wrong_maps.NEAREST,
    alternative="""\
# A norm over flattened images; tf.argmin would do as well as NumPy's.
def nearest_training_image(image, gallery):
    flat = gallery.reshape(len(gallery), -1)
    distances = np.linalg.norm(flat - image.reshape(1, -1), axis=1)
    return int(distances.argmin()), float(distances.min())
""",
)


def _gallery_case(rng):
    """A gallery of 30 where other ideas of "near" find another image, and the right index.

    One image differs a little everywhere (a sum of squares of 3.8 at most), another much
    in 20 pixels (less in absolute sum, more in squares: 5); the rest are far, and one is
    bright, which an inner product prefers.
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


@NEAREST.test("it finds the image at the least Euclidean distance", points=1.0)
def test_5_4_index(student, rng):
    for _ in range(3):
        image, gallery, right = _gallery_case(rng)
        index, _ = _index_and_distance(student, image, gallery)
        expect.equal(index, right, "the index of the nearest of 30 images")


@NEAREST.test("the distance is √Σ(difference²) over the pixels", points=0.5)
def test_5_4_distance(student, rng):
    for _ in range(2):
        image, gallery, right = _gallery_case(rng)
        _, distance = _index_and_distance(student, image, gallery)
        wanted = np.sqrt(np.sum((gallery[right].astype("float64") - image) ** 2))
        expect.close(distance, wanted, "the distance to the nearest image", rtol=5e-3)


@NEAREST.test("an image that is in the gallery is at distance 0 from itself", points=0.5)
def test_5_4_itself(student, rng):
    gallery = rng.uniform(0, 1, (12, 28, 28, 1)).astype("float32")
    for own in (int(number) for number in rng.choice(12, 4, replace=False)):
        index, distance = _index_and_distance(student, gallery[own].copy(), gallery)
        expect.equal(index, own, f"the index when the image is number {own} of the gallery")
        # ‖a‖² + ‖b‖² − 2a·b in float32 may leave a root of rounding: √(784 · 1e-7) at most.
        expect.close(distance, 0.0, "the distance of an image from itself", rtol=0, atol=0.03)


def _index_and_distance(student, image, gallery):
    pair = student.call("nearest_training_image", image, gallery, tensors=False)
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
        "The sum should leave one distance for each image: check its `axis`.",
    )
    return pair


# --- 5.5 -------------------------------------------------------------------------------


def _class_mean_codes(codes, labels, classes):
    """Reference: the mean code of every class."""
    return interpolation.class_means(codes, labels, classes)


CLASS_MEANS = Exercise(
    id="5.5",
    title="Find the fault: ten means on one line",
    answers=("faulty_line_5_5", "class_mean_codes"),
    minutes=10,
    hints=(
        "“All ten means have two equal coordinates. Which line could make one number out of two?” "
        "Feed it a class with the codes (0, 10) and (2, 10), whose mean you know.",
        "The mean of `own`, `(images of the class, latent)`, has to keep the latent axis: "
        "`(latent,)`. Which line averages, and over what?",
        "`.mean()` without an `axis` averages over images *and* latents, and NumPy spreads the one "
        "number over the whole row. Average over axis 0 only.",
    ),
    reference={"faulty_line_5_5": 5, "class_mean_codes": _class_mean_codes},
    misconceptions=wrong_maps.CLASS_MEANS,
    alternative="""\
# Without a loop: a one-hot matrix adds up each class, its column sums count them.
faulty_line_5_5 = 5


def class_mean_codes(codes, labels, classes):
    one_hot = np.eye(classes)[labels]  # (images, classes)
    return one_hot.T @ codes / one_hot.sum(axis=0)[:, None]
""",
)


@CLASS_MEANS.test("the faulty line is named", points=0.5)
def test_5_5_line(student, rng):
    expect.line(
        student.value("faulty_line_5_5"),
        5,
        "faulty_line_5_5",
        "the line where the two coordinates of a mean become one number",
        "Print the shape of what each line makes, for a class of 3 images and 2 latents.",
    )


@CLASS_MEANS.test("each class's mean, latent by latent, whatever the class sizes", points=1.0)
def test_5_5_repaired(student, rng):
    for latent in (2, int(rng.integers(3, 6))):
        classes = int(rng.integers(3, 6))
        labels = np.concatenate([np.arange(classes), rng.integers(0, classes, 25)])
        codes = rng.normal(2 * labels[:, None], 1.5, (len(labels), latent)).astype("float32")
        means = student.call("class_mean_codes", codes, labels, classes, tensors=False)
        expect.close(
            means,
            _class_mean_codes(codes, labels, classes),
            f"class_mean_codes of {len(labels)} codes with {latent} latents in {classes} classes",
        )
