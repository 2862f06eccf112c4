"""Questions to a learner's Sampling layer."""

from __future__ import annotations

import keras
import numpy as np

from autograder.student import BadValue


def moments(answers, mean, log_var, draws: int):
    """Mean and standard deviation of `draws` draws of one posterior, each `(latent,)`."""
    layer = answers.Sampling()
    means, log_vars = (np.repeat(item, draws, axis=0) for item in (mean, log_var))
    z = _draw(layer, means, log_vars)
    return z.mean(axis=0), z.std(axis=0)


def noise(answers, batch: int, latent: int, seed: int) -> dict:
    """Two draws of one layer at mean 0 and variance 1: the noise itself."""
    layer = answers.Sampling(seed=seed)
    zeros = np.zeros((batch, latent), "float32")
    return {"first": _draw(layer, zeros, zeros), "second": _draw(layer, zeros, zeros)}


def seeding(answers, seed: int) -> dict:
    """First draws of two layers with one seed, and of one with the next seed."""
    zeros = np.zeros((4, 2), "float32")
    return {
        name: _draw(answers.Sampling(seed=number), zeros, zeros)
        for name, number in (("first", seed), ("again", seed), ("other", seed + 1))
    }


def config_round_trip(answers, seed: int) -> dict:
    """The config's seed, and first draws of a layer and of its rebuilt twin."""
    layer = answers.Sampling(seed=seed)
    config = layer.get_config()
    zeros = np.zeros((4, 2), "float32")
    if "seed" not in config:
        return {"config_seed": None, "original": zeros, "rebuilt": zeros}
    rebuilt = type(layer).from_config(config)
    return {
        "config_seed": config["seed"],
        "original": _draw(layer, zeros, zeros),
        "rebuilt": _draw(rebuilt, zeros, zeros),
    }


def _draw(layer, mean, log_var) -> np.ndarray:
    z = layer((keras.ops.convert_to_tensor(mean), keras.ops.convert_to_tensor(log_var)))
    if z is None:
        raise BadValue("`Sampling.call` gave None: is there a `return` at its end?")
    return np.asarray(keras.ops.convert_to_numpy(z), dtype="float64")
