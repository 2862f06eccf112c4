"""The cells of the study: one trained model each, named by what decides its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bvae_ref.settings import TrainConfig
from bvae_ref.study import PARTS

BETAS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
CAPACITIES = (5.0, 10.0, 25.0)
# γ, the weight on |KL − C|: more than the nats of distortion that one more nat of rate saves at
# any C above (about 7 at 5 nats), so that the KL is held at C, and little more, since a
# greater one drowns the reconstruction: at C = 25 it cost 5 nats of distortion with γ = 30.
GAMMA = 10.0
# Pushed towards a KL rather than away from one, an encoder diverges at the default rate.
CAPACITY_LEARNING_RATE = 1e-3
SEEDS = 5
LEAST_SEEDS = 2


@dataclass(frozen=True)
class Amount:
    """How much every cell is trained and measured.

    Attributes:
        name: "full" or "short".
        betas, capacities: settings to try.
        split, held_out, epochs: of strokes.
        kmnist_split, kmnist_held_out, kmnist_epochs: of KMNIST; rows of its test split alone,
            which is the smallest file to have.
        hidden: width of the dense layers.
        jit_compile: whether to compile with XLA, which takes seconds and pays for long runs.
    """

    name: str
    betas: tuple[float, ...]
    capacities: tuple[float, ...]
    split: str
    held_out: str
    epochs: int
    kmnist_split: str
    kmnist_held_out: str
    kmnist_epochs: int
    hidden: int
    jit_compile: bool


FULL = Amount(
    name="full",
    betas=BETAS,
    capacities=CAPACITIES,
    split="train[:16000]",
    held_out="test[:5000]",
    epochs=20,
    kmnist_split="test[:8000]",
    kmnist_held_out="test[8000:]",
    kmnist_epochs=20,
    hidden=128,
    jit_compile=True,
)
SHORT = Amount(
    name="short",
    betas=(1.0, 4.0),
    capacities=(10.0,),
    split="train[:1000]",
    held_out="test[:2000]",
    epochs=1,
    kmnist_split="test[:1000]",
    kmnist_held_out="test[9000:]",
    kmnist_epochs=1,
    hidden=32,
    jit_compile=False,
)


@dataclass(frozen=True)
class Cell:
    """One model of the study.

    Attributes:
        part: of `PARTS`; "kmnist" is the first objective on other images.
        config: everything that decides how it is trained.
    """

    part: str
    config: TrainConfig

    @property
    def key(self) -> str:
        """A stable name, fit for a file: "strokes-beta-4-seed-0"."""
        config = self.config
        weight = config.capacity if config.objective == "capacity" else config.beta
        return f"{config.data}-{config.objective}-{weight:g}-seed-{config.seed}"

    @property
    def title(self) -> str:
        """For people: "strokes, β = 4, seed 0"."""
        config = self.config
        words = {
            "beta": f"β = {config.beta:g}",
            "tc": f"β-TCVAE, β = {config.beta:g}",
            "capacity": f"C = {config.capacity:g} nats",
        }
        return f"{config.data}, {words[config.objective]}, seed {config.seed}"

    @property
    def has_factors(self) -> bool:
        """Whether its images have known factors, so that disentanglement can be measured."""
        return self.config.data == "strokes"


def planned(
    parts: Sequence[str] = PARTS, seeds: int | None = None, amount: Amount = FULL
) -> list[Cell]:
    """Every cell of these parts, seed by seed, so that an unfinished study is whole for some.

    Args:
        parts: of `PARTS`.
        seeds: how many, 0 to seeds − 1; None takes 5, or 2 of the short study.
        amount: `FULL` or `SHORT`.

    Raises:
        ValueError: an unknown part, none at all, or fewer than two seeds.
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        raise ValueError(
            f"there is no part {unknown[0]!r} of the study; give some of {', '.join(PARTS)}."
            if unknown
            else f"no part of the study was named; give some of {', '.join(PARTS)}."
        )
    if seeds is None:
        seeds = SEEDS if amount.name == "full" else LEAST_SEEDS
    if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < LEAST_SEEDS:
        raise ValueError(
            f"seeds is {seeds!r}; expected a whole number of at least {LEAST_SEEDS}, because "
            "an interval needs a spread (5 or more make it useful)."
        )
    return [
        cell
        for seed in range(seeds)
        for part in PARTS
        if part in parts
        for cell in _part(part, seed, amount)
    ]


def _part(part: str, seed: int, amount: Amount) -> list[Cell]:
    """The cells of one part and one seed."""
    common: dict[str, Any] = {
        "data": "strokes",
        "split": amount.split,
        "held_out": amount.held_out,
        "epochs": amount.epochs,
        "latent_dim": 10,
        "hidden": amount.hidden,
        "jit_compile": amount.jit_compile,
        # The study is about β; nothing else holds the weights back.
        "weight_decay": 0.0,
        "clip_norm": 0.0,
        "seed": seed,
    }
    if part == "kmnist":
        common |= {
            "data": "kmnist",
            "split": amount.kmnist_split,
            "held_out": amount.kmnist_held_out,
            "epochs": amount.kmnist_epochs,
        }
    settings: list[dict[str, Any]]
    if part == "capacity":
        settings = [
            {
                "objective": "capacity",
                "beta": GAMMA,
                "capacity": capacity,
                "learning_rate": CAPACITY_LEARNING_RATE,
            }
            for capacity in amount.capacities
        ]
    elif part == "tc":
        # At β < 1 total correlation would be rewarded.
        settings = [{"objective": "tc", "beta": beta} for beta in amount.betas if beta >= 1]
    else:
        settings = [{"objective": "beta", "beta": beta} for beta in amount.betas]
    return [Cell(part, TrainConfig(**common, **setting)) for setting in settings]
