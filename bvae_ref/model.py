"""The β-VAE as a Keras model with its own training and test step."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import ArrayLike

from bvae_ref.changeable import Changeable
from bvae_ref.images import checked_batches, refuse_bad_values, usable
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import (
    LIKELIHOODS,
    gaussian_loss,
    reconstruction_loss,
    validated_beta,
    validated_sigma,
)
from bvae_ref.sampling import Sampling


@keras.saving.register_keras_serializable("bvae_ref")
class DisentangledVAE(keras.Model):
    """β-VAE: encoder → sampled z → decoder, trained on reconstruction + β·KL.

    Args:
        encoder: model, images `(batch, height, width, channels)` → (mean, log_var), each
            `(batch, latent)`. Left out, it and the decoder are those of `bvae train`.
        decoder: model, z `(batch, latent)` → logits, or means, in the shape of the images.
        beta: Higgins' β ≥ 0 with summed terms in nats; 1 gives the ELBO. It may be assigned while
            the model trains, by a callback such as `BetaSchedule`.
        seed: seed of the sampling noise, or `None` for fresh noise.
        likelihood: "bernoulli", of which the decoder gives logits, or "gaussian", of which it
            gives means.
        sigma: standard deviation of a pixel under "gaussian"; may be assigned like β.

    `compile(optimizer=…)` needs no loss. `fit` and `evaluate` take arrays, `(x, y)`
    tuples (y is ignored) and `tf.data` datasets of images in [0, 1], and refuse others; both report
    `loss`, `recon` and `kl` in nats per image. `evaluate` samples z, so its loss at
    β = 1 is a true negative ELBO, whatever the batch size.

    Raises:
        ValueError: β negative or not finite; σ not positive; an unknown likelihood; images of
            another shape, with NaN or values outside [0, 1].
    """

    beta = Changeable(validated_beta)
    sigma = Changeable(validated_sigma)

    def __init__(
        self,
        encoder: keras.Model | None = None,
        decoder: keras.Model | None = None,
        beta: float = 4.0,
        seed: int | None = None,
        likelihood: str = "bernoulli",
        sigma: float = 0.1,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.encoder = _networks().build_encoder() if encoder is None else encoder
        self.decoder = _networks().build_decoder() if decoder is None else decoder
        self.beta, self.sigma = beta, sigma
        if likelihood not in LIKELIHOODS:
            raise ValueError(
                f"likelihood is {likelihood!r}; expected one of {', '.join(LIKELIHOODS)}."
            )
        self._likelihood = likelihood
        self.seed = seed
        self.sampling = Sampling(seed=seed)
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.recon_tracker = keras.metrics.Mean(name="recon")
        self.kl_tracker = keras.metrics.Mean(name="kl")
        # The steps below never go through `call`, so Keras would not know that all weights
        # exist, and would warn when the model is saved.
        input_shape = getattr(self.encoder, "input_shape", None)
        if input_shape is not None:
            self.build(input_shape)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """Trackers that Keras resets at the start of every epoch and evaluation."""
        return [self.loss_tracker, self.recon_tracker, self.kl_tracker]

    @property
    def latent_dim(self) -> int:
        """Number of latent dimensions."""
        return self.decoder.input_shape[-1]

    @property
    def likelihood(self) -> str:
        """Which of `LIKELIHOODS` the pixels have."""
        return self._likelihood

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of an image."""
        return tuple(self.encoder.input_shape[1:])

    def fit(self, x=None, y=None, **options):
        """As Keras has it; arrays and `tf.data` with NaN or values outside [0, 1] are refused."""
        held_out = options.get("validation_data")
        if held_out is not None:
            options["validation_data"] = (
                (_refused(held_out[0]), *held_out[1:])
                if isinstance(held_out, (tuple, list))
                else _refused(held_out)
            )
        return super().fit(_refused(x), y, **options)

    def evaluate(self, x=None, y=None, **options):
        """As Keras has it; refuses what `fit` refuses."""
        return super().evaluate(_refused(x), y, **options)

    def make_train_function(self, force=False):
        """As Keras has it, but traced anew when something changed that a trace keeps for good.

        The optimizer's clipping and weight decay and the choice of trained weights count from the
        next `fit` on.
        """
        now = _kept_by_a_trace(self)
        changed = vars(self).get("_traced_with", now) != now
        vars(self)["_traced_with"] = now
        return super().make_train_function(force=force or changed)

    def build(self, input_shape):
        if tuple(input_shape[1:]) != tuple(self.encoder.input_shape[1:]):
            raise ValueError(
                f"DisentangledVAE got images of shape {tuple(input_shape)}; its encoder expects "
                f"(batch, {', '.join(map(str, self.encoder.input_shape[1:]))}), float, in [0, 1]."
            )
        self.built = True

    def call(self, images, training=False):
        """Logits or means of a sampled reconstruction, in the shape of the images."""
        mean, log_var = self.encoder(images, training=training)
        return self.decoder(self.sampling((mean, log_var)), training=training)

    def elbo_terms(self, images: Any, training: bool = False) -> tuple[Any, Any]:
        """Per-image `(recon, kl)`, each `(batch,)` in nats, with one sampled z per image."""
        mean, log_var = self.encoder(images, training=training)
        logits = self.decoder(self.sampling((mean, log_var)), training=training)
        return self.distortion(images, logits), kl_divergence(mean, log_var)

    def distortion(self, images: Any, outputs: Any) -> Any:
        """−log p(x|z) of every image given the decoder's outputs, `(batch,)`, in nats."""
        if self.likelihood == "gaussian":
            return gaussian_loss(images, outputs, self.sigma)
        return reconstruction_loss(images, outputs)

    def train_step(self, data):
        images = _images_of(data)
        with tf.GradientTape() as tape:
            recon, kl = self.elbo_terms(images, training=True)
            per_image = recon + self.beta * kl
            # Mixed precision multiplies the loss so that small gradients survive float16.
            scaled_loss = self.optimizer.scale_loss(ops.mean(per_image))
        gradients = tape.gradient(scaled_loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._track(per_image, recon, kl)

    def test_step(self, data):
        recon, kl = self.elbo_terms(_images_of(data), training=False)
        return self._track(recon + self.beta * kl, recon, kl)

    def _track(self, per_image, recon, kl):
        """Feed whole vectors to the means, so that a short last batch counts for its size."""
        self.loss_tracker.update_state(per_image)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {metric.name: metric.result() for metric in self.metrics}

    def encode(self, images: ArrayLike, batch_size: int = 512) -> tuple[np.ndarray, np.ndarray]:
        """`(mean, log_var)` of images `(n, *image_shape)`, each `(n, latent)` float32."""
        mean, log_var = in_batches(self.encoder, images, batch_size)
        return mean, log_var

    def decode(self, z: ArrayLike, batch_size: int = 512) -> np.ndarray:
        """Pixels in [0, 1] for codes z `(n, latent)`, `(n, *image_shape)` float32."""
        (outputs,) = in_batches(self.decoder, z, batch_size)
        if self.likelihood == "gaussian":
            return np.clip(outputs, 0.0, 1.0)
        return ops.convert_to_numpy(ops.sigmoid(outputs))

    def reconstruct(self, images: ArrayLike, batch_size: int = 512) -> np.ndarray:
        """Images decoded from their mean codes (no noise), of their shape, in [0, 1]."""
        return self.decode(self.encode(images, batch_size)[0], batch_size)

    def sample(self, count: int, seed: int = 0, batch_size: int = 512) -> np.ndarray:
        """Images decoded from draws of the prior, `(count, *image_shape)` in [0, 1].

        Raises:
            ValueError: count below 1.
        """
        if count < 1:
            raise ValueError(f"count is {count}; expected a whole number of at least 1.")
        z = np.random.default_rng(seed).standard_normal((count, self.latent_dim))
        return self.decode(z, batch_size)

    def get_config(self):
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "beta": self.beta,
            "seed": self.seed,
            "likelihood": self.likelihood,
            "sigma": self.sigma,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for part in ("encoder", "decoder"):
            config[part] = keras.saving.deserialize_keras_object(config[part], custom_objects)
        return cls(**config)


def _networks() -> ModuleType:
    """The module of default networks, imported late.

    Lesson 4 hands this class to learners who write the networks themselves, where that module
    is out of reach.
    """
    from bvae_ref import networks

    return networks


def _kept_by_a_trace(model: keras.Model) -> tuple:
    """What the trace of a training step takes from Python objects that are not this model's."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    names = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")
    trained = tuple(map(id, model.trainable_variables))
    return (*(getattr(optimizer, name, None) for name in names), trained)


def _images_of(data):
    """The images of a batch that may be just images or (images, labels)."""
    images, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
    if sample_weight is not None:
        raise ValueError(
            "DisentangledVAE does not weight samples; pass images or (images, labels) without "
            "sample_weight."
        )
    return images


def _refused(data: Any) -> Any:
    """What `fit` is given, checked: arrays at once, `tf.data` batch by batch."""
    if isinstance(data, tf.data.Dataset):
        return checked_batches(data)
    images = data[0] if isinstance(data, tuple) else data
    if isinstance(images, (np.ndarray, tf.Tensor)):
        refuse_bad_values("images", np.asarray(images))
    return data


def in_batches(network: keras.Model, rows: ArrayLike, batch_size: int) -> tuple[np.ndarray, ...]:
    """Every output of `network` for all rows, float32, computed `batch_size` rows at a time.

    Calls the network itself: `Model.predict` compiles a function for every model, and
    with a few models in one notebook TensorFlow warns about it on stderr.
    """
    rows = np.asarray(rows, dtype="float32")
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; expected a whole number of at least 1.")
    batches = []
    # At least one call, so that no rows give empty outputs of the right shape.
    for start in range(0, max(len(rows), 1), batch_size):
        outputs = network(rows[start : start + batch_size], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        batches.append([ops.convert_to_numpy(ops.cast(part, "float32")) for part in outputs])
    return tuple(np.concatenate(parts) for parts in zip(*batches, strict=True))


def model_images(model: DisentangledVAE, images: Any) -> np.ndarray:
    """Images as `usable` makes them, if they have the shape that this model takes.

    Raises:
        ValueError: another shape, NaN, or values outside [0, 1].
    """
    images = usable("images", images)
    if images.shape[1:] != model.image_shape:
        raise ValueError(
            f"images have shape {images.shape}, but this model takes "
            f"(n, {', '.join(map(str, model.image_shape))})."
        )
    return images


def held_out_elbo(
    model: DisentangledVAE, images: Any, *, seed: int = 0, batch_size: int = 500
) -> dict[str, float]:
    """Loss, reconstruction and KL on held-out images with one sampled z each, in nats per image.

    The noise is drawn once for the whole set from `seed`, so the numbers depend neither on
    the batch size nor on the model's own noise stream.

    Returns:
        {"loss", "recon", "kl", "elbo"}; `elbo` is −(recon + kl), `loss` is recon + β·kl.
    """
    images = model_images(model, images)
    mean, log_var = model.encode(images, batch_size)
    eps = np.random.default_rng(seed).standard_normal(mean.shape).astype("float32")
    (outputs,) = in_batches(model.decoder, mean + np.exp(0.5 * log_var) * eps, batch_size)
    recon = float(ops.mean(model.distortion(images, outputs)))
    kl = float(ops.mean(kl_divergence(mean, log_var)))
    return {"loss": recon + model.beta * kl, "recon": recon, "kl": kl, "elbo": -(recon + kl)}
