"""The images of a training run: loaded together, kept apart, and checked."""

from __future__ import annotations

import os
import zlib

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.data.dataset import Dataset
from bvae_ref.data.loading import load
from bvae_ref.data.official import SPLIT_SIZES
from bvae_ref.data.slices import parse_split
from bvae_ref.settings import TrainConfig
from bvae_ref.shapes import IMAGE_SHAPE

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
    if not isinstance(config.held_out, str):
        whole = load(config.data, config.split, data_dir=data_dir, quiet=quiet)
        return _cut(whole, _rows_left(len(whole), config.held_out))
    _expect_disjoint(config.split, config.held_out)
    spec = f"{config.split}+{config.held_out}"
    training = sum(map(len, parse_split(config.split, SPLIT_SIZES)))
    return _cut(load(config.data, spec, data_dir=data_dir, quiet=quiet), training)


def given_parts(images: ArrayLike, held_out: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    """Images that a caller brings, checked; the last tenth is held out if nothing else is.

    Raises:
        ValueError: another shape, no images, NaN, or values outside [0, 1].
    """
    images = usable("images", images)
    if held_out is None:
        cut = _rows_left(len(images), _SHARE_WITHOUT_NAME)
        return images[:cut], images[cut:]
    return images, usable("held_out", held_out)


def usable(what: str, images: ArrayLike) -> np.ndarray:
    """Images as float32 `(n, 28, 28, 1)`, or ValueError saying what is wrong with them."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[1:] != IMAGE_SHAPE or len(images) == 0:
        raise ValueError(f"{what} has shape {images.shape}; expected (n, 28, 28, 1) with n ≥ 1.")
    images = images.astype("float32", copy=False)
    if not np.isfinite(images).all():
        bad = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))
        raise ValueError(
            f"{what}: {len(bad)} images contain NaN or infinity, the first in row {bad[0]}; leave "
            "them out or repair them."
        )
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"{what} has values from {images.min():g} to {images.max():g}; expected [0, 1] "
            "(divide bytes by 255)."
        )
    return images


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
    return Dataset(
        name=whole.name,
        images=whole.images[rows],
        labels=whole.labels[rows],
        origin=whole.origin,
        factors=None if whole.factors is None else whole.factors[rows],
        factor_names=whole.factor_names,
    )


def _expect_disjoint(split: str, held_out: str) -> None:
    for a in parse_split(split, SPLIT_SIZES):
        for b in parse_split(held_out, SPLIT_SIZES):
            if a.split == b.split and max(a.start, b.start) < min(a.stop, b.stop):
                raise ValueError(
                    f"split {split!r} and held_out {held_out!r} share rows, so nothing would be "
                    "held out; choose other rows, or hold out a share such as 0.1."
                )
