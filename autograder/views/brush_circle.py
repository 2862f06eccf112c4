"""A circle drawn with a dry brush, for the certificate."""

from __future__ import annotations

import math
import random


def brush_circle(ink: str) -> str:
    """A circle in one breath of a dry brush: each bristle is a line."""
    chance = random.Random(11)
    bristles = []
    for number_of in range(64):
        across = number_of / 63
        radius = 60 + 15 * (across - 0.5) + chance.uniform(-0.12, 0.12)
        # The brush leaves the paper bristle by bristle, the outer ones first.
        edge = abs(across - 0.5) * 2
        end = 5.95 - 1.3 * edge**2 * chance.random() - 0.7 * chance.random() ** 2
        for start, stop in _touching(chance, 0.12 * edge * chance.random(), end):
            bristles.append(_bristle(radius, across, start, stop, chance))
    return (
        f'<g fill="none" stroke="{ink}" stroke-linecap="round" opacity=".9" '
        f'transform="translate(71 73) rotate(98) scale(.6)">{"".join(bristles)}</g>'
    )


def _touching(chance: random.Random, start: float, end: float) -> list[tuple[float, float]]:
    """Where a bristle touches the paper, in radians: more and more gaps as the ink runs out."""
    touching, at = [], start
    while at < end:
        wet = 1 - at / 6.2
        stop = min(end, at + chance.uniform(0.5, 2.5) * (0.25 + 3 * wet**2))
        touching.append((at, stop))
        at = stop + chance.uniform(0.01, 0.09) * (1.1 - wet) ** 2 * 4
    return touching


def _bristle(radius: float, across: float, start: float, stop: float, chance) -> str:
    points = []
    steps = max(2, int((stop - start) * 9))
    for step in range(steps + 1):
        turn = start + (stop - start) * step / steps
        # The brush is pressed down at first and lifted towards the end.
        width = 1.12 - 0.07 * turn
        here = 60 + (radius - 60) * width - 0.75 * turn
        points.append(f"{here * math.cos(turn):.1f},{here * math.sin(turn):.1f}")
    thick = chance.uniform(0.18, 0.5)
    return f'<polyline points="{" ".join(points)}" stroke-width="{thick:.2f}"/>'
