"""Named wrong answers to exercise 3.6, the importance-weighted bound."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _log_weights(recon, log_ratio):
    return -recon - log_ratio


def _log_sum(log_weights, axis=0):
    return np.logaddexp.reduce(log_weights, axis=axis)


def _log_mean(log_weights, axis=0):
    return _log_sum(log_weights, axis) - np.log(log_weights.shape[axis])


def _plainly(log_weights):
    """Out of the logarithms and back, with whatever a float can hold."""
    with np.errstate(divide="ignore"):
        return np.log(np.mean(np.exp(log_weights), axis=0))


def _one_for_all(log_weights):
    """The largest weight of the whole table pulled out, in place of each image's own."""
    return log_weights.max() + _plainly(log_weights - log_weights.max())


def _smallest_out(log_weights):
    """The smallest weight of each image pulled out: the others leave the range of floats."""
    least = log_weights.min(axis=0)
    with np.errstate(over="ignore"):
        return least + _plainly(log_weights - least)


def _in_decibels(log_weights):
    """The worked neighbour's formula, with base 10."""
    most = log_weights.max(axis=0)
    return most + 10 * np.log10(np.mean(10 ** ((log_weights - most) / 10), axis=0))


def _share_as_logarithm(log_weights):
    """The average of what is left when the largest is pulled out, without its logarithm."""
    most = log_weights.max(axis=0)
    return most + np.mean(np.exp(log_weights - most), axis=0)


def _self_normalised(log_weights):
    """Logarithms averaged with the weights as shares."""
    return np.sum(np.exp(log_weights - _log_sum(log_weights)) * log_weights, axis=0)


def _as_is(value):
    return value


def _bound(weights=_log_weights, average=_log_mean, returned=_as_is):
    """One that is right unless an argument changes it.

    Args:
        weights: logarithms of the weights from `recon` and `log_ratio`, all `(draws, batch)`.
        average: what becomes of these over the draws.
        returned: the last step.
    """

    def importance_weighted_bound(recon, log_ratio):
        recon, log_ratio = (np.asarray(item, dtype="float64") for item in (recon, log_ratio))
        return returned(average(weights(recon, log_ratio)))

    return importance_weighted_bound


