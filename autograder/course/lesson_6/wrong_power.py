"""Named wrong answers to exercise 6.5, how many seeds, with the words that name them."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _as_given(value):
    return value


def _always_1_96(quantile):
    return 1.96


def _of_two_means(n):
    return np.sqrt(2 / n)


def _detectable(level=_as_given, width=_as_given, means=_of_two_means, unit=_as_given):
    def detectable_difference(spread, n, quantile):
        return float(width(level(quantile) * unit(spread) * means(n)))

    return detectable_difference


DETECTABLE = mistakes(
    "detectable_difference",
    (
        "one mean only",
        "The error is that of one mean; a difference has two means, and both stray.",
        "Put two equal variances of means into the formula of 6.3. What stands under the root?",
        {"means": lambda n: np.sqrt(1 / n)},
    ),
    (
        "the spread of single seeds",
        "The number of seeds has no effect: this is how far two single runs lie apart.",
        "What does your function say about 5 seeds, and about 500?",
        {"means": lambda n: np.sqrt(2)},
    ),
    (
        "n − 1 where n belongs",
        "The variance of a mean is divided by n. The n − 1 belongs to the estimate of the spread, "
        "which is given here.",
        "Which of the two divisors does the formula of 6.3 show?",
        {"means": lambda n: np.sqrt(2 / (n - 1))},
    ),
    (
        "both settings as one sample",
        "2n seeds are treated as one sample, whose mean strays least. The difference of two means "
        "strays most.",
        "Do two errors that are independent make a difference more certain, or less?",
        {"means": lambda n: np.sqrt(1 / (2 * n))},
    ),
    (
        "errors added, not their squares",
        "The two standard errors are added. Independent errors add as squares.",
        "How large is √(3² + 4²), and how large 3 + 4?",
        {"means": lambda n: 2 / np.sqrt(n)},
    ),
    (
        "no root",
        "The root of 2/n is missing, as if variances were in the unit of the scores.",
        "With four times as many seeds, how many times as narrow is an interval?",
        {"means": lambda n: 2 / n},
    ),
    (
        "the spread squared",
        "The spread enters squared, while it is a standard deviation already.",
        "If all scores were ten times as large, how many times as large would the answer be?",
        {"unit": lambda spread: spread**2},
    ),
    (
        "1.96 for every n",
        "The quantile that is given is not used; 1.96 is right for a known spread.",
        "Give your function two different quantiles. Does its answer change?",
        {"level": _always_1_96},
    ),
    (
        "the standard error alone",
        "The answer is one standard error; an interval reaches `quantile` of them to each side.",
        "Give your function two different quantiles. Does its answer change?",
        {"level": lambda quantile: 1.0},
    ),
    (
        "from end to end",
        "This is the whole width of the interval. It reaches half of that from its middle.",
        "An interval from −1 to 1 has its middle at 0. How far may the middle move before 0 lies "
        "outside?",
        {"width": lambda half: 2 * half},
    ),
    sketch=_detectable,
)


def _sample_variance(values, axis):
    return np.var(values, axis=axis, ddof=1)


def _of_the_difference(a, b, pairs):
    return np.sqrt(a + b)


def _of_means(variance, n):
    return variance / n


def _wholly_above(difference, half):
    return difference > half


def _counting(
    axis=1,
    variance=_sample_variance,
    shrunk=_of_means,
    error=_of_the_difference,
    level=_as_given,
    found=_wholly_above,
    share=np.mean,
):
    def study_power(scores, baselines, quantile):
        n = scores.shape[axis]
        difference = scores.mean(axis=axis) - baselines.mean(axis=axis)
        errors = [
            shrunk(variance(item, axis), n) for item in (scores, baselines, scores - baselines)
        ]
        return float(share(found(difference, level(quantile) * error(*errors))))

    return study_power


def _one_of_all(scores, baselines, quantile):
    variances = np.var(scores, ddof=1) / scores.size + np.var(baselines, ddof=1) / baselines.size
    return float(np.mean(scores) - np.mean(baselines) > quantile * np.sqrt(variances))


POWER = mistakes(
    "study_power",
    (
        "a loss counts as found",
        "Studies whose interval lies below 0 are counted too. They report a loss, and the truth "
        "is a gain.",
        "What does your function say about studies that measured −40 with a spread of 1?",
        {"found": lambda difference, half: np.abs(difference) > half},
    ),
    (
        "the middle counts",
        "Every study with a higher mean is counted, however wide its interval is.",
        "What does your function say about studies that measured 0.1 with a spread of 1?",
        {"found": lambda difference, half: difference > 0},
    ),
    (
        "the studies that miss it",
        "This is the share of studies that do not find the gain.",
        "What should the power be where every study finds it?",
        {"found": lambda difference, half: difference <= half},
    ),
    (
        "losses in place of gains",
        "The studies that are counted report that `scores` are lower.",
        "Which of the two is subtracted, and which sign has a gain then?",
        {"found": lambda difference, half: -difference > half},
    ),
    (
        "one end is enough for a gain",
        "An interval that reaches above 0 is counted, although it may reach below 0 as well.",
        "Which end of an interval has to lie above 0, so that all of it does?",
        {"found": lambda difference, half: difference > -half},
    ),
    (
        "twice the half-width",
        "The measured gain is compared with the whole width of the interval.",
        "Does an interval from 0.1 to 1 contain 0? Does your function count it?",
        {"found": lambda difference, half: difference > 2 * half},
    ),
    (
        "a number of studies",
        "The studies are counted, but their number is not divided by all of them.",
        "How large can a power be?",
        {"share": np.sum},
    ),
    (
        "variances with divisor n",
        "The variance of each study is that of exactly these seeds: too small to speak for others, "
        "so too much is found.",
        "What does `np.var` divide by, unless `ddof` says otherwise?",
        {"variance": np.var},
    ),
    (
        "seeds taken for means",
        "The variances are those of single seeds. A mean of n seeds has a variance n times "
        "smaller.",
        "In 6.3, by what is each variance divided?",
        {"shrunk": lambda variance, n: variance},
    ),
    (
        "a baseline without error",
        "Only the spread of `scores` is used. The mean of the baseline strays as well.",
        "How many variances does the formula of 6.3 have?",
        {"error": lambda a, b, pairs: np.sqrt(a)},
    ),
    (
        "intervals end to end",
        "The two standard errors are added. Independent errors add as squares.",
        "How large is √(3² + 4²), and how large 3 + 4?",
        {"error": lambda a, b, pairs: np.sqrt(a) + np.sqrt(b)},
    ),
    (
        "seeds taken in pairs",
        "The spread is that of differences, seed by seed. Seed 1 of one setting has nothing to do "
        "with seed 1 of the other.",
        "Reorder the scores of one setting in a study. Should its interval change?",
        {"error": lambda a, b, pairs: np.sqrt(pairs)},
    ),
    (
        "one spread for all studies",
        "Every study gets the average spread. A real study knows only its own five scores.",
        "Could a study that was not run tell this one how much its seeds vary?",
        {"error": lambda a, b, pairs: np.sqrt(np.mean(a) + np.mean(b))},
    ),
    (
        "1.96 in every study",
        "The quantile that is given is not used; 1.96 is right for a known spread.",
        "Give your function two different quantiles. Does its answer change?",
        {"level": _always_1_96},
    ),
    (
        "studies taken for seeds",
        "Means and variances run over the studies, not over the seeds of each.",
        "Which axis of `(studies, n)` counts the seeds, and how many answers are left after it?",
        {"axis": 0},
    ),
    (
        "all studies as a single one",
        "All seeds of all studies went into one interval, which is above 0 or is not.",
        "Can your function return anything but 0 and 1?",
        _one_of_all,
    ),
    sketch=_counting,
)
