"""Named wrong answers to exercise 3.5: an epoch's mean, and other lines blamed."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _epoch(seen=slice(None), mean=lambda losses, sizes, _: np.sum(losses * sizes) / np.sum(sizes)):
    """One that is right unless an argument changes it.

    Args:
        seen: which of the batches count.
        mean: from their losses and sizes and the number of all batches.
    """

    def epoch_loss(batch_losses, batch_sizes):
        return float(mean(batch_losses[seen], batch_sizes[seen], len(batch_losses)))

    return epoch_loss


def _totals_cut(losses, sizes, _):
    return np.sum((losses * sizes).astype(int)) / np.sum(sizes)


def _all_but_the_last_like_the_first(losses, sizes, batches):
    full, last = sizes[0], sizes[-1]
    total = full * np.sum(losses[:-1]) + last * losses[-1]
    return total / (full * (batches - 1) + last)


EPOCH_LOSS = mistakes(
    "epoch_loss",
    (
        "totals cut to whole numbers",
        "The totals of the batches lose their decimals: they are put into an array of whole "
        "numbers.",
        "Print the dtype of the array that holds the totals.",
        {"mean": _totals_cut},
    ),
    (
        "every batch but the last taken for the first one's size",
        "Only the last batch counts with its own size; all others count with that of the first.",
        "Try batches of 2, 3 and 5 images.",
        {"mean": _all_but_the_last_like_the_first},
    ),
    (
        "one batch stands for all",
        "Only the first batch counts: the function returns before it has seen the others.",
        "Change the loss of the last batch: does your result change?",
        {"seen": slice(0, 1)},
    ),
    (
        "the last batch stands for all",
        "The result is the loss of the last batch; the earlier ones are overwritten.",
        "Change the loss of the first batch: does your result change?",
        {"seen": slice(-1, None)},
    ),
    (
        "the last batch is left out",
        "The result is the mean over all batches but the last one.",
        "Change the loss of the last batch: does your result change?",
        {"seen": slice(None, -1)},
    ),
    (
        "the first batch is left out",
        "The result is the mean over all batches but the first one.",
        "Which index does the first batch have?",
        {"seen": slice(1, None)},
    ),
    (
        "every batch counts the same",
        "The losses are averaged without their sizes, so the images of a short batch count more.",
        "Try one batch of 99 images that cost 1 and one of a single image that costs 101.",
        {"mean": lambda losses, sizes, _: np.mean(losses)},
    ),
    (
        "divided by the number of batches",
        "The losses are weighted by size, but then divided by the number of batches.",
        "What does the numerator count: batches or images?",
        {"mean": lambda losses, sizes, batches: np.sum(losses * sizes) / batches},
    ),
    (
        "not divided",
        "The losses are weighted by size and added, which gives a total, not a mean.",
        "In which unit is your result: nats, or nats per image?",
        {"mean": lambda losses, sizes, _: np.sum(losses * sizes)},
    ),
    (
        "weights left out of the numerator",
        "The plain sum of the batch means is divided by the number of images.",
        "A batch mean of 2 over 50 images: how much did those images cost together?",
        {"mean": lambda losses, sizes, _: np.sum(losses) / np.sum(sizes)},
    ),
    (
        "every batch taken for a full one",
        "The total is divided by the number of batches times the size of the first one.",
        "How many images are there when the last batch is shorter than the others?",
        {"mean": lambda losses, sizes, batches: np.sum(losses * sizes) / (batches * sizes[0])},
    ),
    (
        "the total is overwritten",
        "Each batch replaces the total of those before it, while the count of images goes on.",
        "Print the total after every batch. Does it grow?",
        {"mean": lambda losses, sizes, _: losses[-1] * sizes[-1] / np.sum(sizes)},
    ),
    (
        "the count is overwritten",
        "Each batch replaces the number of images seen before it, while the total is summed.",
        "Print the number of images seen after every batch. Does it grow?",
        {"mean": lambda losses, sizes, _: np.sum(losses * sizes) / sizes[-1]},
    ),
    sketch=_epoch,
) + mistakes(
    "faulty_line_3_5",
    (
        "the line of the batch mean",
        "Line 4 asks for the mean over the images of one batch, as its comment says.",
        "Follow the listing with two batches, and count how often each line runs.",
        4,
    ),
    (
        "the line that adds up the losses",
        "Line 5 turns the mean of a batch into the sum over its images, and adds that up.",
        "Work out lines 4 to 6 for batches of 2 and 1 images: is the total what it should be?",
        5,
    ),
    (
        "the line that counts the images",
        "Line 6 adds the size of each batch to the number of images seen.",
        "Work out lines 4 to 6 for batches of 2 and 1 images: is the count what it should be?",
        6,
    ),
    (
        "the line that starts from zero",
        "Line 2 sets the total and the count to zero, once, before the first batch.",
        "Follow the listing with two batches, and count how often each line runs.",
        2,
    ),
)
