"""Lesson 6, Does β disentangle?: what its exercises ask and how a right answer behaves.

Exercise 6.3 is in `lesson_6_sweep`, 6.4 in `lesson_6_fault`.

Nothing can fail by chance. Expected information comes from the bins that the questions were drawn
from, by three entropies, never from a histogram of codes; every code lies well inside its bin.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_6 import wrong_gaps, wrong_information
from autograder.course.lesson_6.tables import (
    Table,
    counted_information,
    drawn,
    independent,
    small,
)
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# --- 6.1 -------------------------------------------------------------------------------


INFORMATION = Exercise(
    id="6.1",
    title="What a latent knows: mutual information by histogram",
    answers=("mutual_information",),
    minutes=25,
    hints=(
        "“I know how to do this for two columns of labels: count how often each pair occurs. But a "
        "code is no label.” Make it one: the number of the bin it falls into. Then every pair of a "
        "latent and a factor is one table of counts.",
        "Bin: b = floor((z − min)/(max − min)·B), at most B − 1; min and max are the latent's own. "
        "Shares: p = counts/n, `(bins, values)`. Then I = Σ p(b, k) · log(p(b, k)/(p(b)·p(k))), "
        "natural logarithm, over the cells with p > 0; p(b) and p(k) are sums of the table over "
        "its rows or columns.",
        "For each j and k: `label = np.unique(factors[:, k], return_inverse=True)[1]`; "
        "`counts = np.histogram2d(codes[:, j], label, bins=(bins, <number of values>))[0]`; "
        "`p = counts / counts.sum()`; `product = p.sum(axis=1, keepdims=True) * "
        "p.sum(axis=0, keepdims=True)`; `seen = p > 0`; sum `p[seen] * np.log(<the ratio>)`.",
    ),
    reference={"mutual_information": counted_information},
    misconceptions=wrong_information.INFORMATION,
    alternative="""\
# By entropies: what both are uncertain of by themselves, less what they are together.
def entropy(labels):
    p = np.unique(labels, axis=0, return_counts=True)[1] / len(labels)
    return -np.sum(p * np.log(p))


def mutual_information(codes, factors, bins):
    low, high = codes.min(axis=0), codes.max(axis=0)
    places = np.minimum(np.floor((codes - low) / (high - low) * bins), bins - 1)
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for j, place in enumerate(places.T):
        for k, value in enumerate(factors.T):
            both = np.stack([place, value], axis=1)
            matrix[j, k] = entropy(place) + entropy(value) - entropy(both)
    return matrix
""",
)


@INFORMATION.test("a copy shares the whole entropy, a stranger nothing", points=0.5)
def test_6_1_copies_and_strangers(student, rng):
    table, words = small(rng)
    _judge_matrix(_matrix(student, table), table, f"mutual_information of {words}, in 2 bins")


@INFORMATION.test("every pair of a latent and a factor, from its own counts", points=1.5)
def test_6_1_follows_the_counts(student, rng):
    tables = [drawn(rng, latents, factors) for latents, factors in ((3, 2), (2, 4))]
    answers = [_matrix(student, table) for table in tables]
    for table, answer in zip(tables, answers, strict=True):
        _judge_matrix(answer, table, f"mutual_information of {table.words}")


@INFORMATION.test("independent codes seem to know (B − 1)(K − 1)/2N, the plug-in bias", points=1.0)
def test_6_1_bias(student, rng):
    table, bias = independent(rng)
    checked = f"mutual_information of {table.words}, all of them independent"
    matrix = expect.array(_matrix(student, table), table.information.shape, checked)
    expect.that(
        bool(0.6 * bias < matrix.mean() < 1.4 * bias),
        checked,
        f"on average about the plug-in bias, {bias:.4f} nats",
        f"{matrix.mean():.4f} on average",
    )
    _judge_matrix(matrix, table, checked)


def _matrix(student, table: Table):
    arguments = table.codes.copy(), table.factors.copy(), table.bins
    return student.call("mutual_information", *arguments, tensors=False)


def _judge_matrix(answer, table: Table, checked: str):
    expect.close(answer, table.information, checked, rtol=1e-3, atol=1e-4)


# --- 6.2 -------------------------------------------------------------------------------


def _mig(information, entropies):
    """Reference: mean over the factors with an entropy of (largest − second largest) / entropy."""
    information, entropies = (np.asarray(a, dtype="float64") for a in (information, entropies))
    ranked = np.sort(np.vstack([np.zeros(information.shape[1]), information]), axis=0)
    known = entropies > 0
    return float(np.mean((ranked[-1] - ranked[-2])[known] / entropies[known]))


MIG = Exercise(
    id="6.2",
    title="One latent for each factor: MIG",
    answers=("mig",),
    minutes=15,
    hints=(
        "“I look down one column of the matrix: one factor, all latents. What do I want to see?” "
        "One large number and nothing beside it. So compare the largest with the one that comes "
        "next.",
        "For each factor: (largest − second largest over the latents, axis 0) / entropy. Then the "
        "mean over the factors whose entropy is above 0. With one latent the second largest is 0.",
        "`ranked = np.sort(<the matrix with a row of zeros added below>, axis=0)` puts the largest "
        "into the last row; `gaps = ranked[-1] - ranked[-2]`; `known = entropies > 0`; return the "
        "mean of `gaps[known] / entropies[known]`.",
    ),
    reference={"mig": _mig},
    misconceptions=wrong_gaps.MIG,
    alternative="""\
