"""Train a β-VAE: one call, resumable to the last bit on a CPU.

from bvae_ref.training import TrainConfig, train
result = train(TrainConfig(beta=4.0), "out/run")
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from bvae_ref import checkpoints
from bvae_ref.compilation import compiled_model, keeps_images
from bvae_ref.console import say
from bvae_ref.data.own import is_own
from bvae_ref.importance_bound import importance_bound
from bvae_ref.model import DisentangledVAE, held_out_elbo
from bvae_ref.pipeline import (
    StepPlan,
    evaluation_batches,
    plan_for_replicas,
    plan_steps,
    training_batches,
    training_rows,
)
from bvae_ref.run_callbacks import BestWeights, Checkpoints, EpochLines, Record, Recorder
from bvae_ref.run_data import fingerprint, given_parts, load_parts
from bvae_ref.runtime import describe_device, distribution
from bvae_ref.saved_models import MODEL_FILE, load_model, save_json, save_model, save_networks
from bvae_ref.schedules import BetaSchedule
from bvae_ref.settings import TrainConfig
from bvae_ref.tensorboard_images import PICTURES, TensorBoardImages
from bvae_ref.tensorflow_start import start_xla_quietly

__all__ = ["TrainConfig", "TrainResult", "TrainingInterrupted", "load_model", "train"]


@dataclass(frozen=True)
class TrainResult:
    """A finished run.

    Attributes:
        model: the trained model.
        history: a list with one value per epoch for each of loss, recon, kl, val_loss,
            val_recon and val_kl, in nats per image; with a warm-up also beta, the weight in
            val_loss.
        held_out: `held_out_elbo` of the trained model on the held-out images; without `loss`
            under another objective, whose loss is not recon + β·KL. Also `iwae`, the bound of
            `importance_bound` with `iwae_samples` samples, unless that was left out.
    """

    model: DisentangledVAE
    history: Record
    held_out: dict[str, float]


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C during training; the message says what was kept and how to continue."""


def train(
    config: TrainConfig | None = None,
    folder: str | os.PathLike | None = None,
    *,
    images: Any = None,
    held_out: Any = None,
    resume: bool = False,
    tensorboard: bool = False,
    progress: bool = True,
    data_dir: str | os.PathLike | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    importance_samples: int = 64,
) -> TrainResult:
    """Train a model, validating it after every epoch.

    Args:
        config: the settings; the defaults if None.
        folder: for checkpoints while it runs, and at the end `model.keras`, `encoder.keras`,
            `decoder.keras`, `history.json`, `held_out.json` and `config.json`. None writes nothing.
        images: `(n, height, width, channels)` in [0, 1], in place of the data that `config` names;
            without channels they get one. A `tf.data.Dataset` is read into memory.
        held_out: images to validate on; without them, the last tenth of `images`.
        resume: go on from the newest whole checkpoint in `folder`, if there is one. A finished run
            goes on for as many epochs as `config` has more, with a new warm-up and cosine of the
            learning rate.
        tensorboard: also write TensorBoard logs to `folder/tensorboard`.
        progress: a bar on a terminal, one line per epoch elsewhere.
        data_dir: folder of official KMNIST files.
        callbacks: further Keras callbacks.
        importance_samples: K of the importance-weighted bound beside the held-out ELBO; 0 leaves
            it out.

    Raises:
        ValueError: unusable images or settings; a checkpoint of another configuration; a batch
            that the replicas cannot share evenly.
        OSError: `folder` cannot be written to: before training, or when the disk gets full. What
            was written before stays whole, and `resume` goes on from it.
        RuntimeError: TensorBoard is asked for and not installed; no data.
        TrainingInterrupted: Ctrl-C; the last checkpoint is kept.
    """
    config = TrainConfig() if config is None else config
    target = _prepared(folder, resume, tensorboard)
    state = _state(target, resume)
    config = _going_on(config, state)
    if images is None:
        parts = load_parts(config, data_dir, quiet=not progress)
        images, held_out = (part.images for part in parts)
        # "auto" may mean another source tomorrow; this run is about the one it found.
        own = is_own(config.data)
        found = str(Path(config.data).resolve()) if own else parts[0].name
        config = config.with_changes(data=found)
    images, held_out = given_parts(images, held_out, quiet=not progress)
    plan = plan_steps(len(images), config.batch_size)
    strategy = distribution(config.strategy)
    if strategy.num_replicas_in_sync > 1:
        plan = plan_for_replicas(plan, strategy.num_replicas_in_sync)
    with strategy.scope():
        model = compiled_model(config, plan, len(images), images.shape[1:])
    run = _Run(config, target, fingerprint(images, held_out), progress)
    run.begin(model, state)
    if target and tensorboard:
        logs = target / "tensorboard"
        pictures = TensorBoardImages(logs / "images", held_out[:PICTURES])
        callbacks = [*callbacks, keras.callbacks.TensorBoard(str(logs)), pictures]
    if not run.finished:
        if model.jit_compile:
            start_xla_quietly()
        run.fit(model, plan, images, held_out, callbacks)
    run.settle(model)
    figures = held_out_elbo(model, held_out, seed=config.seed)
    if config.objective != "beta":
        del figures["loss"]
    if importance_samples:
        bound = importance_bound(model, held_out, importance_samples, seed=config.seed)
        figures |= {"iwae": bound.bound, "iwae_samples": bound.samples}
    result = TrainResult(model, run.record, figures)
    if target:
        _write(result, config, target)
    return result


