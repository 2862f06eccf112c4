"""Exercise 1.2: where a series crosses its own moving average."""

from __future__ import annotations

import numpy as np

from autograder.exercise import expect
from autograder.exercise.declaration import Exercise, mistakes
from toy_course.lesson_1.moving_average import moving_average


def crossings(series, width: int):
    """Reference: how often the series changes sides of its moving average."""
    above = _above(series, width)
    return int(np.sum(above[1:] != above[:-1]))


def _above(series, width):
    return np.asarray(series, float)[width - 1 :] > moving_average(series, width)


def _upward_only(series, width):
    above = _above(series, width)
    return int(np.sum(above[1:] & ~above[:-1]))


def _times_above(series, width):
    return int(np.sum(_above(series, width)))


CROSSINGS = Exercise(
    id="1.2",
    title="Crossings of a series and its average",
    answers=("crossings",),
    minutes=15,
    hints=(
        "“The two have different lengths.” Compare each window's mean with the last number of "
        "that window.",
        "Mark where the series lies above the average, then count how often the mark changes.",
        "`above = series[width - 1:] > moving_average(series, width)`, and a sum over "
        "`above[1:] != above[:-1]`.",
    ),
    reference={"crossings": crossings},
    needs=("1.1",),
    alternative="""# Count the changes of a sign.
def crossings(series, width):
    side = np.sign(series[width - 1 :] - moving_average(series, width))
    return int(np.count_nonzero(np.diff(side > 0)))""",
    misconceptions=mistakes(
        "crossings",
        (
            "only upward crossings counted",
            "Crossings from above to below are left out.",
            "Which changes of the mark count, and which do not?",
            _upward_only,
        ),
        (
            "times above counted",
            "It is counted how often the series lies above, not how often that changes.",
            "What does a single long stretch above the average give?",
            _times_above,
        ),
    ),
)


@CROSSINGS.test("crossings are counted in both directions", points=1.5)
def test_1_2_crossings(student, rng):
    series, width = rng.normal(0.0, 1.0, 60), int(rng.integers(2, 5))
    found = student.call("crossings", series, width, tensors=False)
    words = f"crossings of 60 random numbers at width {width}"
    expect.equal(found, crossings(series, width), words)


@CROSSINGS.test("the series it is given stays as it was", points=0.5)
def test_1_2_series_untouched(student, rng):
    series = rng.normal(0.0, 1.0, 12)
    facts = student.probe("lesson_1.before_and_after", series, 3)
    expect.close(facts["after"], series, "the series after a call of crossings(series, 3)")
    expect.equal(facts["count"], crossings(series, 3), "crossings of 12 random numbers")
