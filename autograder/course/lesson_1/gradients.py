"""Which inputs of a draw a gradient reaches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.exercise import evidence

INPUTS = ("mean", "log_var")


def arrived(gradients, order: np.ndarray, following: Sequence[str] = INPUTS) -> dict[str, bool]:
    """Whether a gradient other than 0 came back for each input, and depends on the rows.

    Args:
        gradients: with respect to the mean and to log_var, each `(rows, latent)` or None.
        order: which of the different rows each row is; see `evidence.repeats`.
        following: inputs whose gradient is the same for equal rows, whatever was drawn.
    """
    if not isinstance(gradients, (list, tuple)) or len(gradients) != len(INPUTS):
        raise evidence.unreadable("the gradients of z", "one for the mean and one for log_var")
    found = {
        name: gradient
        for name, gradient in zip(INPUTS, gradients, strict=True)
        if isinstance(gradient, np.ndarray) and np.any(gradient)
    }
    return {
        **{name: name in found for name in INPUTS},
        "follow": evidence.follows([g for name, g in found.items() if name in following], order),
    }
