"""What counts as images: their shape, their values, and where they may come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from bvae_ref.console import say


def usable(what: str, images: Any, *, bytes_too: bool = False, quiet: bool = False) -> np.ndarray:
    """Images as float32 `(n, height, width, channels)` in [0, 1].

    `(n, height, width)` gets its one channel, with a printed line. A `tf.data.Dataset` of images
    or of (images, labels), batched or not, is read into memory.

    Args:
        what: how messages call them.
        images: an array, a tensor or a finite `tf.data.Dataset`.
        bytes_too: divide uint8 by 255; otherwise they are refused like other values above 1.
        quiet: print nothing.

    Raises:
        ValueError: another shape, no images, NaN, or values outside [0, 1].
    """
    if isinstance(images, tf.data.Dataset):
        images = _gathered(what, images)
    array = np.asarray(images)
    if array.ndim not in (3, 4) or array.size == 0:
        raise ValueError(
            f"{what} has shape {array.shape}; expected (n, height, width, channels) with n ≥ 1."
        )
    if array.ndim == 3:
        array = array[..., None]
        if not quiet:
            say(f"{what}: {array.shape[:3]} was given a channel, {array.shape}.")
    if array.dtype == np.uint8 and bytes_too:
        return array.astype("float32") / np.float32(255)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} holds {array.dtype}; expected numbers in [0, 1].")
    array = array.astype("float32", copy=False)
    refuse_bad_values(what, array)
    return array


def refuse_bad_values(what: str, images: np.ndarray) -> None:
    """Raise ValueError where images `(n, …)` hold NaN, infinity or values outside [0, 1]."""
    finite = np.isfinite(images)
    if not finite.all():
        bad = np.flatnonzero(~finite.reshape(len(images), -1).all(axis=1))
        raise ValueError(
            f"{what}: {len(bad)} images contain NaN or infinity, the first in row {bad[0]}; leave "
            "them out or repair them."
        )
    if images.size and (images.min() < 0 or images.max() > 1):
        raise ValueError(
            f"{what} has values from {images.min():g} to {images.max():g}; expected [0, 1] "
            "(divide bytes by 255)."
        )


def checked_batches(data: tf.data.Dataset) -> tf.data.Dataset:
    """The same batches, each refused when it is used if its images are not in [0, 1]."""

    def check(*parts):
        images = parts[0]
        if images.dtype.is_floating or images.shape.rank != 1:
            images = tf.cast(images, tf.float32)
            inside = tf.reduce_all((images >= 0) & (images <= 1))
            # NaN compares as false, so it is outside too.
            words = "a batch holds values outside [0, 1], or NaN; divide bytes by 255, from"
            ends = [words, tf.reduce_min(images), "to", tf.reduce_max(images)]
            with tf.control_dependencies([tf.debugging.Assert(inside, ends)]):
                parts = tuple(tf.identity(part) for part in parts)
        return parts if len(parts) > 1 else parts[0]

    return data.map(check, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _gathered(what: str, data: tf.data.Dataset) -> np.ndarray:
    if data.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise ValueError(f"{what} is a tf.data.Dataset without an end; call .take(…) on it.")
    spec = data.element_spec[0] if isinstance(data.element_spec, tuple) else data.element_spec
    batched = spec.shape.rank == 4 or (spec.shape.rank == 3 and spec.shape[0] is None)
    pieces = [
        np.asarray(element[0] if isinstance(element, tuple) else element)
        for element in data.as_numpy_iterator()
    ]
    if not pieces:
        raise ValueError(f"{what} is a tf.data.Dataset without images.")
    return np.concatenate(pieces) if batched else np.stack(pieces)
