"""Codes and factors whose mutual information is known before any code is drawn.

The bins and labels come first, then codes inside those bins: no code lies near an edge, so
it cannot matter how an answer rounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bvae_ref.metrics import plug_in_bias

# How far a code may lie from the middle of its bin, in widths; the edges are at ½.
INSIDE = 0.35
# The largest distance of the mean over a table of independent codes from the bias, in its units.
NEAR_BIAS = 0.2
# How often a coin of `small` shows each side.
SIDES = ((1, 1), (1, 2), (1, 3), (2, 1), (3, 1))
# More values than any factor has: bin and label are combined into one number.
MOST = 100


@dataclass(frozen=True)
class Table:
    """A question: codes `(n, latents)`, factors `(n, factors)`, the number of bins.

    Attributes:
        codes, factors: float32.
        bins: for each latent.
        information: what a right answer returns, `(latents, factors)`, nats.
        entropies: of the factors, `(factors,)`, nats.
        words: the sizes.
    """

    codes: np.ndarray
    factors: np.ndarray
    bins: int
    information: np.ndarray
    entropies: np.ndarray
    words: str


def counted_information(codes, factors, bins):
    """Reference of 6.1: mutual information by histogram, `(latents, factors)`, nats.

    The same as `bvae_ref.metrics.mutual_information`, but for any number of rows.
    """
    codes, factors = np.asarray(codes, dtype="float64"), np.asarray(factors)
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for k, factor in enumerate(factors.T):
        values, label = np.unique(factor, return_inverse=True)
        for j, code in enumerate(codes.T):
            place = np.minimum((code - code.min()) / np.ptp(code) * bins, bins - 1).astype(int)
            counts = np.bincount(place * len(values) + label, minlength=bins * len(values))
            shares = counts.reshape(bins, len(values)) / len(code)
            product = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0)
            seen = shares > 0
            matrix[j, k] = np.sum(shares[seen] * np.log(shares[seen] / product[seen]))
    return matrix


def entropy(labels: np.ndarray) -> float:
    """Entropy in nats of whole numbers `(n,)`, from their counts."""
    counts = np.bincount(labels)
    shares = counts[counts > 0] / len(labels)
    return float(-np.sum(shares * np.log(shares)))


def drawn(rng, latents: int, factors: int) -> Table:
    """Codes that partly follow the factors; the factors' values are unevenly spaced."""
    n, bins = int(rng.integers(90, 120)), int(rng.integers(6, 9))
    counts = rng.integers(3, 5, factors)
    labels = np.stack([_labels(rng, n, int(count)) for count in counts])
    places = np.stack([_places(rng, labels[j % factors], bins) for j in range(latents)])
    values = [_uneven(rng, int(count), k % 2) for k, count in enumerate(counts)]
    observed = np.stack([v[label] for v, label in zip(values, labels, strict=True)], axis=1)
    return _table(rng, places, labels, bins, observed)


def independent(rng) -> tuple[Table, float]:
    """800 rows of four latents and three factors that are unrelated to each other.

    Returns:
        the table, and the plug-in bias of each of its entries in nats; the mean over the
        entries is within `NEAR_BIAS` of it; other draws are skipped.
    """
    n, bins, values = 800, 5, 4
    bias = plug_in_bias(n, bins, values)
    while True:
        labels = rng.integers(0, values, (3, n))
        table = _table(rng, rng.integers(0, bins, (4, n)), labels, bins, labels.T)
        if abs(table.information.mean() / bias - 1) < NEAR_BIAS:
            return table, bias


def small(rng) -> tuple[Table, str]:
    """A few rows in two bins: two latents, each a copy of one coin; and the table in words.

    Of the three factors, two are the coins and one has a value for each pair of their sides. The
    coins are independent and need not be fair, so how much there is to know differs by question.
    """
    one, other = (np.repeat([0, 1], SIDES[i]) for i in rng.integers(len(SIDES), size=2))
    coins = np.stack([np.repeat(one, len(other)), np.tile(other, len(one))])
    coins = coins[:, rng.permutation(coins.shape[1])]
    labels = np.array([*coins, 2 * coins[0] + coins[1]])[rng.permutation(3)]
    places = coins[rng.permutation(2)]
    ends = np.array([[4.0, 5.0], [-0.25, 0.25]])[rng.permutation(2)]
    codes = np.stack([end[place] for end, place in zip(ends, places, strict=True)], axis=1)
    table = _known(codes, labels.T, places, labels, 2)
    words = f"the codes {codes.T.tolist()} and the factors {labels.tolist()} (written as rows)"
    return table, words


def copies(rng) -> Table:
    """Twelve rows of two latents that copy two factors, one of two values and one of three."""
    labels = np.array([np.repeat([0, 1], 6), np.tile([0, 1, 2], 4)])[:, rng.permutation(12)]
    order, bins = rng.permutation(2), int(rng.integers(6, 9))
    steps, starts = rng.uniform(0.5, 2.0, (2, 1)), rng.uniform(-3, 3, (2, 1))
    codes = (labels[order] * steps + starts).round(2)
    one, other = codes.tolist()
    words = f"two latents, {one} and {other}, each a copy of a factor, in {bins} bins"
    return replace(_known(codes.T, labels.T, labels[order], labels, bins), words=words)


def _labels(rng, n: int, count: int) -> np.ndarray:
    """Labels 0 to count − 1, the first ones more often."""
    shares = np.arange(count + 1, 1, -1) / np.arange(count + 1, 1, -1).sum()
    return np.concatenate(
        [np.repeat(np.arange(count), 4), rng.choice(count, n - 4 * count, p=shares)]
    )


def _places(rng, label: np.ndarray, bins: int) -> np.ndarray:
    """Bins that follow a label in six rows of ten."""
    follows = rng.random(len(label)) < 0.6
    return np.where(
        follows, (2 * label + rng.integers(bins)) % bins, rng.integers(0, bins, len(label))
    )


def _uneven(rng, count: int, whole: int) -> np.ndarray:
    """Values of a factor; the two lowest are 0.02 apart, all others at least 1.

    With `whole` 1 they begin at a whole number; with 0 just below one, which lies between the two.
    """
    lowest = rng.integers(1, 4) - (0.0 if whole else 0.01)
    return np.cumsum([lowest, 0.02, *rng.uniform(1.0, 2.5, count - 2)])


def _table(rng, places, labels, bins: int, observed) -> Table:
    """Codes inside the bins `places`, `(latents, n)`, each latent with a different range."""
    places = places.copy()
    scales = rng.permutation(np.geomspace(0.3, 6.0, len(places)))
    codes = np.empty(places.shape)
    for place, code, scale in zip(places, codes, scales, strict=True):
        first, last = rng.choice(len(place), 2, replace=False)
        place[first], place[last] = 0, bins - 1
        code[:] = place + 0.5 + rng.uniform(-INSIDE, INSIDE, len(place))
        # The range goes from edge to edge: both ends occur.
        code[first], code[last] = 0, bins
        code[:] = scale * (code / bins + rng.uniform(-2, 2))
    return _known(codes.T, observed, places, labels, bins)


def _known(codes, observed, places, labels, bins: int) -> Table:
    entropies = np.array([entropy(label) for label in labels])
    information = [
        [
            entropy(place) + h - entropy(MOST * place + label)
            for h, label in zip(entropies, labels, strict=True)
        ]
        for place in places
    ]
    words = f"{codes.shape} codes and {observed.shape} factors in {bins} bins"
    codes, observed = codes.astype("float32"), observed.astype("float32")
    return Table(codes, observed, bins, np.array(information), entropies, words)
