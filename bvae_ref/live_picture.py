"""A training that shows itself: after every epoch its losses, and a picture that gets better."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from bvae_ref.captions import CaptionedFigure
from bvae_ref.plots import reconstruction_figure


class LivePicture(keras.callbacks.Callback):
    """One display in a notebook, renewed after every epoch; elsewhere a line of text each.

    Args:
        images: `(n, 28, 28, 1)`, shown with what the model makes of them; a dozen fill a line.
        rebuild: images → their reconstructions; the model's own `reconstruct`, unless given.
    """

    def __init__(
        self, images: np.ndarray, rebuild: Callable[[np.ndarray], np.ndarray] | None = None
    ):
        super().__init__()
        self.images, self.rebuild = images, rebuild
        self._display = None

    def on_epoch_end(self, epoch, logs=None):
        words = f"Epoch {epoch + 1} of {self.params['epochs']}: " + ", ".join(
            f"{name} {float(value):.1f}" for name, value in (logs or {}).items()
        )
        ipython = _front_end()
        if ipython is None:
            print(words)
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
    try:
        from IPython import display, get_ipython
    except ImportError:
        return None
    return display if get_ipython() else None
