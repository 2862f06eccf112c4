"""`load`: the one way to get images in this course."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bvae_ref.console import say
from bvae_ref.data.dataset import Dataset
from bvae_ref.data.errors import Attempt, DataUnavailable
from bvae_ref.data.kmnist import Found, Network, find_kmnist
from bvae_ref.data.official import SPLIT_SIZES
from bvae_ref.data.slices import Part, parse_split
from bvae_ref.data.strokes import FACTOR_NAMES, render, sample_factors

NAMES = ("auto", "kmnist", "strokes")

# Seconds for all downloads together: "auto" has something else to offer, "kmnist" has not.
AUTO_PATIENCE_S = 20.0
KMNIST_PATIENCE_S = 300.0

_STROKES_SEEDS = {"train": 0, "test": 1}
_INSTEAD = " in place of KMNIST, which could not be found: "
_PASSED_OVER = "; passed over: "
_DETAILS = " `data.why()` has the details."
_origins: list[str] = []


def load(
    name: str = "auto",
    split: str = "train",
    *,
    data_dir: str | os.PathLike | None = None,
    download: bool | None = None,
    quiet: bool = False,
    patience_s: float | None = None,
) -> Dataset:
    """Load images in [0, 1] with their classes, and say where they came from.

    Args:
        name: "strokes" draws brush strokes with known factors here, 60,000 for training and
            10,000 for testing, only the rows asked for; "kmnist" finds Kuzushiji-MNIST, or
            fails; "auto" takes KMNIST if it is at hand or arrives quickly, strokes
            otherwise. The environment variable `BVAE_DATA` replaces "auto".
        split: a TFDS-style expression, such as "train[:8000]" or "train+test[:10%]".
        data_dir: a folder of official KMNIST files; without it, `BVAE_DATA_DIR`.
        download: False never touches the network; None (the default) allows it unless
            `BVAE_OFFLINE` is 1; True allows it.
        quiet: print nothing; `Dataset.origin` still tells.
        patience_s: seconds that all downloads together may take; 20 for "auto" and 300
            for "kmnist" by default.

    Returns:
        A `Dataset` of float32 `(n, 28, 28, 1)` images and int64 `(n,)` labels.

    Raises:
        ValueError: an unknown name or a malformed split.
        DataUnavailable: "kmnist" was asked for and no source has it.
    """
    name = _chosen(name)
    parts = parse_split(split, SPLIT_SIZES)
    if name == "strokes":
        dataset = _strokes(parts, split)
    else:
        network = _network(name, download, quiet, patience_s)
        dataset = _kmnist(name, parts, split, Path(data_dir) if data_dir else None, network)
    _origins[:] = [dataset.origin]
    if not quiet:
        say(_notice(dataset, split))
    return dataset


def why() -> None:
    """Print where the images of the last `load` came from, and what other sources said."""
    say(_origins[0] if _origins else "Nothing was loaded yet: call `data.load()` first.")


def _notice(dataset: Dataset, split: str) -> str:
    """The one line that says what is used."""
    if dataset.name == "strokes" and _INSTEAD in dataset.origin:
        return f"Using strokes: KMNIST was not found.{_DETAILS}"
    name = {"kmnist": "KMNIST"}.get(dataset.name, dataset.name)
    details = _DETAILS if _PASSED_OVER in dataset.origin else ""
    return f"Using {name} {split}: {len(dataset):,} images.{details}"


def _chosen(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"there is no data set {name!r}; use one of {', '.join(NAMES)}")
    preset = os.environ.get("BVAE_DATA")
    if not preset or name != "auto":
        return name
    if preset not in NAMES:
        raise ValueError(f"BVAE_DATA is {preset!r}; set it to one of {', '.join(NAMES)}")
    return preset


def _network(name: str, download: bool | None, quiet: bool, patience_s: float | None) -> Network:
    auto = name == "auto"
    forbidden = ""
    if download is False:
        forbidden = "not allowed (download=False)"
    elif download is None and os.environ.get("BVAE_OFFLINE") == "1":
        forbidden = "not allowed (BVAE_OFFLINE=1)"
    default_s = AUTO_PATIENCE_S if auto else KMNIST_PATIENCE_S
    return Network(
        forbidden=forbidden,
        patience_s=default_s if patience_s is None else patience_s,
        probe_s=3.0 if auto else 10.0,
        remember=auto,
        quiet=quiet,
    )


def _kmnist(
    name: str, parts: Sequence[Part], split: str, data_dir: Path | None, network: Network
) -> Dataset:
    splits = tuple(dict.fromkeys(part.split for part in parts))
    try:
        found = find_kmnist(splits, data_dir, network)
    except DataUnavailable as error:
        if name == "kmnist":
            raise
        return _strokes(parts, split, error.attempts)
    return _from_found(parts, split, found)


def _from_found(parts: Sequence[Part], split: str, found: Found) -> Dataset:
    pieces = [
        tuple(array[part.start : part.stop] for array in found.arrays[part.split]) for part in parts
    ]
    images = np.concatenate([images for images, _ in pieces])
    labels = np.concatenate([labels for _, labels in pieces])
    passed_over = f"{_PASSED_OVER}{_told(found.attempts)}" if found.attempts else ""
    return Dataset(
        name="kmnist",
        images=(images / np.float32(255))[..., None],
        labels=labels.astype(np.int64),
        origin=f"KMNIST {split}, {len(labels):,} images, from {found.where}{passed_over}.",
    )


def _strokes(parts: Sequence[Part], split: str, attempts: Sequence[Attempt] = ()) -> Dataset:
    factors = np.concatenate(
        [sample_factors(len(part), _STROKES_SEEDS[part.split], part.start) for part in parts]
    )
    instead = f"{_INSTEAD}{_told(attempts)}" if attempts else ""
    return Dataset(
        name="strokes",
        images=render(factors),
        labels=factors[:, 0].astype(np.int64),
        origin=f"strokes {split}, {len(factors):,} images drawn on this machine{instead}.",
        factors=factors,
        factor_names=tuple(FACTOR_NAMES),
    )


def _told(attempts: Sequence[Attempt]) -> str:
    return "; ".join(str(attempt) for attempt in attempts)
