"""`strokes`: ten hiragana drawn with a brush, every image with known generative factors.

Eight factors, independent of each other, make one grey image of 28 × 28 pixels:

| factor | unit | what grows with it |
|---|---|---|
| class | label 0..9 | お き す つ な は ま や れ を, the order of Kuzushiji-MNIST |
| slant | radians | the top leans to the right, as in an italic |
| rotation | radians | the character turns counter-clockwise |
| width | pixels | strokes get broader: half-ink edge to edge at full pressure |
| scale | ratio | the character gets larger; the brush does not |
| shift_x | pixels | the character moves right |
| shift_y | pixels | the character moves down |
| curvature | rise of an arc over half a box | strokes bow, upwards and to the right |

An image is a sum of round, soft brush stamps along the strokes of a skeleton. A stamp is the
product of its profiles along x and along y, so the sum over K stamps is the product of a
28 × K and a K × 28 matrix. The profile is (1 + t²/16)^-8, which is the Gaussian exp(-t²/2)
near its middle and needs three squarings in place of an exponential.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from bvae_ref.data.dataset import CLASS_NAMES
from bvae_ref.data.glyphs import SKELETONS, place_stamps

# The continuous factors, in the units of the table above.
FACTOR_RANGES: dict[str, tuple[float, float]] = {
    "slant": (-0.25, 0.25),
    "rotation": (-0.18, 0.18),
    "width": (2.0, 3.4),
    "scale": (0.85, 1.1),
    "shift_x": (-1.5, 1.5),
    "shift_y": (-1.5, 1.5),
    "curvature": (-0.25, 0.25),
}
FACTOR_NAMES: tuple[str, ...] = ("class", *FACTOR_RANGES)

SIZE = 28
CLASSES = len(CLASS_NAMES)

# Half of the glyph box at scale 1, in pixels: with every factor at its worst, under 1% of
# the ink falls outside the frame.
_HALF_BOX = 10.8
# Stamps for each glyph. Neighbours lie under 1.8 stamp widths apart in ordinary glyphs and
# 2.3 where the brush is thinnest and the glyph largest: too close for beads to show.
_STAMPS = 64
# Sum of the stamps in the middle of a stroke. Ink is 1 - exp(-sum²): for 2.5 the middle is
# black to 0.2%, and the edge rises within about one stamp width.
_PEAK = 2.5
# Integral of the profile (1 + t²/16)^-8 over all t: 4 √π Γ(7.5) / Γ(8).
_PROFILE_AREA = 4 * math.sqrt(math.pi) * math.gamma(7.5) / math.gamma(8)
# Distance between the two edges of half ink, in stamp widths, for that peak and profile.
_EDGE_TO_EDGE = 8 * math.sqrt((_PEAK / math.sqrt(math.log(2))) ** 0.125 - 1)
# Variance of a pixel's own footprint, in square pixels: a hair-thin tip turns grey rather
# than falling between two pixels.
_PIXEL_VARIANCE = 0.16
# Images drawn at once: small enough for the working arrays to stay in a CPU's cache.
_CHUNK = 128


def sample_factors(count: int, seed: int = 0, start: int = 0) -> np.ndarray:
    """Draw rows `start` to `start + count` of an endless table of independent factors.

    Every factor is uniform over its range. Row i depends on `seed` and i alone: the
    numbers come from Philox, a generator that can be set to any position
    (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").

    Args:
        count: how many rows, 0 or more.
        seed: whole number, 0 or more.
        start: first row, 0 or more.

    Returns:
        `(count, 8)`, float32, columns as in `FACTOR_NAMES`.

    Raises:
        ValueError: a count, seed or start that is not a whole number of 0 or more.
    """
    for name, value in (("count", count), ("seed", seed), ("start", start)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise ValueError(f"{name} is {value!r}; give a whole number, 0 or more.")
    # One step of the Philox counter yields four words, so a row of eight takes two.
    source = np.random.Philox(key=int(seed)).advance(2 * int(start))
    words = source.random_raw(count * len(FACTOR_NAMES)).reshape(count, len(FACTOR_NAMES))
    uniform = (words >> np.uint64(11)) * 2.0**-53
    low, high = _bounds()
    factors = low + uniform * (high - low)
    factors[:, 0] = np.floor(uniform[:, 0] * CLASSES)
    return factors.astype(np.float32)


def render(factors: np.ndarray) -> np.ndarray:
    """Draw images from their factors: bright ink, 1, on a background of 0.

    A pure function: equal factors give equal images, on their own or in a batch.

    Args:
        factors: `(images, 8)`, numbers, columns as in `FACTOR_NAMES`; the class a whole
            number in 0..9, the others within `FACTOR_RANGES`.

    Returns:
        `(images, 28, 28, 1)`, float32, in [0, 1].

    Raises:
        ValueError: a wrong shape, a value that is not finite, a class that is not a label,
            or a factor out of its range.
    """
    return draw(_checked(factors), SIZE)[..., None]


def draw(factors: np.ndarray, size: int) -> np.ndarray:
    """Draw unchecked factors in the middle of a square of `size` pixels.

    Args:
        factors: `(images, 8)`, float32.
        size: side of the square, in pixels.

    Returns:
        `(images, size, size)`, float32, in [0, 1].
    """
    images = np.empty((len(factors), size, size), np.float32)
    room = np.empty((min(len(factors), _CHUNK), 2, size, _STAMPS), np.float32)
    for first in range(0, len(factors), _CHUNK):
        part = factors[first : first + _CHUNK]
        ink = images[first : first + _CHUNK]
        across, down = _profiles(part, room[: len(part)])
        np.matmul(down, across.swapaxes(1, 2), out=ink)
        # Where strokes cross, ink saturates: 1 - exp(-sum²).
        np.square(ink, out=ink)
        np.negative(ink, out=ink)
        np.exp(ink, out=ink)
        np.subtract(1.0, ink, out=ink)
    return images


def _profiles(factors: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate every stamp's profile at every pixel, along x and along y.

    The base of the power, 1 + (g - c)²/16w², is a polynomial in the grid position g: its
    three coefficients times (g², g, 1), one small matrix product. The stamp's weight goes
    into the base too, as its eighth root, so that no pass over the grid is spent on it.

    Args:
        factors: `(images, 8)`, float32.
        room: `(images, 2, size, stamps)`, float32, to work in.

    Returns:
        Two views of `room`, `(images, size, stamps)`: across, and down with the weights.
    """
    centres, variances, weights = _stamps(factors)
    base = np.empty((len(factors), 2, 3, _STAMPS), np.float32)
    square, linear, constant = base[:, :, 0], base[:, :, 1], base[:, :, 2]
    square[:] = (0.0625 / variances)[:, None]
    np.multiply(-2.0 * centres, square, out=linear)
    np.multiply(centres * centres, square, out=constant)
    constant += 1.0
    base[:, 1] *= (weights**-0.125)[:, None]
    np.matmul(_grid_powers(room.shape[2]), base, out=room)
    for _ in range(3):
        np.square(room, out=room)
    np.reciprocal(room, out=room)
    return room[:, 0], room[:, 1]


@cache
def _grid_powers(size: int) -> np.ndarray:
    """g², g and 1 at pixel centres counted from the middle, `(size, 3)`, float32."""
    g = np.arange(size, dtype=np.float32) - (size - 1) / 2
    return np.stack([g**2, g, np.ones_like(g)], axis=1)


def _stamps(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place the stamps of each image, in pixels from the middle of the frame.

    Returns:
        centres `(images, 2, stamps)`, x then y; variances and weights `(images, stamps)`.
    """
    label, slant, rotation, width, scale, shift_x, shift_y, curvature = factors.T[:, :, None]
    x, y, length, pressure = _alphabet()[:, label[:, 0].astype(np.intp)]
    x, y = _bend(x, y, curvature)
    x = x - np.tan(slant) * y
    cos, sin = (_HALF_BOX * scale * turn(rotation) for turn in (np.cos, np.sin))
    centres = np.stack([cos * x + sin * y + shift_x, cos * y - sin * x + shift_y], axis=1)
    brush = (width / _EDGE_TO_EDGE * pressure) ** 2
    variances = brush + _PIXEL_VARIANCE
    # A row of stamps, one each `length`, sums to weight · area · √variance / length.
    # A brush thinner than a pixel leaves less ink, in proportion to its width.
    density = _PEAK / _PROFILE_AREA * _HALF_BOX
    weights = density * scale * length * np.sqrt(brush) / variances
    return centres, variances, weights


def _bend(x: np.ndarray, y: np.ndarray, curvature: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bow the glyph along both axes, leaving the middle of its stamps in place."""
    x2, y2 = x * x, y * y
    bent_x = x - curvature * (y2 - y2.mean(axis=1, keepdims=True))
    bent_y = y + curvature * (x2 - x2.mean(axis=1, keepdims=True))
    return bent_x, bent_y


@cache
def _alphabet() -> np.ndarray:
    """Stamps of every glyph, `(4, classes, stamps)`, float32: x, y, length, pressure."""
    glyphs = [place_stamps(SKELETONS[name], _STAMPS) for name in CLASS_NAMES]
    return np.stack(glyphs).transpose(2, 0, 1).astype(np.float32)


def _bounds() -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value of each factor, both `(8,)`, as float32 can hold them."""
    ranges = [(0, CLASSES - 1), *(FACTOR_RANGES[name] for name in FACTOR_NAMES[1:])]
    low, high = np.array(ranges, np.float32).T
    return low, high


def _checked(factors: np.ndarray) -> np.ndarray:
    """Return factors as `(images, 8)` float32, or say what is wrong with them."""
    try:
        array = np.asarray(factors, np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"factors must be numbers, shaped (images, 8): {error}") from error
    if array.ndim != 2 or array.shape[1] != len(FACTOR_NAMES):
        raise ValueError(
            f"factors have shape {array.shape}; give (images, 8), columns {FACTOR_NAMES}."
        )
    low, high = _bounds()
    wrong = ~((array >= low) & (array <= high))
    wrong[:, 0] |= array[:, 0] != np.floor(array[:, 0])
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        kind = "a whole number" if column == 0 else "a value"
        raise ValueError(
            f"{FACTOR_NAMES[column]} is {array[row, column]} in row {row}; give {kind} "
            f"from {low[column]:g} to {high[column]:g}."
        )
    return array
