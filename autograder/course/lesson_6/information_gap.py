"""Exercise 6.2, one latent for each factor: the mutual information gap, MIG."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_6 import wrong_information_gap
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


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
        "One large number and nothing else. So compare the largest with the second largest.",
        "For each factor: (largest − second largest over the latents, axis 0) / entropy. Then the "
        "mean over the factors whose entropy is above 0. With one latent the second largest is 0.",
        "`ranked = np.sort(<the matrix with a row of zeros added below>, axis=0)` puts the largest "
        "into the last row; `gaps = ranked[-1] - ranked[-2]`; `known = entropies > 0`; return the "
        "mean of `gaps[known] / entropies[known]`.",
    ),
    reference={"mig": _mig},
    misconceptions=wrong_information_gap.MIG,
    alternative="""\
# Without sorting: remove each factor's best latent from the matrix and look for the best again.
def mig(information, entropies):
    best = information.argmax(axis=0)
    first = information.max(axis=0)
    others = information.copy()
    others[best, np.arange(len(entropies))] = 0.0  # a single latent leaves 0
    gaps = first - others.max(axis=0)
    known = entropies > 0
    return np.sum(gaps[known] / entropies[known]) / np.sum(known)
""",
)


@MIG.test(
    "a factor that only one latent knows counts 1, a factor that two latents share counts 0",
    points=0.5,
)
def test_6_2_owned_and_shared(student, rng):
    entropies = rng.permutation([0.5, 1.0, 2.0])
    owned, shared, partly = rng.permutation(3)
    owner, other, third = rng.permutation(3)
    information = np.zeros((3, 3))
    information[owner, owned] = entropies[owned]
    information[[owner, other], shared] = entropies[shared] / 2
    # In hundredths of the entropy, to be readable: a little, the most, the second most.
    hundredths = [rng.integers(*span) for span in ((5, 25), (70, 96), (30, 61))]
    information[[owner, other, third], partly] = entropies[partly] * np.array(hundredths) / 100
    words = f"mig of the matrix {information.tolist()} and the entropies {entropies.tolist()}"
    _judge_migs(student, [(information, entropies, words)])


@MIG.test("the mean of gap over entropy across the factors, whatever the sizes", points=1.0)
def test_6_2_mean_of_gaps(student, rng):
    cases = []
    for latents, factors in ((int(rng.integers(5, 8)), 3), (2, 5), (4, 4)):
        entropies = rng.uniform(0.4, 2.4, factors)
        information = entropies * rng.uniform(0.05, 0.95, (latents, factors))
        cases.append((information, entropies, f"mig of a matrix {information.shape}"))
    _judge_migs(student, cases)


@MIG.test("a single latent has no rival; a factor with only one value is left out", points=0.5)
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
