"""What the draws of a Sampling layer show, and how far chance may move those of a right one.

A statistic is compared with its own standard error, which follows from the size of the sample;
`used_by_…` says how much of the allowance it used up, so that more than 1 is a refusal. Facts
are the same for every right layer, and for two wrong ones of one kind, whatever the noise was.
"""

from __future__ import annotations

import math

import numpy as np

from autograder.exercise import evidence, expect

# A normal deviate is further out than this once in 26 million draws (2Φ(−5.5) = 3.8e-8).
STANDARD_ERRORS = 5.5
# Draws of one call for the moments, for each of three latents.
DRAWS, LATENTS = 20_000, 3
# The batch whose noise is looked at entry by entry.
NOISE_SHAPE = (1600, 4)
# Images that should differ in their noise; rounded so far, chance makes hardly any two alike.
FEW_IMAGES, DECIMALS = 200, 4
# How far out a standard normal rarely is, and how rarely: 2Φ(−1.8).
FAR, FAR_SHARE = 1.8, 0.07186
# How rarely a right layer's noise is as far from normal as the largest distance allowed.
TOO_FAR = 1e-7
# Φ, from the error function.
NORMAL = np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)), otypes=[float])


def used_by_average(average, mean, std, count: int):
    """Of the averages of `count` draws from N(mean, std²): standard error std/√count."""
    return np.abs(average - mean) / (STANDARD_ERRORS * std / np.sqrt(count))


def used_by_spread(spread, std, count: int):
    """Of the standard deviations of `count` normal draws: standard error std/√(2·count)."""
    return np.abs(spread / std - 1) / (STANDARD_ERRORS / np.sqrt(2 * count))


def used_by_correlation(correlation, count: int):
    """Of correlations over `count` pairs: Fisher's z has the standard error 1/√(count − 3)."""
    return np.abs(np.arctanh(correlation)) / (STANDARD_ERRORS / np.sqrt(count - 3))


def used_by_far(share, count: int):
    """Of the share of `count` entries beyond ±1.8: a binomial share's standard error."""
    error = np.sqrt(FAR_SHARE * (1 - FAR_SHARE) / count)
    return np.abs(share - FAR_SHARE) / (STANDARD_ERRORS * error)


def used_by_distance(entries: np.ndarray):
    """Of the largest distance between the share of entries below a number and a normal's, of
    all numbers (Kolmogorov and Smirnov); `(…, n)` independent entries in ascending order.

    Beyond √(ln(2/p) / 2n) with a probability of at most p (Dvoretzky, Kiefer and Wolfowitz
    1956 with Massart's constant, doi:10.1214/aop/1176990746).
    """
    return distance(NORMAL(entries)) / distance_allowed(entries.shape[-1])


def distance_allowed(count: int) -> float:
    """How far the shares of `count` entries may be from those of a normal."""
    return math.sqrt(math.log(2 / TOO_FAR) / (2 * count))


def distance(below: np.ndarray):
    """Of uniform numbers' shares, `(…, n)` ascending, from those expected."""
    count = below.shape[-1]
    steps = np.arange(count + 1) / count
    return np.maximum(steps[1:] - below, below - steps[:-1]).max(axis=-1)


def used_by_repeats(noise: np.ndarray):
    """Of images that share their noise, `(…, images)`: half of them may."""
    ordered = np.sort(np.round(noise, DECIMALS), axis=-1)
    distinct = 1 + np.count_nonzero(np.diff(ordered, axis=-1), axis=-1)
    return (noise.shape[-1] - distinct) / (noise.shape[-1] / 2)


def moments(draws) -> dict:
    """Average and standard deviation of each latent over one call's draws.

    Where all images got the same draw its average says nothing, and is None.
    """
    (z,) = as_arrays(draws, 1, (DRAWS, LATENTS))
    spread = z.std(axis=0)
    return {"average": z.mean(axis=0) if spread.max() > 1e-3 else None, "spread": spread}


def noise_facts(draws, mean: np.ndarray) -> dict:
    """Whether the noise of two calls, around `mean` with σ = 1, is what noise should be.

    Returns:
        fresh: the second call's is another; per_image, per_latent: each has its own; far: it
        is beyond ±1.8 as often as a normal's is; normal: it is below any number as often;
        average and spread: its moments. The last four are None where they say nothing, because
        few entries are independent.
    """
    noise = as_arrays(draws, 2, mean.shape)[0] - mean
    fresh = is_fresh(draws, mean)
    per_image = bool(used_by_repeats(noise[:FEW_IMAGES].T).max() <= 1)
    per_latent = per_image and bool(used_by_correlation(_correlations(noise), len(noise)).max() < 1)
    facts = {"fresh": fresh, "per_image": per_image, "per_latent": per_latent}
    if not per_latent:
        return {**facts, "far": None, "normal": None, "average": None, "spread": None}
    share = np.mean(np.abs(noise) > FAR)
    far = bool(used_by_far(share, noise.size) <= 1)
    normal = bool(used_by_distance(np.sort(noise, axis=None)) <= 1)
    moments = {"average": noise.mean(), "spread": noise.std()}
    return {**facts, "far": far, "normal": normal, **moments}


def is_fresh(draws, mean: np.ndarray) -> bool:
    """Whether the noise of two calls, around `mean` with σ = 1, differs."""
    noise, second = (z - mean for z in as_arrays(draws, 2, mean.shape))
    return not np.allclose(noise, second, atol=1e-4)


def _correlations(noise: np.ndarray) -> np.ndarray:
    """Of every two latents, kept off ±1."""
    found = np.corrcoef(noise.T)[np.triu_indices(noise.shape[1], 1)]
    return np.clip(found, -1 + 1e-9, 1 - 1e-9)


def seeding(draws, means, order) -> dict:
    """Whether each of two seeds repeats its noise, and whether the two have different noise."""
    noise = np.array(as_arrays(draws, len(order), means[0].shape)) - means
    zero, one = (noise[order == which] for which in (0, 1))
    return {
        "repeats": [np.allclose(part, part[0], atol=1e-4) for part in (zero, one)],
        "differs": not np.allclose(zero[0], one[0], atol=1e-4),
    }


def twins(found, means) -> dict:
    """The seed in the config, and whether a layer and its rebuilt twin are alike."""
    if not isinstance(found, dict) or "config_seed" not in found:
        raise evidence.unreadable("get_config() of Sampling", "a config, and draws")
    config_seed, names = found["config_seed"], found.get("names")
    if config_seed is None:
        return {"config_seed": None, "alike": False, "named_alike": False}
    one, other = np.array(as_arrays(found.get("draws"), 2, means[0].shape)) - means
    alike = np.allclose(one, other, atol=1e-4) and not np.allclose(one, 0)
    named_alike = isinstance(names, (list, tuple)) and len(names) == 2 and names[0] == names[1]
    return {"config_seed": config_seed, "alike": bool(alike), "named_alike": named_alike}


def as_arrays(draws, count: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    """`count` draws of the right shape, in double precision."""
    what = "z of a Sampling layer"
    if not isinstance(draws, (list, tuple)) or len(draws) != count:
        raise evidence.unreadable(what, f"one draw for each of {count} calls")
    return [expect.array(z, shape, what).astype(np.float64) for z in draws]
