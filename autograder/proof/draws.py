"""The statistical tests' false alarms, simulated.

A rate of one in a million cannot be counted in 100,000 draws. What can be seen is whether there
is any alarm at all, and how fast the tail falls towards the tolerance: for a statistic that is
about normal, the square of its margin falls exponentially beyond a high quantile, which gives an
estimate of the rate (peaks over a threshold; Pickands 1975, doi:10.1214/aos/1176343003).
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np

from autograder.exercise import registry
from autograder.exercise.chance import MOST, Chance

TRIALS = 100_000
TAIL = 0.01
# The estimate's own uncertainty: it has to confirm the order of the rate, not its digits.
ORDER = 10.0


@cache
def checks() -> tuple[Chance, ...]:
    """Every statistical check of the course, in its order."""
    return tuple(
        check for lesson in registry.course().lessons for check in registry.chances(lesson)
    )


def simulated(check: Chance, trials: int = TRIALS) -> dict:
    """What became of a check in many draws of right answers."""
    row = {"name": check.what, "exercise_id": check.exercise_id, "rate": check.rate}
    if check.margins is None:
        return {**row, "trials": 0, "alarms": 0, "estimate": None, "holds": check.rate <= MOST}
    rng = np.random.default_rng([zlib.crc32(check.what.encode())])
    margins = np.asarray(check.margins(rng, trials), dtype=np.float64)
    if margins.shape != (trials,):
        raise ValueError(
            f"{check.exercise_id} {check.what}: margins have the shape {margins.shape}; expected "
            f"({trials},)."
        )
    alarms = int(np.sum(~(margins <= 1)))
    estimate = tail_estimate(margins)
    holds = check.rate <= MOST and alarms <= 1 and estimate <= ORDER * MOST
    return {**row, "trials": trials, "alarms": alarms, "estimate": estimate, "holds": bool(holds)}


def tail_estimate(margins: np.ndarray) -> float:
    """The probability of a margin above 1, from how fast the squares' upper tail falls.

    Args:
        margins: `(trials,)`, shares of a tolerance used up, at least 0.
    """
    squares = np.sort(np.square(margins))
    beyond = squares[-max(int(TAIL * len(squares)), 2) :]
    edge, excess = beyond[0], float(np.mean(beyond - beyond[0]))
    if edge >= 1:
        return float(np.mean(squares > 1))
    return float(TAIL * np.exp(-(1 - edge) / excess)) if excess > 0 else 0.0
