"""Named wrong answers to 2.3, the KL by drawing, with the words that name them."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes

LOG_2PI = np.log(2 * np.pi)


def _noise_squared(z, mean, log_var, eps):
    """(z − μ)²/σ², in the short form."""
    return eps**2


def _distance_squared(z, mean, log_var, eps):
    """(z − μ)²/σ², worked out from z."""
    return (z - mean) ** 2 / np.exp(log_var)


def _log_normal(z, eps):
    return -0.5 * (LOG_2PI + z**2)


def _summed(log_ratio):
    return log_ratio.sum(axis=-1)


def _as_is(value):
    return value


def _standard_error(log_ratio, axis):
    return log_ratio.std(axis=axis, ddof=1) / np.sqrt(log_ratio.shape[axis])


def _monte_carlo(
    scale=lambda log_var: np.exp(0.5 * log_var),
    draw=lambda mean, std, eps: mean + std * eps,
    squared=_noise_squared,
    normaliser=_as_is,
    log_prior=_log_normal,
    latents=_summed,
    sign=1.0,
    axis=0,
    average=np.mean,
    error=_standard_error,
    returned=_as_is,
):
    """Draws, two log-densities, a sum over dimensions, an average and its error, in parts."""

    def kl_monte_carlo(mean, log_var, eps):
        mean, log_var, eps = (np.asarray(item, dtype="float64") for item in (mean, log_var, eps))
        z = draw(mean, scale(log_var), eps)
        log_q = -0.5 * (LOG_2PI + normaliser(log_var) + squared(z, mean, log_var, eps))
        log_ratio = sign * latents(log_q - log_prior(z, eps))
        return returned((average(log_ratio, axis=axis), error(log_ratio, axis)))

    return kl_monte_carlo


def _densities(mean, log_var, eps):
    """q(z) and p(z) of every draw, in single precision, as products over the dimensions."""
    mean, log_var, eps = (np.asarray(item, dtype="float32") for item in (mean, log_var, eps))
    z = mean + np.exp(log_var / 2) * eps
    log_q = _log_normal(eps, eps) - log_var / 2
    return (np.exp(one.astype("float32")).prod(axis=-1) for one in (log_q, _log_normal(z, eps)))


def _densities_averaged_first(mean, log_var, eps):
    q, p = _densities(mean, log_var, eps)
    with np.errstate(all="ignore"):
        estimate = np.log(q.mean(axis=0)) - np.log(p.mean(axis=0))
        return estimate, _standard_error(np.log(q) - np.log(p), 0)


def _densities_multiplied(mean, log_var, eps):
    q, p = _densities(mean, log_var, eps)
    with np.errstate(all="ignore"):
        log_ratio = np.log(q) - np.log(p)
        return log_ratio.mean(axis=0), _standard_error(log_ratio, 0)


def _log_of_average(log_ratio, axis):
    with np.errstate(over="ignore"):
        return np.log(np.mean(np.exp(log_ratio.astype("float32")), axis=axis))


MONTE_CARLO = mistakes(
    "kl_monte_carlo",
    (
        "standard deviation for standard error",
        "The spread of single draws is returned. The average of n draws strays less than one draw "
        "does.",
        "With four times as many draws, what should happen to the error? What happens to yours?",
        {"error": lambda log_ratio, axis: log_ratio.std(axis=axis, ddof=1)},
    ),
    (
        "variance for standard error",
        "The squared standard error is returned: nats² where nats are asked for.",
        "Check the units: what is missing between a variance and a distance?",
        {"error": lambda log_ratio, axis: _standard_error(log_ratio, axis) ** 2},
    ),
    (
        "variance of single draws for standard error",
        "The variance of the draws is returned unchanged: there is no root and no division by the "
        "number of draws.",
        "What is the variance of an average of n draws?",
        {"error": lambda log_ratio, axis: log_ratio.var(axis=axis, ddof=1)},
    ),
    (
        "divided by n",
        "The standard deviation is divided by the number of draws.",
        "Variances of independent draws add up. What follows for the spread of their mean?",
        {"error": lambda log_ratio, axis: log_ratio.std(axis=axis, ddof=1) / log_ratio.shape[axis]},
    ),
    (
        "divided by the root of the batch",
        "The spread is divided by the root of the number of images, but the average is over draws.",
        "Which axis of `eps` counts the draws? Print the number under your root.",
        {
            "error": lambda log_ratio, axis: (
                log_ratio.std(axis=axis, ddof=1) / np.sqrt(log_ratio.shape[1])
            )
        },
    ),
    (
        "standard errors of the dimensions added",
        "Each dimension's error is worked out separately, and then they are added. Independent "
        "errors partly cancel, so their sum is too large.",
        "Which has to come first: the sum over dimensions or the spread over draws?",
        {
            "latents": _as_is,
            "returned": lambda pair: (pair[0].sum(axis=-1), pair[1].sum(axis=-1)),
        },
    ),
    (
        "sign flipped",
        "This is the average of log p − log q.",
        "Under draws from q, which of the two densities should be larger on average?",
        {"sign": -1.0},
    ),
    (
        "averaged over the latent dimensions",
        "The logarithms are averaged over the latent dimensions.",
        "The density of independent dimensions is a product. What is its logarithm?",
        {"latents": lambda log_ratio: log_ratio.mean(axis=-1)},
    ),
    (
        "latent dimensions not summed",
        "The estimate has one value per latent dimension; the KL of an image is wanted.",
        "Compare the shapes you get with those in the docstring.",
        {"latents": _as_is},
    ),
    (
        "variance used as standard deviation",
        "The draws are scaled by exp(log_var), so they do not come from q.",
        "How far from the mean should z be when ε is 1?",
        {"scale": np.exp},
    ),
    (
        "draws wider than their density",
        "z is drawn with exp(log_var) as its spread, but log q(z) belongs to another width.",
        "Work out (z − μ)/σ for one of your draws. Is it the ε you started from?",
        {"scale": np.exp, "squared": _distance_squared},
    ),
    (
        "noise without scale",
        "z is μ + ε: every image's draws are equally wide, whatever `log_var` says.",
        "How far from the mean should z be when ε is 1?",
        {"scale": np.ones_like},
    ),
    (
        "normalising term missing",
        "log q(z) lacks its −½ log σ²: the narrower a density, the higher it is.",
        "What stands in front of the exponential in the density of a normal distribution?",
        {"normaliser": np.zeros_like},
    ),
    (
        "normalising term doubled",
        "log q(z) contains − log σ², as if `log_var` were the logarithm of σ.",
        "The density has 1/σ in front. What is its logarithm, in terms of log σ²?",
        {"normaliser": lambda log_var: 2 * log_var},
    ),
    (
        "the noise used as the draw",
        "ε itself is used as z, so the draws come from the prior instead of from q.",
        "Where do μ and σ enter z?",
        {"draw": lambda mean, std, eps: eps, "squared": _distance_squared},
    ),
    (
        "the prior evaluated at the noise",
        "log p is worked out at ε in place of z, so μ has no part in the result.",
        "Both densities must be evaluated at the same point. Which one?",
        {"log_prior": lambda z, eps: _log_normal(eps, eps)},
    ),
    (
        "log p left out",
        "Only log q(z) is averaged: it isn't compared with anything.",
        "What should you get for a posterior equal to the prior?",
        {"log_prior": lambda z, eps: 0.0},
    ),
    (
        "the ratio averaged before the logarithm",
        "This is the logarithm of the average of q/p. The KL averages the logarithm, and the two "
        "orders give different numbers.",
        "Is the logarithm of the mean of 1 and 9 the mean of log 1 and log 9?",
        {"average": _log_of_average},
    ),
    (
        "the densities averaged before the logarithm",
        "Each density is averaged over the draws first, and the logarithms of the averages are "
        "compared. The KL averages log q − log p over the draws.",
        "Is the logarithm of the mean of 1 and 9 the mean of log 1 and log 9?",
        _densities_averaged_first,
    ),
    (
        "densities multiplied before the logarithm",
        "The densities of the dimensions are multiplied, and the logarithm comes last. Far from "
        "the prior's middle the product is too small for float32, and its logarithm is −∞.",
        "What is the logarithm of a product, without the product?",
        _densities_multiplied,
    ),
    (
        "summed over the draws",
        "The estimate is the total over the draws, so it grows with their number.",
        "Which reduction gives an average?",
        {"average": np.sum},
    ),
    (
        "averaged over the images",
        "The average runs over the images and leaves one number per draw.",
        "In `(samples, batch)`, along which axis do the draws of one image lie?",
        {"axis": 1},
    ),
    (
        "the error left out",
        "Only the estimate came back, without its standard error.",
        "How many things does the docstring promise, and how many does `return` name?",
        {"returned": lambda pair: pair[0]},
    ),
    (
        "estimate and error changed places",
        "The standard error comes first and the estimate second.",
        "In which order does the docstring name the two?",
        {"returned": lambda pair: pair[::-1]},
    ),
    sketch=_monte_carlo,
)
