"""Named wrong answers to exercise 1.1: draws made from mean, spread and noise."""

from __future__ import annotations

import tensorflow as tf

from autograder.exercise.declaration import mistakes


def _draw(
    scale=lambda log_var: tf.exp(0.5 * log_var),
    sign=1.0,
    join=lambda mean, std, noise: mean + std * noise,
):
    """An answer to 1.1: `join` brings mean, spread and noise together."""

    def reparameterize(mean, log_var, eps):
        return join(mean, scale(log_var), sign * eps)

    return reparameterize


REPARAMETERIZE = mistakes(
    "reparameterize",
    (
        "variance used as standard deviation",
        "The noise is scaled by exp(log_var), which is the variance σ²; the draw needs σ.",
        "Print `exp(log_var)` for a variance of 4: is that one standard deviation?",
        {"scale": tf.exp},
    ),
    (
        "log σ² used as σ",
        "The noise is scaled by `log_var` itself, which is a logarithm and can be negative.",
        "What undoes a logarithm, so that you have a size again?",
        {"scale": lambda log_var: log_var},
    ),
    (
        "the ½ is inside out",
        "The noise is scaled by ½·exp(log_var): half the variance, not its square root.",
        "Does the ½ belong inside the exponential or outside it?",
        {"scale": lambda log_var: 0.5 * tf.exp(log_var)},
    ),
    (
        "halved but still a logarithm",
        "The noise is scaled by half of `log_var`: that is log σ, a logarithm and not a size.",
        "For a variance of 4, what is half its logarithm, and what is σ?",
        {"scale": lambda log_var: 0.5 * log_var},
    ),
    (
        "the root of the logarithm",
        "The square root is taken of `log_var`, which is negative where the variance is below 1; "
        "the result there is not a number.",
        "σ is the square root of what? Do you already have that when you take the root?",
        {"scale": tf.sqrt},
    ),
    (
        "2 in place of ½",
        "The logarithm is doubled inside the exponential: the noise is scaled by σ⁴.",
        "Which power of x is its square root, and which is its square?",
        {"scale": lambda log_var: tf.exp(2 * log_var)},
    ),
    (
        "one over the standard deviation",
        "A minus inside the exponential turned σ upside down: wide posteriors became narrow.",
        "Feed in a variance of 4: does the noise grow or shrink?",
        {"scale": lambda log_var: tf.exp(-0.5 * log_var)},
    ),
    (
        "noise without scale",
        "The noise is added unscaled, so every posterior has width 1 whatever `log_var` says.",
        "Where does `log_var` enter the result?",
        {"scale": tf.ones_like},
    ),
    (
        "sign flipped",
        "The noise is subtracted: a positive ε should move z up, not down.",
        "Feed in ε = 1: on which side of the mean should z land?",
        {"sign": -1.0},
    ),
    (
        "the mean is stretched, not the noise",
        "σ multiplies the mean; it should multiply the noise.",
        "Feed in ε = 0: what should you get, and what do you get?",
        {"join": lambda mean, std, noise: std * mean + noise},
    ),
    (
        "mean and noise both stretched",
        "σ multiplies the sum of mean and noise, so it also moves the centre of the draws.",
        "Feed in ε = 0: what should you get, and what do you get?",
        {"join": lambda mean, std, noise: (mean + noise) * std},
    ),
    (
        "σ added, not multiplied",
        "σ is one more term of the sum: it shifts every draw but widens none.",
        "Feed in ε = 0: what should you get, and what do you get?",
        {"join": lambda mean, std, noise: mean + std + noise},
    ),
    (
        "the mean is left out",
        "The result is σ·ε: the draws lie around 0 wherever the mean is.",
        "Feed in ε = 0: what should you get, and what do you get?",
        {"join": lambda mean, std, noise: std * noise},
    ),
    (
        "the gradient stops at the spread",
        "The values are right, but the spread is computed outside TensorFlow (`np.exp`, "
        "`.numpy()`): no gradient reaches `log_var`, so a network could never learn how certain "
        "to be.",
        "Which of the functions you use does not belong to TensorFlow or Keras?",
        {"scale": lambda log_var: tf.stop_gradient(tf.exp(0.5 * log_var))},
    ),
    (
        "worked out outside TensorFlow",
        "The values are right, but they are computed in NumPy, and no gradient can pass through "
        "that.",
        "Which line leaves TensorFlow, with `np.…` or `.numpy()`?",
        {"join": lambda mean, std, noise: tf.stop_gradient(mean + std * noise)},
    ),
    (
        "no noise at all",
        "The result is the mean; `eps` has no effect, so nothing is sampled.",
        "Change `eps`: does the result change?",
        {"join": lambda mean, std, noise: mean},
    ),
    sketch=_draw,
)
