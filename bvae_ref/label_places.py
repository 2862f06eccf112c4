"""Places for labels beside the points that they name, so that none covers another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

_ROUNDS = 500


def apart(points: ArrayLike, sizes: ArrayLike) -> np.ndarray:
    """Centres of boxes near `points` that do not overlap.

    Two boxes that overlap push each other along the axis on which less is missing; what stands
    free stays where it is.

    Args:
        points: where each box would like its middle, `(n, 2)`.
        sizes: width and height of every box, `(n, 2)`, in the same unit.

    Returns:
        `(n, 2)`, float64.
    """
    centres, sizes = np.array(points, dtype=float), np.asarray(sizes, dtype=float)
    for _ in range(_ROUNDS):
        moved = False
        for i in range(len(centres)):
            for j in range(i):
                between = centres[i] - centres[j]
                missing = 0.5 * (sizes[i] + sizes[j]) - np.abs(between)
                if (missing <= 1e-9).any():
                    continue
                moved = True
                axis = int(np.argmin(missing))
                # One of two boxes in the same place goes up.
                away = -1.0 if between[axis] < 0 else 1.0
                push = 0.5 * missing[axis] * 1.01 * away
                centres[i, axis] += push
                centres[j, axis] -= push
        if not moved:
            break
    return centres
