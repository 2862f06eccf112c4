"""How characters lie in their frame, so that a drawing can be laid in one in the same way."""

from __future__ import annotations

import numpy as np

# Darker than this counts as ink where a character's box is measured.
_INK = 0.3


def frame_of(images: np.ndarray) -> dict[str, float]:
    """Typical place, size and brush of characters, in pixels.

    Args:
        images: `(n, height, width, 1)` in [0, 1], at least one with ink.

    Returns:
        {"x", "y"}: the middle of the box around the ink, counted from the middle of the top left
        pixel; "side": the longer side of that box; "pen": the width of a stroke. Medians.
        A stroke of width w and length L has area wL and an outline of 2L, so w is twice the ink
        over the total variation.

    Raises:
        ValueError: no image has any ink.
    """
    pictures = np.asarray(images, dtype="float32")[..., 0]
    pictures = pictures[(pictures > _INK).any(axis=(1, 2))]
    if len(pictures) == 0:
        raise ValueError("the images have no ink; expected characters, ink 1 on paper 0.")
    first_x, last_x = _ends(np.max(pictures, axis=1) > _INK)
    first_y, last_y = _ends(np.max(pictures, axis=2) > _INK)
    longer = np.maximum(last_x - first_x, last_y - first_y) + 1
    down, across = (np.diff(pictures, axis=axis, append=0) for axis in (1, 2))
    outline = np.sqrt(down**2 + across**2).sum(axis=(1, 2))
    pen = 2 * pictures.sum(axis=(1, 2)) / np.maximum(outline, 1e-6)
    return {
        "x": float(np.median(first_x + last_x) / 2),
        "y": float(np.median(first_y + last_y) / 2),
        "side": float(np.median(longer)),
        "pen": float(np.median(pen)),
    }


def _ends(filled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last filled place of each row, `(n,)` each."""
    return filled.argmax(axis=1), filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
