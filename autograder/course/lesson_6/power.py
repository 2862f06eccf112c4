"""Exercise 6.5, what a number of seeds can show, before any model is trained."""

from __future__ import annotations

from itertools import product

import numpy as np

from autograder.course.lesson_6 import wrong_power
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# Of Student's distribution for 95% and 12, 8, 6, 4, 3 and 2 degrees of freedom.
QUANTILES = (2.179, 2.306, 2.447, 2.776, 3.182, 4.303)
# No study is so near to the edge of being found that rounding could decide, in half-widths.
NEAR_THE_EDGE = 0.01


def _detectable_difference(spread, n, quantile):
    """Reference: quantile · spread · √(2/n)."""
    return float(quantile * spread * np.sqrt(2 / n))


def _power(scores, baselines, quantile):
    """Reference: the share of rows whose Welch interval lies wholly above 0."""
    differences = scores.mean(axis=1) - baselines.mean(axis=1)
    variances = scores.var(axis=1, ddof=1) + baselines.var(axis=1, ddof=1)
    return float(np.mean(differences > quantile * np.sqrt(variances / scores.shape[1])))


POWER = Exercise(
    id="6.5",
    title="How many seeds?",
    answers=("detectable_difference", "study_power"),
    minutes=8,
    needs=("6.3",),
    hints=(
        "“There are no scores yet, so what is there to compute?” Everything but the scores: the "
        "spread is known from earlier runs, and n is yours to choose. Put them into the formula "
        "of 6.3. And a study that has not been run can be made up, many times.",
        "Both settings with spread s and n seeds: s²/n + s²/n = 2s²/n under the root. A made-up "
        "study is one row of `scores` and the same row of `baselines`; it finds the difference "
        "if `low` of its interval is above 0.",
        "`half = quantile * spread * np.sqrt(<two variances of means>)`. And `found = [<does the "
        "interval of one row lie above 0?> for one, other in zip(scores, baselines)]`, of which "
        "`np.mean` is the share.",
    ),
    reference={"detectable_difference": _detectable_difference, "study_power": _power},
    misconceptions=wrong_power.DETECTABLE + wrong_power.POWER,
    alternative="""\
# All studies at once: axis 1 counts the seeds of a study.
def detectable_difference(spread, n, quantile):
    error_of_a_mean = spread / np.sqrt(n)
    return quantile * np.hypot(error_of_a_mean, error_of_a_mean)


def study_power(scores, baselines, quantile):
    n = scores.shape[1]
    differences = np.mean(scores, axis=1) - np.mean(baselines, axis=1)
    squared = (np.var(scores, axis=1, ddof=1) + np.var(baselines, axis=1, ddof=1)) / n
    return np.mean(differences > quantile * np.sqrt(squared))
""",
)


@POWER.test("the difference that n seeds can show, in the unit of the spread", points=0.5)
def test_6_5_detectable(student, rng):
    sizes = rng.choice(np.arange(3, 40), 3, replace=False)
    quantiles = rng.choice(QUANTILES, 3, replace=False)
    cases = [
        (float(spread), int(n), float(quantile))
        for spread, n, quantile in zip((0.015, 0.4, 3.0), sizes, quantiles, strict=True)
    ]
    answers = [student.call("detectable_difference", *case, tensors=False) for case in cases]
    for case, answer in zip(cases, answers, strict=True):
        words = "detectable_difference(spread={:g}, n={}, quantile={:g})".format(*case)
        expect.close(_one_number(answer), _detectable_difference(*case), words, rtol=1e-3)


@POWER.test("clear studies: only those that find the gain are counted", points=0.5)
def test_6_5_clear(student, rng):
    # The sample variance of −1, −1, 0, 1, 1 is 1. The first and the last study find the gain.
    steps = np.array([-1.0, -1.0, 0.0, 1.0, 1.0])
    counts = _counts(rng, 4)
    kinds = ((40.0, 1.0), (-40.0, 1.0), (0.1, 1.0), (0.0, 0.0))
    first, *rest = np.repeat(kinds, counts, axis=0)
    studies = np.array([first, *rng.permutation(rest[1:]), first])
    scores, baselines = (
        np.array([middle + spread * rng.permutation(steps) for middle, spread in of])
        for of in (studies, studies * [0.0, 1.0])
    )
    quantile = float(rng.choice(QUANTILES[3:]))
    answer = student.call("study_power", scores, baselines, quantile, tensors=False)
    words = (
        f"power of {len(studies)} studies: with a spread of 1, {counts[0]} measured a gain of 40, "
        f"{counts[1]} a loss of 40 and {counts[2]} a gain of 0.1; {counts[3]} have the same score "
        "everywhere"
    )
    expect.close(_one_number(answer), counts[0] / len(studies), words, rtol=1e-3)


@POWER.test("each study is judged by its own spread", points=0.5)
def test_6_5_own_spread(student, rng):
    # With four seeds the baseline varies most; with seven, some are good ones in every study.
    cases = [
        (*_studies(rng, *case), case[1]) for case in ((4, 3.182, 3.0, 0.0), (7, 2.447, 1.0, 6.0))
    ]
    answers = [student.call("study_power", *_copies(case), tensors=False) for case in cases]
    for (scores, baselines, quantile), answer in zip(cases, answers, strict=True):
        words = (
            f"power of {len(scores)} studies of {scores.shape[1]} seeds each, quantile={quantile}"
        )
        expect.close(
            _one_number(answer), _power(scores, baselines, quantile), words, rtol=1e-3, atol=1e-4
        )


def _counts(rng, kinds: int) -> np.ndarray:
    """How many there are of each kind, two or more; every sum of some of them is another one."""
    chosen = np.array(list(product((0, 1), repeat=kinds)))
    while True:
        counts = rng.integers(2, 40, kinds)
        if len(np.unique(chosen @ counts)) == len(chosen):
            return counts


def _studies(
    rng, n: int, quantile: float, unsteady: float, good: float
) -> tuple[np.ndarray, np.ndarray]:
    """Scores and baselines, each `(studies, n)`, whose gains lie on both sides of every edge.

    In units of the half-width of its interval the gains run from about −2.5 to about 4 in small
    steps, and none is 1. The spread of `baselines` is `unsteady` times as large as that of
    `scores`; some seeds lie above the others in `scores`, by `good` spreads, and below in
    `baselines`.
    """
    gains = np.arange(rng.uniform(-3.0, -2.0), rng.uniform(3.0, 4.5), 0.02)
    # A divisor that is off by one in one of the two settings moves the edge by a few per cent.
    gains = np.concatenate([gains, rng.uniform(0.9, 1 - NEAR_THE_EDGE, 30)])
    gains = rng.permutation(gains[np.abs(gains - 1) > NEAR_THE_EDGE])
    scores, baselines = rng.standard_normal((2, len(gains), n))
    shift = rng.permutation(np.where(np.arange(n) < n // 2, good, 0.0))
    scores, baselines = scores + shift, baselines - shift
    scores *= rng.uniform(0.5, 2.0, (len(gains), 1))
    baselines *= unsteady * rng.uniform(0.5, 2.0, (len(gains), 1))
    variances = scores.var(axis=1, ddof=1) + baselines.var(axis=1, ddof=1)
    measured = scores.mean(axis=1) - baselines.mean(axis=1)
    scores += (gains * quantile * np.sqrt(variances / n) - measured)[:, None]
    return scores, baselines


def _copies(case: tuple) -> tuple:
    scores, baselines, quantile = case
    return scores.copy(), baselines.copy(), quantile


def _one_number(answer) -> float:
    return float(expect.array(answer, (), "what is returned"))
