"""Named wrong answers for sums and means in lesson 3: effective β (3.4), an epoch's mean (3.5)."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes

# --- 3.4: effective_beta(beta, pixels, latents, recon_reduction, kl_reduction) -----------


def _effective(
    powers=(1, -1), swapped=False, when="mean", kl_reads="kl", second_too=True, start=None
):
    """One that is right unless told otherwise.

    Args:
        powers: in which power a converted count of pixels, and of latents, multiplies β.
        swapped: whether the two counts are in each other's place.
        when: the reduction that is converted.
        kl_reads: "kl" or "recon", whose reduction decides over the latents.
        second_too: whether the latents are converted also where the pixels are.
        start: what is multiplied; β itself when None.
    """

    def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
        of_recon, of_kl = (latents, pixels) if swapped else (pixels, latents)
        first = recon_reduction == when
        second = (kl_reduction if kl_reads == "kl" else recon_reduction) == when
        result = beta if start is None else start
        if first:
            result *= float(of_recon) ** powers[0]
        if second and (second_too or not first):
            result *= float(of_kl) ** powers[1]
        return result

    return effective_beta


EFFECTIVE_BETA = mistakes(
    "effective_beta",
    (
        "multiplied where it should be divided",
        "The factor is there but upside down: this turns a summed β into the other convention.",
        "A reconstruction that shrinks leaves the KL term heavier beside it, not lighter.",
        {"powers": (-1, 1)},
    ),
    (
        "pixels and latents swapped",
        "The reconstruction is converted with the latents, the KL term with the pixels.",
        "Which of the two sums runs over pixels?",
        {"swapped": True},
    ),
    (
        "only the reconstruction considered",
        "The reduction over latents has no effect on your result.",
        "Average the KL term over latents: what happens to its weight?",
        {"powers": (1, 0)},
    ),
    (
        "only the KL term considered",
        "The reduction over pixels has no effect on your result.",
        "Average the reconstruction over pixels: what happens to the weight of the other term?",
        {"powers": (0, -1)},
    ),
    (
        "both multiplied",
        "Both means make β larger in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left at which term?",
        {"powers": (1, 1)},
    ),
    (
        "both divided",
        "Both means make β smaller in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left at which term?",
        {"powers": (-1, -1)},
    ),
    (
        "nothing converted",
        "The result is the β that went in, whatever the reductions are.",
        "Change `recon_reduction` to “mean”: does your result change?",
        {"powers": (0, 0)},
    ),
    (
        "sums converted in place of means",
        "The factors come in where the program sums, and a program that averages keeps its β.",
        "Which β do you get for a program that has both sums already?",
        {"when": "sum"},
    ),
    (
        "one reduction decides for both",
        "The reduction over pixels is asked twice, and `kl_reduction` never.",
        "Change `kl_reduction` alone: does your result change?",
        {"kl_reads": "recon"},
    ),
    (
        "only one of two means converted",
        "Where both terms are averaged, your result takes account of the first one only.",
        "Follow a call in which both reductions are “mean”, line by line.",
        {"second_too": False},
    ),
    (
        "β itself is missing",
        "The factor between the conventions is returned without the β that it should change.",
        "Double `beta`: does your result double?",
        {"start": 1.0},
    ),
    (
        "the normalised weight returned",
        "This is βM/N whatever the reductions are, which compares models and not programs.",
        "Which β do you get for a program that has both sums already?",
        lambda beta, pixels, latents, recon_reduction, kl_reduction: beta * latents / pixels,
    ),
    sketch=_effective,
)


# --- 3.5: epoch_loss(batch_losses, batch_sizes) -------------------------------------------


def _epoch(seen=slice(None), mean=lambda losses, sizes, _: np.sum(losses * sizes) / np.sum(sizes)):
    """One that is right unless told otherwise.

    Args:
        seen: which of the batches count.
        mean: from their losses and sizes and the number of all batches.
    """

    def epoch_loss(batch_losses, batch_sizes):
        return float(mean(batch_losses[seen], batch_sizes[seen], len(batch_losses)))

    return epoch_loss


EPOCH_LOSS = mistakes(
    "epoch_loss",
    (
        "one batch stands for all",
        "Only the first batch counts: the function returns before it has seen the others.",
        "Change the loss of the last batch: does your result change?",
        {"seen": slice(0, 1)},
    ),
    (
        "the last batch stands for all",
        "The result is the loss of the last batch; what came before is overwritten.",
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
        "What has been counted in the numerator: batches or images?",
        {"mean": lambda losses, sizes, batches: np.sum(losses * sizes) / batches},
    ),
    (
        "not divided",
        "The losses are weighted by size and added, which is a total and not a mean.",
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
        "Each batch replaces the total of those before it, while the images are counted on.",
        "Print the total after every batch. Does it grow?",
        {"mean": lambda losses, sizes, _: losses[-1] * sizes[-1] / np.sum(sizes)},
    ),
    (
        "the count is overwritten",
        "Each batch replaces the number of images seen before it, while the total is added up.",
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
