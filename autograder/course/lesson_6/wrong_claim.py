"""Named wrong claims of exercise 6.3, what seeds allow to say, with the words that name them."""

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
        "The verdict follows the sign of the middle; the width of the interval says nothing.",
        "What does your function say of an interval from −1 to 1.1?",
        _claim(lambda low, high: low + high > 0, lambda low, high: low + high < 0),
    ),
    (
        "higher and lower exchanged",
        "An interval above 0 is called lower, and one below 0 higher.",
        "The interval is of `scores` less baseline. Who is larger when it is above 0?",
        _claim(_below, _above),
    ),
    (
        "cannot tell taken for equal",
        "An interval that holds 0 holds other values too; it does not show that both are equal.",
        "Which differences does an interval from −0.1 to 0.3 leave possible?",
        _claim(_above, _below, "equal"),
    ),
    (
        "one end is enough",
        "An interval that reaches above 0 is called higher, though it may reach below 0 as well.",
        "What does your function say of an interval from −1 to 0.1?",
        _claim(lambda low, high: high > 0, _below),
    ),
    (
        "lower unless higher",
        "Whatever is not shown to be higher is called lower; there is no third answer.",
        "What does your function say of an interval from −0.1 to 1?",
        _claim(_above, lambda low, high: low <= 0),
    ),
    (
        "lower never said",
        "An interval below 0 as a whole is not told from one that holds 0.",
        "What does your function say of an interval from −2 to −1?",
        _claim(_above, lambda low, high: False),
    ),
    (
        "an end at 0 decides",
        "An interval that ends exactly at 0 still allows no difference.",
        "Is 0 inside an interval from 0 to 1, ends included?",
        _claim(lambda low, high: low >= 0, lambda low, high: high <= 0),
    ),
    (
        "the middle against the width",
        "The middle is compared with the whole width of the interval, twice what it takes.",
        "Does an interval from 0.1 to 1 hold 0? What does your function say?",
        _claim(
            lambda low, high: (low + high) / 2 > high - low,
            lambda low, high: (low + high) / 2 < low - high,
        ),
    ),
)
