"""Named wrong answers of exercises 5.3 to 5.5, with the words that name them."""

from __future__ import annotations

import numpy as np

from autograder.exercises.wrong_paths import mistakes
from bvae_ref import interpolation


def _grid(axis_x, axis_y):
    return np.stack(np.meshgrid(axis_x, axis_y), axis=-1)


def _axis(steps, extent):
    return np.linspace(-extent, extent, steps)


def _by_rows(steps, extent):
    codes = _grid(_axis(steps, extent), _axis(steps, extent)[::-1])
    return codes.transpose(1, 0, 2)


def _end_left_out(steps, extent):
    axis = -extent + 2 * extent * np.arange(steps) / steps
    return _grid(axis, axis[::-1])


GRID = mistakes(
    "latent_grid_codes",
    (
        "upside down",
        "The second latent grows downwards: row 0 holds its least value, and row 0 is the top.",
        "Print the code at [0, 0]. Is its second coordinate what a map has at the top?",
        lambda steps, extent: _grid(_axis(steps, extent), _axis(steps, extent)),
    ),
    (
        "rows and columns exchanged",
        "The first latent changes from row to row and the second along a row.",
        "Along a row the column changes. Which latent should change with it?",
        _by_rows,
    ),
    (
        "first and second latent exchanged",
        "Every code is (second, first): the larger-upwards latent is stored in front.",
        "Which of a code's two entries is the first latent?",
        lambda steps, extent: _grid(_axis(steps, extent), _axis(steps, extent)[::-1])[..., ::-1],
    ),
    (
        "the far edge is left out",
        "The axis stops one step short of +extent.",
        "Print your axis for steps = 5 and extent = 2. What is its last value?",
        _end_left_out,
    ),
    (
        "from 0 to extent",
        "The axis begins at 0, so three quarters of the map are missing.",
        "Where does the prior N(0, I) have its middle, and where on your map is that?",
        lambda steps, extent: _grid(
            np.linspace(0, extent, steps), np.linspace(0, extent, steps)[::-1]
        ),
    ),
)


def _others_zero(code, dimension, values):
    return interpolation.traversal_codes(np.zeros_like(code), dimension, values)


def _added(code, dimension, values):
    return interpolation.traversal_codes(code, dimension, code[dimension] + np.asarray(values))


def _all_dimensions(code, dimension, values):
    return np.repeat(np.asarray(values)[:, None], len(code), axis=1)


def _one_row_many_times(code, dimension, values):
    return interpolation.traversal_codes(code, dimension, np.full(len(values), values[-1]))


def _into_the_code(code, dimension, values):
    rows = []
    for value in values:
        code[dimension] = value
        rows.append(code.copy())
    return np.array(rows)


TRAVERSAL = mistakes(
    "traversal_codes",
    (
        "the other latents are set to 0",
        "The other latents are 0, so every traversal starts from the origin and not from the code.",
        "Where do the entries beside `dimension` come from?",
        _others_zero,
    ),
    (
        "values added, not set",
        "The values are added to what the code has there; they should take its place.",
        "At the value 0, what should this latent be?",
        _added,
    ),
    (
        "every latent is changed",
        "All latents take the value, not only the one that was asked for.",
        "Which columns does your assignment touch?",
        _all_dimensions,
    ),
    (
        "one row many times",
        "All rows are the same array, so the last value is in every one of them.",
        "Does each row have a copy of its own?",
        _one_row_many_times,
    ),
    (
        "written into the code itself",
        "The codes are right, but the code that was passed in has been changed on the way.",
        "Print the code before and after the call. What would the next traversal start from?",
        _into_the_code,
    ),
)


def _least(distances):
    index = int(np.argmin(distances))
    return index, float(distances[index])


def _squares(image, gallery):
    return np.sum((gallery - image) ** 2, axis=(1, 2, 3))


def _inner_product(image, gallery):
    products = np.sum(gallery * image, axis=(1, 2, 3))
    index = int(np.argmax(products))
    return index, float(products[index])


def _farthest(image, gallery):
    distances = np.sqrt(_squares(image, gallery))
    index = int(np.argmax(distances))
    return index, float(distances[index])


NEAREST = mistakes(
    "nearest_training_image",
    (
        "the root is missing",
        "The distance is squared: the image is the right one, the root was not taken.",
        "Two images that differ by 1 in four pixels: how far apart are they?",
        lambda image, gallery: _least(_squares(image, gallery)),
    ),
    (
        "root of the mean",
        "The squares are averaged over the 784 pixels, so the distance is 28 times too small.",
        "Does √Σ add the squares up or average them?",
        lambda image, gallery: _least(np.sqrt(_squares(image, gallery) / image.size)),
    ),
    (
        "absolute differences",
        "The absolute differences are added up; that is a distance too, but not the Euclidean one.",
        "What happens to a difference before it is added?",
        lambda image, gallery: _least(np.sum(np.abs(gallery - image), axis=(1, 2, 3))),
    ),
    (
        "differences that cancel",
        "The signed differences are added up, so darker and lighter pixels cancel.",
        "Can two quite different images have the same sum of pixels?",
        lambda image, gallery: _least(np.abs(np.sum(gallery - image, axis=(1, 2, 3)))),
    ),
    (
        "the largest product",
        "The image with the largest product of pixels is taken, which favours whatever is darkest.",
        "Against an all-ink image, what would your measure say?",
        _inner_product,
    ),
    (
        "the farthest image",
        "This is the farthest image of the gallery.",
        "argmin or argmax?",
        _farthest,
    ),
    (
        "distance first",
        "Both numbers are right, but they come back in the other order.",
        "The docstring asks for the index first.",
        lambda image, gallery: _least(np.sqrt(_squares(image, gallery)))[::-1],
    ),
)


def _over_everything(codes, labels, classes):
    means = np.zeros((classes, codes.shape[1]))
    for c in range(classes):
        means[c] = codes[labels == c].mean()
    return means


def _sums(codes, labels, classes):
    return np.stack([codes[labels == c].sum(axis=0) for c in range(classes)])


CLASS_MEANS = mistakes(
    "class_mean_codes",
    (
        "still over images and latents",
        "Every mean still has equal coordinates: it is averaged over the latents too.",
        "What is the shape of `own.mean()`, and what is the shape of `means[c]`?",
        _over_everything,
    ),
    (
        "divided by all images",
        "Each class's sum is divided by the number of all images, so every mean lies too near the "
        "origin.",
        "How many codes were added up for one class?",
        lambda codes, labels, classes: _sums(codes, labels, classes) / len(codes),
    ),
    (
        "divided by an equal share",
        "Each class's sum is divided by images/classes, which is right only when all classes are "
        "equally large.",
        "Count the images of the first class.",
        lambda codes, labels, classes: _sums(codes, labels, classes) * classes / len(codes),
    ),
    (
        "a sum, not a mean",
        "The codes of each class are added up and not divided.",
        "Does your result grow when every image is there twice?",
        _sums,
    ),
)
