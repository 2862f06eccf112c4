"""Named wrong answers of exercises 5.1 and 5.2, as implementations, with the words that name them.

Each gets the arguments that a learner's function gets: NumPy arrays, and for the morph
strip a small encoder and decoder.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import mistakes
from bvae_ref import interpolation


def _line(start, end, t):
    """The straight line at the fractions t, whatever they are."""
    t = np.asarray(t)[:, None]
    return (1 - t) * start + t * end


LERP = mistakes(
    "lerp",
    (
        "the end is missing",
        "The path stops one step short: its fractions are 0, 1/steps, 2/steps, … and never 1.",
        "Print the last fraction t for steps = 5. Which one would reach the end?",
        lambda start, end, steps: _line(start, end, np.arange(steps) / steps),
    ),
    (
        "the start is missing",
        "The path begins one step late: its fractions run from 1/steps to 1 and never are 0.",
        "Print the first fraction t. Where on the path is it?",
        lambda start, end, steps: _line(start, end, np.arange(1, steps + 1) / steps),
    ),
    (
        "both ends are missing",
        "The codes lie strictly between the ends; neither end itself is among them.",
        "With steps = 3, which three fractions of the way are asked for?",
        lambda start, end, steps: _line(start, end, np.linspace(0, 1, steps + 2)[1:-1]),
    ),
    (
        "steps counted as gaps",
        "There is one code too many: `steps` counts the codes, not the gaps between them.",
        "How many fence posts stand at 4 gaps?",
        lambda start, end, steps: _line(start, end, np.linspace(0, 1, steps + 1)),
    ),
    (
        "the path runs backwards",
        "The path starts at `end` and arrives at `start`.",
        "Put t = 0 into your formula: which of the two codes is left?",
        lambda start, end, steps: _line(end, start, np.linspace(0, 1, steps)),
    ),
    (
        "end added to the whole of start",
        "The path is start + t·end: it does not let go of the start as it nears the end.",
        "Put t = 1 into your formula. Is that `end`?",
        lambda start, end, steps: start + np.linspace(0, 1, steps)[:, None] * end,
    ),
)


@np.errstate(all="ignore")
def _turn(start, end, steps, theta=None):
    """Shoemake's weights on the codes as they are; θ from their directions unless given."""
    if theta is None:
        cosine = start @ end / np.linalg.norm(start) / np.linalg.norm(end)
        theta = np.arccos(np.clip(cosine, -1, 1))
    t = np.linspace(0, 1, steps)[:, None]
    return (np.sin((1 - t) * theta) * start + np.sin(t * theta) * end) / np.sin(theta)


@np.errstate(all="ignore")
def _unit(codes):
    return codes / np.linalg.norm(codes, axis=-1, keepdims=True)


def _projected_line(start, end, steps):
    t = np.linspace(0, 1, steps)[:, None]
    lengths = (1 - t) * np.linalg.norm(start) + t * np.linalg.norm(end)
    return lengths * _unit(_line(start, end, t[:, 0]))


SLERP = mistakes(
    "slerp",
    (
        "slerp is lerp",
        "This is the straight line: between two codes of one length it cuts through the inside.",
        "Print the lengths of the codes along your path. Do they dip in the middle?",
        interpolation.lerp,
    ),
    (
        "the length is normalised away",
        "Every code has length 1: the directions are right, the lengths of the two ends are lost.",
        "Compare the first code of your path with `start`.",
        lambda start, end, steps: _turn(_unit(start), _unit(end), steps),
    ),
    (
        "a straight line pushed out to the sphere",
        "The lengths are right, but the direction does not turn at a constant speed: this is a "
        "straight line normalised afterwards, which turns fastest in the middle.",
        "Print the angle between neighbouring codes. Is it always the same?",
        _projected_line,
    ),
    (
        "the angle of codes that are not unit vectors",
        "θ is taken from start·end with the codes as they are; a cosine needs unit vectors.",
        "For two codes of length 2, what are the largest and the least value of start·end?",
        lambda start, end, steps: _turn(start, end, steps, np.arccos(np.clip(start @ end, -1, 1))),
    ),
    (
        "the weights put on codes of different lengths",
        "The sine weights are on the codes themselves. When their lengths differ, the longer one "
        "pulls the direction over too soon, and the length does not change evenly.",
        "Separate the two questions: which direction, and which length?",
        _turn,
    ),
    (
        "the length of start is kept",
        "Every code has the length of `start`, so the path does not arrive at `end`.",
        "What length should the code half-way have?",
        lambda start, end, steps: np.linalg.norm(start) * _turn(_unit(start), _unit(end), steps),
    ),
)


