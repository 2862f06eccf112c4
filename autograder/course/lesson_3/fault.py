"""Exercise 3.5, find the fault: one batch stands for the test set."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_3 import wrong_fault
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


def _epoch_loss(batch_losses, batch_sizes) -> float:
    """Reference: mean over all images of a data set from its batch means."""
    return float(np.average(batch_losses, weights=batch_sizes))


EPOCH_LOSS = Exercise(
    id="3.5",
    title="Find the fault: one batch stands for the test set",
    answers=("faulty_line_3_5", "epoch_loss"),
    minutes=7,
    hints=(
        "“The numbers look plausible.” Feed it two batches whose losses you know, such as 1 and 3, "
        "and count how often each line runs.",
        "A `return` ends the function wherever it stands, even inside a loop. The mean over all "
        "images is Σ (batch mean × batch size) / Σ batch size.",
        "The `return` belongs after the loop, indented like the `for`. In `epoch_loss`: add up "
        "`loss * size` and `size` over `zip(batch_losses, batch_sizes)`, then divide.",
    ),
    reference={"faulty_line_3_5": 7, "epoch_loss": _epoch_loss},
    misconceptions=wrong_fault.EPOCH_LOSS,
    alternative="""\
# Lets NumPy do the loop: a weighted average is exactly this.
def epoch_loss(batch_losses, batch_sizes):
    return float(np.average(batch_losses, weights=batch_sizes))
""",
)


REPAIRED = "every image counts the same, even in a short batch"


@EPOCH_LOSS.test("every batch counts", points=0.5)
def test_3_5_every_batch(student, rng):
    # No loss, and no mean of two of them, is near the mean of all three.
    losses = rng.permutation([10.0, 30.0, 80.0]) + float(rng.integers(100, 200))
    # More images than batches, to tell the two counts apart.
    sizes = np.full(3, int(rng.integers(4, 10)))
    expect.close(
        student.call("epoch_loss", losses, sizes, tensors=False),
        losses.mean(),
        f"3 batches of {sizes[0]} images each with losses {losses.tolist()}",
    )


@EPOCH_LOSS.test(REPAIRED, points=0.5)
def test_3_5_unequal_batches(student, rng):
    sizes = np.array([128, 128, int(rng.integers(4, 20))])
    losses = rng.integers(200, 220, 3) + np.array([0.0, 30.0, 100.0])
    expect.close(
        student.call("epoch_loss", losses, sizes, tensors=False),
        np.sum(losses * sizes) / np.sum(sizes),
        f"batches of {sizes.tolist()} images with losses {losses.tolist()}",
    )
    # Losses whose totals are no whole numbers, in batches of which no two are equal.
    sizes = rng.permutation([2, 3, 5, 9])
    losses = rng.permutation([0.15, 0.35, 0.6, 0.95])
    expect.close(
        student.call("epoch_loss", losses, sizes, tensors=False),
        np.sum(losses * sizes) / np.sum(sizes),
        f"batches of {sizes.tolist()} images with losses {losses.tolist()}",
    )


@EPOCH_LOSS.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_3_5_line(student, rng):
    expect.line(
        student.value("faulty_line_3_5"),
        7,
        "faulty_line_3_5",
        "the line that makes one batch stand for all",
        "How many batches has the function seen when it ends?",
    )
