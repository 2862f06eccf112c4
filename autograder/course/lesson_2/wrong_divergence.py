"""Named wrong answers to 2.2, the KL of every image, with the words that name them."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.course.lesson_2.kl_sketch import (
    ONE_COUNTED_ONCE,
    entries,
    kl_of,
    of_batch,
    of_image,
)
from autograder.exercise.declaration import mistakes

DIVERGENCE = mistakes(
    "kl_divergence",
    (
        "averaged over the latent dimensions",
        "Each image's cost is divided by the number of latent dimensions, so β means something "
        "different for every latent size.",
        "What should happen to the cost when a dimension that says nothing is added?",
        {"reduce": lambda bracket: bracket.mean(axis=-1)},
    ),
    (
        "summed over the batch too",
        "Everything is summed into one number, so the images can no longer be told apart.",
        "Give the sum an `axis`: which one counts the latent dimensions?",
        {"reduce": np.sum},
    ),
    (
        "averaged over everything",
        "The result is one number, the average over images and latent dimensions at once.",
        "The docstring asks for `(batch,)`. Which axis should disappear, and by a sum or a mean?",
        {"reduce": np.mean},
    ),
    (
        "averaged over the batch already",
        "This is the mean over the images: right for a loss, but one step too many here.",
        "The docstring asks for one number per image.",
        {"reduce": of_batch},
    ),
    (
        "summed over the images",
        "The sum runs over the images (axis 0) and leaves one number per latent dimension.",
        "In `(batch, latent)`, which axis is the batch?",
        {"reduce": lambda bracket: bracket.sum(axis=0)},
    ),
    (
        "averaged over the images",
        "The mean runs over the images (axis 0) and leaves one number per latent dimension.",
        "In `(batch, latent)`, which axis should disappear? And do its costs add up or average "
        "out?",
        {"reduce": lambda bracket: bracket.mean(axis=0)},
    ),
    (
        "nothing summed",
        "The costs of the dimensions come back one by one.",
        "Compare the shape you get with the shape in the docstring.",
        {"reduce": entries},
    ),
    (
        "an axis of length 1 left",
        "The numbers are right, but an axis is left where the dimensions were.",
        "Print the shape you get. What did `keepdims` keep?",
        {"reduce": lambda bracket: bracket.sum(axis=-1, keepdims=True)},
    ),
    (
        *ONE_COUNTED_ONCE,
        {"reduce": lambda bracket: bracket.sum(axis=-1) + bracket.shape[-1] - 1},
    ),
    (
        "½ missing",
        "Every value is twice what it should be.",
        "Reuse `kl_per_dimension` from 2.1, or look for the ½ in front of the bracket.",
        {"half": 1.0},
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a KL is never negative.",
        "Compare the signs inside your bracket with the sign in front of it.",
        {"sign": -1.0},
    ),
    sketch=partial(kl_of, reduce=of_image),
)
