"""Columns in units of their standard deviation, so no metric depends on a latent's unit."""

from __future__ import annotations

import numpy as np

from bvae_ref.metrics.inputs import constant_columns


def standardised(columns: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and variance 1 (divisor n); those of zero variance become 0.

    Args:
        columns: `(n, columns)`, float64, finite, of any size: the squares of very small
            numbers do not vanish on the way.
    """
    centred = columns - columns.mean(axis=0)
    # Equal numbers may differ from their computed mean by rounding.
    centred[:, list(constant_columns(columns))] = 0.0
    size = np.abs(centred).max(axis=0)
    centred /= np.where(size > 0, size, 1.0)
    deviation = centred.std(axis=0)
    return centred / np.where(deviation > 0, deviation, 1.0)
