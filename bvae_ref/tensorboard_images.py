"""Pictures for TensorBoard: reconstructions of held-out images, and draws of the prior."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

# Held-out images that are shown.
PICTURES = 8


class TensorBoardImages(keras.callbacks.Callback):
    """Writes "reconstructions" and "samples" after every epoch.

    Reconstructions stand below their images. The samples are decoded from the same draws of
    the prior each time, so that their change can be followed.

    Args:
        folder: of the event file.
        images: `(n, height, width, channels)` in [0, 1], 1 or 3 channels.
    """

    def __init__(self, folder: Path, images: np.ndarray):
        super().__init__()
        self.images = images
        self.writer = tf.summary.create_file_writer(str(folder))

    def on_epoch_end(self, epoch, logs=None):
        pairs = np.concatenate([self.images, self.model.reconstruct(self.images)], axis=1)
        samples = self.model.sample(len(self.images))
        with self.writer.as_default():
            for name, pictures in (("reconstructions", pairs), ("samples", samples)):
                row = np.concatenate(list(pictures[..., :3]), axis=1)
                tf.summary.image(name, row[None, ..., : 3 if row.shape[-1] == 3 else 1], epoch)

    def on_train_end(self, logs=None):
        self.writer.close()