# Without sorting: take each factor's best latent out of the matrix and look for the best again.
def mig(information, entropies):
    best = information.argmax(axis=0)
    first = information.max(axis=0)
    others = information.copy()
    others[best, np.arange(len(entropies))] = 0.0  # a lone latent leaves 0 behind
    gaps = first - others.max(axis=0)
    known = entropies > 0
    return np.sum(gaps[known] / entropies[known]) / np.sum(known)
""",
)


@MIG.test("a factor with a latent of its own counts 1, one that two latents share 0", points=0.5)
def test_6_2_owned_and_shared(student, rng):
    entropies = rng.permutation([0.5, 1.0, 2.0])
    owned, shared, partly = rng.permutation(3)
    owner, other, third = rng.permutation(3)
    information = np.zeros((3, 3))
    information[owner, owned] = entropies[owned]
    information[[owner, other], shared] = entropies[shared] / 2
    # In hundredths of the entropy, so that they can be read: a little, the most, the second most.
    hundredths = [rng.integers(*span) for span in ((5, 25), (70, 96), (30, 61))]
    information[[owner, other, third], partly] = entropies[partly] * np.array(hundredths) / 100
    words = f"mig of the matrix {information.tolist()} and the entropies {entropies.tolist()}"
    _judge_migs(student, [(information, entropies, words)])


@MIG.test("the mean over the factors of gap over entropy, whatever the sizes", points=1.0)
def test_6_2_mean_of_gaps(student, rng):
    cases = []
    for latents, factors in ((int(rng.integers(5, 8)), 3), (2, 5), (4, 4)):
        entropies = rng.uniform(0.4, 2.4, factors)
        information = entropies * rng.uniform(0.05, 0.95, (latents, factors))
        cases.append((information, entropies, f"mig of a matrix {information.shape}"))
    _judge_migs(student, cases)


@MIG.test("one latent has no rival; a factor of one value is left out", points=0.5)
def test_6_2_edges(student, rng):
    entropies = rng.uniform(0.8, 2.0, 3)
    alone = entropies * rng.uniform(0.2, 0.9, (1, 3))
    several = entropies * rng.uniform(0.05, 0.95, (4, 3))
    constant = int(rng.integers(3))
    left = np.where(np.arange(3) == constant, 0.0, entropies)
    several[:, constant] = 0.0
    cases = (
        (alone, entropies, f"mig of a single latent, matrix {alone.round(3).tolist()}"),
        (several, left, f"mig of a matrix (4, 3) where factor {constant} has an entropy of 0"),
    )
    _judge_migs(student, cases)


def _judge_migs(student, cases):
    """Ask for every (information, entropies, words) before any is judged."""
    answers = [
        student.call("mig", information.copy(), entropies.copy(), tensors=False)
        for information, entropies, _ in cases
    ]
    for (information, entropies, words), answer in zip(cases, answers, strict=True):
        expect.close(answer, _mig(information, entropies), words, rtol=1e-3, atol=1e-4)
