"""Train the reference for the demonstration and draw its figures, on whichever data is here."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bvae_ref.captions import CaptionedFigure
from bvae_ref.data import DataUnavailable, load
from bvae_ref.explorer import explore
from bvae_ref.gallery import write_figures
from bvae_ref.settings import TrainConfig
from bvae_ref.training import train

STROKES = TrainConfig(data="strokes", split="train[:20000]", held_out="test[:2000]")

# All four files, or only the two of the test split: both give a model to look at.
KMNIST = (
    TrainConfig(data="kmnist", split="train[:20000]", held_out="test[:2000]"),
    TrainConfig(data="kmnist", split="test[:8000]", held_out="test[8000:]"),
)


@dataclass(frozen=True)
class Gallery:
    """A trained model's figures and the numbers beside them.

    Attributes:
        title: which images.
        facts: sentences on the run: rows, settings, held-out loss in nats.
        figures: name → figure, in the order to show them.
        explorer: a page on which the model can be played with.
    """

    title: str
    facts: str
    figures: dict[str, CaptionedFigure]
    explorer: Path


def kmnist_at_hand() -> TrainConfig | None:
    """The first KMNIST configuration whose files are on this machine; nothing is downloaded."""
    for config in KMNIST:
        try:
            load("kmnist", f"{config.split}+{config.held_out}", download=False, quiet=True)
        except DataUnavailable:
            continue
        return config
    return None


def gallery(title: str, config: TrainConfig, folder: Path) -> Gallery:
    """Train by `config` and draw the held-out images; files go to `folder`.

    Raises:
        DataUnavailable: the images are not on this machine.
    """
    shutil.rmtree(folder, ignore_errors=True)
    held_out = load(config.data, config.held_out, download=False, quiet=True)
    result = train(config, folder / "model", progress=False)
    figures = write_figures(result.model, held_out, result.history, folder / "figures")
    facts = _facts(config, result.held_out, held_out.origin)
    page = explore(result.model, held_out.images, held_out.labels, title=title)
    return Gallery(title, facts, dict(figures), page.save(folder / "explorer.html"))


def _facts(config: TrainConfig, measured: dict[str, float], origin: str) -> str:
    return (
        f"{origin.rstrip('.')}. β = {config.beta:g}, {config.latent_dim} latent dimensions, "
        f"{config.epochs} epochs on {config.split}. On images it has not seen ({config.held_out}) "
        f"an image costs {measured['loss']:.1f} nats: {measured['recon']:.1f} to redraw it and "
        f"β times {measured['kl']:.2f} for its place in the latent space."
    )
