"""Named wrong intervals for exercise 6.3, from seeds to claims, with the words naming them."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _sample_variance(scores):
    return np.var(scores, ddof=1)


def _means(scores, baseline):
    return np.mean(scores) - np.mean(baseline)


def _as_given(quantile):
    return quantile


def _of_the_difference(a, b, variance):
    return np.sqrt(variance(a) / len(a) + variance(b) / len(b))


def _one_sample(a, b, variance):
    both = np.concatenate([a, b])
    return np.sqrt(variance(both) / len(both))


def _common_variance(a, b, variance):
    inside = variance(a) * (len(a) - 1) + variance(b) * (len(b) - 1)
    return np.sqrt(inside / (len(a) + len(b) - 2) * (1 / len(a) + 1 / len(b)))


def _paired(a, b, variance):
    pairs = min(len(a), len(b))
    return np.sqrt(variance(a[:pairs] - b[:pairs]) / pairs)


def _ends(centre, half):
    return centre - half, centre + half


def _interval(
    difference=_means,
    variance=_sample_variance,
    error=_of_the_difference,
    level=_as_given,
    order=_ends,
):
    def difference_interval(scores, baseline, quantile):
        centre = difference(scores, baseline)
        return order(centre, level(quantile) * error(scores, baseline, variance))

    return difference_interval


def _extremes(scores, baseline, quantile):
    return np.min(scores) - np.max(baseline), np.max(scores) - np.min(baseline)


INTERVAL = mistakes(
    "difference_interval",
    (
        "divided by n, not by n − 1",
        "The variance is that of exactly these seeds: with five of them, a fifth too small to "
        "speak for seeds that were not run.",
        "What does `np.var` divide by, unless `ddof` says otherwise?",
        {"variance": np.var},
    ),
    (
        "1.96 whatever is given",
        "The normal quantile is used; it assumes a known spread, but five seeds give only a rough "
        "estimate.",
        "Which argument of the function is not used?",
        {"level": lambda quantile: 1.96},
    ),
    (
        "one standard error",
        "The interval reaches one standard error to each side: it misses about one time in three "
        "or more often.",
        "Which argument of the function is not used?",
        {"level": lambda quantile: 1.0},
    ),
    (
        "half as wide",
        "The quantile is halved: the whole interval is only as wide as half of it should be.",
        "How far does it reach from its middle to one end, in standard errors?",
        {"level": lambda quantile: quantile / 2},
    ),
    (
        "the spread of seeds, not of means",
        "The variances are not divided by the numbers of seeds: that is how far a single seed "
        "strays, not a mean.",
        "What should happen to the interval when ten times as many seeds are run?",
        {"error": lambda a, b, variance: np.sqrt(variance(a) + variance(b))},
    ),
    (
        "divided by n, not by √n",
        "Each standard deviation is divided by its number of seeds, so the interval is too narrow.",
        "Four times as many seeds: how many times narrower should the interval get?",
        {
            "error": lambda a, b, variance: np.sqrt(
                variance(a) / len(a) ** 2 + variance(b) / len(b) ** 2
            )
        },
    ),
    (
        "two intervals laid end to end",
        "The two standard errors are added. That asks whether two separate intervals overlap, "
        "which is stricter than asking whether the means differ.",
        "With two independent errors of 3 and 4, how large is the error of the difference?",
        {
            "error": lambda a, b, variance: (
                np.sqrt(variance(a) / len(a)) + np.sqrt(variance(b) / len(b))
            )
        },
    ),
    (
        "the baseline taken as exact",
        "Only the seeds of `scores` enter the error, as if the baseline's mean were known exactly.",
        "How much would the baseline's mean move with other seeds?",
        {"error": lambda a, b, variance: np.sqrt(variance(a) / len(a))},
    ),
    (
        "only the baseline's error",
        "Only the seeds of the baseline enter the standard error.",
        "Double the spread of `scores`. Does your interval change?",
        {"error": lambda a, b, variance: np.sqrt(variance(b) / len(b))},
    ),
    (
        "the root forgotten",
        "The squared standard error is used in place of the standard error.",
        "Express all scores in percent: should the interval grow by a factor of a hundred or of "
        "ten thousand?",
        {"error": lambda a, b, variance: variance(a) / len(a) + variance(b) / len(b)},
    ),
    (
        "all seeds as one sample",
        "Both settings are pooled before the spread is taken, so the difference itself counts as "
        "spread.",
        "Move one setting far away. Should the interval of the difference get wider?",
        {"error": _one_sample},
    ),
    (
        "divided by the number of all seeds",
        "The two variances are added and divided by the number of all seeds, but each mean has "
        "only its own seeds.",
        "How many numbers were averaged for each of the two means?",
        {"error": lambda a, b, variance: np.sqrt((variance(a) + variance(b)) / (len(a) + len(b)))},
    ),
    (
        "the sizes exchanged",
        "Each variance is divided by the other setting's number of seeds.",
        "Which number of seeds belongs to which spread?",
        {"error": lambda a, b, variance: np.sqrt(variance(a) / len(b) + variance(b) / len(a))},
    ),
    (
        "one spread for both",
        "A common variance is used for both settings, which is Student's interval; Welch's keeps "
        "the two apart.",
        "Suppose one setting's seeds agree exactly. Whose seeds should still count?",
        {"error": _common_variance},
    ),
    (
        "seeds paired",
        "The spread is that of the differences seed by seed; seeds without a partner are left out.",
        "Reorder the scores of one setting. Should the interval change?",
        {"error": _paired},
    ),
    (
        "baseline minus scores",
        "The difference is taken the other way round, so a gain looks like a loss.",
        "If `scores` are all larger, which sign should the interval have?",
        {"difference": lambda scores, baseline: np.mean(baseline) - np.mean(scores)},
    ),
    (
        "the interval of one mean",
        "The middle is the mean of `scores`; the baseline is not subtracted.",
        "Pass the same scores twice: where should the middle lie?",
        {"difference": lambda scores, baseline: np.mean(scores)},
    ),
    (
        "medians",
        "The middle is the difference of the medians, but the standard error is that of means.",
        "Of 0, 0 and 9, what is the mean?",
        {"difference": lambda scores, baseline: np.median(scores) - np.median(baseline)},
    ),
    (
        "a share of the baseline",
        "The difference is divided by the baseline's mean, but the standard error is not.",
        "In which unit should the difference be?",
        {
            "difference": lambda scores, baseline: (
                (np.mean(scores) - np.mean(baseline)) / np.mean(baseline)
            )
        },
    ),
    (
        "the upper end first",
        "Both numbers are right but come in the other order.",
        "The docstring asks for the lower end first.",
        {"order": lambda centre, half: (centre + half, centre - half)},
    ),
    (
        "middle and half-width",
        "The middle and the half-width came back; the two ends still have to be computed from "
        "them.",
        "What does the docstring promise: two ends, or a number and its ±?",
        {"order": lambda centre, half: (centre, half)},
    ),
    (
        "from the extreme seeds",
        "The interval spans the differences of the most extreme seeds; more seeds would only "
        "widen it.",
        "Where do you use `quantile`?",
        _extremes,
    ),
    sketch=_interval,
    rtol=1e-4,
    atol=1e-5,
)
