"""What happens at the end of an epoch: the record, early stopping, a checkpoint, a line."""

from __future__ import annotations

import time
from pathlib import Path

import keras
import numpy as np

from bvae_ref.checkpoints import Checkpoint, capture, restore_variables, save
from bvae_ref.console import say
from bvae_ref.settings import TrainConfig

Record = dict[str, list[float]]


class Recorder(keras.callbacks.Callback):
    """Append each epoch's numbers to `record`, the history across interruptions."""

    def __init__(self, record: Record):
        super().__init__()
        self.record = record

    def on_epoch_end(self, epoch, logs=None):
        for name, value in (logs or {}).items():
            self.record.setdefault(name, []).append(float(value))


class BestWeights(keras.callbacks.Callback):
    """Early stopping on the held-out loss, with nothing to remember but record and weights.

    Args:
        record: the run's history, kept up to date by a `Recorder` that comes earlier.
        patience: epochs without a better `val_loss` after which training stops.
        weights: the best weights so far, of a resumed run.
    """

    def __init__(self, record: Record, patience: int, weights: list[np.ndarray] | None = None):
        super().__init__()
        self.record, self.patience, self.weights = record, patience, weights

    @property
    def exhausted(self) -> bool:
        """Whether the last `patience` epochs brought nothing better."""
        losses = self.record.get("val_loss", [])
        return bool(losses) and len(losses) - 1 - int(np.argmin(losses)) >= self.patience

    def on_epoch_end(self, epoch, logs=None):
        losses = self.record["val_loss"]
        if int(np.argmin(losses)) == len(losses) - 1:
            self.weights = [v.numpy() for v in self.model.trainable_variables]
        self.model.stop_training = self.exhausted

    def restore(self, model: keras.Model) -> None:
        """Go back to the best weights."""
        if self.weights:
            restore_variables(model.trainable_variables, self.weights, "best weights")


class Checkpoints(keras.callbacks.Callback):
    """Save the whole state every `checkpoint_every` epochs, after the last one, and on a stop."""

    def __init__(
        self, folder: Path, config: TrainConfig, data: str, record: Record, best: BestWeights | None
    ):
        super().__init__()
        self.folder, self.config, self.data = folder, config, data
        self.record, self.best = record, best

    def on_epoch_end(self, epoch, logs=None):
        done = epoch + 1
        last = done == self.config.epochs or self.model.stop_training
        if last or done % self.config.checkpoint_every == 0:
            save(self._capture(done), self.folder)

    def _capture(self, done: int) -> Checkpoint:
        best = self.best.weights if self.best else None
        return capture(self.model, done, self.record, self.config.as_dict(), self.data, best)


class EpochLines(keras.callbacks.Callback):
    """One line per epoch, for logs and pipes, where a moving bar would leave a mess."""

    def __init__(self, epochs: int):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        say(
            f"Epoch {epoch + 1}/{self.epochs}: loss {logs['loss']:.2f}, held out "
            f"{logs['val_loss']:.2f} = {logs['val_recon']:.2f} + β × {logs['val_kl']:.2f} nats, "
            f"{seconds:.1f} s",
            flush=True,
        )
