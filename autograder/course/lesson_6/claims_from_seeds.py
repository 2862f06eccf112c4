"""Exercise 6.3, what the seeds of two settings allow you to say."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_6 import wrong_claim, wrong_interval
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe


def _difference_interval(scores, baseline, quantile):
    """Reference: difference of means ± quantile · √(s₁²/n₁ + s₂²/n₂)."""
    middle = np.mean(scores) - np.mean(baseline)
    squares = (np.var(item, ddof=1) / len(item) for item in (scores, baseline))
    half = quantile * np.sqrt(sum(squares))
    return float(middle - half), float(middle + half)


def _allowed_claim(low, high):
    """Reference: what an interval for the difference allows you to say."""
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "cannot tell"


SWEEP = Exercise(
    id="6.3",
    title="What five seeds allow you to say",
    answers=("difference_interval", "allowed_claim"),
    minutes=20,
    hints=(
        "“Other seeds would have given other means. By how much?” A mean of n seeds strays by the "
        "seeds' standard deviation over √n. There are two means here, and both stray.",
        "Standard error of the difference: √(s₁²/n₁ + s₂²/n₂), with s² the variance with divisor "
        "n − 1. The interval: mean(scores) − mean(baseline) ± quantile · standard error. It "
        "allows a claim when 0 lies outside.",
        "`squared = np.var(scores, ddof=1) / len(scores) + <the same of the baseline>`; `half = "
        "quantile * np.sqrt(squared)`; return `(middle - half, middle + half)`. Then: `if low > "
        "0` …, `if high < 0` …, and one answer for everything else.",
    ),
    reference={"difference_interval": _difference_interval, "allowed_claim": _allowed_claim},
    misconceptions=wrong_interval.INTERVAL + wrong_claim.CLAIM,
    alternative="""\
# The statistics module takes plain lists, divides by n - 1, and reads like a sentence.
from statistics import mean, variance


def difference_interval(scores, baseline, quantile):
    scores, baseline = list(map(float, scores)), list(map(float, baseline))
    error = (variance(scores) / len(scores) + variance(baseline) / len(baseline)) ** 0.5
    middle = mean(scores) - mean(baseline)
    return middle - quantile * error, middle + quantile * error


def allowed_claim(low, high):
    if low <= 0 <= high:  # 0 is among the differences that the seeds leave possible
        return "cannot tell"
    return "higher" if low > 0 else "lower"
""",
)


@SWEEP.test("two settings of five seeds each, by hand", points=0.5)
def test_6_3_by_hand(student, rng):
    # The sample variance of −1, −1, 0, 1, 1 is 1; with 3 and 4 hundredths the root is 5/√5.
    steps = np.array([-1.0, -1.0, 0.0, 1.0, 1.0])
    spreads = rng.permutation([0.03, 0.04])
    means = rng.choice(np.arange(10, 60), 2, replace=False) / 100
    quantile = float(rng.integers(2, 5))
    scores, baseline = (m + s * rng.permutation(steps) for m, s in zip(means, spreads, strict=True))
    half = quantile * 0.05 / np.sqrt(5)
    middle = means[0] - means[1]
    answer = _asked(student, scores, baseline, quantile)
    words = f"difference_interval({describe(scores)}, {describe(baseline)}, quantile={quantile})"
    expect.close(_two_numbers(answer), np.array([middle - half, middle + half]), words, rtol=1e-3)


@SWEEP.test("each setting has its own spread and its own number of seeds", points=1.0)
def test_6_3_welch(student, rng):
    cases = []
    for sizes, at, spread in (((5, 8), 0.2, 0.03), ((7, 4), -110.0, 2.0), ((6, 6), 0.5, 0.1)):
        scores, baseline = (_scores(rng, size, at, spread) for size in sizes)
        cases.append((scores, baseline, float(rng.choice([2.365, 2.571, 2.776, 3.182, 4.604]))))
    answers = [_asked(student, *case) for case in cases]
    for (scores, baseline, quantile), answer in zip(cases, answers, strict=True):
        wanted = np.array(_difference_interval(scores, baseline, quantile))
        words = (
            f"difference_interval of {len(scores)} scores and {len(baseline)} of the baseline, "
            f"quantile={quantile}"
        )
        expect.close(_two_numbers(answer), wanted, words, rtol=1e-3, atol=1e-4)


def _scores(rng, size: int, at: float, spread: float):
    """Scores that differ in mean and spread, and whose median is not their mean."""
    return at + spread * (rng.uniform(0.5, 2.0) * rng.standard_normal(size) + rng.uniform(-2, 2))


def _asked(student, scores, baseline, quantile):
    arguments = scores.copy(), baseline.copy(), quantile
    return student.call("difference_interval", *arguments, tensors=False)


def _two_numbers(answer):
    """The learner's two ends, after checking that there are two."""
    pair = list(answer) if isinstance(answer, np.ndarray) and answer.ndim == 1 else answer
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what difference_interval returns",
        "two numbers: (low, high)",
        answer,
    )
    return [float(expect.array(end, (), "an end of the interval")) for end in pair]


@SWEEP.test("a claim is allowed when 0 lies outside the interval, and only then", points=1.0)
def test_6_3_claims(student, rng):
    a, b = np.sort(rng.uniform(0.05, 0.4, (2, 5)), axis=0)
    wide = rng.uniform(1.5, 3.0, 2)
    intervals = [(a[0], a[0] + wide[0]), (b[1], b[1] + 0.01), (-a[2], b[2]), (-b[3], a[3])]
    intervals += [(-a[4] - wide[1], -a[4]), (-b[0] - 0.01, -b[0]), (0.0, b[1]), (-b[2], 0.0)]
    # No spread at all, as where two lists hold one number again and again.
    intervals.append((0.0, 0.0))
    intervals = [tuple(map(float, interval)) for interval in intervals]
    intervals = [intervals[i] for i in rng.permutation(len(intervals))]
    answers = [student.call("allowed_claim", *interval, tensors=False) for interval in intervals]
    for (low, high), answer in zip(intervals, answers, strict=True):
        words = f"allowed_claim({low:.4g}, {high:.4g})"
        expect.equal(answer, _allowed_claim(low, high), words)
