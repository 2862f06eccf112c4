"""Named wrong answers of lesson 2, as implementations, with the words that name them.

Each gets the arguments that a learner's function gets. They are written from scratch where
a learner would write from scratch; elsewhere they bend the reference.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import mistakes
from bvae_ref.kl import kl_divergence, kl_per_dimension

PER_DIMENSION = mistakes(
    "kl_per_dimension",
    (
        "½ missing",
        "Every value is twice what it should be: the ½ in front of the bracket is missing.",
        "What should a mean of 1 and a variance of 1 cost?",
        lambda mean, log_var: mean**2 + np.exp(log_var) - 1 - log_var,
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a KL below zero would reward leaving the prior.",
        "Compare the signs inside your bracket, one by one, with the sign in front of it.",
        lambda mean, log_var: -0.5 * (mean**2 + np.exp(log_var) - 1 - log_var),
    ),
    (
        "log σ taken for log σ²",
        "`log_var` is taken for log σ and doubled; it is the logarithm of the variance already.",
        "For a variance of 4, what is `log_var`? And what does your code take σ² to be?",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(2 * log_var) - 1 - 2 * log_var),
    ),
    (
        "the variance squared",
        "exp(2·log_var) is σ⁴. The exponential of `log_var` is the variance without any factor.",
        "For a variance of 4, print what your exponential gives.",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(2 * log_var) - 1 - log_var),
    ),
    (
        "σ in the place of σ²",
        "exp(½·log_var) is the standard deviation; this bracket asks for the variance.",
        "Drawing z needs σ. Which of the two does E[z²] contain?",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(0.5 * log_var) - 1 - log_var),
    ),
    (
        "exp missing",
        "`log_var` stands where σ² should, so the two cancel and the spread costs nothing.",
        "Which term of the bracket is a variance, and which a logarithm of one?",
        lambda mean, log_var: 0.5 * (mean**2 + log_var - 1 - log_var),
    ),
    (
        "log σ² dropped",
        "The term − log σ² is missing: nothing stops the posterior from shrinking to a point.",
        "Which term grows without bound as σ goes to 0?",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(log_var) - 1),
    ),
    (
        "sign of log σ² turned",
        "log σ² is added where it has to be taken away.",
        "A narrow posterior (log σ² far below 0) should cost more, not less.",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(log_var) - 1 + log_var),
    ),
    (
        "mean not squared",
        "The mean enters as it is, so a negative mean lowers the cost.",
        "Compare the cost of μ = 2 with that of μ = −2.",
        lambda mean, log_var: 0.5 * (mean + np.exp(log_var) - 1 - log_var),
    ),
    (
        "the 1 forgotten",
        "Every value is ½ too large: the − 1 in the bracket is missing.",
        "What should it cost when the posterior is the prior itself?",
        lambda mean, log_var: 0.5 * (mean**2 + np.exp(log_var) - log_var),
    ),
    (
        "the reverse KL",
        "This is KL(p‖q): the two distributions have changed places.",
        "Which of the two is the average taken over? The one that z is drawn from.",
        lambda mean, log_var: 0.5 * ((1 + mean**2) * np.exp(-log_var) - 1 + log_var),
    ),
    (
        "already summed",
        "The values are right but summed over the latent dimensions; each is wanted by itself.",
        "Compare the shape that comes out with the shape in the docstring. The sum is 2.2.",
        lambda mean, log_var: np.sum(kl_per_dimension(mean, log_var), axis=-1),
    ),
)

DIVERGENCE = mistakes(
    "kl_divergence",
    (
        "averaged over the latent dimensions",
        "Each image's cost is divided by the number of latent dimensions, so β means something "
        "else for every latent size.",
        "What should happen to the cost when a dimension that says nothing is added?",
        lambda mean, log_var: np.mean(kl_per_dimension(mean, log_var), axis=-1),
    ),
    (
        "summed over the batch too",
        "Everything is summed into one number, so the images can no longer be told apart.",
        "Give the sum an `axis`: which one counts the latent dimensions?",
        lambda mean, log_var: np.sum(kl_per_dimension(mean, log_var)),
    ),
    (
        "averaged over everything",
        "One number came out, the average over images and latent dimensions at once.",
        "The docstring asks for `(batch,)`. Which axis is to disappear, and by sum or by mean?",
        lambda mean, log_var: np.mean(kl_per_dimension(mean, log_var)),
    ),
    (
        "averaged over the batch already",
        "This is the mean over the images: right for a loss, but one step too far here.",
        "The docstring asks for one number an image.",
        lambda mean, log_var: np.mean(kl_divergence(mean, log_var)),
    ),
    (
        "summed over the images",
        "The sum runs over the images (axis 0) and leaves one number a latent dimension.",
        "In `(batch, latent)`, which axis is the batch?",
        lambda mean, log_var: np.sum(kl_per_dimension(mean, log_var), axis=0),
    ),
    (
        "nothing summed",
        "The costs of the dimensions come back one by one.",
        "Compare the shape that comes out with the shape in the docstring.",
        lambda mean, log_var: kl_per_dimension(mean, log_var),
    ),
    (
        "½ missing",
        "Every value is twice what it should be.",
        "Reuse `kl_per_dimension` from 2.1, or look for the ½ that stands before the bracket.",
        lambda mean, log_var: 2 * kl_divergence(mean, log_var),
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a KL is never below zero.",
        "Compare the signs inside your bracket with the sign in front of it.",
        lambda mean, log_var: -kl_divergence(mean, log_var),
    ),
)


def _densities(mean, log_var, eps, std=None):
    """log q(z) and log p(z) of the draws z = mean + std·eps, without their common constant."""
    mean, log_var, eps = (np.asarray(item, dtype="float64") for item in (mean, log_var, eps))
    std = np.exp(0.5 * log_var) if std is None else std
    z = mean + std * eps
    return -0.5 * (log_var + (z - mean) ** 2 / np.exp(log_var)), -0.5 * z**2


def _average(log_ratio):
    """Mean over draws and its standard error, of `(samples, batch)`."""
    return log_ratio.mean(axis=0), log_ratio.std(axis=0, ddof=1) / np.sqrt(len(log_ratio))


def _log_ratio(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps)
    return (log_q - log_p).sum(axis=-1)


def _standard_deviation(mean, log_var, eps):
    ratio = _log_ratio(mean, log_var, eps)
    return ratio.mean(axis=0), ratio.std(axis=0, ddof=1)


def _variance_of_the_average(mean, log_var, eps):
    estimate, error = _average(_log_ratio(mean, log_var, eps))
    return estimate, error**2


def _variance_of_one_draw(mean, log_var, eps):
    ratio = _log_ratio(mean, log_var, eps)
    return ratio.mean(axis=0), ratio.var(axis=0, ddof=1)


def _divided_by_n(mean, log_var, eps):
    ratio = _log_ratio(mean, log_var, eps)
    return ratio.mean(axis=0), ratio.std(axis=0, ddof=1) / len(ratio)


def _errors_added(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps)
    estimate, error = _average(log_q - log_p)
    return estimate.sum(axis=-1), error.sum(axis=-1)


def _sign_flipped(mean, log_var, eps):
    return _average(-_log_ratio(mean, log_var, eps))


def _averaged_latents(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps)
    return _average((log_q - log_p).mean(axis=-1))


def _latents_left(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps)
    return _average(log_q - log_p)


def _variance_as_std(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps, std=np.exp(np.asarray(log_var)))
    return _average((log_q - log_p).sum(axis=-1))


def _no_normaliser(mean, log_var, eps):
    log_q, log_p = _densities(mean, log_var, eps)
    return _average((log_q + 0.5 * np.asarray(log_var) - log_p).sum(axis=-1))


def _prior_draws(mean, log_var, eps):
    mean, log_var, eps = (np.asarray(item, dtype="float64") for item in (mean, log_var, eps))
    log_q = -0.5 * (log_var + (eps - mean) ** 2 / np.exp(log_var))
    return _average((log_q + 0.5 * eps**2).sum(axis=-1))


def _total_over_draws(mean, log_var, eps):
    ratio = _log_ratio(mean, log_var, eps)
    return ratio.sum(axis=0), _average(ratio)[1]


MONTE_CARLO = mistakes(
    "kl_monte_carlo",
    (
        "standard deviation for standard error",
        "The spread of single draws is returned. The average of n draws strays less than one.",
        "With four times the draws, what should happen to the error? What happens to yours?",
        _standard_deviation,
    ),
    (
        "variance for standard error",
        "The squared standard error is returned: nats², where nats are asked for.",
        "Check the units: what is missing between a variance and a distance?",
        _variance_of_the_average,
    ),
    (
        "variance of single draws for standard error",
        "The variance of the draws is returned as it is: neither a root nor the number of draws.",
        "What does the variance of an average of n draws look like?",
        _variance_of_one_draw,
    ),
    (
        "divided by n",
        "The standard deviation is divided by the number of draws.",
        "Variances of independent draws add up. What does that make of the spread of their mean?",
        _divided_by_n,
    ),
    (
        "standard errors of the dimensions added",
        "Each dimension's error is worked out alone and then added. Independent errors partly "
        "cancel, so their sum is too large.",
        "Which sum has to come first, that over dimensions or the spread over draws?",
        _errors_added,
    ),
    (
        "sign flipped",
        "This is the average of log p − log q.",
        "Under draws from q, which of the two densities should be larger on average?",
        _sign_flipped,
    ),
    (
        "averaged over the latent dimensions",
        "The logarithms are averaged over the latent dimensions.",
        "The density of independent dimensions is a product. What is its logarithm?",
        _averaged_latents,
    ),
    (
        "latent dimensions not summed",
        "The estimate has one value a latent dimension; the KL of an image is wanted.",
        "Compare the shapes that come out with those in the docstring.",
        _latents_left,
    ),
    (
        "variance used as standard deviation",
        "The draws are scaled by exp(log_var), so they do not come from q.",
        "How far from the mean should z be when ε is 1?",
        _variance_as_std,
    ),
    (
        "normalising term missing",
        "log q(z) lacks its −½ log σ²: a narrow density is a high one.",
        "What does the density of a normal distribution have in front of the exponential?",
        _no_normaliser,
    ),
    (
        "the noise used as the draw",
        "ε itself is used as z, so the draws come from the prior instead of from q.",
        "Where do μ and σ enter z?",
        _prior_draws,
    ),
    (
        "summed over the draws",
        "The estimate is the total over the draws, and grows with their number.",
        "Which reduction makes an average?",
        _total_over_draws,
    ),
)


ACTIVE = mistakes(
    "active_dimensions",
    (
        "standard deviation compared",
        "The standard deviation of the means is compared with the threshold, not the variance.",
        "The threshold is in squared latent units.",
        lambda mean, threshold: np.std(mean, axis=0) > threshold,
    ),
    (
        "size in the place of variation",
        "A mean that is large but the same for every image counts as active, though it says "
        "nothing about the image.",
        "What has to be taken away from μ before it is squared?",
        lambda mean, threshold: np.mean(np.square(mean), axis=0) > threshold,
    ),
    (
        "the other way round",
        "The mask marks the inactive dimensions.",
        "Which way does the comparison point?",
        lambda mean, threshold: np.var(mean, axis=0) < threshold,
    ),
    (
        "variance over the latent dimensions",
        "The variance is taken along each image's own code and gives one value an image.",
        "The question is how much one dimension changes from image to image: which axis?",
        lambda mean, threshold: np.var(mean, axis=1) > threshold,
    ),
    (
        "threshold fixed",
        "The threshold that is passed in has no effect: 0.01 is used whatever it is.",
        "Call it with two thresholds far apart.",
        lambda mean, threshold: np.var(mean, axis=0) > 0.01,
    ),
    (
        "a count in the place of a mask",
        "The number of active dimensions came out; which ones they are is lost.",
        "The docstring asks for a truth value for each dimension.",
        lambda mean, threshold: np.sum(np.var(mean, axis=0) > threshold),
    ),
)


KL_TERM = mistakes(
    "kl_term",
    (
        "still averaged over latents",
        "The average over images and latent dimensions at once is what the listing does.",
        "Append latent dimensions that equal the prior: what should, and what does happen?",
        lambda mean, log_var: np.mean(kl_per_dimension(mean, log_var)),
    ),
    (
        "summed over the batch",
        "The sum over the images makes the loss grow with the batch.",
        "One axis wants a sum, the other a mean.",
        lambda mean, log_var: np.sum(kl_per_dimension(mean, log_var)),
    ),
    (
        "sum and mean changed places",
        "The mean is taken over the latent dimensions and the sum over the images.",
        "Which axis grows with the batch, and which with the model?",
        lambda mean, log_var: np.sum(np.mean(kl_per_dimension(mean, log_var), axis=-1)),
    ),
    (
        "one value an image",
        "The sum over latent dimensions is right; the mean over the images is missing.",
        "The docstring asks for a scalar.",
        lambda mean, log_var: kl_divergence(mean, log_var),
    ),
    (
        "sign flipped",
        "The sizes are right and the sign is wrong.",
        "The listing's bracket holds every sign turned over. Did its −0.5 come along?",
        lambda mean, log_var: -np.mean(kl_divergence(mean, log_var)),
    ),
)
