"""Exercise 1.1: the mean of a window that moves along a series."""

from __future__ import annotations

import numpy as np

from autograder.exercise import expect
from autograder.exercise.declaration import Exercise, mistakes


def moving_average(series, width: int):
    """Reference: the mean of every `width` neighbours, `(n - width + 1,)`."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(series, float), width)
    return windows.mean(axis=-1)


def _one_window_short(series, width):
    return moving_average(series, width)[:-1]


def _padded(series, width):
    return np.convolve(series, np.ones(width) / width, mode="same")


def _sum(series, width):
    return moving_average(series, width) * width


MOVING_AVERAGE = Exercise(
    id="1.1",
    title="The mean of a moving window",
    answers=("moving_average",),
    minutes=10,
    hints=(
        "“Where does the first window begin, and where does the last one end?” Draw a series of "
        "five numbers and a window of three on paper.",
        "A series of n numbers has n − width + 1 windows. Each result is the sum of its window "
        "divided by the width.",
        "One line is enough: `np.convolve` with a window of `1 / width` and `mode='valid'`.",
    ),
    reference={"moving_average": moving_average},
    alternative="""# With running totals: each window is the difference of two of them.
def moving_average(series, width):
    totals = np.cumsum(np.concatenate([[0.0], series]))
    return (totals[width:] - totals[:-width]) / width""",
    misconceptions=mistakes(
        "moving_average",
        (
            "last window left out",
            "The last window is missing: the result is one number too short.",
            "Count the windows of a series of five numbers at a width of three.",
            _one_window_short,
        ),
        (
            "ends padded with zeros",
            "The result is as long as the series, because zeros were added at both ends.",
            "Should a window look beyond the ends of the series?",
            _padded,
        ),
        (
            "a sum in place of a mean",
            "Each window is added up, and not divided by its width.",
            "Try a series of ones.",
            _sum,
        ),
    ),
)


@MOVING_AVERAGE.test("five small numbers come out as by hand", points=0.5)
def test_1_1_by_hand(student, rng):
    series = np.array([1.0, 2.0, 6.0, 3.0, 0.0])
    found = student.call("moving_average", series, 3, tensors=False)
    expect.close(found, np.array([3.0, 11 / 3, 3.0]), f"moving_average({series.tolist()}, 3)")


@MOVING_AVERAGE.test("any series, any width", points=1.0)
def test_1_1_any(student, rng):
    width = int(rng.integers(2, 6))
    series = rng.normal(0.0, 3.0, int(rng.integers(8, 20)))
    found = student.call("moving_average", series, width, tensors=False)
    words = f"moving_average of {len(series)} random numbers at width {width}"
    expect.close(found, moving_average(series, width), words)
