"""The images of a training run: loaded together, kept apart, and checked."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from bvae_ref.data.dataset import Dataset
from bvae_ref.data.loading import load
from bvae_ref.data.official import SPLIT_SIZES
from bvae_ref.data.own import is_own, read_own
from bvae_ref.data.slices import parse_split
from bvae_ref.images import usable
from bvae_ref.settings import TrainConfig

_SHARE_WITHOUT_NAME = 0.1


def load_parts(
    config: TrainConfig, data_dir: str | os.PathLike | None = None, quiet: bool = False
) -> tuple[Dataset, Dataset]:
    """The training and the held-out data of a configuration, both from one source.

    They are loaded in one call, because two might find KMNIST for the one and fall back
    to strokes for the other.

    Raises:
        ValueError: a malformed split; rows that are in both.
    """
    own = read_own(config.data) if is_own(config.data) else None
    sizes = own.sizes if own else SPLIT_SIZES
    held_out = _held_out_of_own(config.held_out, sizes) if own else config.held_out

    def loaded(spec: str) -> Dataset:
        if own:
            return own.rows(spec, quiet)
        return load(config.data, spec, data_dir=data_dir, quiet=quiet)

    if not isinstance(held_out, str):
        whole = loaded(config.split)
        return _cut(whole, _rows_left(len(whole), held_out))
    _expect_disjoint(config.split, held_out, sizes)
    training = sum(map(len, parse_split(config.split, sizes)))
    return _cut(loaded(f"{config.split}+{held_out}"), training)


def _held_out_of_own(held_out: str | float, sizes: Mapping[str, int]) -> str | float:
    """What own data hold out where the default asks for more test rows than there are."""
    default = next(field.default for field in fields(TrainConfig) if field.name == "held_out")
    if held_out != default or sizes.get("test", 0) >= 2000:
        return held_out
    return "test" if "test" in sizes else _SHARE_WITHOUT_NAME


def given_parts(
    images: Any, held_out: Any | None, quiet: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Images that a caller brings, checked; the last tenth is held out if nothing else is.

    Args:
        images, held_out: `(n, height, width, channels)` in [0, 1], or what else `usable` takes.
        quiet: print nothing.

    Raises:
        ValueError: another shape, no images, NaN, or values outside [0, 1].
    """
    images = usable("images", images, quiet=quiet)
    if held_out is None:
        cut = _rows_left(len(images), _SHARE_WITHOUT_NAME)
        return images[:cut], images[cut:]
    held_out = usable("held_out", held_out, quiet=quiet)
    if held_out.shape[1:] != images.shape[1:]:
        raise ValueError(
            f"held_out has shape {held_out.shape} and images {images.shape}; expected the same "
            "height, width and channels."
        )
    return images, held_out


def fingerprint(*arrays: np.ndarray) -> str:
    """A short text that differs for different images."""
    return " ".join(
        f"{len(array)}:{zlib.crc32(np.ascontiguousarray(array).data):08x}" for array in arrays
    )


def _rows_left(rows: int, share: float) -> int:
    kept = rows - max(1, round(rows * share))
    if kept < 1:
        raise ValueError(
            f"{rows} images cannot be divided into training and held-out ones; pass more."
        )
    return kept


def _cut(whole: Dataset, row: int) -> tuple[Dataset, Dataset]:
    return _rows(whole, slice(None, row)), _rows(whole, slice(row, None))


def _rows(whole: Dataset, rows: slice) -> Dataset:
    return replace(
        whole,
        images=whole.images[rows],
        labels=None if whole.labels is None else whole.labels[rows],
        factors=None if whole.factors is None else whole.factors[rows],
    )


def _expect_disjoint(split: str, held_out: str, sizes: Mapping[str, int]) -> None:
    for a in parse_split(split, sizes):
        for b in parse_split(held_out, sizes):
            if a.split == b.split and max(a.start, b.start) < min(a.stop, b.stop):
                raise ValueError(
                    f"split {split!r} and held_out {held_out!r} share rows, so nothing would be "
                    "held out; choose other rows, or hold out a share such as 0.1."
                )
