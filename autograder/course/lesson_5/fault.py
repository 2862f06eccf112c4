"""Exercise 5.5, find the fault: ten means on one line."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_fault
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
from bvae_ref import interpolation


def _class_mean_codes(codes, labels, classes):
    """Reference: the mean code of every class."""
    return interpolation.class_means(codes, labels, classes)


CLASS_MEANS = Exercise(
    id="5.5",
    title="Find the fault: ten means on one line",
    answers=("faulty_line_5_5", "class_mean_codes"),
    minutes=7,
    hints=(
        "“All ten means have two equal coordinates. Which line could turn two numbers into one?” "
        "Feed in a class with the codes (0, 10) and (2, 10), whose mean you know.",
        "The mean of `own`, `(images of the class, latent)`, must keep the latent axis: "
        "`(latent,)`. Which line averages, and over what?",
        "`.mean()` without an `axis` averages over images *and* latents, and NumPy copies that "
        "one number into the whole row. Average over axis 0 only.",
    ),
    reference={"faulty_line_5_5": 5, "class_mean_codes": _class_mean_codes},
    misconceptions=wrong_fault.LINES + wrong_fault.CLASS_MEANS,
    alternative="""\
# Without a loop: a one-hot matrix sums up each class, and its column sums count the images.
faulty_line_5_5 = 5


def class_mean_codes(codes, labels, classes):
    one_hot = np.eye(classes)[labels]  # (images, classes)
    return one_hot.T @ codes / one_hot.sum(axis=0)[:, None]
""",
)


REPAIRED = "each class's mean, latent by latent, whatever the class sizes"


@CLASS_MEANS.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_5_5_line(student, rng):
    expect.line(
        student.value("faulty_line_5_5"),
        5,
        "faulty_line_5_5",
        "the line where the two coordinates of a mean become one number",
        "Print the shape of each line's result, for a class of 3 images and 2 latents.",
    )


@CLASS_MEANS.test(REPAIRED, points=1.0)
def test_5_5_repaired(student, rng):
    cases = _small_classes(rng), *(_classes_case(rng, n) for n in (2, int(rng.integers(3, 6)), 1))
    answers = [
        student.call("class_mean_codes", codes.copy(), labels.copy(), classes, tensors=False)
        for codes, labels, classes in cases
    ]
    for (codes, labels, classes), means in zip(cases, answers, strict=True):
        what = (
            f"class_mean_codes of {len(codes)} codes in {classes} classes, of shape {codes.shape}"
        )
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
