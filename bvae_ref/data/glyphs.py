"""Ten hiragana as brush skeletons: where the brush goes, and how hard it presses.

A glyph is a tuple of strokes and a stroke is a tuple of control points
`(x, y, pressure)` in a box of 100 × 100 units, x to the right and y downwards. Pressure
1 is the full brush, 0.3 a tip about to leave the paper. A smooth curve runs through the
points. Where the brush stops and turns sharply, one stroke ends and the next begins in
the same place.

The glyphs go by the class names of Kuzushiji-MNIST.
"""

from __future__ import annotations

import numpy as np

Stroke = tuple[tuple[float, float, float], ...]

# fmt: off
SKELETONS: dict[str, tuple[Stroke, ...]] = {
    "o": (
        ((14, 30, .25), (21, 35, 1.05), (38, 33, .55), (57, 27, 1.1)),
        ((35, 10, .3), (41, 17, 1.15), (40, 45, .75), (40, 70, .85), (36, 82, .95), (26, 83, .75),
         (17, 75, .6), (24, 63, .5), (44, 51, .6), (64, 47, .95), (81, 56, 1.2), (83, 70, 1.05),
         (72, 83, .55), (56, 89, .15)),
        ((66, 18, .25), (77, 24, .9), (86, 34, 1.2)),
    ),
    "ki": (
        ((21, 27, .25), (28, 31, 1.), (49, 28, .6), (74, 20, 1.1)),
        ((18, 47, .25), (25, 50, 1.), (51, 46, .6), (82, 37, 1.1)),
        ((44, 9, .3), (50, 15, 1.1), (59, 35, .75), (69, 53, .9), (76, 64, 1.2)),
        ((76, 64, .9), (65, 61, .4), (53, 61, .15)),
        ((28, 68, .3), (28, 78, .75), (39, 88, 1.), (57, 91, .8), (77, 88, 1.1)),
    ),
    "su": (
        ((12, 29, .25), (18, 33, 1.05), (45, 29, .6), (69, 26, .7), (88, 26, 1.15)),
        ((53, 9, .3), (58, 15, 1.15), (57, 35, .8), (57, 50, .7), (53, 63, .8), (43, 67, .75),
         (33, 59, .7), (35, 47, .6), (47, 42, .65), (57, 50, .85), (60, 62, .95), (57, 74, .7),
         (48, 84, .4), (36, 91, .1)),
    ),
    "tsu": (
        ((12, 35, .3), (18, 40, 1.05), (35, 30, .65), (55, 23, .75), (75, 24, 1.), (87, 40, 1.25),
         (83, 57, 1.05), (68, 70, .55), (44, 78, .12)),
    ),
    "na": (
        ((13, 29, .25), (20, 33, 1.05), (34, 30, .55), (49, 24, 1.1)),
        ((35, 10, .3), (39, 17, 1.15), (35, 34, .85), (27, 51, .55), (14, 66, .12)),
        ((67, 18, .25), (78, 23, .95), (87, 33, 1.2)),
        ((62, 40, .35), (66, 47, 1.05), (64, 62, .7), (63, 76, .8), (55, 88, .9), (42, 89, .85),
         (34, 80, .7), (41, 70, .6), (56, 69, .75), (70, 75, .85), (84, 85, 1.15)),
    ),
    "ha": (
        ((18, 13, .3), (23, 20, 1.15), (18, 40, .75), (17, 61, .9), (21, 80, 1.1)),
        ((21, 80, .8), (27, 71, .35), (32, 60, .1)),
        ((38, 33, .25), (45, 36, 1.), (64, 33, .6), (86, 28, 1.1)),
        ((62, 10, .3), (67, 17, 1.15), (66, 40, .75), (67, 63, .75), (64, 78, .85), (53, 86, .9),
         (40, 83, .75), (40, 72, .6), (52, 66, .65), (69, 70, .85), (85, 81, 1.15)),
    ),
    "ma": (
        ((18, 25, .25), (25, 29, 1.), (52, 26, .6), (84, 21, 1.1)),
        ((22, 46, .25), (29, 49, 1.), (52, 47, .6), (80, 43, 1.1)),
        ((49, 8, .3), (54, 15, 1.15), (53, 40, .75), (54, 66, .75), (51, 82, .85), (39, 90, .9),
         (25, 85, .75), (25, 73, .6), (38, 67, .65), (58, 71, .85), (84, 86, 1.15)),
    ),
    "ya": (
        ((8, 44, .3), (15, 49, 1.1), (36, 38, .6), (58, 27, .7), (76, 26, 1.), (89, 37, 1.25),
         (84, 52, 1.05), (68, 59, .55), (52, 56, .15)),
        ((46, 7, .25), (57, 11, 1.05), (60, 22, .35)),
        ((19, 20, .3), (26, 25, 1.15), (38, 50, .75), (48, 74, .95), (56, 91, 1.1)),
    ),
    "re": (
        ((29, 9, .3), (34, 16, 1.15), (34, 45, .8), (34, 70, .9), (34, 91, 1.)),
        ((10, 34, .25), (17, 38, 1.), (30, 33, .6), (39, 29, .9)),
        ((39, 29, .8), (28, 50, .6), (9, 75, .4)),
        ((9, 75, .4), (24, 57, .5), (44, 36, .65), (58, 26, .85), (69, 28, 1.15), (70, 42, 1.05),
         (66, 60, .8), (67, 77, .95), (75, 85, .8), (84, 80, .4), (91, 68, .1)),
    ),
    "wo": (
        ((18, 23, .25), (25, 27, 1.), (46, 23, .6), (70, 17, 1.1)),
        ((43, 9, .3), (47, 15, 1.05), (41, 31, .75), (29, 47, .6), (12, 63, .35)),
        ((12, 63, .3), (28, 49, .45), (43, 42, .6), (53, 46, .9), (56, 57, 1.), (56, 71, .85)),
        ((87, 35, .35), (81, 40, 1.1), (60, 50, .7), (38, 63, .65), (27, 76, .9), (35, 88, 1.05),
         (54, 90, .8), (76, 87, 1.1)),
    ),
}
# fmt: on


