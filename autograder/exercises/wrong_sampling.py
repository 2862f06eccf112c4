"""Named wrong answers to exercise 1.2: layers that draw their noise in the wrong way."""

from __future__ import annotations

import keras
from keras import ops

from autograder.exercise import mistakes
from bvae_ref.sampling import Sampling

# The draws of two layers agree only on average: 20,000 draws fix mean and spread to 1%.
LOOSE = {"rtol": 0.05, "atol": 0.1}


class _Wrong(Sampling):
    """A layer that differs from the right one in how it turns noise into z."""

    def noise(self, shape):
        return keras.random.normal(shape, seed=self.seed_generator)

    def scale(self, log_var):
        return ops.exp(0.5 * log_var)

    def call(self, inputs):
        mean, log_var = inputs
        return mean + self.scale(log_var) * self.noise(ops.shape(mean))


class _VarianceAsSpread(_Wrong):
    def scale(self, log_var):
        return ops.exp(log_var)


class _LogVarAsSpread(_Wrong):
    def scale(self, log_var):
        return log_var


class _NoNoise(_Wrong):
    def noise(self, shape):
        return ops.zeros(shape)


class _UnitSpread(_Wrong):
    def scale(self, log_var):
        return ops.ones_like(log_var)


class _SharedAcrossBatch(_Wrong):
    def noise(self, shape):
        return keras.random.normal((1, shape[1]), seed=self.seed_generator)


class _UniformNoise(_Wrong):
    def noise(self, shape):
        edge = 3.0**0.5
        return keras.random.uniform(shape, -edge, edge, seed=self.seed_generator)


class _SameNoiseEveryCall(_Wrong):
    def noise(self, shape):
        return keras.random.normal(shape, seed=self.seed or 0)


class _SeedForgotten(_Wrong):
    def get_config(self):
        config = super().get_config()
        del config["seed"]
        return config


SAMPLING = mistakes(
    "Sampling",
    (
        "variance used as standard deviation",
        "The noise is scaled by exp(log_var), which is the variance σ²; the draw needs σ.",
        "Feed a variance of 4: how wide should the draws be, and how wide are they?",
        _VarianceAsSpread,
    ),
    (
        "log σ² used as σ",
        "The noise is scaled by `log_var` itself, which is a logarithm.",
        "What has to be undone before a logarithm is a size again?",
        _LogVarAsSpread,
    ),
    (
        "no noise at all",
        "Every draw is the mean: the layer returns it, or its noise is always zero.",
        "Call the layer twice on the same input: does anything change?",
        _NoNoise,
    ),
    (
        "noise without scale",
        "Every posterior gets the spread 1, whatever `log_var` says.",
        "Where does `log_var` enter the result?",
        _UnitSpread,
    ),
    (
        "noise shared across the batch",
        "All images of a batch get the same ε.",
        "Which shape does the noise have, and which shape has the mean?",
        _SharedAcrossBatch,
    ),
    (
        "uniform noise",
        "The noise has the right spread but the wrong shape: it is uniform, not normal.",
        "Draw a histogram of many draws at mean 0 and variance 1.",
        _UniformNoise,
    ),
    (
        "the same noise at every call",
        "A plain number as seed starts the stream anew at every call, so ε never changes.",
        "What should be handed to `seed=` inside `call`: a number, or the generator?",
        _SameNoiseEveryCall,
    ),
    (
        "the seed is missing from the config",
        "A saved layer comes back without its seed, because `get_config` does not mention it.",
        "What does `get_config` return, and what does `__init__` need?",
        _SeedForgotten,
    ),
    **LOOSE,
)
