"""Named wrong answers to exercise 0.2: the cost of grey pixels, worked out in the wrong way."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes

# A logarithm kept finite by a small number moves each sum by up to this many nats, in right
# answers and in wrong ones.
LOOSE = {"atol": 0.02}


def _safe(share, log):
    return share * log(np.where(share > 0, share, 1.0))


def _careless(share, log):
    return share * log(share)


def _coarse(share, log):
    share = np.clip(share, 1e-3, 1 - 1e-3)
    return share * log(share)


def _floor(
    log=np.log,
    ink=_safe,
    paper=_safe,
    costs=lambda ink, paper: ink + paper,
    sign=-1.0,
    reduce=lambda cost: cost.sum(axis=(1, 2, 3)),
):
    """An answer to 0.2: −(x·log x + (1 − x)·log(1 − x)), reduced."""

    def bce_floor(images):
        x = np.asarray(images, "float64")
        with np.errstate(all="ignore"):
            return sign * reduce(costs(ink(x, log), paper(1 - x, log)))

    return bce_floor


def _against_half(images):
    """The cost of predicting ½, which is log 2 for every pixel."""
    return np.full(len(images), images[0].size * np.log(2))


def _squares(images):
    x = np.asarray(images, "float64")
    return (x * (1 - x)).sum(axis=(1, 2, 3))


def _not_a_number_taken_for_nothing(images):
    floors = _floor(ink=_careless, paper=_careless)(images)
    return np.nan_to_num(floors)


BCE_FLOOR = mistakes(
    "bce_floor",
    (
        "averaged over the pixels",
        "The entropies are averaged over the image. In this course pixels are summed: the numbers "
        "are 784 times as large, and they are nats per image.",
        "Which of `sum` and `mean` does the docstring ask for?",
        {"reduce": lambda cost: cost.mean(axis=(1, 2, 3))},
    ),
    (
        "summed over the batch too",
        "One number came back for the whole batch; every image should have its own.",
        "Which axis counts the images, and did the sum run over it?",
        {"reduce": np.sum},
    ),
    (
        "averaged over the images",
        "The sums of all images were averaged into one number; every image should have its own.",
        "Which axis counts the images, and did the mean run over it?",
        {"reduce": lambda cost: cost.sum(axis=(1, 2, 3)).mean()},
    ),
    (
        "not summed at all",
        "Each pixel's cost came back separately; the floor of an image is one number.",
        "Print the shape of the result for three images.",
        {"reduce": lambda cost: cost},
    ),
    (
        "summed over the images in place of the pixels",
        "The sum ran along the axis that counts the images, which leaves one picture of costs.",
        "Print the shape of the result for three images.",
        {"reduce": lambda cost: cost.sum(axis=0)},
    ),
    (
        "only one axis of the image summed",
        "The sum ran over the last axes only, so each image still has one number per row.",
        "How many axes does one image have, and over how many did the sum run?",
        {"reduce": lambda cost: cost.sum(axis=(2, 3))},
    ),
    (
        "bits, not nats",
        "The logarithm has base 2, so these are bits; the course counts in nats, with base e.",
        "What does one pixel of 0.5 cost: 1, or about 0.69?",
        {"log": np.log2},
    ),
    (
        "the logarithm of base 10",
        "The logarithm has base 10; the course counts in nats, with base e.",
        "What does one pixel of 0.5 cost: 0.30, or about 0.69?",
        {"log": np.log10},
    ),
    (
        "only the ink's half",
        "Only x·log x is counted. A pixel also pays for the paper in it, with 1 − x.",
        "By symmetry a pixel of 0.2 and one of 0.8 must cost the same. Do they?",
        {"costs": lambda ink, paper: ink},
    ),
    (
        "only the paper's half",
        "Only the part with 1 − x is counted. A pixel also pays for the ink in it.",
        "By symmetry a pixel of 0.2 and one of 0.8 must cost the same. Do they?",
        {"costs": lambda ink, paper: paper},
    ),
    (
        "the paper's half subtracted",
        "The two halves of a pixel's cost are subtracted, so at 0.5 they cancel; both are costs.",
        "What does a pixel of 0.5 cost? It should be the most expensive of all.",
        {"costs": lambda ink, paper: ink - paper},
    ),
    (
        "sign flipped",
        "The costs are negative: logarithms of numbers below 1 are negative, and the minus in "
        "front is missing.",
        "Can predicting a pixel earn you something?",
        {"sign": 1.0},
    ),
    (
        "clipped far too coarsely",
        "Pixels are kept away from 0 and 1 by a thousandth. There are hundreds of black pixels in "
        "an image, and together they now cost several nats.",
        "Compute the floor of an entirely black image.",
        {"ink": _coarse, "paper": _coarse},
    ),
    (
        "black and white pixels become NaN",
        "The logarithm of 0 is −∞, and 0·(−∞) is not a number; one such pixel spoils the sum of "
        "its whole image.",
        "Compute the floor of an entirely black image and of an entirely white one.",
        {"ink": _careless, "paper": _careless},
    ),
    (
        "NaN of a whole image replaced by 0",
        "0 is put in place of NaN after the sum, so an image with a single pixel of 0 or 1 costs "
        "nothing at all.",
        "Where does the NaN first arise: in the sum, or in one of its terms?",
        _not_a_number_taken_for_nothing,
    ),
    (
        "only paper guarded, not full ink",
        "Pixels of exactly 0 are taken care of, but those of exactly 1 still bring a logarithm "
        "of 0, and NaN with it.",
        "Compute the floor of an entirely white image and of an entirely black one.",
        {"paper": _careless},
    ),
    (
        "the cost of predicting ½",
        "Every image costs the same, 784·log 2: that is the cost of predicting ½ everywhere, not "
        "of the best prediction.",
        "Which prediction of a pixel x is the best, and where does it enter your result?",
        _against_half,
    ),
    (
        "x·(1 − x), without logarithms",
        "The variance of a pixel, x·(1 − x), was summed. It looks like the entropy, but it isn't "
        "a cost in nats.",
        "What does one pixel of 0.5 cost: 0.25, or about 0.69?",
        _squares,
    ),
    sketch=_floor,
    **LOOSE,
)
