"""The one sketch that wrong answers to 2.1, 2.2 and 2.5 vary: four terms, a reduction, a sign.

Implementations get the arguments that a learner's function gets.
"""

from __future__ import annotations

import numpy as np


def entries(bracket):
    """Nothing is reduced, as 2.1 asks: `(batch, latent)`."""
    return bracket


def of_image(bracket):
    """The sum over dimensions that 2.2 asks for: `(batch,)`."""
    return bracket.sum(axis=-1)


def of_batch(bracket):
    """That sum, averaged over images, as 2.5 asks: a number."""
    return bracket.sum(axis=-1).mean()


def _square(mean, log_var):
    return mean**2


def kl_of(
    reduce, half=0.5, sign=1.0, moved=_square, variance=np.exp, log_variance=np.positive, one=1.0
):
    """sign · half · reduce(moved + variance − one − log_variance), from named parts."""

    def kl(mean, log_var):
        mean, log_var = (np.asarray(item, dtype="float64") for item in (mean, log_var))
        bracket = moved(mean, log_var) + variance(log_var) - one - log_variance(log_var)
        return sign * half * reduce(bracket)

    return kl


# What goes wrong where a sum over dimensions is written from scratch, in 2.2 and in 2.5.
ONE_COUNTED_ONCE = (
    "the 1 counted once per image",
    "The 1 is outside the sum over the dimensions, so it counts once instead of once per "
    "dimension.",
    "What does your code give for a posterior equal to the prior, in three dimensions?",
)
