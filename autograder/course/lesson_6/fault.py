"""Exercise 6.4, a mutual information gap in which a reshape is used as a transpose."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_6 import wrong_fault
from autograder.course.lesson_6.tables import copies, counted_information, drawn, entropy
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


def _score(information, entropies) -> float:
    """Mean over the factors of (largest − second largest) / entropy; every entropy is above 0."""
    ranked = np.sort(np.vstack([np.zeros(len(entropies)), information]), axis=0)
    return float(np.mean((ranked[-1] - ranked[-2]) / entropies))


def _mig_of_codes(codes, factors, bins):
    """Reference: the score of the codes as given."""
    labels = (np.unique(column, return_inverse=True)[1].ravel() for column in factors.T)
    entropies = np.array([entropy(label) for label in labels])
    return _score(counted_information(codes, factors, bins), entropies)


FAULT = Exercise(
    id="6.4",
    title="Find the fault: perfect codes that score nothing",
    answers=("faulty_line_6_4", "mig_of_codes"),
    minutes=7,
    hints=(
        "“With one latent it's right, with two it isn't. What does it do to a second column?” "
        "Feed it a table in which you recognise every number: [[1, 10], [2, 20], [3, 30]].",
        "`by_latent` should hold one latent per row: 1, 2, 3 and 10, 20, 30. Print it. A table "
        "can have the right shape but the wrong numbers in it.",
        "A reshape keeps the order in which numbers lie in memory, row by row. Turning rows into "
        "columns takes `codes.T`. Or leave the codes as they are; then nothing has to be turned "
        "back.",
    ),
    reference={"faulty_line_6_4": 3, "mig_of_codes": _mig_of_codes},
    needs=("6.1", "6.2"),
    misconceptions=wrong_fault.LINES + wrong_fault.MIG_OF_CODES,
    alternative="""\
# Without any turning: mutual_information takes the codes as they are.
faulty_line_6_4 = 3


def mig_of_codes(codes, factors, bins):
    entropies = []
    for column in factors.T:
        p = np.unique(column, return_counts=True)[1] / len(column)
        entropies.append(np.sum(p * np.log(1 / p)))
    return mig(mutual_information(codes, factors, bins), np.array(entropies))
""",
)


REPAIRED = "codes that copy their factors score 1, others what their columns share with the factors"


@FAULT.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_6_4_line(student, rng):
    expect.line(
        student.value("faulty_line_6_4"),
        3,
        "faulty_line_6_4",
        "the line after which a row no longer holds the numbers of one latent",
        "Print what each line makes of the codes [[1, 10], [2, 20], [3, 30]].",
    )


@FAULT.test(REPAIRED, points=1.0)
def test_6_4_repaired(student, rng):
    tables = [copies(rng), drawn(rng, 3, 2), drawn(rng, 2, 4), drawn(rng, 1, 2)]
    answers = [
        student.call("mig_of_codes", t.codes.copy(), t.factors.copy(), t.bins, tensors=False)
        for t in tables
    ]
    for table, answer in zip(tables, answers, strict=True):
        checked = f"mig_of_codes of {table.words}"
        expect.close(
            answer, _score(table.information, table.entropies), checked, rtol=1e-3, atol=1e-4
        )
