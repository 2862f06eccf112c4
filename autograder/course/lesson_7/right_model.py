"""A right capstone made from parts of the reference; misconceptions are made from it."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from bvae_ref.interpolation import lerp
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder

SAVED = "model.keras"
HIDDEN = 96


def build_model(latent_dim: int, beta: float, seed: int) -> DisentangledVAE:
    """A compiled β-VAE, small enough to train in about a second."""
    encoder = build_encoder(latent_dim, hidden=HIDDEN)
    decoder = build_decoder(latent_dim, hidden=HIDDEN)
    model = DisentangledVAE(encoder, decoder, beta=beta, seed=seed)
    model.compile(optimizer=keras.optimizers.Adam(4e-3))
    return model


def encode(model, images) -> tuple[np.ndarray, np.ndarray]:
    """(mean, log_var) of images, each `(n, latent)`."""
    return model.encode(images)


def decode(model, codes) -> np.ndarray:
    """Pixels in [0, 1], `(n, 28, 28, 1)`."""
    return model.decode(codes)


def draw_codes(model, images):
    """One draw of z for every image, `(n, latent)`."""
    return model.sampling(encode(model, images))


def save_model(model, folder: str) -> None:
    """Write the model into a folder."""
    model.save(str(Path(folder) / SAVED))


def load_model(folder: str) -> DisentangledVAE:
    """The model that was written there."""
    return keras.models.load_model(str(Path(folder) / SAVED))


def morph(model, start_image, end_image, steps: int) -> np.ndarray:
    """`(steps, 28, 28, 1)` pixels from one image, rebuilt, to another."""
    (start, end), _ = encode(model, np.stack([start_image, end_image]))
    return decode(model, lerp(start, end, steps))
