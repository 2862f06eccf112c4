"""Named wrong answers of 2.1, 2.2 and 2.5, with the words that name them.

All three answers bend one sketch: a bracket of four terms, a reduction, a factor and a sign.
Each gets the arguments that a learner's function gets.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.exercise.declaration import mistakes


def _entries(bracket):
    return bracket


def _of_image(bracket):
    return bracket.sum(axis=-1)


def _of_batch(bracket):
    return bracket.sum(axis=-1).mean()


def _square(mean, log_var):
    return mean**2


def _kl(
    reduce, half=0.5, sign=1.0, moved=_square, variance=np.exp, log_variance=np.positive, one=1.0
):
    """sign · half · reduce(moved + variance − one − log_variance), from named parts."""

    def kl(mean, log_var):
        mean, log_var = (np.asarray(item, dtype="float64") for item in (mean, log_var))
        bracket = moved(mean, log_var) + variance(log_var) - one - log_variance(log_var)
        return sign * half * reduce(bracket)

    return kl


PER_DIMENSION = mistakes(
    "kl_per_dimension",
    (
        "½ missing",
        "Every value is twice what it should be: the ½ in front of the bracket is missing.",
        "What should a mean of 1 and a variance of 1 cost?",
        {"half": 1.0},
    ),
    (
        "½ for the mean alone",
        "The ½ halves μ² and nothing else: there is no bracket around what it belongs to.",
        "Take μ = 0 and σ² = 4 and follow your line by hand. Which terms does the ½ reach?",
        {"half": 1.0, "moved": lambda mean, log_var: 0.5 * mean**2},
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a KL below zero would reward leaving the prior.",
        "Compare the signs inside your bracket, one by one, with the sign in front of it.",
        {"sign": -1.0},
    ),
    (
        "log σ taken for log σ²",
        "`log_var` is taken for log σ and doubled; it is the logarithm of the variance already.",
        "For a variance of 4, what is `log_var`? And what does your code take σ² to be?",
        {
            "variance": lambda log_var: np.exp(2 * log_var),
            "log_variance": lambda log_var: 2 * log_var,
        },
    ),
    (
        "the variance squared",
        "exp(2·log_var) is σ⁴. The exponential of `log_var` is the variance without any factor.",
        "For a variance of 4, print what your exponential gives.",
        {"variance": lambda log_var: np.exp(2 * log_var)},
    ),
    (
        "σ in the place of σ²",
        "exp(½·log_var) is the standard deviation; this bracket asks for the variance.",
        "Drawing z needs σ. Which of the two does E[z²] contain?",
        {"variance": lambda log_var: np.exp(0.5 * log_var)},
    ),
    (
        "exp missing",
        "`log_var` stands where σ² should, so the two cancel and the spread costs nothing.",
        "Which term of the bracket is a variance, and which a logarithm of one?",
        {"variance": np.positive},
    ),
    (
        "log_var taken for the variance",
        "`log_var` is used as σ² itself and its logarithm is taken; where it is negative there is "
        "none, and NaN comes out.",
        "Can a variance be −1? Can `log_var`?",
        {"variance": np.positive, "log_variance": np.log},
    ),
    (
        "log σ² dropped",
        "The term − log σ² is missing: nothing stops the posterior from shrinking to a point.",
        "Which term grows without bound as σ goes to 0?",
        {"log_variance": np.zeros_like},
    ),
    (
        "sign of log σ² turned",
        "log σ² is added where it has to be taken away.",
        "A narrow posterior (log σ² far below 0) should cost more, not less.",
        {"log_variance": np.negative},
    ),
    (
        "mean not squared",
        "The mean enters as it is, so a negative mean lowers the cost.",
        "Compare the cost of μ = 2 with that of μ = −2.",
        {"moved": lambda mean, log_var: mean},
    ),
    (
        "sign of μ² turned",
        "μ² is taken away where it has to be added: the farther from the prior, the cheaper.",
        "Compare the cost of μ = 0 with that of μ = 2, at a variance of 1.",
        {"moved": lambda mean, log_var: -(mean**2)},
    ),
    (
        "the 1 forgotten",
        "Every value is ½ too large: the − 1 in the bracket is missing.",
        "What should it cost when the posterior is the prior itself?",
        {"one": 0.0},
    ),
    (
        "the 1 added",
        "The 1 comes with a plus, so that even the prior itself costs something.",
        "Take μ = 0 and σ² = 1: which four numbers stand in your bracket, and do they cancel?",
        {"one": -1.0},
    ),
    (
        "the reverse KL",
        "This is KL(p‖q): the two distributions have changed places.",
        "Which of the two is the average taken over? The one that z is drawn from.",
        {
            "moved": lambda mean, log_var: mean**2 * np.exp(-log_var),
            "variance": lambda log_var: np.exp(-log_var),
            "log_variance": np.negative,
        },
    ),
    (
        "already summed",
        "The values are right but summed over the latent dimensions; each is wanted by itself.",
        "Compare the shape that comes out with the shape in the docstring. The sum is 2.2.",
        {"reduce": _of_image},
    ),
    (
        "already averaged",
        "One number came out, the average over everything; each entry is wanted by itself.",
        "Compare the shape that comes out with the shape in the docstring.",
        {"reduce": np.mean},
    ),
    sketch=partial(_kl, reduce=_entries),
)

# What goes wrong where a sum over dimensions is written from scratch, in 2.2 and in 2.5.
ONE_COUNTED_ONCE = (
    "the 1 counted once an image",
    "The 1 stands outside the sum over the dimensions, so it counts once in the place of once for "
    "each of them.",
    "What does your code give for a posterior equal to the prior, in three dimensions?",
)

DIVERGENCE = mistakes(
    "kl_divergence",
    (
        "averaged over the latent dimensions",
        "Each image's cost is divided by the number of latent dimensions, so β means something "
        "else for every latent size.",
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
        "One number came out, the average over images and latent dimensions at once.",
        "The docstring asks for `(batch,)`. Which axis is to disappear, and by sum or by mean?",
        {"reduce": np.mean},
    ),
    (
        "averaged over the batch already",
        "This is the mean over the images: right for a loss, but one step too far here.",
        "The docstring asks for one number an image.",
        {"reduce": _of_batch},
    ),
    (
        "summed over the images",
        "The sum runs over the images (axis 0) and leaves one number a latent dimension.",
        "In `(batch, latent)`, which axis is the batch?",
        {"reduce": lambda bracket: bracket.sum(axis=0)},
    ),
    (
        "averaged over the images",
        "The mean runs over the images (axis 0) and leaves one number a latent dimension.",
        "In `(batch, latent)`, which axis is to disappear? And do its costs add up or even out?",
        {"reduce": lambda bracket: bracket.mean(axis=0)},
    ),
    (
        "nothing summed",
        "The costs of the dimensions come back one by one.",
        "Compare the shape that comes out with the shape in the docstring.",
        {"reduce": _entries},
    ),
    (
        "an axis of length 1 left",
        "The numbers are right, but an axis is left behind where the dimensions were.",
        "Print the shape that comes out. What did `keepdims` keep?",
        {"reduce": lambda bracket: bracket.sum(axis=-1, keepdims=True)},
    ),
    (
        *ONE_COUNTED_ONCE,
        {"reduce": lambda bracket: bracket.sum(axis=-1) + bracket.shape[-1] - 1},
    ),
    (
        "½ missing",
        "Every value is twice what it should be.",
        "Reuse `kl_per_dimension` from 2.1, or look for the ½ that stands before the bracket.",
        {"half": 1.0},
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a KL is never below zero.",
        "Compare the signs inside your bracket with the sign in front of it.",
        {"sign": -1.0},
    ),
    sketch=partial(_kl, reduce=_of_image),
)

KL_TERM = mistakes(
    "kl_term",
    (
        "still averaged over latents",
        "The average over images and latent dimensions at once is what the listing does.",
        "Append latent dimensions that equal the prior: what should, and what does happen?",
        {"reduce": np.mean},
    ),
    (
        "summed over the batch",
        "The sum over the images makes the loss grow with the batch.",
        "One axis wants a sum, the other a mean.",
        {"reduce": np.sum},
    ),
    (
        "sum and mean changed places",
        "The mean is taken over the latent dimensions and the sum over the images.",
        "Which axis grows with the batch, and which with the model?",
        {"reduce": lambda bracket: bracket.mean(axis=-1).sum()},
    ),
    (
        "one value an image",
        "The sum over latent dimensions is right; the mean over the images is missing.",
        "The docstring asks for a scalar.",
        {"reduce": _of_image},
    ),
    (
        "one value a dimension",
        "The mean over the images is there, and the latent dimensions are left one by one.",
        "The docstring asks for a scalar: what becomes of the dimensions of one image?",
        {"reduce": lambda bracket: bracket.mean(axis=0)},
    ),
    (
        *ONE_COUNTED_ONCE,
        {"reduce": lambda bracket: (bracket.sum(axis=-1) + bracket.shape[-1] - 1).mean()},
    ),
    (
        "sign flipped",
        "The sizes are right and the sign is wrong.",
        "The listing's bracket holds every sign turned over. Did its −0.5 come along?",
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
    sketch=partial(_kl, reduce=_of_batch),
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
        "Which quantity does the formula ask for beside μ²: is it σ or σ²?",
        3,
    ),
    (
        "the bracket blamed",
        "Line 4 holds the formula's bracket with every sign turned over; a minus in front turns "
        "them back.",
        "Multiply line 4 by −½ on paper and compare it with the boxed formula.",
        4,
    ),
    (
        "the factor blamed",
        "Line 6 multiplies by −½, which turns the bracket's signs back and halves it.",
        "For one image with one dimension the listing is right. Would it be with a wrong factor?",
        6,
    ),
)