IMPORTANCE = mistakes(
    "importance_weighted_bound",
    (
        "the logarithms averaged",
        "The average is one of logarithms: that is the ELBO, however many draws there are.",
        "Two weights, 1 and 9: what is the logarithm of their mean, and the mean of their "
        "logarithms?",
        {"average": lambda log_weights: log_weights.mean(axis=0)},
    ),
    (
        "summed over the draws, not averaged",
        "This is the logarithm of the sum of the weights, which grows with the number of draws "
        "even if they are all the same.",
        "Give the function the same draw ten times. Should the bound change?",
        {"average": _log_sum},
    ),
    (
        "log K added",
        "The logarithm of the number of draws is added to that of the sum.",
        "A mean is a sum divided by K. What does dividing do to a logarithm?",
        {"average": lambda lw: _log_sum(lw) + np.log(len(lw))},
    ),
    (
        "K divides the logarithm",
        "The logarithm of the sum is divided by the number of draws.",
        "The box has 1/K inside the logarithm. What does it become outside?",
        {"average": lambda lw: _log_sum(lw) / len(lw)},
    ),
    (
        "the size of the batch taken for K",
        "The sum over the draws is divided by the number of images.",
        "Which axis of `recon` counts the draws?",
        {"average": lambda lw: _log_sum(lw) - np.log(lw.shape[1])},
    ),
    (
        "averaged over the images",
        "The average runs over the images and leaves one number for every draw.",
        "In `(draws, batch)`, along which axis do the draws of one image lie?",
        {"average": lambda lw: _log_mean(lw, axis=1)},
    ),
    (
        "averaged over draws and images",
        "All weights went into one average, so every image's draws are mixed with the others'.",
        "How many numbers does the docstring promise?",
        {"average": lambda lw: _log_mean(lw.reshape(-1))},
    ),
    (
        "averaged over the images as well",
        "There is one number for the whole batch: the bounds of the images were averaged.",
        "How many numbers does the docstring promise?",
        {"returned": np.mean},
    ),
    (
        "the best draw alone",
        "The largest weight is returned, and the other draws are forgotten.",
        "Is a largest value ever below the average? What does that do to a lower bound?",
        {"average": lambda lw: lw.max(axis=0)},
    ),
    (
        "the first draw alone",
        "Only the first draw counts; the others change nothing.",
        "Change the last row of `recon`: does your result change?",
        {"average": lambda lw: lw[0]},
    ),
    (
        "the largest weight not put back",
        "The largest weight was pulled out and never multiplied in again: your bound is its "
        "distance from the average, a small number however much an image costs.",
        "Add 100 nats to every cost of an image. By how much should its bound fall?",
        {"average": lambda lw: _log_mean(lw - lw.max(axis=0))},
    ),
    (
        "one largest weight for all images",
        "The largest weight of the whole batch is pulled out. An image that costs 1,000 nats more "
        "than the best still has weights that are 0 in every float.",
        "Over which axis do you take the largest?",
        {"average": _one_for_all},
    ),
    (
        "the smallest weight pulled out",
        "Each image's smallest weight is pulled out, so the others become huge: e¹⁰⁰⁰ is infinite "
        "in every float.",
        "Which weight has to become 1, so that all others are smaller?",
        {"average": _smallest_out},
    ),
    (
        "decibels in place of nats",
        "The neighbour's 10 and its base 10 are still there. Nats are logarithms with base e.",
        "Which function undoes the logarithm of a probability in nats?",
        {"average": _in_decibels},
    ),
    (
        "the average added without its logarithm",
        "What is left of the weights was averaged and added to a logarithm as it is.",
        "The largest weight was pulled out as a factor. What does a product become in logarithms?",
        {"average": _share_as_logarithm},
    ),
    (
        "the weights multiplied",
        "Adding logarithms multiplies the weights; the box adds the weights themselves.",
        "Two weights, 1 and 9: what is the logarithm of their mean, and the sum of their "
        "logarithms?",
        {"average": lambda lw: lw.sum(axis=0)},
    ),
    (
        "weights that round to zero",
        "e⁻¹⁰⁰⁰ is 0 in every float, and its logarithm minus infinity.",
        "Look at what the neighbour does before it leaves the decibels.",
        {"average": _plainly},
    ),
    (
        "the weights as shares of their logarithms",
        "The logarithms are averaged with the weights as shares. That is no bound: it lies above "
        "the logarithm of the average.",
        "What stands inside the logarithm in the box?",
        {"average": _self_normalised},
    ),
    (
        "no logarithm at the end",
        "The average weight itself is returned: a probability, not nats.",
        "Which unit does the docstring promise?",
        {"returned": np.exp},
    ),
    (
        "the bound with its sign flipped",
        "This is the bound on −log p(x): a loss to make small. The bound on log p(x) is wanted.",
        "Can the probability of an image's pixels be larger than 1?",
        {"returned": np.negative},
    ),
    (
        "both costs with their sign flipped",
        "A draw that costs more gets a larger weight: what you average is 1/w.",
        "`recon` is a cost, minus the logarithm of a probability. What is log p(x|z) then?",
        {"weights": lambda recon, log_ratio: recon + log_ratio},
    ),
    (
        "the ratio with its sign flipped",
        "The weights contain q(z|x)/p(z), upside down.",
        "`log_ratio` is log q − log p. Which of the two is in the numerator of the weight?",
        {"weights": lambda recon, log_ratio: -recon + log_ratio},
    ),
    (
        "recon with its sign flipped",
        "A draw that explains the image badly gets a large weight.",
        "`recon` is a cost, minus the logarithm of a probability. What is log p(x|z) then?",
        {"weights": lambda recon, log_ratio: recon - log_ratio},
    ),
    (
        "log_ratio left out",
        "The weights are p(x|z) alone, as if the draws came from the prior. They come from q.",
        "What does `log_ratio` do in your function?",
        {"weights": lambda recon, log_ratio: -recon},
    ),
    (
        "recon left out",
        "The weights know nothing of the image: p(x|z) is missing in them.",
        "What does `recon` do in your function?",
        {"weights": lambda recon, log_ratio: -log_ratio},
    ),
    (
        "the two factors averaged apart",
        "p(x|z) and p(z)/q(z|x) are averaged separately, and the averages multiplied. Both belong "
        "to the same draw.",
        "Is the mean of a product the product of the means?",
        lambda recon, log_ratio: _log_mean(-np.float64(recon)) + _log_mean(-np.float64(log_ratio)),
    ),
    (
        "recon averaged beforehand",
        "The reconstruction is averaged over the draws, and only the ratio's weights are averaged "
        "as weights.",
        "Which of the two belongs to a single draw?",
        lambda recon, log_ratio: _log_mean(-np.float64(log_ratio)) - np.mean(recon, axis=0),
    ),
    (
        "the ratio averaged beforehand",
        "The KL term is averaged over the draws, and only the reconstruction's weights are "
        "averaged as weights.",
        "Which of the two belongs to a single draw?",
        lambda recon, log_ratio: _log_mean(-np.float64(recon)) - np.mean(log_ratio, axis=0),
    ),
    sketch=_bound,
)
