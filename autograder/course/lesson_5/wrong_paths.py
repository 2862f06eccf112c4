"""Named wrong answers to exercise 5.1, the paths, with the words that name them.

Each mistake replaces one or two parts of an otherwise right sketch, so any two that
replace different parts can be made at once.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes
from bvae_ref import interpolation


def _even(steps):
    """0 to 1 in even steps, both included."""
    return np.linspace(0, 1, steps)


def _straight(start, end, t):
    return (1 - t) * start + t * end


def _lerp(fractions=_even, mix=_straight, arrange=np.asarray):
    def lerp(start, end, steps):
        return arrange(mix(start, end, fractions(steps)[:, None]))

    return lerp


LERP = mistakes(
    "lerp",
    (
        "the end is missing",
        "The path stops one step short: its fractions are 0, 1/steps, 2/steps, … but never 1.",
        "Print the last fraction t for steps = 5. Which one would reach the end?",
        {"fractions": lambda steps: np.arange(steps) / steps},
    ),
    (
        "the start is missing",
        "The path begins one step late: its fractions run from 1/steps to 1 and are never 0.",
        "Print the first fraction t. Where on the path is it?",
        {"fractions": lambda steps: np.arange(1, steps + 1) / steps},
    ),
    (
        "both ends are missing",
        "The codes lie strictly between the ends; neither end is among them.",
        "With steps = 3, which three fractions of the way are asked for?",
        {"fractions": lambda steps: _even(steps + 2)[1:-1]},
    ),
    (
        "steps counted as gaps",
        "There is one code too many: `steps` counts the codes, not the gaps between them.",
        "How many posts does a fence with 4 gaps have?",
        {"fractions": lambda steps: _even(steps + 1)},
    ),
    (
        "the path runs backwards",
        "The path starts at `end` and arrives at `start`.",
        "Put t = 0 into your formula: which of the two codes is left?",
        {"mix": lambda start, end, t: _straight(end, start, t)},
    ),
    (
        "end added to the whole of start",
        "The path is start + t·end: the share of the start doesn't shrink on the way to the end.",
        "Put t = 1 into your formula. Is that `end`?",
        {"mix": lambda start, end, t: start + t * end},
    ),
    (
        "away from the end",
        "The path is start + t·(start − end): it leaves in the opposite direction.",
        "Which difference leads from `start` to `end`? Try it with two numbers.",
        {"mix": lambda start, end, t: start + t * (start - end)},
    ),
    (
        "one row for each latent",
        "The table is transposed: a row holds one latent along the path, not one code.",
        "Print the shape of your path for 3 steps. Which of its axes counts the steps?",
        {"arrange": np.transpose},
    ),
    sketch=_lerp,
)


def _clipped_cosine(start, end, u, v):
    return np.clip(np.sum(u * v), -1, 1)


def _shoemake(t, theta, u, v):
    return (np.sin((1 - t) * theta) * u + np.sin(t * theta) * v) / np.sin(theta)


def _turning(t, theta, start, end, u, v):
    """The direction at each fraction t, from the codes and their unit vectors u and v."""
    return _shoemake(t, theta, u, v)


def _chord(t, theta, start, end, u, v):
    line = _straight(start, end, t)
    return line / np.linalg.norm(line, axis=-1, keepdims=True)


def _chord_of_units(t, theta, start, end, u, v):
    return _chord(t, theta, u, v, u, v)


def _even_length(t, a, b):
    """The length at each fraction t, between the lengths a and b."""
    return (1 - t) * a + t * b


def _one(t, a, b):
    return 1.0


def _slerp(
    fractions=_even,
    norm=np.linalg.norm,
    zero_apart=True,
    cosine=_clipped_cosine,
    parallel_apart=True,
    direction=_turning,
    length=_even_length,
):
    def slerp(start, end, steps):
        t = fractions(steps)[:, None]
        a, b = norm(start), norm(end)
        if zero_apart and min(a, b) == 0:
            return _straight(start, end, t)
        u, v = start / a, end / b
        theta = np.arccos(cosine(start, end, u, v))
        if parallel_apart and np.sin(theta) < 1e-6:
            return _straight(start, end, t)
        return length(t, a, b) * direction(t, theta, start, end, u, v)

    return slerp


SLERP = mistakes(
    "slerp",
    (
        "slerp is lerp",
        "This is the straight line: between two codes of equal length it cuts through the inside.",
        "Print the lengths of the codes along your path. Do they dip in the middle?",
        interpolation.lerp,
    ),
    (
        "the length is normalised away",
        "Every code has length 1: the directions are right, but the lengths of the two ends are "
        "lost.",
        "Compare the first code of your path with `start`.",
        {"length": _one},
    ),
    (
        "the length of start is kept",
        "Every code has the length of `start`, so the path does not arrive at `end`.",
        "What length should the code halfway have?",
        {"length": lambda t, a, b: a},
    ),
    (
        "the length grows by a factor",
        "The length is multiplied by the same factor in each step, as in the worked neighbour; "
        "here it should change by the same amount.",
        "Which length lies halfway between 1 and 3?",
        {"length": lambda t, a, b: a ** (1 - t) * b**t},
    ),
    (
        "a straight line pushed out to the sphere",
        "The lengths are right, but the direction does not turn at a constant speed: this is a "
        "straight line, normalised afterwards, which turns fastest in the middle.",
        "Print the angles between neighbouring codes. Are they all the same?",
        {"direction": _chord},
    ),
    (
        "the chord between the unit vectors, made longer",
        "The lengths are right, but the direction does not turn at a constant speed: the two "
        "directions are mixed along a straight line and made unit length again, which turns "
        "fastest in the middle.",
        "Print the angles between neighbouring codes. Are they all the same?",
        {"direction": _chord_of_units},
    ),
    (
        "the weights put on codes of different lengths",
        "The sine weights are on the codes themselves. When their lengths differ, the longer one "
        "pulls the direction over too early, and the length does not change evenly.",
        "Separate the two questions: which direction, and which length?",
        {
            "direction": lambda t, theta, start, end, u, v: _shoemake(t, theta, start, end),
            "length": _one,
        },
    ),
    (
        "not divided by sin θ",
        "The two sines themselves are the weights, so the direction does not have length 1.",
        "Put t = 0 into your weights. What is the first one, and what should it be?",
        {
            "direction": lambda t, theta, start, end, u, v: (
                np.sin((1 - t) * theta) * u + np.sin(t * theta) * v
            )
        },
    ),
    (
        "the direction turns backwards",
        "The two weights have changed places: the direction turns from `end` to `start`.",
        "Put t = 0 into your two weights. Which of the two directions is left?",
        {"direction": lambda t, theta, start, end, u, v: _shoemake(t, theta, v, u)},
    ),
    (
        "the arc stops one step short",
        "The arc never arrives: its fractions are 0, 1/steps, 2/steps, … but never 1.",
        "Print the last code of your path beside `end`.",
        {"fractions": lambda steps: np.arange(steps) / steps},
    ),
    (
        "the angle of codes that are not unit vectors",
        "θ is computed from start·end of the codes themselves; a cosine needs unit vectors.",
        "For two codes of length 2, what are the largest and the smallest value of start·end?",
        {"cosine": lambda start, end, u, v: np.clip(np.sum(start * end), -1, 1)},
    ),
    (
        "the cosine is not clipped",
        "Rounding can bring u·v of two equal directions slightly above 1, where arccos gives NaN.",
        "Print u·u − 1 for a few unit vectors in float32.",
        {"cosine": lambda start, end, u, v: np.sum(u * v)},
    ),
    (
        "no way out for equal directions",
        "For equal directions θ is 0, and 0 is divided by sin θ = 0.",
        "Call your slerp with the same code twice. Is there anything to turn?",
        {"parallel_apart": False},
    ),
    (
        "a zero code divided by its length",
        "The length of a zero code is 0, and the code is divided by it.",
        "Call your slerp with a code of zeros. Which direction does it have?",
        {"zero_apart": False},
    ),
    (
        "a small number against a zero length",
        "A small number added to the length avoids the division by 0, but a zero code still has "
        "no direction, and the path to it is not the straight line.",
        "Print your path from a zero code to (2, 0). Are its steps even?",
        {"norm": lambda code: np.linalg.norm(code) + 1e-8, "zero_apart": False},
    ),
    sketch=_slerp,
)
