"""Named wrong answers to exercise 4.6, free bits and a warm-up, with the words that name them."""

from __future__ import annotations

import tensorflow as tf

from autograder.exercise.declaration import mistakes


def _mean_of_batch(kl):
    return tf.reduce_mean(kl, axis=0)


def _whole_code(kl):
    return tf.reduce_sum(kl, axis=1)


def _sum_of_image(charged):
    return tf.reduce_mean(tf.reduce_sum(charged, axis=1))


def _charge(batch=_mean_of_batch, floor=tf.maximum, latents=tf.reduce_sum, cut=False):
    """One that is right unless an argument changes it.

    Args:
        batch: what is compared with the floor.
        floor: of that and the free nats, what is charged.
        latents: what makes one number of the charges.
        cut: whether no gradient passes.
    """

    def free_bits_kl(kl, free):
        charged = latents(floor(batch(tf.convert_to_tensor(kl)), free))
        return tf.stop_gradient(charged) if cut else charged

    return free_bits_kl


def _one_allowance(kl, free):
    return tf.maximum(tf.reduce_mean(_whole_code(kl)), free * kl.shape[1])


FREE_BITS = mistakes(
    "free_bits_kl",
    (
        "free nats for every image",
        "The floor is applied to every image by itself, and the mean comes after it. An image "
        "that uses a latent for much then cannot make up for one that hardly uses it.",
        "Who gets the free nats: an image, or a latent over the whole batch?",
        {"batch": tf.identity, "latents": _sum_of_image},
    ),
    (
        "one floor for the whole code",
        "The KL of the whole code is compared with the floor. One strong latent uses up all the "
        "free nats, and the others are as silent as before.",
        "Which latents keep the pull of the price, if one of them alone is above the floor?",
        {"batch": lambda kl: tf.reduce_mean(_whole_code(kl))},
    ),
    (
        "one allowance for the whole code",
        "The free nats of all latents are added up and granted to the whole code. A busy latent "
        "then uses up what the silent ones do not need, and is charged less than its KL.",
        "Two latents with 0 and 1 nat, 0.5 free: what is each charged, and what do you charge?",
        _one_allowance,
    ),
    (
        "one floor for each image's code",
        "The KL of each image's whole code is compared with the floor; the latents are not looked "
        "at one by one.",
        "Over which axis may be summed before the floor, and over which not?",
        {"batch": _whole_code, "latents": tf.reduce_mean},
    ),
    (
        "a ceiling, not a floor",
        "The smaller of the two numbers is charged, so strong latents are the ones that are free.",
        "Should a latent with 5 nats cost 5 nats, or as little as a silent one?",
        {"floor": tf.minimum},
    ),
    (
        "the free nats taken off",
        "A latent is charged what it has above the floor. The gradients are the same, but the "
        "docstring promises the floor at least, so that the loss stays a bound.",
        "What does your function return for latents that are all silent?",
        {"floor": lambda kl, free: tf.nn.relu(kl - free)},
    ),
    (
        "nothing below the floor",
        "A latent below the floor is charged nothing at all. At the floor the price then jumps, "
        "and training never sees the jump.",
        "What is the larger of 0.1 and 0.5?",
        {"floor": lambda kl, free: tf.where(kl > free, kl, tf.zeros_like(kl))},
    ),
    (
        "the floor on top",
        "The free nats are added to every latent's KL. A constant changes no gradient: every "
        "latent is pulled down as before.",
        "What should a latent with 5 nats cost, where 0.5 are free?",
        {"floor": lambda kl, free: kl + free},
    ),
    (
        "no floor",
        "This is the KL itself: nothing is free.",
        "What does your function return for a batch whose KLs are all 0?",
        {"floor": lambda kl, free: kl},
    ),
    (
        "summed over the batch",
        "The KLs of all images are added up before they are compared with the floor, so a large "
        "batch is always above it.",
        "Does a batch with every image twice cost twice as much?",
        {"batch": lambda kl: tf.reduce_sum(kl, axis=0)},
    ),
    (
        "averaged over latents",
        "The charges of the latents are averaged. The nats of a code are the sum of theirs.",
        "With `free=0`, is your result the mean of the images' `kl_divergence`?",
        {"latents": tf.reduce_mean},
    ),
    (
        "one number for each latent",
        "The charges are not added up. A loss needs a single number.",
        "What shape does your result have, and what should it be?",
        {"latents": tf.identity},
    ),
    (
        "images taken for latents",
        "Mean and sum have changed places: the latents are averaged, image by image, and the "
        "images are added up.",
        "In `kl`, which axis counts the images?",
        {"batch": lambda kl: tf.reduce_mean(kl, axis=1)},
    ),
    (
        "no gradient passes",
        "The number is right, but no gradient reaches kl, so a model trained with it would pay "
        "nothing. NumPy, `float()` or `stop_gradient` stand in between.",
        "Which of your lines leaves TensorFlow?",
        {"cut": True},
    ),
    sketch=_charge,
)


