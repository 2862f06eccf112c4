"""The settings of a training run, checked when they are made."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from bvae_ref.data.loading import NAMES
from bvae_ref.data.own import is_own
from bvae_ref.losses import LIKELIHOODS, validated_beta, validated_sigma
from bvae_ref.networks import ARCHITECTURES, HIDDEN
from bvae_ref.objectives import OBJECTIVES
from bvae_ref.runtime import STRATEGIES

# These change what is printed or kept, never the numbers: a resumed run may change them.
_FREE_TO_CHANGE = ("checkpoint_every",)
# What runs had before there was a setting for it, where that is not today's default.
_ONCE = {"weight_decay": 0.0, "clip_norm": 0.0}


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides the numbers of a training run.

    Attributes:
        data: "auto", "kmnist" or "strokes", as for `bvae_ref.data.load`; or the path of an NPZ
            file or of a folder of pictures, as for `bvae_ref.data.own.read_own`.
        split: rows to train on, such as "train" or "test[:8000]".
        held_out: rows to validate on, such as "test[:2000]", or a share of `split`
            between 0 and 1, taken from its end. Own data without a test split, or with a smaller
            one, hold out a tenth of the training rows, or all of the test split, by default.
        beta: Higgins' β, at least 0; under another objective, the weight it has there.
        latent_dim: latent dimensions, at least 1.
        architecture: "mlp" or "conv".
        hidden: width of the dense layers.
        epochs: passes over the training images, in all; decides the learning-rate schedule.
        batch_size: images per step; more than there are means all of them.
        learning_rate: Adam's highest rate, after the warm-up.
        weight_decay: every step takes this share times the rate off every weight, biases
            excepted (decoupled: Loshchilov & Hutter 2019, arXiv:1711.05101).
        clip_norm: longer gradients are shortened to this length, in nats; 0 leaves them. Of the
            default's, 99% are shorter than 200, most by far; a much longer one now and then ends
            a run of dozens of epochs at NaN.
        seed: of weights, shuffling and noise.
        jit_compile: compile the steps with XLA.
        mixed_precision: compute the hidden layers in half precision.
        patience: stop after this many epochs without a better held-out loss and go back to
            the best weights; None trains all epochs and keeps the last.
        checkpoint_every: epochs between checkpoints.
        objective: "beta", "tc" (β-TCVAE), "capacity" (annealed capacity) or "iwae" (importance
            weights; β = 1 is the bound); see `bvae_ref.objectives`.
        samples: K of "iwae".
        capacity: nats of KL that "capacity" rises to, over the first half of the training.
        strategy: "single" device, or "mirrored": every GPU of this machine, each with its
            share of the batch (`tf.distribute.MirroredStrategy`; without XLA).
        beta_warmup: epochs over which β rises from 0 in a straight line; 0 starts at β.
        beta_cycles: parts of equal length into which the epochs are divided, each with a warm-up
            of its own (Fu et al. 2019).
        likelihood: "bernoulli" or "gaussian", of a pixel.
        sigma: standard deviation of a pixel under "gaussian".
        extends: epochs of a finished run that this one goes on from, with a new warm-up and cosine
            of the learning rate; set by `train(..., resume=True)`.
        resident: keep the training images in the device's memory; None does so on a GPU.

    Raises:
        ValueError: a value out of range, named.
    """

    data: str = "auto"
    split: str = "train"
    held_out: str | float = "test[:2000]"
    beta: float = 4.0
    latent_dim: int = 2
    architecture: str = "mlp"
    hidden: int = HIDDEN
    epochs: int = 10
    batch_size: int = 64
    learning_rate: float = 5e-3
    weight_decay: float = 0.1
    clip_norm: float = 200.0
    seed: int = 0
    jit_compile: bool = True
    mixed_precision: bool = False
    patience: int | None = None
    checkpoint_every: int = 1
    objective: str = "beta"
    capacity: float = 25.0
    strategy: str = "single"
    resident: bool | None = None
    beta_warmup: float = 0.0
    beta_cycles: int = 1
    likelihood: str = "bernoulli"
    sigma: float = 0.1
    extends: int = 0
    samples: int = 8

    def __post_init__(self) -> None:
        object.__setattr__(self, "beta", validated_beta(self.beta))
        object.__setattr__(self, "sigma", validated_sigma(self.sigma))
        if self.data not in NAMES and not is_own(self.data):
            raise ValueError(
                f"data is {self.data!r}; expected one of {', '.join(NAMES)}, or the path of an "
                ".npz file or of a folder of pictures."
            )
        _one_of("likelihood", self.likelihood, LIKELIHOODS)
        _one_of("architecture", self.architecture, ARCHITECTURES)
        _one_of("objective", self.objective, OBJECTIVES)
        _one_of("strategy", self.strategy, STRATEGIES)
        for name in ("latent_dim", "hidden", "epochs", "batch_size", "checkpoint_every"):
            _whole(name, getattr(self, name), 1)
        _whole("beta_cycles", self.beta_cycles, 1)
        _whole("extends", self.extends, 0)
        _whole("samples", self.samples, 1)
        self._check_warm_up()
        _whole("seed", self.seed, 0)
        if self.patience is not None:
            _whole("patience", self.patience, 1)
        if not 0 < self.learning_rate <= 1:
            raise ValueError(
                f"learning_rate is {self.learning_rate}; expected a number above 0 and at most 1 "
                "(Adam trains these models well at 0.001 to 0.005)."
            )
        if not 0 <= self.weight_decay < 1:
            raise ValueError(
                f"weight_decay is {self.weight_decay}; expected a number from 0 to below 1 (0 is "
                "none; 0.1 counters what long runs memorise)."
            )
        if not 0 <= self.clip_norm < math.inf:
            raise ValueError(
                f"clip_norm is {self.clip_norm}; expected a length in nats, a finite number ≥ 0 (0 "
                "clips nothing; 200 shortens one gradient in a hundred)."
            )
        if not 0 <= self.capacity < math.inf:
            raise ValueError(
                f"capacity is {self.capacity}; expected nats, a finite number ≥ 0 (Burgess et al. "
                "2018 go up to 25)."
            )
        self._refuse_what_does_not_go_together()
        if not isinstance(self.held_out, str) and not 0 < self.held_out < 1:
            raise ValueError(
                f"held_out is {self.held_out}; expected rows such as 'test[:2000]', or a share of "
                "the training images between 0 and 1, such as 0.1."
            )

    def _refuse_what_does_not_go_together(self) -> None:
        if self.strategy == "mirrored" and self.objective != "beta":
            raise ValueError(
                f"strategy 'mirrored' and objective {self.objective!r}: this objective needs the "
                "whole batch, but a replica sees only its share; use strategy 'single'."
            )
        if self.strategy == "mirrored" and self.resident:
            raise ValueError(
                "strategy 'mirrored' and resident: replicas are sent their share of each batch; "
                "leave resident out."
            )
        if self.objective == "capacity" and self.patience is not None:
            raise ValueError(
                f"patience is {self.patience}, but objective 'capacity' changes while it rises, "
                "so losses of two epochs cannot be compared; leave patience out."
            )

    def _check_warm_up(self) -> None:
        most = self.epochs / self.beta_cycles
        if not 0 <= self.beta_warmup <= most:
            raise ValueError(
                f"beta_warmup is {self.beta_warmup}; expected epochs from 0 to {most:g} "
                f"({self.epochs} epochs, {self.beta_cycles} beta_cycles)."
            )
        if self.beta_cycles > 1 and not self.beta_warmup:
            raise ValueError(
                f"beta_cycles is {self.beta_cycles}, but beta_warmup is 0: nothing would be "
                "repeated; give the epochs of one warm-up."
            )
        if self.beta_warmup and self.objective != "beta":
            raise ValueError(
                f"beta_warmup is {self.beta_warmup}, but objective {self.objective!r} has another "
                "use for β; leave beta_warmup out."
            )
        if self.beta_warmup and self.patience is not None:
            raise ValueError(
                f"patience is {self.patience}, but β changes during the warm-up, so losses of two "
                "epochs cannot be compared; leave one of them out."
            )

    def with_changes(self, **changes: Any) -> TrainConfig:
        """A copy with some values changed, checked again."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as written to `config.json`."""
        return asdict(self)

    def differences(self, other: dict[str, Any]) -> list[str]:
        """Where a saved `as_dict()` differs so that its run cannot be continued with this one.

        Returns:
            Sentences such as "beta was 1.0, now 4.0".
        """
        once = {field.name: _ONCE.get(field.name, field.default) for field in fields(self)}
        before = {name: other.get(name, value) for name, value in once.items()}
        return [
            f"{name} was {value!r}, now {getattr(self, name)!r}"
            for name, value in before.items()
            if name not in _FREE_TO_CHANGE and value != getattr(self, name)
        ]


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(allowed)}.")


def _whole(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}.")
