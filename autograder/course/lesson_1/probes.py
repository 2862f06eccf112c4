"""Questions to a learner's Sampling layer: draws of it, as they come."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from autograder.exercise.student import BadValue


def draws(answers, seed: int | None, pairs) -> list[np.ndarray]:
    """Calls of one layer, one after another.

    Args:
        seed: the layer's.
        pairs: (mean, log_var) of each call, both `(batch, latent)`.
    """
    layer = answers.Sampling() if seed is None else answers.Sampling(seed=seed)
    return [_draw(layer, *pair) for pair in pairs]


def graph_draws(answers, seed: int, pairs) -> list[np.ndarray]:
    """Calls of one layer in a compiled function, one after another; arguments as for `draws`."""
    layer = answers.Sampling(seed=seed)
    _draw(layer, *pairs[0])  # Some layers make their variables at the first call.
    compiled = tf.function(lambda mean, log_var: _called(layer, mean, log_var))
    return [keras.ops.convert_to_numpy(compiled(*map(tf.constant, pair))) for pair in pairs]


def reparameterize_gradients(answers, mean, log_var, eps, weights) -> list:
    """Gradients of Σ weights·z with respect to mean and log_var; None for one that is cut."""
    mean, log_var = tf.constant(mean), tf.constant(log_var)
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        z = answers.reparameterize(mean, log_var, tf.constant(eps))
        try:
            total = tf.reduce_sum(weights * tf.cast(tf.convert_to_tensor(z), tf.float32))
        except (TypeError, ValueError, tf.errors.OpError):
            return [None, None]  # no numbers
    return tape.gradient(total, [mean, log_var])


def layer_gradients(answers, mean, log_var, weights) -> list:
    """Gradients of Σ weights·z with respect to mean and log_var, z drawn by a layer."""
    layer = answers.Sampling(seed=1)
    mean, log_var = tf.constant(mean), tf.constant(log_var)
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        z = _called(layer, mean, log_var)
        total = tf.reduce_sum(weights * tf.cast(tf.convert_to_tensor(z), tf.float32))
    return tape.gradient(total, [mean, log_var])


def first_draws(answers, seeds, means) -> list[np.ndarray]:
    """The first draw of a new layer for each seed, around its mean with log σ² = 0."""
    return [
        _draw(answers.Sampling(seed=seed), mean, np.zeros_like(mean))
        for seed, mean in zip(seeds, means, strict=True)
    ]


def config_round_trip(answers, seed: int, means) -> dict:
    """The config's seed, and names and first draws of a layer and of its rebuilt twin.

    The draws are around two means, `(2, batch, latent)`, with log σ² = 0; there is no twin
    when the config has no seed.
    """
    layer = answers.Sampling(seed=seed)
    config = layer.get_config()
    if "seed" not in config:
        return {"config_seed": None, "names": [], "draws": []}
    rebuilt = type(layer).from_config(config)
    pairs = zip((layer, rebuilt), means, strict=True)
    return {
        "config_seed": config["seed"],
        "names": [layer.name, rebuilt.name],
        "draws": [_draw(layer, mean, np.zeros_like(mean)) for layer, mean in pairs],
    }


def _draw(layer, mean, log_var) -> np.ndarray:
    inputs = map(keras.ops.convert_to_tensor, (mean, log_var))
    return keras.ops.convert_to_numpy(_called(layer, *inputs))


def _called(layer, mean, log_var):
    z = layer((mean, log_var))
    if z is None:
        raise BadValue("`Sampling.call` gave None: is there a `return` at its end?")
    return z
