"""Exercise 2.4, which dimensions are active."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_active
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference

ACTIVE = Exercise(
    id="2.4",
    title="Which dimensions are active",
    answers=("active_dimensions",),
    minutes=5,
    hints=(
        "“How would I notice that a dimension says nothing?” Its mean would be the same for every "
        "image.",
        "Take the variance of μ over the images (axis 0) and compare it with the threshold: "
        "`(images, latent)` becomes `(latent,)`, holding True and False.",
        "`spread = tf.math.<one of the reductions>(mean, axis=<the images>)`, then one comparison "
        "for all dimensions at once: `spread <compared with> threshold` is a mask already. A loop "
        "or an `if` is not needed.",
    ),
    reference={"active_dimensions": reference.active_dimensions},
    misconceptions=wrong_active.ACTIVE,
    alternative="""def active_dimensions(mean, threshold):
    # The variance spelled out: the mean square of what is left once each dimension's own
    # average over the images is taken away.
    centred = mean - tf.reduce_mean(mean, axis=0, keepdims=True)
    return tf.reduce_mean(tf.square(centred), axis=0) > threshold""",
)


@ACTIVE.test("a mean that varies is active; one that hardly moves is not", points=0.5)
def test_2_4_still_dimensions_are_inactive(student, rng):
    few = rng.permuted(np.float32([[2, 3, -1], [2, 3, 1]]), axis=1)
    mask = student.call("active_dimensions", few, 0.01)
    checked = f"active_dimensions of two images with μ = {few.tolist()}, threshold 0.01"
    _check_mask(mask, few.var(axis=0), 0.01, checked)
    active = rng.choice([1.0, 0.5], int(rng.integers(5, 12)))
    variances = rng.permutation(np.append(active, np.zeros(16 - len(active))))
    mean = _means(rng, variances)
    mask = student.call("active_dimensions", mean, 0.01)
    checked = f"active_dimensions of {len(mean)} images with variances 0, 0.5 and 1, threshold 0.01"
    _check_mask(mask, variances, 0.01, checked)
    # The variance of zeros is exactly 0, however it is computed.
    still = np.float32([[0, 2, 0], [0, -1, 0]])[:, rng.permutation(3)]
    mask = student.call("active_dimensions", still, 0.0)
    checked = f"active_dimensions of two images with μ = {still.tolist()}, threshold 0"
    _check_mask(mask, still.var(axis=0), 0.0, checked)
    # What hardly moves is not 0, but even its standard deviation is below the threshold.
    variances = rng.permutation([0.0, 0.01, 0.01, 0.5, 1.0, 1.0])
    mask = student.call("active_dimensions", _means(rng, variances), 0.3)
    checked = f"active_dimensions of images with variances {variances.tolist()}, threshold 0.3"
    _check_mask(mask, variances, 0.3, checked)


@ACTIVE.test("the variance of the mean is compared with the threshold given", points=1.0)
def test_2_4_threshold(student, rng):
    variances = rng.permutation([2.5e-5, 4e-4, 0.005, 0.02, 0.1, 0.4, 3.0] * 3)
    mean = _means(rng, variances)
    # Between each threshold and its neighbours lies a factor of 1.5 or more; standard deviations
    # and ranges fall on other sides of 0.2 and 2 than the variances do. None reaches 20.
    thresholds = (0.2, 2.0, 20.0)
    masks = [student.call("active_dimensions", mean, threshold) for threshold in thresholds]
    for mask, threshold in zip(masks, thresholds, strict=True):
        what = f"active_dimensions of {len(mean)} images with variances from 0.000025 to 3"
        _check_mask(mask, variances, threshold, f"{what}, threshold {threshold}")


def _means(rng, variances):
    """Columns with exactly these variances over the images, around averages near 0 and far off."""
    noise = rng.standard_normal((int(rng.integers(40, 60)), len(variances)))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0)
    offsets = rng.permutation(np.resize([0.15, -0.15, 1.5, -2.0, 2.5, -3.0], len(variances)))
    return (offsets + noise * np.sqrt(variances)).astype("float32")


def _check_mask(answer, variances, threshold: float, checked: str):
    mask = expect.array(answer, (len(variances),), checked)
    expect.that(
        mask.dtype == bool,
        checked,
        "True or False for each dimension",
        mask,
        "A mask holds truth values: the result of a comparison, unchanged.",
    )
    wanted = variances > threshold
    if len(wanted) <= 6:
        expect.that(bool(np.all(mask == wanted)), checked, str(wanted.tolist()), str(mask.tolist()))
    wrong = np.flatnonzero(mask != wanted)
    first = int(wrong[0]) if len(wrong) else 0
    expect.that(
        not len(wrong),
        checked,
        f"{wanted[first]} for dimension {first}, whose mean has the variance {variances[first]:g}",
        f"{mask[first]} there ({len(wrong)} of {len(mask)} entries differ)",
    )
