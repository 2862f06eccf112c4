"""Objectives other than β alone, and one training step for any of them on any devices.

The class that learners build in lesson 3 stays as small as the lesson; what a study or a
machine with several GPUs needs in addition is here.

| objective | loss per image, in nats | source |
|---|---|---|
| "beta" | recon + β·KL | Higgins et al. 2017 |
| "tc" | recon + KL + (β − 1)·TC | Chen et al. 2018, β-TCVAE |
| "capacity" | recon + β·abs(mean KL − C(t)), C rising from 0 to `capacity` | Burgess et al. 2018 |
| "iwae" | −log (1/K) Σ exp(−recon_k − β·log q(z_k)/p(z_k)); bound at β = 1 | Burda et al. 2016 |

KL = mutual information + total correlation (TC) + dimension-wise KL on average over the data, so
"tc" weighs the total correlation by β and leaves the other two at 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from bvae_ref.changeable import Changeable
from bvae_ref.kl import kl_divergence
from bvae_ref.model import DisentangledVAE
from bvae_ref.sampling import reparameterize

OBJECTIVES = ("beta", "tc", "capacity", "iwae")
_LOG_2PI = math.log(2 * math.pi)


def total_correlation(z: Any, mean: Any, log_var: Any, images: Any) -> Any:
    """Σ_d of log q(z) − log q(z_d) for every drawn code of a minibatch, in nats.

    q(z) is the average posterior of all training images. The image that a code was drawn
    from counts with weight 1/N; the rest of the minibatch stands for all other images, each
    with weight (N − 1)/(N(M − 1)). That makes the density itself unbiased, like the
    stratified sampling of Chen et al. 2018, appendix C.2, whose widespread code puts
    the weight 1/N into the first column in place of the diagonal.

    Args:
        z: code i drawn from posterior i, `(batch, latent)`, float32.
        mean, log_var: the posteriors of the minibatch, `(batch, latent)`, float32.
        images: N, training images in all; at least the batch.

    Returns:
        `(batch,)`, float32; its mean over images estimates the total correlation. 0 for a
        minibatch of one image, which tells nothing of the others.
    """
    batch = ops.shape(z)[0]
    # log N(z_i; posterior j) by dimension: (batch, batch, latent).
    deviation = z[:, None, :] - mean[None, :, :]
    density = -0.5 * (deviation**2 * ops.exp(-log_var)[None] + log_var[None] + _LOG_2PI)
    others = (images - 1) / (images * ops.maximum(ops.cast(batch - 1, "float32"), 1.0))
    own = ops.eye(batch, dtype="float32")
    log_weight = ops.log(own / images + (1.0 - own) * others)
    joint = ops.logsumexp(ops.sum(density, axis=-1) + log_weight, axis=1)
    by_dimension = ops.logsumexp(density + log_weight[:, :, None], axis=1)
    correlation = joint - ops.sum(by_dimension, axis=-1)
    return ops.where(batch > 1, correlation, ops.zeros_like(correlation))


def capacity_at(step: Any, capacity: float, rising_steps: int) -> Any:
    """C(t) in nats: from 0 in a straight line to `capacity` at `rising_steps`, then level."""
    steps = ops.maximum(ops.cast(rising_steps, "float32"), 1.0)
    return capacity * ops.minimum(ops.cast(step, "float32") / steps, 1.0)


def _at_least(least: int, name: str, unit: str) -> Callable[[Any], float]:
    """A check of a number that is finite and at least `least`."""

    def checked(value: Any) -> float:
        if not (math.isfinite(value) and value >= least):
            raise ValueError(f"{name} is {value}; expected {unit}, a finite number ≥ {least}.")
        return value

    return checked


@keras.saving.register_keras_serializable("bvae_ref")
class ObjectiveVAE(DisentangledVAE):
    """A `DisentangledVAE` trained on any of `OBJECTIVES`, on one device or on several replicas.

    Under `tf.distribute.MirroredStrategy` every replica draws the noise of the whole global
    batch from one stream and takes its own rows of it. No two replicas share noise, and for
    batches that divide evenly the loss and gradients are those of one device.

    Args:
        objective: one of `OBJECTIVES`.
        capacity: nats of KL that "capacity" ends at.
        rising_steps: optimizer steps until it gets there.
        images: training images in all, for "tc".
        samples: K, draws of z for each image, for "iwae".

    `capacity`, `rising_steps` and `images` may be assigned later, like `beta`; `objective` decides
    what is computed, and stays.

    The other arguments are those of `DisentangledVAE`; `beta` weighs what the objective
    weighs: the KL, the total correlation, or the distance from the capacity (Burgess's γ).
    `recon` and `kl` are reported as usual; `loss` is that of the objective.

    Raises:
        ValueError: an unknown objective, a negative number of nats, steps or images.
    """

    capacity = Changeable(_at_least(0, "capacity", "nats"))
    rising_steps = Changeable(_at_least(0, "rising_steps", "steps"))
    images = Changeable(_at_least(1, "images", "training images"))

    def __init__(
        self,
        *networks: keras.Model,
        objective: str = "beta",
        capacity: float = 0.0,
        rising_steps: int = 1,
        images: int = 1,
        samples: int = 1,
        **kwargs: Any,
    ):
        super().__init__(*networks, **kwargs)
        if objective not in OBJECTIVES:
            raise ValueError(
                f"objective is {objective!r}; expected one of {', '.join(OBJECTIVES)}."
            )
        if samples < 1:
            raise ValueError(f"samples is {samples}; expected a whole number of at least 1.")
        self._objective, self._samples = objective, int(samples)
        self.capacity, self.rising_steps, self.images = capacity, rising_steps, images
        self._kept = None

    @property
    def objective(self) -> str:
        """Which of `OBJECTIVES` is trained."""
        return self._objective

    @property
    def samples(self) -> int:
        """K of "iwae"."""
        return self._samples

    def keep_images(self, images: np.ndarray | None) -> None:
        """Hold images in the device's memory; `fit` then takes row numbers.

        None lets them go again.
        """
        self._kept = None if images is None else tf.constant(images)

    def train_step(self, data):
        images = self._images(data)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape() as tape:
            per_image, recon, kl = self._terms(images, training=True)
            # Gradients are summed over replicas; each holds its share of the global batch.
            scaled_loss = self.optimizer.scale_loss(ops.mean(per_image) / replicas)
        gradients = tape.gradient(scaled_loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._track(per_image, recon, kl)

    def test_step(self, data):
        return self._track(*self._terms(self._images(data), training=False))

    def get_config(self):
        names = ("objective", "capacity", "rising_steps", "images", "samples")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}

    def _images(self, data):
        given, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        if self._kept is not None and given.dtype.is_integer:
            return tf.gather(self._kept, given)
        return given

    def _terms(self, images, training: bool):
        """Per image: the objective, the reconstruction and the KL, each `(batch,)` in nats."""
        mean, log_var = self.encoder(images, training=training)
        if self.objective == "iwae":
            return self._importance_weighted(images, mean, log_var, training)
        z = reparameterize(mean, log_var, self._noise(mean))
        recon = self.distortion(images, self.decoder(z, training=training))
        kl = kl_divergence(mean, log_var)
        return recon + self._penalty(z, mean, log_var, kl), recon, kl

    def _importance_weighted(self, images, mean, log_var, training: bool):
        """As `_terms`; `recon` is the mean over the K samples."""
        count, rows = self.samples, ops.shape(mean)[0]
        mean_k, log_var_k, images_k = (
            ops.repeat(part, count, axis=0) for part in (mean, log_var, images)
        )
        eps = self._noise(mean_k)
        z = reparameterize(mean_k, log_var_k, eps)
        recon = self.distortion(images_k, self.decoder(z, training=training))
        ratio = 0.5 * ops.sum(ops.square(z) - ops.square(eps) - log_var_k, axis=-1)
        log_weight = ops.reshape(-recon - self.beta * ratio, (rows, count))
        bound = ops.logsumexp(log_weight, axis=1) - math.log(count)
        recon = ops.mean(ops.reshape(recon, (rows, count)), axis=1)
        return -bound, recon, kl_divergence(mean, log_var)

    def _penalty(self, z, mean, log_var, kl):
        if self.objective == "tc":
            return kl + (self.beta - 1.0) * total_correlation(z, mean, log_var, self.images)
        if self.objective == "capacity":
            reached = capacity_at(self.optimizer.iterations, self.capacity, self.rising_steps)
            return self.beta * ops.abs(ops.mean(kl) - reached) * ops.ones_like(kl)
        return self.beta * kl

    def _noise(self, mean):
        """Standard-normal noise, shaped like `mean`, `(batch, latent)`."""
        context = tf.distribute.get_replica_context()
        replicas = context.num_replicas_in_sync
        rows = ops.shape(mean)[0]
        shape = (rows * replicas, self.latent_dim)
        everyones = keras.random.normal(shape, dtype="float32", seed=self.sampling.seed_generator)
        if replicas == 1:
            return everyones
        first = context.replica_id_in_sync_group * rows
        return everyones[first : first + rows]