def _two_codes(encoder, image_a, image_b):
    mean, log_var = encoder(np.stack([image_a, image_b]))
    return np.asarray(mean), np.asarray(log_var)


def _pixels(decoder, codes):
    return 1 / (1 + np.exp(-np.asarray(decoder(codes), dtype="float64")))


def _crossfade(encoder, decoder, image_a, image_b, steps):
    flat = interpolation.lerp(image_a.ravel(), image_b.ravel(), steps)
    return flat.reshape(steps, 28, 28, 1)


def _decoded_crossfade(encoder, decoder, image_a, image_b, steps):
    ends = _pixels(decoder, _two_codes(encoder, image_a, image_b)[0])
    return _crossfade(encoder, decoder, *ends, steps)


def _reconstructed_crossfade(encoder, decoder, image_a, image_b, steps):
    between = _crossfade(encoder, decoder, image_a, image_b, steps).astype("float32")
    return _pixels(decoder, np.asarray(encoder(between)[0]))


def _without_sigmoid(encoder, decoder, image_a, image_b, steps):
    mean, _ = _two_codes(encoder, image_a, image_b)
    return np.asarray(decoder(interpolation.lerp(*mean, steps)))


def _sigmoid_twice(encoder, decoder, image_a, image_b, steps):
    logits = _without_sigmoid(encoder, decoder, image_a, image_b, steps)
    return 1 / (1 + np.exp(-1 / (1 + np.exp(-logits))))


def _clipped(encoder, decoder, image_a, image_b, steps):
    return np.clip(_without_sigmoid(encoder, decoder, image_a, image_b, steps), 0, 1)


def _swapped(encoder, decoder, image_a, image_b, steps):
    mean, _ = _two_codes(encoder, image_b, image_a)
    return _pixels(decoder, interpolation.lerp(*mean, steps))


def _by_log_var(encoder, decoder, image_a, image_b, steps):
    _, log_var = _two_codes(encoder, image_a, image_b)
    return _pixels(decoder, interpolation.lerp(*log_var, steps))


def _around(encoder, decoder, image_a, image_b, steps):
    mean, _ = _two_codes(encoder, image_a, image_b)
    return _pixels(decoder, interpolation.slerp(*mean, steps))


STRIP = mistakes(
    "morph_strip",
    (
        "images interpolated, not codes",
        "This is a cross-fade: the pixels of the two images are mixed; no code was used.",
        "Which of the two, images or codes, are the two arguments of your `lerp`?",
        _crossfade,
    ),
    (
        "the decoded ends are mixed",
        "Only the two ends are decoded; between them their pixels are mixed: a cross-fade.",
        "How many codes does your decoder get: two, or one for each step?",
        _decoded_crossfade,
    ),
    (
        "sigmoid forgotten",
        "The strip holds logits, below 0 and above 1, in place of pixels.",
        "What does the decoder return, and what turns it into the darkness of a pixel?",
        _without_sigmoid,
    ),
    (
        "sigmoid applied twice",
        "The sigmoid was applied twice: all pixels lie between 0.5 and 0.73.",
        "Print the least and the largest pixel of your strip.",
        _sigmoid_twice,
    ),
    (
        "logits clipped to [0, 1]",
        "The logits are clipped. A logit of 0 means a grey of 0.5, not white paper.",
        "Which function turns log-odds into a probability?",
        _clipped,
    ),
    (
        "the ends are swapped",
        "The strip begins with image_b and ends with image_a.",
        "Which image should the first picture resemble?",
        _swapped,
    ),
    (
        "log σ² taken for the code",
        "The path runs between the log-variances: the encoder's second output, not its first.",
        "In which order does the encoder return its two outputs?",
        _by_log_var,
    ),
    (
        "images interpolated first, encoded afterwards",
        "The images are mixed before they are encoded, so the encoder sees cross-fades.",
        "Encode first. What are the two arguments of your `lerp`?",
        _reconstructed_crossfade,
    ),
    (
        "slerp where a straight line was asked for",
        "The ends are right, but the path between them is slerp's arc; this strip is asked for on "
        "the straight line.",
        "Which of your two functions does the docstring name?",
        _around,
    ),
)
