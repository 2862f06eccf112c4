"""Named wrong answers to exercise 6.2, the mutual information gap, with their words."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _down(information):
    """Each factor's latents from the best to the worst, and a rival that knows nothing."""
    return np.sort(np.vstack([information, np.zeros(information.shape[1])]), axis=0)[::-1]


def _down_without_rival(information):
    ranked = np.sort(information, axis=0)[::-1]
    return np.vstack([ranked, ranked]) if len(ranked) == 1 else ranked


def _up(information):
    return np.sort(information, axis=0) if len(information) > 1 else _down(information)


def _first_less_second(ranked):
    return ranked[0] - ranked[1]


def _by_entropy(gaps, entropies, information):
    return gaps / entropies


def _informed(entropies):
    return entropies > 0


def _over_factors(shares, latents):
    return np.mean(shares)


def _mig(
    rank=_down,
    gap=_first_less_second,
    divide=_by_entropy,
    keep=_informed,
    average=_over_factors,
):
    def mig(information, entropies):
        kept = keep(entropies)
        gaps = gap(rank(information))
        with np.errstate(all="ignore"):
            shares = divide(gaps[kept], entropies[kept], information[:, kept])
        return average(shares, len(information))

    return mig


def _gaps_of_latents(information):
    """The two largest numbers of each row, one less the other; a rival that knows nothing."""
    ranked = np.sort(np.hstack([information, np.zeros((len(information), 1))]), axis=1)
    return ranked[:, -1] - ranked[:, -2]


def _latent_by_latent(information, entropies):
    best = information.argmax(axis=1)
    with np.errstate(all="ignore"):
        return np.mean(_gaps_of_latents(information) / entropies[best])


def _latent_by_latent_over_mean_entropy(information, entropies):
    return np.mean(_gaps_of_latents(information)) / np.mean(entropies[entropies > 0])


def _winners_cleared(information, entropies):
    known = entropies > 0
    matrix, entropies = np.array(information)[:, known], entropies[known]
    best, winners = matrix.max(axis=0), matrix.argmax(axis=0)
    matrix[winners] = 0.0
    return np.mean((best - matrix.max(axis=0)) / entropies)


def _mean_first(information, entropies):
    known = entropies > 0
    means = np.sort(np.mean(information[:, known] / entropies[known], axis=1))
    return means[-1] - (means[-2] if len(means) > 1 else 0.0)


def _as_none(gaps, entropies, information):
    return np.where(entropies > 0, gaps / np.maximum(entropies, 1e-12), 0.0)


def _every_factor(entropies):
    return np.full(entropies.shape, True)


MIG = mistakes(
    "mig",
    (
        "the gap between factors",
        "The two largest numbers are taken from each latent's row. That asks whether a latent "
        "knows only one factor, which is another question.",
        "In `(latents, factors)`, which axis does a factor's column run along?",
        _latent_by_latent,
    ),
    (
        "the gap between factors, over the mean entropy",
        "The two largest numbers are taken from each latent's row, and their mean gap is divided "
        "by the mean entropy. A gap belongs to a factor, and so does the entropy under it.",
        "In `(latents, factors)`, which axis does a factor's column run along?",
        _latent_by_latent_over_mean_entropy,
    ),
    (
        "the whole row of a winner cleared",
        "Before the second largest is looked for, the best latent of each factor is set to 0 for "
        "all factors, though it may be the second best for another one.",
        "Which entries does your assignment change: one in each column, or whole rows?",
        _winners_cleared,
    ),
    (
        "mean before the gap",
        "The matrix is averaged over the factors first, and then one gap is taken of the averages.",
        "Two latents know one factor each, perfectly. What is left of the gap after the mean?",
        _mean_first,
    ),
    (
        "not divided by the entropy",
        "The gaps are in nats: a factor with many values counts more, and 1 is not the upper "
        "limit.",
        "What should a perfectly known factor with ten values count, and what one with two?",
        {"divide": lambda gaps, entropies, information: gaps},
    ),
    (
        "divided by the largest information",
        "Each gap is divided by what the best latent knows, so a weak latent without a rival "
        "scores 1.",
        "Let one latent know a hundredth of a factor and all others nothing. What is the score?",
        {"divide": lambda gaps, entropies, information: gaps / information.max(axis=0)},
    ),
    (
        "mean gap over mean entropy",
        "The mean gap is divided by the mean entropy, instead of each gap by its own entropy.",
        "Is the mean of 1/2 and 2/8 the same as 3/10?",
        {"divide": lambda gaps, entropies, information: gaps / entropies.mean()},
    ),
    (
        "only the largest",
        "No second latent is subtracted, so a factor that two latents copy counts as well "
        "separated.",
        "Give the matrix the same row twice. What should happen to the score?",
        {"gap": lambda ranked: ranked[0]},
    ),
    (
        "largest less smallest",
        "The smallest information is subtracted, not the second largest.",
        "Two latents share a factor and a third ignores it. What should its gap be?",
        {"gap": lambda ranked: ranked[0] - ranked[-1], "rank": _down_without_rival},
    ),
    (
        "sorted the other way",
        "The two smallest are compared: the sort puts the smallest first.",
        "Print the sorted column. At which end is the largest?",
        {"rank": _up},
    ),
    (
        "second less largest",
        "The sign is wrong: the largest is subtracted from the second largest.",
        "Can a score that runs from 0 to 1 be negative?",
        {"gap": lambda ranked: ranked[1] - ranked[0]},
    ),
    (
        "a single latent scores 0",
        "With one latent its own information is subtracted, as if it had an equal rival.",
        "What does a latent that isn't there know about a factor?",
        {"rank": _down_without_rival},
    ),
    (
        "a factor of one value counts as 0",
        "A factor with an entropy of 0 lowers the mean, although there is nothing to know about "
        "it.",
        "Append a constant column to the factors: should the score of the codes change?",
        {"divide": _as_none, "keep": _every_factor},
    ),
    (
        "a factor of one value divides by 0",
        "A gap of 0 is divided by an entropy of 0, which is not a number.",
        "Which factors does the docstring leave out of the mean?",
        {"keep": _every_factor},
    ),
    (
        "summed over the factors",
        "The gaps are added up, not averaged, so more factors give a higher score.",
        "What should the score of perfect codes for eight factors be?",
        {"average": lambda shares, latents: np.sum(shares)},
    ),
    (
        "divided by the number of latents",
        "The sum over the factors is divided by the number of latents.",
        "Add a latent that knows nothing: should the score fall?",
        {"average": lambda shares, latents: np.sum(shares) / latents},
    ),
    (
        "only the best factor",
        "Only the factor with the largest gap is reported.",
        "What happens to the factors that no latent knows?",
        {"average": lambda shares, latents: np.max(shares)},
    ),
    (
        "the median factor",
        "This is the median of the gaps.",
        "Of 0, 0 and 0.9, what is the mean?",
        {"average": lambda shares, latents: np.median(shares)},
    ),
    (
        "one gap for each factor",
        "The gaps came back one by one.",
        "The docstring asks for one number.",
        {"average": lambda shares, latents: shares},
    ),
    sketch=_mig,
)
