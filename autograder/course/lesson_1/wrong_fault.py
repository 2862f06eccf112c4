"""Named wrong answers to exercise 1.3: repairs that miss something, and other lines blamed."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _repair(
    scale=lambda log_var: np.exp(0.5 * log_var),
    mean_of=lambda mean: mean[None],
    arrange=lambda draws: draws,
):
    """A repair of 1.3; `arrange` is what happens to the draws `(samples, batch, latent)`."""

    def posterior_draws(mean, log_var, eps):
        mean, log_var, eps = (np.asarray(item, "float64") for item in (mean, log_var, eps))
        with np.errstate(all="ignore"):
            return arrange(mean_of(mean) + scale(log_var)[None] * eps)

    return posterior_draws


POSTERIOR_DRAWS = mistakes(
    "posterior_draws",
    (
        "still the variance",
        "The draws are still scaled by exp(log_var), the variance.",
        "Compare the spread of the draws with the square root of the variance.",
        {"scale": np.exp},
    ),
    (
        "half the variance",
        "The ½ is outside the exponential: half the variance is not its square root.",
        "Feed in a variance of 16: what is half of it, what is its square root, and how wide are "
        "the draws?",
        {"scale": lambda log_var: 0.5 * np.exp(log_var)},
    ),
    (
        "the root of the logarithm",
        "The square root is taken of `log_var`; where the variance is below 1, the result is not "
        "a number.",
        "σ is the square root of what? Do you already have that when you take the root?",
        {"scale": np.sqrt},
    ),
    (
        "the logarithm as the spread",
        "The exponential is gone, and the draws are scaled by the logarithm of the variance.",
        "What undoes a logarithm, so that you have a size again?",
        {"scale": lambda log_var: log_var},
    ),
    (
        "half the logarithm as the spread",
        "The ½ is there, but the exponential is gone: log σ is a logarithm, not a size.",
        "What undoes a logarithm, so that you have a size again?",
        {"scale": lambda log_var: 0.5 * log_var},
    ),
    (
        "the variance squared",
        "The spread was changed the wrong way: the variance was squared where a root was needed.",
        "Feed in a variance of 9. Are the draws now wider or narrower than before the repair?",
        {"scale": lambda log_var: np.exp(2 * log_var)},
    ),
    (
        "one over the standard deviation",
        "A minus inside the exponential turned σ upside down: wide posteriors became narrow.",
        "Feed in a variance of 9 and then one of 1/9: which draws are wider?",
        {"scale": lambda log_var: np.exp(-0.5 * log_var)},
    ),
    (
        "a spread of 1 for all",
        "The scale is gone altogether, so `log_var` has no effect.",
        "Where does `log_var` enter the result?",
        {"scale": np.ones_like},
    ),
    (
        "the mean is left out",
        "The draws lie around 0 wherever the mean is: it is no longer used.",
        "Feed in noise of 0: what should you get, and what do you get?",
        {"mean_of": lambda mean: np.zeros_like(mean)[None]},
    ),
    (
        "only the first sample kept",
        "The axis that counts the samples is gone: one draw per image is left.",
        "Print the shapes of `eps` and of the result.",
        {"arrange": lambda draws: draws[0]},
    ),
    (
        "averaged over the samples",
        "The draws of each image were averaged, which leaves one number per latent.",
        "Print the shapes of `eps` and of the result.",
        {"arrange": lambda draws: draws.mean(axis=0)},
    ),
    (
        "images before samples",
        "The axes for samples and images have changed places.",
        "Print the shapes of `eps` and of the result.",
        {"arrange": lambda draws: draws.swapaxes(0, 1)},
    ),
    sketch=_repair,
)


def _looks_elsewhere(line: int, what: str, look: str) -> tuple:
    return f"line {line} taken for the fault", f"Line {line} {what}", look, line


FAULTY_LINE = mistakes(
    "faulty_line_1_3",
    _looks_elsewhere(
        2,
        "only gives the mean an axis of length 1 for the samples; no number changes.",
        "Print `mean` before and after that line.",
    ),
    _looks_elsewhere(
        4,
        "does the right thing with the noise: times the spread, plus the mean.",
        "Work that line out by hand for mean 0, spread 3 and noise 1.",
    ),
    _looks_elsewhere(
        5,
        "only returns what the lines above have computed.",
        "Print the draws before that line. Is their spread right there?",
    ),
)