def _share(epoch, epochs):
    return min(epoch / epochs, 1.0)


def _straight(start, end, share):
    return start + (end - start) * share


def _rise(share=_share, between=_straight):
    def warmed_up_beta(epoch, epochs, start, end):
        return between(start, end, share(epoch, epochs))

    return warmed_up_beta


WARM_UP = mistakes(
    "warmed_up_beta",
    (
        "from 0",
        "β starts at 0. It should start at `start`.",
        "What does your function return in epoch 0?",
        {"between": lambda start, end, share: end * share},
    ),
    (
        "it never stops rising",
        "After `epochs` epochs β goes on rising. It should stay at `end`.",
        "What does your function return in epoch 100, if the rise takes 5?",
        {"share": lambda epoch, epochs: epoch / epochs},
    ),
    (
        "one epoch early",
        "β is one step ahead: already the first epoch, number 0, has a part of the rise.",
        "What should epoch 0 have, and what does yours have?",
        {"share": lambda epoch, epochs: min((epoch + 1) / epochs, 1.0)},
    ),
    (
        "one epoch late",
        "β is one step behind: epoch number 1 still has `start`.",
        "From which number are epochs counted?",
        {"share": lambda epoch, epochs: min(max(epoch - 1, 0) / epochs, 1.0)},
    ),
    (
        "at the top one epoch too soon",
        "The rise takes one epoch less: epoch number `epochs` − 1 has `end` already.",
        "In which epoch should `end` be reached for the first time?",
        {"share": lambda epoch, epochs: min(epoch / (epochs - 1), 1.0)},
    ),
    (
        "a jump in place of a rise",
        "β stays at `start` and then jumps to `end`, as it does with whole-number division (`//`).",
        "What should β be half-way through the rise?",
        {"share": lambda epoch, epochs: float(epoch >= epochs)},
    ),
    (
        "by equal factors",
        "β is multiplied by the same factor in every epoch, which is slow at first. It should grow "
        "by the same amount.",
        "Of 1 and 16, what lies half-way: 4 or 8.5?",
        {"between": lambda start, end, share: start * (end / start) ** share},
    ),
    (
        "the rise taken for the end",
        "`end` is added to `start`, so β ends at their sum.",
        "How far is it from `start` to `end`?",
        {"between": lambda start, end, share: start + end * share},
    ),
    (
        "downwards",
        "β falls from `end` to `start`. A warm-up is cheap first and dear later.",
        "What does your function return in epoch 0?",
        {"between": lambda start, end, share: end + (start - end) * share},
    ),
    (
        "always the full price",
        "β is `end` from the first epoch on: nothing is warmed up.",
        "What does your function return in epoch 0?",
        {"between": lambda start, end, share: end},
    ),
    (
        "always the first price",
        "β stays at `start`.",
        "What does your function return in epoch 100, if the rise takes 5?",
        {"between": lambda start, end, share: start},
    ),
    sketch=_rise,
)
