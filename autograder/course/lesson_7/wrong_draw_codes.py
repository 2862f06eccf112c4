"""Named wrong answers to exercise 7.2: draws of codes."""

from __future__ import annotations

from functools import cache

import keras
import numpy as np

from autograder.exercise.declaration import mistakes


def _drawing(
    *,
    noise=lambda model, shape: keras.random.normal(shape, seed=model.sampling.seed_generator),
    spread=lambda log_var: np.exp(0.5 * log_var),
    kept=False,
):
    """`kept`: the first noise of a model serves for all its draws."""

    def draw_codes(model, images):
        mean, log_var = model.encode(images)
        if kept:
            noise_of = _first_noise(model, mean.shape, noise)
        else:
            noise_of = np.asarray(noise(model, mean.shape))
        return mean + spread(log_var) * noise_of

    return draw_codes


@cache
def _first_noise(model, shape, noise):
    return np.asarray(noise(model, shape))


def _spread_out(shape_of_noise):
    """Noise of a smaller shape, repeated."""

    def noise(model, shape):
        small = shape_of_noise(shape)
        drawn = keras.random.normal(small, seed=model.sampling.seed_generator)
        return np.broadcast_to(np.asarray(drawn), shape)

    return noise


def _uniform(model, shape):
    return keras.random.uniform(
        shape, -np.sqrt(3.0), np.sqrt(3.0), seed=model.sampling.seed_generator
    )


def _cut_off(model, shape):
    return keras.random.truncated_normal(shape, seed=model.sampling.seed_generator)


DRAWS = mistakes(
    "draw_codes",
    (
        "no noise",
        "The mean comes back. Every draw for an image is the same, and log_var plays no part.",
        "Draw twice for one image and subtract.",
        {"noise": lambda model, shape: np.zeros(shape)},
    ),
    (
        "one draw kept for good",
        "The noise is drawn once, and every later call gets the same.",
        "Draw twice for one image and subtract.",
        {"kept": True},
    ),
    (
        "the seed has no effect",
        "Two models with the same seed draw different noise.",
        "Which generator gets `seed`, and which one draws?",
        {"noise": lambda model, shape: np.random.default_rng().standard_normal(shape)},
    ),
    (
        "variance as the spread",
        "The noise is multiplied by exp(log_var), which is σ².",
        "How wide should draws from a posterior with σ = 0.1 scatter? Measure yours over many "
        "draws.",
        {"spread": np.exp},
    ),
    (
        "noise that is not scaled",
        "Every posterior gets noise of standard deviation 1, whatever its log_var.",
        "Which line of your draw uses log_var?",
        {"spread": np.ones_like},
    ),
    (
        "one noise for all images",
        "Every image of the batch is moved by the same noise.",
        "What is the shape of the noise you draw?",
        {"noise": _spread_out(lambda shape: (1, shape[1]))},
    ),
    (
        "one number for all latents",
        "Every latent of an image is moved by the same number of standard deviations.",
        "What is the shape of the noise you draw?",
        {"noise": _spread_out(lambda shape: (shape[0], 1))},
    ),
    (
        "uniform noise",
        "The noise has mean 0 and variance 1, but never goes beyond ±1.7: it is not normal.",
        "Draw a histogram of your noise.",
        {"noise": _uniform},
    ),
    (
        "noise that is cut off",
        "The noise never goes beyond two standard deviations, which leaves it a variance of 0.77: "
        "it is a truncated normal, not a normal.",
        "How often does your noise go beyond ±2, and how often should it?",
        {"noise": _cut_off},
    ),
    sketch=_drawing,
)
