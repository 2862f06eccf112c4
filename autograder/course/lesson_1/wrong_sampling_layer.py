"""Named wrong answers to exercise 1.2: layers that draw their noise in the wrong way.

They do only what the exercise's questions need, in NumPy, which takes a tenth of the time of
layers: when no single mistake fits, a hundred pairs of them are tried. A gradient is worked out
by small differences, and only where one is asked for.
"""

from __future__ import annotations

from itertools import count

import numpy as np
import tensorflow as tf

from autograder.exercise.declaration import mistakes

# The draws of two layers agree only on average: 20,000 of them fix mean and spread to 1%.
LOOSE = {"rtol": 0.05, "atol": 0.1}
NUMBERS = count()


def _normal(rng, shape):
    return rng.standard_normal(shape)


def _uniform(low: float, high: float):
    return lambda rng, shape: rng.uniform(low, high, shape)


def _own(seed: int | None):
    """A stream that goes on from call to call."""
    rng = np.random.default_rng(seed)
    return lambda: rng


def _with_slopes(through, noise, z):
    """A function of mean and log_var whose value is z and whose gradients are `through`'s."""

    @tf.custom_gradient
    def drawn(mean, log_var):
        def slopes(upstream):
            at = np.array([mean, log_var], dtype=np.float64)
            found = []
            for step in 1e-4 * np.eye(2)[..., None, None]:
                rise = through(*(at + step), noise) - through(*(at - step), noise)
                found.append(upstream * tf.constant(rise / 2e-4, tf.float32))
            return found

        return tf.constant(z), slopes

    return drawn


def _layer(
    scale=lambda log_var: np.exp(0.5 * log_var),
    join=lambda mean, std, noise: mean + std * noise,
    draw=_normal,
    shape=lambda batch, latent: (batch, latent),
    stream=_own,
    config=lambda parent, seed: {**parent, "seed": seed},
    cut=False,
    frozen=False,
):
    """A class for 1.2.

    Args:
        scale, join: make the spread of `log_var`, and z of mean, spread and noise.
        draw, shape: noise of what kind, and one number for each of what.
        stream: of a layer's seed, what gives a generator at every call.
        config: of the parent's config and the seed.
        cut: whether no gradient passes.
        frozen: whether a graph keeps the noise that was drawn when it was made.
    """

    def through(mean, log_var, noise):
        return join(mean, scale(log_var), noise)

    class Sampling:
        def __init__(self, seed=None, name=None):
            self.seed, self.name = seed, name or f"sampling_{next(NUMBERS)}"
            self.stream = stream(seed)

        def noise(self, size):
            return np.broadcast_to(draw(self.stream(), shape(*size)), size)

        def __call__(self, inputs):
            if not tf.executing_eagerly():
                return self.in_graph(*inputs)
            noise = self.noise(np.shape(inputs[0]))
            z = through(*map(np.asarray, inputs), noise).astype("float32")
            return tf.constant(z) if cut else _with_slopes(through, noise, z)(*inputs)

        def in_graph(self, mean, log_var):
            kept = self.noise(mean.shape) if frozen else None

            def drawn(mean, log_var):
                noise = self.noise(mean.shape) if kept is None else kept
                return through(mean, log_var, noise).astype("float32")

            return tf.numpy_function(drawn, [mean, log_var], tf.float32)

        def get_config(self):
            return config({"name": self.name}, self.seed)

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    return Sampling