def smooth_curve(points: np.ndarray, per_segment: int = 64) -> np.ndarray:
    """Draw a centripetal Catmull–Rom curve through control points.

    The centripetal form makes no cusps or stray knots, however unevenly the points lie
    (Yuksel, Schaefer & Keyser 2011, "Parameterization and applications of Catmull–Rom
    curves"). Each segment is written as a cubic Hermite curve.

    Args:
        points: `(points, 3)`, float64: x, y, pressure; at least two, neighbours apart.
        per_segment: samples from each control point to the next.

    Returns:
        `((points - 1) * per_segment + 1, 3)`, float64.
    """
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    step = np.diff(padded, axis=0)
    gap = np.sqrt(np.linalg.norm(step[:, :2], axis=1))[:, None]
    slope = step / gap
    across = (padded[2:] - padded[:-2]) / (gap[:-1] + gap[1:])
    velocity = slope[:-1] - across + slope[1:]
    leave, arrive = (gap[1:-1] * v for v in (velocity[:-1], velocity[1:]))
    t = np.linspace(0.0, 1.0, per_segment, endpoint=False)[:, None, None]
    curve = (
        (1 + 2 * t) * (1 - t) ** 2 * points[:-1]
        + t * (1 - t) ** 2 * leave
        + t**2 * (3 - 2 * t) * points[1:]
        + t**2 * (t - 1) * arrive
    )
    return np.vstack([curve.swapaxes(0, 1).reshape(-1, 3), points[-1:]])


def place_stamps(strokes: tuple[Stroke, ...], count: int) -> np.ndarray:
    """Spread brush stamps along a glyph, closer together where the brush is thin.

    Equal steps are equal in ∫ ds / √pressure. Each stroke gets its share of the stamps
    by the method of largest remainders, and at least two.

    Args:
        strokes: control points in the 100 × 100 box.
        count: stamps for the whole glyph.

    Returns:
        `(count, 4)`, float64: x, y and the length of curve that a stamp stands for, all in
        half boxes (so x and y lie in [-1, 1]), and the pressure.
    """
    curves = [smooth_curve(np.array(stroke)) for stroke in strokes]
    walks = [_effort_along(curve) for curve in curves]
    shares = _largest_remainders(np.array([walk[-1] for walk in walks]), count)
    return np.vstack([_stamp(c, w, n) for c, w, n in zip(curves, walks, shares, strict=True)])


def _effort_along(curve: np.ndarray) -> np.ndarray:
    """∫ ds / √pressure from the start of a dense curve to each of its samples."""
    ds = np.linalg.norm(np.diff(curve[:, :2], axis=0), axis=1)
    pressure = (curve[1:, 2] + curve[:-1, 2]) / 2
    return np.concatenate([[0.0], np.cumsum(ds / np.sqrt(pressure))])


def _largest_remainders(weights: np.ndarray, count: int, least: int = 2) -> np.ndarray:
    """Split `count` into whole shares, in proportion to weights and none below `least`."""
    exact = weights / weights.sum() * (count - least * len(weights))
    shares = np.floor(exact).astype(int)
    left_over = count - least * len(weights) - shares.sum()
    shares[np.argsort(shares - exact, kind="stable")[:left_over]] += 1
    return shares + least


def _stamp(curve: np.ndarray, walk: np.ndarray, count: int) -> np.ndarray:
    """Stamps at the middles of `count` steps of equal effort: x, y, length, pressure."""
    step = walk[-1] / count
    middles = (np.arange(count) + 0.5) * step
    x, y, pressure = (np.interp(middles, walk, column) for column in curve.T)
    length = step * np.sqrt(pressure)
    return np.stack([(x - 50) / 50, (y - 50) / 50, length / 50, pressure], axis=1)
