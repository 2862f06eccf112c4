"""Named wrong answers to 2.4, which dimensions are active, with the words that name them."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _as_given(value):
    return value


def _active(spread=np.var, axis=0, compare=np.greater, level=_as_given, finish=_as_given):
    """finish(compare(spread of the means, level of the threshold)), from named parts."""

    def active_dimensions(mean, threshold):
        means = np.asarray(mean, dtype="float64")
        return finish(compare(spread(means, axis=axis), level(threshold)))

    return active_dimensions


ACTIVE = mistakes(
    "active_dimensions",
    (
        "standard deviation compared",
        "The standard deviation of the means is compared with the threshold, not the variance.",
        "The threshold is in squared latent units.",
        {"spread": np.std},
    ),
    (
        "range compared",
        "The distance from the smallest mean to the largest is compared with the threshold, as "
        "for the sensors in the worked neighbour.",
        "The threshold is in squared latent units: which measure of variation has that unit?",
        {"spread": np.ptp},
    ),
    (
        "size in place of variation",
        "A mean that is large but the same for every image counts as active, although it says "
        "nothing about the image.",
        "What has to be taken away from μ before it is squared?",
        {"spread": lambda means, axis: np.mean(means**2, axis=axis)},
    ),
    (
        "the average compared",
        "The average of the means is compared with the threshold; it says where a dimension is, "
        "not how much it moves.",
        "What does your code say of a dimension whose mean is 3 for every image?",
        {"spread": np.mean},
    ),
    (
        "the other way round",
        "The mask marks the inactive dimensions.",
        "Which way does the comparison point?",
        {"compare": np.less},
    ),
    (
        "the variances themselves",
        "The variance of every dimension came back, without saying whether it is above the "
        "threshold.",
        "The docstring asks for a truth value for each dimension. Where does `threshold` enter?",
        {"compare": lambda spread, threshold: spread},
    ),
    (
        "variance over the latent dimensions",
        "The variance is taken along each image's code and gives one value per image.",
        "The question is how much one dimension changes from image to image: which axis?",
        {"axis": 1},
    ),
    (
        "variance over everything",
        "Images and dimensions went into one variance, so there is only one truth value for all.",
        "Print the shape of your variance. How many dimensions are to be judged?",
        {"axis": None},
    ),
    (
        "threshold fixed",
        "The threshold that is passed in has no effect: 0.01 is always used.",
        "Call it with two thresholds far apart.",
        {"level": lambda threshold: 0.01},
    ),
    (
        "a count in place of a mask",
        "The result is the number of active dimensions; which ones they are is lost.",
        "The docstring asks for a truth value for each dimension.",
        {"finish": np.sum},
    ),
    (
        "positions in place of a mask",
        "The positions of the active dimensions came back; the length of that list depends on how "
        "many there are.",
        "The docstring asks for a truth value for each dimension, including the inactive ones.",
        {"finish": np.flatnonzero},
    ),
    (
        "numbers in place of truth values",
        "The mask holds 1 and 0. NumPy reads them as positions, not as yes and no.",
        "What does a comparison give by itself? Try `np.arange(3)[your mask]` with both.",
        {"finish": lambda mask: np.asarray(mask, dtype="float32")},
    ),
    sketch=_active,
)