SAMPLING = mistakes(
    "Sampling",
    (
        "variance used as standard deviation",
        "The noise is scaled by exp(log_var), which is the variance σ²; the draw needs σ.",
        "Feed in a variance of 4: how wide should the draws be, and how wide are they?",
        {"scale": np.exp},
    ),
    (
        "log σ² used as σ",
        "The noise is scaled by `log_var` itself, which is a logarithm.",
        "What undoes a logarithm, so that you have a size again?",
        {"scale": lambda log_var: log_var},
    ),
    (
        "the ½ is inside out",
        "The noise is scaled by ½·exp(log_var): half the variance, not its square root.",
        "Does the ½ belong inside the exponential or outside it?",
        {"scale": lambda log_var: 0.5 * np.exp(log_var)},
    ),
    (
        "noise without scale",
        "Every posterior gets spread 1, whatever `log_var` says.",
        "Where does `log_var` enter the result?",
        {"scale": np.ones_like},
    ),
    (
        "no noise at all",
        "Every draw is the mean: either the layer returns the mean (perhaps only outside "
        "training), or its noise is always zero.",
        "Call the layer twice on the same input: does anything change?",
        {"join": lambda mean, std, noise: mean},
    ),
    (
        "the mean is left out",
        "The draws lie around 0 wherever the mean is.",
        "Feed in a mean of 100: where do the draws lie?",
        {"join": lambda mean, std, noise: std * noise},
    ),
    (
        "σ added, not multiplied",
        "σ is one more term of the sum: it shifts every draw but widens none.",
        "Feed in a mean of 0 and a large variance: where is the average of many draws?",
        {"join": lambda mean, std, noise: mean + std + noise},
    ),
    (
        "noise shared across the batch",
        "All images of a batch get the same ε.",
        "Which shape does the noise have, and which the mean?",
        {"shape": lambda batch, latent: (1, latent)},
    ),
    (
        "noise shared across the latents",
        "Each image gets one ε for all of its latent dimensions, so they always move together.",
        "Which shape does the noise have, and which the mean?",
        {"shape": lambda batch, latent: (batch, 1)},
    ),
    (
        "uniform noise",
        "The noise has the right spread but the wrong shape: it is uniform, not normal.",
        "Draw a histogram of many draws at mean 0 and variance 1.",
        {"draw": _uniform(-(3.0**0.5), 3.0**0.5)},
    ),
    (
        "uniform noise from 0 to 1",
        "The noise is uniform between 0 and 1: never negative, and not normal.",
        "Draw a histogram of many draws at mean 0 and variance 1. Which half is empty?",
        {"draw": _uniform(0.0, 1.0)},
    ),
    (
        "uniform noise from -1 to 1",
        "The noise is uniform between -1 and 1: no draw is further out than one σ.",
        "Draw a histogram of many draws at mean 0 and variance 1. Where does it end?",
        {"draw": _uniform(-1.0, 1.0)},
    ),
    (
        "noise of another distribution",
        "The noise has the right mean and the right spread but isn't normal: some values come too "
        "often and others too rarely.",
        "Draw a histogram of many draws at mean 0 and variance 1 beside one of "
        "`keras.random.normal`.",
        {"draw": lambda rng, shape: rng.laplace(0.0, 0.5**0.5, shape)},
    ),
    (
        "the same noise at every call",
        "The noise never changes from call to call: either a plain number is used as the seed, "
        "which restarts the stream each time, or the noise was drawn once and kept.",
        "What should `seed=` get inside `call`: a number, or the generator?",
        {"stream": lambda seed: lambda: np.random.default_rng(seed or 0)},
    ),
    (
        "the same noise at every call of a compiled model",
        "Called by itself the layer draws anew. In a graph, as `fit` makes one, it does not: "
        "NumPy's noise is drawn once, when the graph is made.",
        "Which library draws your noise, and does it know of graphs?",
        {"frozen": True},
    ),
    (
        "the seed 0 taken for none",
        "Layers with seed=0 draw different noise: 0 counts as False, so `if seed:` takes it for no "
        "seed at all.",
        "What is the truth value of 0, and what of None?",
        {"stream": lambda seed: _own(seed or None)},
    ),
    (
        "the seed is not used",
        "The layer takes a seed but draws without it, so nothing can be repeated.",
        "Follow `seed` from `__init__`: where does it go?",
        {"stream": lambda seed: _own(None)},
    ),
    (
        "one fixed seed for every layer",
        "The generator is made with a constant, so every layer draws the same noise, whatever its "
        "seed.",
        "Make two layers with different seeds. Do their first draws differ?",
        {"stream": lambda seed: _own(1)},
    ),
    (
        "the seed is missing from the config",
        "A saved layer comes back without its seed, because `get_config` does not mention it.",
        "What does `get_config` return, and what does `__init__` need?",
        {"config": lambda parent, seed: parent},
    ),
    (
        "the parent's config is left out",
        "`get_config` returns only the seed, so a rebuilt layer has lost its name and dtype.",
        "What would `get_config` of the parent class have returned?",
        {"config": lambda parent, seed: {"seed": seed}},
    ),
    (
        "the gradient is cut",
        "No gradient passes through the draw, so an encoder behind it would never learn.",
        "Follow the path back from z. Where do NumPy, `.numpy()` or `stop_gradient` end it?",
        {"cut": True},
    ),
    sketch=_layer,
    **LOOSE,
)
