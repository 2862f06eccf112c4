"""Named wrong answers to exercise 5.4, nearest images, with the words that name them.

Each mistake replaces parts of an otherwise right sketch, so any two that replace
different parts can be made at once.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _same(values):
    return values


def _difference(gallery, image):
    return gallery - image


def _sum_over_pixels(values):
    return np.sum(values, axis=(1, 2, 3))


def _nearest_training_image(
    compare=_difference,
    grow=np.square,
    total=_sum_over_pixels,
    shrink=np.sqrt,
    allowed=_same,
    choose=np.argmin,
    count_from=0,
    order=_same,
):
    def nearest_training_image(image, gallery):
        distances = allowed(shrink(total(grow(compare(gallery, image)))))
        index = int(choose(distances))
        return order((index + count_from, float(distances[index])))

    return nearest_training_image


def _not_itself(distances):
    """Images at distance 0, up to rounding in the formula, are left out."""
    return np.where(distances < 1e-3, np.inf, distances)


def _nearest_pixel(image, gallery):
    squares = np.square(gallery - image)
    index = int(np.argmin(squares))
    return index, float(np.sqrt(squares.ravel()[index]))


def _nearest_by_absolute_differences(image, gallery):
    differences = np.abs(gallery - image).reshape(len(gallery), -1)
    index = int(np.argmin(differences.sum(axis=1)))
    return index, float(np.sqrt(np.sum(differences[index] ** 2)))


NEAREST = mistakes(
    "nearest_training_image",
    (
        "the root is missing",
        "The distance is squared: the image is the right one, but the root was not taken.",
        "Two images that differ by 1 in four pixels: how far apart are they?",
        {"shrink": _same},
    ),
    (
        "root of the mean",
        "The squares are averaged over the 784 pixels, so the distance is 28 times too small.",
        "Does √Σ sum the squares or average them?",
        {"total": lambda values: np.mean(values, axis=(1, 2, 3))},
    ),
    (
        "only the largest difference",
        "Only the pixel that differs most counts; all the others are ignored.",
        "Two images that differ by 1 in four pixels: how far apart are they?",
        {"total": lambda values: np.max(values, axis=(1, 2, 3))},
    ),
    (
        "absolute differences",
        "The absolute differences are summed; that is a distance too, but not the Euclidean one.",
        "What should happen to a difference before it is added?",
        {"grow": np.abs, "shrink": _same},
    ),
    (
        "chosen by absolute differences",
        "The image is chosen by its summed absolute differences, and only the distance that is "
        "reported is Euclidean.",
        "Which numbers does your argmin compare, and which number do you return?",
        _nearest_by_absolute_differences,
    ),
    (
        "differences that cancel",
        "The signed differences are summed, so darker and lighter pixels cancel.",
        "Can two quite different images have the same sum of pixels?",
        {"grow": _same, "shrink": np.abs},
    ),
    (
        "the largest product",
        "The image with the largest product of pixels is taken, which favours the darkest one.",
        "What would your measure say of an image that is all ink?",
        {"compare": np.multiply, "grow": _same, "shrink": _same, "choose": np.argmax},
    ),
    (
        "the farthest image",
        "This is the farthest image of the gallery.",
        "Should it be argmin or argmax?",
        {"choose": np.argmax},
    ),
    (
        "the nearest pixel",
        "The smallest of all squared differences was found: one pixel of one image.",
        "How many numbers does your argmin choose from: one per image?",
        _nearest_pixel,
    ),
    (
        "an image at distance 0 left out",
        "Images at distance 0 are skipped, so an image of the gallery does not find itself.",
        "What should you get when the image is one of the gallery?",
        {"allowed": _not_itself},
    ),
    (
        "images counted from 1",
        "The index is one too large: the first image of the gallery is number 0.",
        "Does gallery[index] show the image you mean?",
        {"count_from": 1},
    ),
    (
        "distance first",
        "Both numbers are right, but they come back in the other order.",
        "The docstring asks for the index first.",
        {"order": lambda pair: pair[::-1]},
    ),
    sketch=_nearest_training_image,
)
