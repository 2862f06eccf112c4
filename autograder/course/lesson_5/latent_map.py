"""Lesson 5, second half: the map of the latent space, nearest images and class means.

Nothing here is statistical: every expected value is known exactly, and the tolerances
cover float32 rounding only. The named wrong answers are in `wrong_maps` and
`wrong_means`.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_maps, wrong_means
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
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
    # Two decimals: short enough to read, and too many to have been met before.
    steps, extent = int(rng.integers(3, 6)), int(rng.integers(100, 400)) / 100
    codes = student.call("latent_grid_codes", steps, extent)
    what = f"latent_grid_codes(steps={steps}, extent={extent})"
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
    small = np.array(rng.permutation([3, 4]), "float32"), int(rng.integers(0, 2))
    small = (*small, np.array([-1, 0, 2], "float32"))
    cases = small, _traversal_case(rng, int(rng.integers(4, 7)))
    answers = [student.probe("lesson_5.traversal_aftermath", *case)["codes"] for case in cases]
    for (code, dimension, values), codes in zip(cases, answers, strict=True):
        what = (
            f"traversal_codes of a code {code.shape}, dimension {dimension}, {len(values)} values"
        )
        if len(code) == 2:
            what = f"traversal_codes({describe(code)}, {dimension}, {describe(values)})"
        expect.close(codes, interpolation.traversal_codes(code, dimension, values), what)


@MAPS.test("a traversal leaves the code that it was given unchanged", points=0.5)
def test_5_3_leaves_the_code(student, rng):
    code, dimension, values = _traversal_case(rng, 3)
    facts = student.probe("lesson_5.traversal_aftermath", code, dimension, values)
    expect.array(facts["codes"], (len(values), 3), "traversal_codes")
    expect.that(
        bool(np.array_equal(facts["code"], code)),
        f"the code {describe(code)} after traversal_codes(code, {dimension}, values)",
        "the code as it was",
        facts["code"],
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
    misconceptions=wrong_means.NEAREST,
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
    in 20 pixels (less in absolute sum, more in squares: 5); the rest are far (21 on average,
    standard deviation 0.9), and one is bright, which an inner product prefers.
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


@NEAREST.test("it finds the image at the least Euclidean distance", points=1.0)
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
        # ‖a‖² + ‖b‖² − 2a·b in float32 leaves rounding behind: 3e-5 for each sum near 260, and the
        # root of thirty of them is 0.03.
        expect.close(distance, 0.0, "the distance of an image from itself", rtol=0, atol=0.03)


def _pair_for(student, image, gallery):
    return student.call("nearest_training_image", image.copy(), gallery.copy(), tensors=False)


def _index_and_distance(pair, gallery):
    """The learner's two numbers, once they are two numbers and the first can be an index."""
    # Two numbers in one array or tensor are a pair as well.
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
        "The sum should leave one distance for each image: check its `axis`."
        if index > len(gallery)
        else None,
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
    misconceptions=wrong_means.LINES + wrong_means.CLASS_MEANS,
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
    cases = _small_classes(rng), *(_classes_case(rng, n) for n in (2, int(rng.integers(3, 6))))
    answers = [
        student.call("class_mean_codes", codes.copy(), labels.copy(), classes, tensors=False)
        for codes, labels, classes in cases
    ]
    for (codes, labels, classes), means in zip(cases, answers, strict=True):
        latent = codes.shape[1]
        what = f"class_mean_codes of {len(codes)} codes with {latent} latents in {classes} classes"
        if len(codes) == 4:
            rows = ", ".join(f"{describe(code)}" for code in codes)
            what = f"class_mean_codes of the codes {rows} with the labels {describe(labels)}"
        expect.close(means, _class_mean_codes(codes, labels, classes), what)


def _small_classes(rng):
    """Four codes of whole numbers in two classes, three of them in the first."""
    first = rng.integers(1, 5, 2) * 3 + np.array([0, 20])
    spread = np.array([[0, 0], [0, 6], [3, 0]]) * rng.choice([1, 2])
    codes = np.vstack([first + spread, rng.integers(6, 10, 2) + np.array([30, 0])])
    order = rng.permutation(4)
    return codes[order].astype("float32"), np.array([0, 0, 0, 1])[order], 2


def _classes_case(rng, latent: int):
    classes = int(rng.integers(3, 6))
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, 25)])
    codes = rng.normal(2 * labels[:, None], 1.5, (len(labels), latent)).astype("float32")
    return codes, labels, classes
