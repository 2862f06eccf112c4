"""β that changes during training: a warm-up, once or again and again."""

from __future__ import annotations

import math

import keras

from bvae_ref.losses import validated_beta


class BetaSchedule(keras.callbacks.Callback):
    """Let β rise in a straight line from 0, then stay; with `cycle`, begin again and again.

    A short warm-up keeps latents alive that would collapse early at the full β (Bowman et al.
    2016, "Generating Sentences from a Continuous Space", section 3.1); cycles repeat it (Fu et
    al. 2019, "Cyclical Annealing Schedule"). β is set before every call of the training step, so
    with `steps_per_execution` it changes once in so many steps. At the end of training it is the
    full β. Each epoch's logs get `beta`, the weight that its held-out images were judged with.

    Where Keras doesn't know the steps of an epoch yet, as in the first one over a generator, β
    changes from epoch to epoch only.

    Args:
        beta: the full β, at least 0.
        warmup: epochs that it takes to rise, fractions too.
        cycle: epochs from one rise to the next, at least `warmup`; None for a single rise.

    Raises:
        ValueError: β negative; a warm-up that is not positive; a cycle shorter than it.
    """

    def __init__(self, beta: float, warmup: float, cycle: float | None = None):
        super().__init__()
        self.beta, self.warmup, self.cycle = validated_beta(beta), float(warmup), cycle
        if not 0 < self.warmup < math.inf:
            raise ValueError(f"warmup is {warmup}; expected epochs, a finite number above 0.")
        if cycle is not None and not self.warmup <= cycle < math.inf:
            raise ValueError(
                f"cycle is {cycle} epochs and warmup {warmup:g}; a cycle holds a whole warm-up."
            )
        self._epoch = 0

    def at(self, epoch: float) -> float:
        """β after so many epochs, fractions too."""
        place = epoch if self.cycle is None else math.fmod(epoch, self.cycle)
        return self.beta * min(1.0, place / self.warmup)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        self.model.beta = self.at(epoch)

    def on_train_batch_begin(self, batch, logs=None):
        steps = self.params.get("steps")
        if steps:
            self.model.beta = self.at(self._epoch + batch / steps)

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            logs["beta"] = self.model.beta

    def on_train_end(self, logs=None):
        self.model.beta = self.beta
