"""The small grey images used in lesson 3's questions, and what their logits cost."""

from __future__ import annotations

import numpy as np


def image_shape(rng, batch: int) -> tuple[int, int, int, int]:
    """Of a batch of small images, wider than they are high."""
    return batch, int(rng.integers(3, 6)), int(rng.integers(6, 9)), 1


def pictures(rng, shape) -> np.ndarray:
    """Grey images, pixels uniform in [0, 1]."""
    return rng.uniform(0.0, 1.0, shape).astype("float32")


def cross_entropy(images, logits) -> np.ndarray:
    """Expected reconstruction loss, `(batch,)` in nats, in double precision."""
    x, logit = (np.asarray(item, np.float64).reshape(len(item), -1) for item in (images, logits))
    return (np.logaddexp(0.0, logit) - x * logit).sum(axis=1)
