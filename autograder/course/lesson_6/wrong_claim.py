"""Named wrong claims for exercise 6.3, from seeds to claims, with the words that name them."""

from __future__ import annotations

from autograder.exercise.declaration import mistakes


def _claim(over, under, otherwise="cannot tell"):
    def allowed_claim(low, high):
        if over(low, high):
            return "higher"
        return "lower" if under(low, high) else otherwise

    return allowed_claim


def _above(low, high):
    return low > 0


def _below(low, high):
    return high < 0


CLAIM = mistakes(
    "allowed_claim",
    (
        "the middle decides",
        "The verdict follows the sign of the middle; the width of the interval is ignored.",
        "What does your function say about an interval from −1 to 1.1?",
        _claim(lambda low, high: low + high > 0, lambda low, high: low + high < 0),
    ),
    (
        "higher and lower exchanged",
        "An interval above 0 is called lower, and one below 0 higher.",
        "The interval is for `scores` minus baseline. Which is larger when it lies above 0?",
        _claim(_below, _above),
    ),
    (
        "cannot tell taken for equal",
        "An interval that contains 0 contains other values too; it does not show that both are "
        "equal.",
        "Which differences does an interval from −0.1 to 0.3 leave possible?",
        _claim(_above, _below, "equal"),
    ),
    (
        "cannot tell taken for no difference",
        "An interval that contains 0 contains other values too; it does not show that there is no "
        "difference.",
        "Which differences does an interval from −0.1 to 0.3 leave possible?",
        _claim(_above, _below, "no difference"),
    ),
    (
        "one end is enough",
        "An interval that reaches above 0 is called higher, although it may reach below 0 as well.",
        "What does your function say about an interval from −1 to 0.1?",
        _claim(lambda low, high: high > 0, _below),
    ),
    (
        "lower unless higher",
        "Whatever is not shown to be higher is called lower; there is no third answer.",
        "What does your function say about an interval from −0.1 to 1?",
        _claim(_above, lambda low, high: low <= 0),
    ),
    (
        "lower never said",
        "An interval wholly below 0 is treated like one that contains 0.",
        "What does your function say about an interval from −2 to −1?",
        _claim(_above, lambda low, high: False),
    ),
    (
        "an end at 0 decides",
        'An interval that ends exactly at 0 still does not exclude "no difference".',
        "Is 0 inside an interval from 0 to 1, ends included?",
        _claim(lambda low, high: low >= 0, lambda low, high: high <= 0),
    ),
    (
        "the middle against the width",
        "The middle is compared with the whole width of the interval, twice as much as needed.",
        "Does an interval from 0.1 to 1 contain 0? What does your function say?",
        _claim(
            lambda low, high: (low + high) / 2 > high - low,
            lambda low, high: (low + high) / 2 < low - high,
        ),
    ),
)