class _Run:
    """The state of one run between its start or resumption and its end."""

    def __init__(self, config: TrainConfig, folder: Path | None, data: str, progress: bool):
        self.config, self.folder, self.data, self.progress = config, folder, data, progress
        self.record: Record = {}
        self.first_epoch = 0
        self.best = BestWeights(self.record, config.patience) if config.patience else None

    @property
    def finished(self) -> bool:
        stopped = self.best is not None and self.best.exhausted
        return self.first_epoch >= self.config.epochs or stopped

    def begin(self, model: DisentangledVAE, state: checkpoints.Checkpoint | None) -> None:
        """Restore a checkpoint, or clear away those of an earlier run."""
        device = describe_device(model.jit_compile, model.dtype_policy)
        replicas = model.distribute_strategy.num_replicas_in_sync
        self._say(f"Training on {device}{f', {replicas} replicas' if replicas > 1 else ''}.")
        if state is not None:
            self._continue(model, state)
        elif self.folder and checkpoints.clear(self.folder):
            self._say(f"Starting afresh; earlier checkpoints in {self.folder} are removed.")

    def _continue(self, model: DisentangledVAE, state: checkpoints.Checkpoint) -> None:
        before = dict(state.settings)
        if self.config.extends == before["epochs"]:
            before |= {"epochs": self.config.epochs, "extends": self.config.extends}
        differences = self.config.differences(before)
        if state.data != self.data:
            differences.append("the images are different")
        if differences:
            raise ValueError(
                f"the checkpoint in {self.folder} belongs to another configuration: "
                f"{'; '.join(differences)}. Use the same settings to continue, choose another "
                "folder, or start afresh without resume."
            )
        state.restore(model)
        self.record.update(state.history)
        self.first_epoch = state.epoch
        if self.best:
            self.best.weights = state.part("best")
        self._say(f"Continuing after epoch {state.epoch} of {self.config.epochs}.")

    def fit(self, model, plan: StepPlan, images, held_out, callbacks) -> None:
        """The epochs that are left; Ctrl-C ends them with `TrainingInterrupted`."""
        config = self.config
        bar = self.progress and sys.stdout.isatty()
        epochs = config.seed, self.first_epoch, config.epochs
        replicas = model.distribute_strategy.num_replicas_in_sync
        kept = keeps_images(config)
        if kept:
            model.keep_images(images)
        try:
            # Its images were checked once, all of them.
            keras.Model.fit(
                model,
                training_rows(len(images), plan, *epochs)
                if kept
                else training_batches(images, plan, *epochs, replicas),
                validation_data=evaluation_batches(held_out, replicas),
                epochs=config.epochs,
                initial_epoch=self.first_epoch,
                steps_per_epoch=plan.steps,
                shuffle=False,
                verbose=1 if bar else 0,
                callbacks=[*self._listeners(bar), *callbacks],
            )
        except KeyboardInterrupt:
            raise TrainingInterrupted(self._interruption()) from None
        finally:
            if kept:
                model.keep_images(None)

    def settle(self, model: DisentangledVAE) -> None:
        """The full β; with early stopping, the best weights."""
        model.beta = self.config.beta
        if self.best:
            self.best.restore(model)

    def _listeners(self, bar: bool) -> list[keras.callbacks.Callback]:
        listeners: list[keras.callbacks.Callback] = []
        if self.config.beta_warmup:
            # An extended run has its cycles behind it.
            repeated = self.config.beta_cycles > 1 and not self.config.extends
            cycle = self.config.epochs / self.config.beta_cycles if repeated else None
            listeners.append(BetaSchedule(self.config.beta, self.config.beta_warmup, cycle))
        listeners.append(Recorder(self.record))
        if self.best:
            listeners.append(self.best)
        if self.folder:
            listeners.append(
                Checkpoints(self.folder, self.config, self.data, self.record, self.best)
            )
        if self.progress and not bar:
            listeners.append(EpochLines(self.config.epochs))
        return listeners

    def _interruption(self) -> str:
        if self.folder is None:
            return "Interrupted; nothing was kept, because no folder was given."
        state = checkpoints.latest(self.folder)
        if state is None:
            return "Interrupted before the first checkpoint; nothing to resume."
        return (
            f"Interrupted; epoch {state.epoch} of {self.config.epochs} is kept in {self.folder}. "
            "Continue with the same command and --resume (train(..., resume=True))."
        )

    def _say(self, line: str) -> None:
        if self.progress:
            say(line)


