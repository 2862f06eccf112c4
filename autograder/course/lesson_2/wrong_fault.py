"""Named wrong answers to 2.5, a KL with a fault in it, with the words that name them."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.course.lesson_2.kl_sketch import ONE_COUNTED_ONCE, kl_of, of_batch, of_image
from autograder.exercise.declaration import mistakes


def _of_the_average_cloud(mean, log_var):
    mean, log_var = (np.asarray(item, "float64").mean(axis=0) for item in (mean, log_var))
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var)


KL_TERM = mistakes(
    "kl_term",
    (
        "the KL of the average cloud",
        "Means and log-variances are averaged over the images before the formula. Means of "
        "opposite sign then cancel, and what they cost is lost.",
        "Two images have the means 2 and −2: what is their average KL, and what is the KL of their "
        "average?",
        _of_the_average_cloud,
    ),
    (
        "still averaged over latents",
        "This still averages over images and latent dimensions at once, as the listing does.",
        "Append latent dimensions that equal the prior: what should happen, and what does?",
        {"reduce": np.mean},
    ),
    (
        "summed over the batch",
        "The sum over the images makes the loss grow with the batch.",
        "One axis needs a sum, the other a mean.",
        {"reduce": np.sum},
    ),
    (
        "sum and mean changed places",
        "The mean is taken over the latent dimensions and the sum over the images.",
        "Which axis grows with the batch, and which with the model?",
        {"reduce": lambda bracket: bracket.mean(axis=-1).sum()},
    ),
    (
        "one value per image",
        "The sum over latent dimensions is right; the mean over the images is missing.",
        "The docstring asks for a scalar.",
        {"reduce": of_image},
    ),
    (
        "one value per dimension",
        "The mean over the images is there, but the latent dimensions are still separate.",
        "The docstring asks for a scalar: what should happen to the dimensions of one image?",
        {"reduce": lambda bracket: bracket.mean(axis=0)},
    ),
    (
        *ONE_COUNTED_ONCE,
        {"reduce": lambda bracket: (bracket.sum(axis=-1) + bracket.shape[-1] - 1).mean()},
    ),
    (
        "sign flipped",
        "The sizes are right but the sign is wrong.",
        "In the listing's bracket every sign is changed. Did you keep its −0.5?",
        {"sign": -1.0},
    ),
    (
        "½ missing",
        "Every value is twice what it should be.",
        "What should a mean of 1 and a variance of 1 cost in one dimension?",
        {"half": 1.0},
    ),
    (
        "exp missing",
        "`log_var` stands where the listing has the variance, so the spread costs nothing.",
        "Compare your bracket with lines 2 to 4 of the listing, term by term.",
        {"variance": np.positive},
    ),
    sketch=partial(kl_of, reduce=of_batch),
) + mistakes(
    "faulty_line_2_5",
    (
        "the square blamed",
        "Line 2 squares the mean of every dimension, as the formula asks.",
        "Give the listing a mean of 1 and then of 2: is the cost four times as large?",
        2,
    ),
    (
        "the variance blamed",
        "Line 3 turns log σ² back into σ², entry by entry.",
        "Which quantity does the formula ask for besides μ²: σ or σ²?",
        3,
    ),
    (
        "the bracket blamed",
        "Line 4 holds the formula's bracket with every sign changed; a minus in front changes "
        "them back.",
        "Multiply line 4 by −½ on paper and compare it with the boxed formula.",
        4,
    ),
    (
        "the factor blamed",
        "Line 6 multiplies by −½, which changes the bracket's signs back and halves it.",
        "For one image with one dimension the listing is right. Would it be with a wrong factor?",
        6,
    ),
)
