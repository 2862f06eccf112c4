"""Where chance enters the tests of the capstone: the noise in draws of codes."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.draw_codes import DRAWN
from autograder.course.lesson_7.draw_facts import BEYOND, STANDARD_ERRORS
from autograder.exercise.chance import Chance

# The smallest number of latents that a run asks for, and two draws.
NUMBERS = 2 * 4 * DRAWN
AT_ONCE = 1000


def _in_parts(margin):
    """Margins of many samples, computed in parts."""

    def margins(rng, trials: int) -> np.ndarray:
        sizes = [AT_ONCE] * (trials // AT_ONCE) + [trials % AT_ONCE]
        return np.concatenate(
            [margin(rng.standard_normal((n, NUMBERS), np.float32)) for n in sizes]
        )

    return margins


def _variance(noise) -> np.ndarray:
    return np.abs(noise.var(axis=1) - 1) / (STANDARD_ERRORS * np.sqrt(2 / NUMBERS))


def _mean(noise) -> np.ndarray:
    return np.abs(noise.mean(axis=1)) / (STANDARD_ERRORS / np.sqrt(NUMBERS))


def _beyond(noise) -> np.ndarray:
    share = np.mean(np.abs(noise) > np.sqrt(3), axis=1)
    allowed = STANDARD_ERRORS * np.sqrt(BEYOND * (1 - BEYOND) / NUMBERS)
    return np.abs(share - BEYOND) / allowed


CHECKS: tuple[Chance, ...] = (
    Chance(
        "7.1",
        "the mean reconstruction of 720 draws in the logs lies within 6 standard errors of that of "
        "720 others; both are means of many images and skewed by far less than one draw is",
        1e-7,
    ),
    Chance(
        "7.2",
        f"the variance of {NUMBERS} or more numbers of noise lies within 6 standard errors of 1: "
        "2e-9 for a normal mean, 1e-8 with the skewness of χ²",
        1e-8,
        _in_parts(_variance),
    ),
    Chance(
        "7.2",
        f"the mean of {NUMBERS} or more numbers of noise lies within 6 standard errors of 0",
        2e-9,
        _in_parts(_mean),
    ),
    Chance(
        "7.2",
        f"the share of {NUMBERS} or more numbers of noise beyond ±√3 lies within 6 standard errors "
        "of 8.3%, a binomial mean",
        1e-8,
        _in_parts(_beyond),
    ),
)
