"""A training that shows itself: after every epoch its losses, and a picture that gets better."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import keras
import numpy as np

from bvae_ref.captions import CaptionedFigure
from bvae_ref.console import say
from bvae_ref.front_end import shows_html
from bvae_ref.plots import reconstruction_figure
from bvae_ref.tensorflow_start import start_xla_quietly

SHOWN = ("loss", "recon", "kl")


class LivePicture(keras.callbacks.Callback):
    """One display in a notebook, renewed after every epoch; elsewhere a line of text each.

    Args:
        images: `(n, 28, 28, 1)`, shown with what the model makes of them; a dozen fill a line.
        rebuild: images → their reconstructions; the model's own `reconstruct`, unless given.
        most_seconds: after the epoch in which these are over, training stops.
    """

    def __init__(
        self,
        images: np.ndarray,
        rebuild: Callable[[np.ndarray], np.ndarray] | None = None,
        most_seconds: float = math.inf,
    ):
        super().__init__()
        self.images, self.rebuild, self.most_seconds = images, rebuild, most_seconds
        self._begun = time.monotonic()
        self._display = None

    def on_train_begin(self, logs=None):
        self._begun = time.monotonic()
        if self.model.jit_compile:
            start_xla_quietly()

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() - self._begun > self.most_seconds:
            self.model.stop_training = True
        words = f"Epoch {epoch + 1} of {self.params['epochs']}: " + ", ".join(
            f"{name} {float(logs[name]):.1f}" for name in SHOWN if name in (logs or {})
        )
        ipython = _front_end()
        if ipython is None:
            say(words)
            return
        figure = self.figure(words)
        if self._display is None:
            self._display = ipython.display(figure, display_id=True)
        else:
            self._display.update(figure)

    def figure(self, words: str) -> CaptionedFigure:
        """The images above their reconstructions, with these words."""
        rebuild = self.rebuild or self.model.reconstruct
        return reconstruction_figure(self.images, rebuild(self.images), words)


def _front_end():
    """IPython's display module, where something shows what is displayed."""
    if not shows_html():
        return None
    from IPython import display

    return display
