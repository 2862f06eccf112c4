"""The reparameterization trick: a random draw that gradients can pass through."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def reparameterize(mean: Any, log_var: Any, eps: Any) -> Any:
    """Turn standard-normal noise into a draw from N(mean, exp(log_var)).

    z = μ + σ·ε with σ = exp(½ log σ²), so that z is a differentiable function of
    μ and log σ² while the randomness sits in ε alone
    (Kingma & Welling 2014, "Auto-Encoding Variational Bayes", section 2.4).

    Args:
        mean: μ, `(batch, latent)`, float32.
        log_var: log σ², the logarithm of the *variance*, `(batch, latent)`, float32.
        eps: ε ~ N(0, 1), `(batch, latent)` or `(samples, batch, latent)`, float32.

    Returns:
        z, shaped like `eps`, float32.
    """
    return mean + ops.exp(0.5 * log_var) * eps


@keras.saving.register_keras_serializable("bvae_ref")
class Sampling(keras.layers.Layer):
    """Draw z ~ N(mean, exp(log_var)) with fresh noise for every entry and every call.

    The noise comes from a `keras.random.SeedGenerator`: repeatable from `seed` in
    eager mode, in graphs and under XLA, where seeds of TensorFlow's stateful random
    ops are ignored. Mean, variance and noise stay float32 under mixed precision.

    Args:
        seed: whole number for a repeatable stream, or `None` for a fresh one.

    Call arguments:
        inputs: `(mean, log_var)`, both `(batch, latent)`.

    Returns:
        z, `(batch, latent)`, float32.
    """

    def __init__(self, seed: int | None = None, **kwargs: Any):
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        mean_shape, log_var_shape = input_shape
        if tuple(mean_shape) != tuple(log_var_shape):
            raise ValueError(
                "Sampling needs mean and log_var of one shape (batch, latent); "
                f"got {tuple(mean_shape)} and {tuple(log_var_shape)}."
            )
        self.built = True

    def call(self, inputs):
        mean, log_var = inputs
        eps = keras.random.normal(ops.shape(mean), dtype="float32", seed=self.seed_generator)
        return reparameterize(ops.cast(mean, "float32"), ops.cast(log_var, "float32"), eps)

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}