def _prepared(folder, resume: bool, tensorboard: bool) -> Path | None:
    """The folder, made and proved writable, before any time is spent."""
    if folder is None:
        if resume or tensorboard:
            raise ValueError("resume and tensorboard need a folder; pass one to train.")
        return None
    if tensorboard and importlib.util.find_spec("tensorboard") is None:
        raise RuntimeError(
            "TensorBoard is not installed; `pip install tensorboard`, or train without it."
        )
    return checkpoints.writable_folder(folder)


def _state(folder: Path | None, resume: bool) -> checkpoints.Checkpoint | None:
    """The checkpoint to go on from; files of others are set aside."""
    if folder is None:
        return None
    checkpoints.set_aside_foreign(folder)
    return checkpoints.latest(folder) if resume else None


def _going_on(config: TrainConfig, state: checkpoints.Checkpoint | None) -> TrainConfig:
    """The configuration that extends a finished run, or continues one that was extended."""
    if state is None:
        return config
    before = state.settings.get("epochs")
    if before == state.epoch and config.epochs > before:
        return config.with_changes(extends=before)
    return config.with_changes(extends=state.settings.get("extends", 0))


def _write(result: TrainResult, config: TrainConfig, folder: Path) -> None:
    try:
        # The large file first: where it does not fit, what an earlier run left stays as it was.
        save_model(result.model, folder / MODEL_FILE)
        save_networks(result.model, folder)
        save_json(config.as_dict(), folder / "config.json")
        save_json(result.history, folder / "history.json")
        save_json(result.held_out, folder / "held_out.json")
    except OSError as error:
        raise checkpoints.not_written("the finished model", folder, error) from error
