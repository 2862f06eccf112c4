"""Named wrong answers to exercise 5.5, class means, with the words that name them.

Each mistake replaces parts of an otherwise right sketch, so any two that replace
different parts can be made at once.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _same(values):
    return values


def _own_mean(own, codes, classes):
    return own.mean(axis=0)


def _class_mean_codes(member=np.equal, reduce=_own_mean, arrange=_same):
    def class_mean_codes(codes, labels, classes):
        own = [codes[member(labels, c)] for c in range(classes)]
        return arrange(np.stack([reduce(o, codes, classes) for o in own]))

    return class_mean_codes


CLASS_MEANS = mistakes(
    "class_mean_codes",
    (
        "still over images and latents",
        "Every mean still has equal coordinates: it is averaged over the latents too.",
        "What is the shape of `own.mean()`, and what is the shape of `means[c]`?",
        {"reduce": lambda own, codes, classes: np.full(codes.shape[1], own.mean())},
    ),
    (
        "divided by all images",
        "Each class's sum is divided by the number of all images, so every mean lies too near the "
        "origin.",
        "How many codes were added up for one class?",
        {"reduce": lambda own, codes, classes: own.sum(axis=0) / len(codes)},
    ),
    (
        "divided by an equal share",
        "Each class's sum is divided by images/classes, which is right only when all classes have "
        "the same size.",
        "Count the images of the first class.",
        {"reduce": lambda own, codes, classes: own.sum(axis=0) * classes / len(codes)},
    ),
    (
        "divided by the number of latents",
        "Each class's sum is divided by the number of latents, not by the number of its images.",
        "What does each axis of `own` count? Print its shape.",
        {"reduce": lambda own, codes, classes: own.sum(axis=0) / own.shape[1]},
    ),
    (
        "a sum, not a mean",
        "The codes of each class are added up but not divided.",
        "Does your result grow when every image is there twice?",
        {"reduce": lambda own, codes, classes: own.sum(axis=0)},
    ),
    (
        "the median, not the mean",
        "This is the median of each class, latent by latent.",
        "Of the numbers 0, 0 and 9, what is the mean?",
        {"reduce": lambda own, codes, classes: np.median(own, axis=0)},
    ),
    (
        "one code for the class",
        "The first code of each class is used for all of them; nothing is averaged.",
        "What happens to the other codes of the class?",
        {"reduce": lambda own, codes, classes: own[:1].mean(axis=0)},
    ),
    (
        "the same mean for all classes",
        "Every class gets the mean of all codes: the labels are not used.",
        "Which codes go into the mean of class 0?",
        {"member": lambda labels, c: labels >= 0},
    ),
    (
        "classes counted from 1",
        "Each row holds the next class's mean, and the last row the mean of no images: NaN.",
        "Which label does the first class have?",
        {"member": lambda labels, c: labels == c + 1},
    ),
    (
        "one row for each latent",
        "The table is transposed: a row holds one latent of all classes.",
        "Print the shape of your means. Which of its axes counts the classes?",
        {"arrange": np.transpose},
    ),
    sketch=_class_mean_codes,
)

LINES = mistakes(
    "faulty_line_5_5",
    (
        "the table of zeros is blamed",
        "Line 2 prepares a table with one row for each class and one column for each latent.",
        "Is that the shape the docstring promises?",
        2,
    ),
    (
        "the loop is blamed",
        "Line 3 goes through the numbers of the classes, from 0 to classes − 1.",
        "Which classes does it visit when there are 3? Is one missing?",
        3,
    ),
    (
        "the choice of codes is blamed",
        "Line 4 picks the codes of one class, `(images of the class, latent)`.",
        "Print `own` for a class of two images. Is a code missing, or is there one too many?",
        4,
    ),
)
