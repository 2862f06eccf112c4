"""Named wrong answers to 2.6, information and mismatch, with the words that name them."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _log_normal(z, mean, log_var):
    """Logarithms of the densities, one for each latent."""
    return -0.5 * (np.log(2 * np.pi) + log_var + (z - mean) ** 2 / np.exp(log_var))


def _log_mean(apart, axis=1):
    """log of the mean density over the clouds, from the logarithms."""
    with np.errstate(divide="ignore"):
        return np.logaddexp.reduce(apart, axis=axis) - np.log(apart.shape[axis])


def _joint(apart):
    """log q(z) of every draw from `(draws, clouds, latents)`."""
    return _log_mean(apart.sum(axis=-1))


def _without_its_own(apart):
    apart = apart.sum(axis=-1).copy()
    np.fill_diagonal(apart, -np.inf)
    return np.logaddexp.reduce(apart, axis=1) - np.log(len(apart) - 1)


def _summed(values):
    return values.sum(axis=-1)


def _as_is(value):
    return value


def _split(
    density=_log_normal,
    prior=None,
    latents=_summed,
    together=_joint,
    information=lambda own, q, p: own - q,
    mismatch=lambda own, q, p: q - p,
    average=np.mean,
    returned=_as_is,
):
    """One that is right unless an argument changes it.

    Args:
        density: log density of one latent.
        prior: the same under the prior; `density` for μ = 0 and σ = 1 when None.
        latents: how a draw's latents are put together under its own cloud and under the prior.
        together: log q(z) from the log densities of every draw under every cloud.
        information, mismatch: of log q(z|x), log q(z) and log p(z).
        average: over the draws.
        returned: the last step.
    """

    def information_and_mismatch(z, mean, log_var):
        z, mean, log_var = (np.asarray(item, dtype="float64") for item in (z, mean, log_var))
        own = latents(density(z, mean, log_var))
        p = latents(prior(z) if prior else density(z, np.zeros_like(z), np.zeros_like(z)))
        q = together(density(z[:, None], mean, log_var))
        parts = information(own, q, p), mismatch(own, q, p)
        return returned(tuple(average(part) for part in parts))

    return information_and_mismatch


def _one_cloud_for_all(z, mean, log_var):
    """q(z) taken for one normal distribution with the mean and spread of all clouds together."""
    z, mean, log_var = (np.asarray(item, dtype="float64") for item in (z, mean, log_var))
    centre = mean.mean(axis=0)
    spread = np.log(np.exp(log_var).mean(axis=0) + mean.var(axis=0))
    own, q = _log_normal(z, mean, log_var).sum(-1), _log_normal(z, centre, spread).sum(-1)
    prior = _log_normal(z, np.zeros_like(z), np.zeros_like(z)).sum(-1)
    return np.mean(own - q), np.mean(q - prior)


def _plain_densities(z, mean, log_var):
    """Right, but with densities in single precision, which hold no products of many latents."""
    z, mean, log_var = (np.asarray(item, dtype="float32") for item in (z, mean, log_var))
    with np.errstate(all="ignore"):
        own = _log_normal(z, mean, log_var).sum(axis=-1)
        apart = np.exp(_log_normal(z[:, None], mean, log_var).sum(axis=-1).astype("float32"))
        together = np.log(apart.mean(axis=1))
        prior = _log_normal(z, np.zeros_like(z), np.zeros_like(z)).sum(axis=-1)
        return np.mean(own - together), np.mean(together - prior)


def _without_normaliser(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + (z - mean) ** 2 / np.exp(log_var))


def _variance_as_spread(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + 2 * log_var + (z - mean) ** 2 / np.exp(2 * log_var))


def _spread_as_variance(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + log_var + (z - mean) ** 2 / np.exp(0.5 * log_var))


def _distance_by_variance(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + log_var + ((z - mean) / np.exp(log_var)) ** 2)


def _without_constant(z, mean, log_var):
    return -0.5 * (log_var + (z - mean) ** 2 / np.exp(log_var))


def _no_more_than_one(apart):
    """Densities cut off at 1, as if they were probabilities."""
    with np.errstate(divide="ignore"):
        return np.log(np.mean(np.minimum(np.exp(apart.sum(axis=-1)), 1.0), axis=1))


def _own_alone(apart):
    return np.diag(apart.sum(axis=-1)) - np.log(len(apart))


def _without_half(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + log_var) - (z - mean) ** 2 / np.exp(log_var)


INFORMATION = mistakes(
    "information_and_mismatch",
    (
        "densities averaged as they are",
        "The densities themselves are averaged. With many latents they are too small for float32, "
        "and the logarithm of 0 is −∞.",
        "Which function takes logarithms, and gives the logarithm of the sum of what they belong "
        "to?",
        _plain_densities,
    ),
    (
        "the logarithms averaged",
        "The logarithms of the clouds' densities are averaged. q(z) is the average of the "
        "densities themselves.",
        "Two densities, 1 and 9: what is the logarithm of their mean, and the mean of their "
        "logarithms?",
        {"together": lambda apart: apart.sum(axis=-1).mean(axis=1)},
    ),
    (
        "summed over the clouds, not averaged",
        "The clouds' densities are added up: q(z) lacks its 1/N, and is no density.",
        "If all clouds are the same, what should q(z) be?",
        {"together": lambda apart: np.logaddexp.reduce(apart.sum(axis=-1), axis=1)},
    ),
    (
        "averaged over the draws",
        "The average runs over the draws under one cloud; q(z) takes one draw under all clouds.",
        "In your table of densities, which axis counts the clouds?",
        {"together": lambda apart: _log_mean(apart.sum(axis=-1), axis=0)},
    ),
    (
        "each draw under its own cloud alone",
        "Each draw meets only its own cloud: the table has one column. The information is then "
        "log N whatever the clouds are.",
        "Print the shape of your table of densities. How many clouds does each draw meet?",
        {"together": _own_alone},
    ),
    (
        "densities cut off at 1",
        "The densities are kept at or below 1, as if they were probabilities. The density of a "
        "narrow cloud is far above 1.",
        "How high is a normal density with σ = 0.01?",
        {"together": _no_more_than_one},
    ),
    (
        "its own cloud left out",
        "Each draw's own cloud is missing in the average. Then q(z) is not bounded from below by "
        "a share of it, and nothing holds the information below log N.",
        "Does the sum over n in q(z) leave one out?",
        {"together": _without_its_own},
    ),
    (
        "each latent averaged by itself",
        "Every latent has an average of its own, and these are multiplied. That makes the latents "
        "independent, which the clouds together are not.",
        "Which comes first: the product over the latents of one cloud, or the average over clouds?",
        {"together": lambda apart: _log_mean(apart).sum(axis=-1)},
    ),
    (
        "one normal cloud for all",
        "q(z) is taken for one normal distribution with the mean and the spread of all clouds "
        "together. It is a mixture of them, which may have gaps.",
        "Two narrow clouds far apart: how probable is a z half-way between them?",
        _one_cloud_for_all,
    ),
    (
        "the latents averaged",
        "The logarithms of the latents' densities are averaged, where a product needs their sum.",
        "The density of independent dimensions is a product. What is its logarithm?",
        {
            "latents": lambda values: values.mean(axis=-1),
            "together": lambda apart: _log_mean(apart.mean(axis=-1)),
        },
    ),
    (
        "normalising term missing",
        "The density lacks its −½ log σ²: the wider a cloud, the more it would seem to hold.",
        "What stands in front of the exponential in the density of a normal distribution?",
        {"density": _without_normaliser},
    ),
    (
        "variance used as standard deviation",
        "exp(log_var) is taken for σ and squared again in the density.",
        "For a variance of 4, what is `log_var`? And what does your density divide by?",
        {"density": _variance_as_spread},
    ),
    (
        "distance divided by σ, not σ²",
        "The squared distance is divided by σ.",
        "Check the units: a squared distance has to be divided by what?",
        {"density": _spread_as_variance},
    ),
    (
        "distance divided by σ²",
        "The distance is divided by σ² and then squared: exp(log_var) is taken for σ.",
        "For a variance of 4, how many standard deviations is a distance of 2?",
        {"density": _distance_by_variance},
    ),
    (
        "log 2π left out under the prior",
        "The clouds' densities have their log 2π, and the prior's lacks it: the mismatch is off by "
        "½ log 2π for every latent.",
        "What should the mismatch be if all clouds are the prior?",
        {"prior": lambda z: -0.5 * z**2},
    ),
    (
        "log 2π under the prior alone",
        "The prior's density has its log 2π, and the clouds' lack it: the mismatch is off by "
        "½ log 2π for every latent.",
        "What should the mismatch be if all clouds are the prior?",
        {
            "density": _without_constant,
            "prior": lambda z: -0.5 * (np.log(2 * np.pi) + z**2),
        },
    ),
    (
        "½ missing at the distance",
        "The squared distance has no ½ in front.",
        "Write the logarithm of a normal density term by term. Which of them have a ½?",
        {"density": _without_half},
    ),
    (
        "the whole KL as information",
        "The first part compares q(z|x) with the prior: that is the whole KL, not a part of it.",
        "With which density is q(z|x) compared in the first part?",
        {"information": lambda own, q, p: own - p},
    ),
    (
        "the whole KL as mismatch",
        "The second part starts from q(z|x): that is the whole KL, not a part of it.",
        "Do your two parts add up to the mean KL?",
        {"mismatch": lambda own, q, p: own - p},
    ),
    (
        "log p left out of the mismatch",
        "The second part is the mean of log q(z) alone: it isn't compared with the prior.",
        "What should the mismatch be if all clouds are the prior?",
        {"mismatch": lambda own, q, p: q},
    ),
    (
        "log q(z) left out of the information",
        "The first part is the mean of log q(z|x) alone: it isn't compared with anything.",
        "What should the information be if all clouds are the same?",
        {"information": lambda own, q, p: own},
    ),
    (
        "sign of the information flipped",
        "The first part is log q(z) − log q(z|x).",
        "Under which of the two is a draw more probable: its own cloud, or all clouds together?",
        {"information": lambda own, q, p: q - own},
    ),
    (
        "sign of the mismatch flipped",
        "The second part is log p(z) − log q(z).",
        "A KL is never negative. Which density comes first in it?",
        {"mismatch": lambda own, q, p: p - q},
    ),
    (
        "both signs flipped",
        "Both differences are the wrong way round.",
        "Which of the two densities in a KL do the draws come from? It comes first.",
        {"information": lambda own, q, p: q - own, "mismatch": lambda own, q, p: p - q},
    ),
    (
        "summed over the images",
        "The totals over all images are returned, where the mean KL is to be split.",
        "What happens to your numbers with twice as many images?",
        {"average": np.sum},
    ),
    (
        "one number for every image",
        "There is a number for every image; the mean over images is wanted.",
        "How many numbers does the docstring promise?",
        {"average": _as_is},
    ),
    (
        "information and mismatch changed places",
        "The mismatch comes first and the information second.",
        "In which order does the docstring name the two?",
        {"returned": lambda pair: pair[::-1]},
    ),
    (
        "the mismatch left out",
        "Only the information came back.",
        "How many things does the docstring promise, and how many does `return` name?",
        {"returned": lambda pair: pair[0]},
    ),
    (
        "bits in place of nats",
        "The logarithms have base 2.",
        "Which unit does the docstring promise?",
        {"returned": lambda pair: tuple(part / np.log(2) for part in pair)},
    ),
    sketch=_split,
)
