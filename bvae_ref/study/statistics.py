"""What a few seeds allow us to say: intervals, differences, and the seeds' share of the spread.

Numbers that are not finite, of models that diverged, are left out and counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.95
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


class Interval(NamedTuple):
    """A mean and where it may lie.

    Attributes:
        mean: of the numbers.
        low, high: ends of its confidence interval; NaN with fewer than two numbers.
        n: how many numbers were used.
        left_out: how many were not finite.
    """

    mean: float
    low: float
    high: float
    n: int
    left_out: int


class Difference(NamedTuple):
    """The mean of b minus the mean of a, and where it may lie.

    Attributes:
        mean, low, high: the difference and the ends of its interval.
        freedom: degrees of freedom.
        verdict: "higher" or "lower" where the interval leaves out 0, else "cannot be told".
    """

    mean: float
    low: float
    high: float
    freedom: float
    verdict: str


class Shares(NamedTuple):
    """Where the variance of a score lies.

    Attributes:
        between: share of the sum of squares between the settings, 0 to 1.
        within: share between the seeds of one setting, 1 − between.
        by_chance: the share that would lie between settings on average if they did not matter.
    """

    between: float
    within: float
    by_chance: float


@cache
def t_quantile(probability: float, freedom: float) -> float:
    """The t with P(−t < T < t) = `probability` for Student's T.

    With T = √ν·tan θ the density becomes proportional to cos^(ν−1) θ, which is integrated by
    Gauss and Legendre's rule; the θ is found by bisection.

    Args:
        probability: two-sided, between 0 and 1.
        freedom: ν ≥ 1, whole or not.

    Raises:
        ValueError: either out of its range.
    """
    if not 0 < probability < 1 or not freedom >= 1:
        raise ValueError(
            f"probability is {probability} and freedom {freedom}; expected a number between 0 "
            "and 1, and at least 1 degree of freedom."
        )
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale *= 2 / math.sqrt(math.pi)
    low, high = 0.0, math.pi / 2
    for _ in range(80):
        middle = (low + high) / 2
        angles = middle * (_NODES + 1) / 2
        inside = scale * middle / 2 * float(_WEIGHTS @ np.cos(angles) ** (freedom - 1))
        low, high = (middle, high) if inside < probability else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def mean_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """The mean of some numbers with Student's interval: mean ± t·s/√n, n − 1 degrees of freedom.

    Args:
        values: `(n,)`, one per seed.
        level: how often such intervals hold the true mean.
    """
    used, left_out = _finite(values)
    if len(used) < 2:
        mean = float(used.mean()) if len(used) else math.nan
        return Interval(mean, math.nan, math.nan, len(used), left_out)
    reach = t_quantile(level, len(used) - 1) * used.std(ddof=1) / math.sqrt(len(used))
    mean = float(used.mean())
    return Interval(mean, mean - float(reach), mean + float(reach), len(used), left_out)


def difference(a: ArrayLike, b: ArrayLike, level: float = LEVEL) -> Difference:
    """How much higher the mean of b is, with Welch's interval, which lets the spreads differ.

    Welch 1947, "The generalization of 'Student's' problem when several different population
    variances are involved"; degrees of freedom after Satterthwaite.

    Args:
        a, b: `(n,)` and `(m,)`, at least two finite numbers each.
        level: how often such intervals hold the true difference.

    Raises:
        ValueError: fewer than two finite numbers.
    """
    (a, _), (b, _) = _finite(a), _finite(b)
    if min(len(a), len(b)) < 2:
        raise ValueError(
            f"there are {len(a)} and {len(b)} finite numbers; a difference needs two or more of "
            "each, so train more seeds."
        )
    parts = [part.var(ddof=1) / len(part) for part in (a, b)]
    mean, variance = float(b.mean() - a.mean()), float(sum(parts))
    if variance == 0:
        freedom, reach = float(len(a) + len(b) - 2), 0.0
    else:
        squares = sum(p**2 / (len(g) - 1) for p, g in zip(parts, (a, b), strict=True))
        freedom = float(variance**2 / squares)
        reach = t_quantile(level, max(1.0, freedom)) * math.sqrt(variance)
    low, high = mean - reach, mean + reach
    verdict = "higher" if low > 0 else "lower" if high < 0 else "cannot be told"
    return Difference(mean, low, high, freedom, verdict)


def variance_shares(groups: Mapping[float, np.ndarray]) -> Shares:
    """How much of the spread of a score lies between settings, and how much between seeds.

    The one-way decomposition of the sum of squares about the grand mean. If settings did not
    matter, (k − 1)/(N − 1) of it would still lie between k settings of N models in all.

    Args:
        groups: {setting: scores}, as `table.scores` gives them.

    Raises:
        ValueError: fewer than two settings or no spread at all.
    """
    used = [part for part, _ in map(_finite, groups.values()) if len(part)]
    together = np.concatenate(used) if used else np.empty(0)
    total = float(((together - together.mean()) ** 2).sum()) if len(together) else 0.0
    if len(used) < 2 or total == 0:
        raise ValueError(
            f"there are {len(used)} settings and a sum of squares of {total:g}; expected at least "
            "two settings and scores that are not all equal."
        )
    between = sum(len(part) * (part.mean() - together.mean()) ** 2 for part in used) / total
    chance = (len(used) - 1) / (len(together) - 1)
    return Shares(float(between), float(1 - between), chance)


def _finite(values: ArrayLike) -> tuple[np.ndarray, int]:
    values = np.asarray(values, dtype=float)
    used = values[np.isfinite(values)]
    return used, len(values) - len(used)
