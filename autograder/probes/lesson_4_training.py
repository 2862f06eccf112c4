"""Questions to a learner's training function, and to the one that measures what came of it."""

from __future__ import annotations

import keras
import numpy as np

from autograder.probes.lesson_4 import arrays
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import IMAGE_SHAPE

_WEIGHTS = ("kernel", "bias")


def trainings(answers, images, betas, epochs, seed: int) -> dict:
    """Train small networks with each β for its number of epochs.

    Returns:
        "kinds", "betas" of what comes back; "learned", whether the loss on `images` fell;
        "lower_rate", whether the second β left clearly less KL than the first; and
        "epochs_kept", whether the optimizer's steps are in the proportion of `epochs`.
    """
    runs = [_training(answers, images, *run, seed) for run in zip(betas, epochs, strict=True)]
    facts = {"kinds": [run["kind"] for run in runs]}
    if not all("rate" in run for run in runs):
        return facts
    first, second = runs
    steps = [run["steps"] for run in runs]
    return facts | {
        "betas": [run["beta"] for run in runs],
        "learned": [run["learned"] for run in runs],
        "lower_rate": bool(second["rate"] < 0.5 * first["rate"]),
        "epochs_kept": bool(steps[0] * epochs[1] == steps[1] * epochs[0]),
    }


def rate_and_distortion(answers, weights: dict, images, beta: float):
    """The learner's two figures for a linear β-VAE with these weights."""
    latent = len(weights["mean_bias"])
    encoder, decoder = _linear_encoder(latent), _dense_decoder(latent, hidden=0)
    encoder.set_weights([weights[f"{head}_{w}"] for head in ("mean", "log_var") for w in _WEIGHTS])
    decoder.set_weights([weights[f"pixel_{w}"] for w in _WEIGHTS])
    model = DisentangledVAE(encoder, decoder, beta=beta, seed=0)
    model.compile(keras.optimizers.Adam())
    return answers.rate_and_distortion(model, images)


def _training(answers, images, beta: float, epochs: int, seed: int) -> dict:
    keras.utils.set_random_seed(seed)
    encoder, decoder = _linear_encoder(2), _dense_decoder(2, hidden=32)
    before = _loss_and_rate(encoder, decoder, images, beta)[0]
    model = answers.train_vae(encoder, decoder, images, beta, epochs)
    if not all(hasattr(model, part) for part in ("encoder", "decoder", "beta")):
        return {"kind": type(model).__name__}
    after, rate = _loss_and_rate(model.encoder, model.decoder, images, beta)
    optimizer = getattr(model, "optimizer", None)
    return {
        "kind": "β-VAE",
        "beta": float(model.beta),
        "learned": bool(after < 0.995 * before),
        "rate": rate,
        "steps": int(optimizer.iterations) if optimizer is not None else 0,
    }


def _loss_and_rate(encoder, decoder, images, beta: float) -> tuple[float, float]:
    """Loss at the mean codes and KL, in nats per image."""
    mean, log_var = arrays(encoder, images)
    logits = arrays(decoder, mean.astype("float32"))[0]
    recon = (np.logaddexp(0.0, logits) - images * logits).sum(axis=(1, 2, 3)).mean()
    rate = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1).mean()
    return float(recon + beta * rate), float(rate)


def _linear_encoder(latent: int):
    images = keras.Input(IMAGE_SHAPE)
    flat = keras.layers.Flatten()(images)
    return keras.Model(images, [keras.layers.Dense(latent)(flat) for _ in range(2)])


def _dense_decoder(latent: int, hidden: int):
    z = keras.Input((latent,))
    x = keras.layers.Dense(hidden, activation="tanh")(z) if hidden else z
    x = keras.layers.Dense(int(np.prod(IMAGE_SHAPE)))(x)
    return keras.Model(z, keras.layers.Reshape(IMAGE_SHAPE)(x))
