"""Named wrong answers to exercise 7.4: morphs."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7.small_vae import sigmoid
from autograder.exercise.declaration import mistakes
from bvae_ref.interpolation import lerp


def _codes(way):
    """A strip that decodes a path between the mean codes."""

    def strip(model, start, end, steps):
        mean, _ = right.encode(model, np.stack([start, end]))
        return right.decode(model, way(*mean, steps))

    return strip


STRAIGHT = _codes(lerp)


def _fade(model, start, end, steps):
    return lerp(start.ravel(), end.ravel(), steps).reshape(-1, 28, 28, 1).astype("float32")


def _fade_rebuilt(model, start, end, steps):
    mean, _ = right.encode(model, np.stack([start, end]))
    return _fade(model, *right.decode(model, mean), steps)


def _drawn(model, start, end, steps):
    draws = np.asarray(right.draw_codes(model, np.stack([start, end])))
    return right.decode(model, lerp(*draws, steps))


def _undecoded(model, start, end, steps):
    mean, _ = right.encode(model, np.stack([start, end]))
    return lerp(*mean, steps)


def _pasted(model, start, end, steps):
    strip = np.array(STRAIGHT(model, start, end, steps))
    strip[0], strip[-1] = start, end
    return strip


def _morphing(
    *, strip=STRAIGHT, after=lambda images: images, count=lambda steps: steps, backwards=False
):
    def morph(model, start_image, end_image, steps):
        ends = (end_image, start_image) if backwards else (start_image, end_image)
        return after(np.asarray(strip(model, *ends, count(steps))))

    return morph


def _open_ended(start, end, steps):
    return lerp(start, end, steps + 1)[:-1]


def _without_ends(start, end, steps):
    return lerp(start, end, steps + 2)[1:-1]


def _at_once(start, end, steps):
    return np.stack([start] * (steps // 2) + [end] * (steps - steps // 2))


MORPHS = mistakes(
    "morph",
    (
        "a cross-fade of the two images",
        "The pixels of the two images are mixed. No codes are used, and nothing is decoded.",
        "Look at the middle image: has a stroke moved, or do two pages lie on top of each other?",
        {"strip": _fade},
    ),
    (
        "a cross-fade of the rebuilt images",
        "Only the ends are decoded, and the pixels between them are mixed.",
        "Does your decoder ever see a code between the ends?",
        {"strip": _fade_rebuilt},
    ),
    (
        "draws in place of means",
        "The ends are draws from the posteriors, so the morph differs each time.",
        "Make the same morph twice and compare.",
        {"strip": _drawn},
    ),
    (
        "the end is not reached",
        "The morph stops one step before the end.",
        "Print the fractions of your path. Is 1 among them?",
        {"strip": _codes(_open_ended)},
    ),
    (
        "both ends left out",
        "The strip holds only images between the two ends.",
        "Print the fractions of your path. Are 0 and 1 among them?",
        {"strip": _codes(_without_ends)},
    ),
    (
        "the images themselves at the ends",
        "The first and the last image are the data, not what the model makes of their codes.",
        "Which of the images in your strip did the decoder draw?",
        {"strip": _pasted},
    ),
    (
        "no path between the ends",
        "The first half is the start and the second half is the end.",
        "How many different codes do you decode?",
        {"strip": _codes(_at_once)},
    ),
    (
        "from the end to the start",
        "The morph goes backwards.",
        "Which image should the strip begin with?",
        {"backwards": True},
    ),
    (
        "one image too many",
        "The strip has one step more than was asked for.",
        "Does `steps` count images, or the gaps between them?",
        {"count": lambda steps: steps + 1},
    ),
    (
        "a second sigmoid",
        "A sigmoid is applied to pixels, so nothing is lighter than one half.",
        "What does `decode` return: logits or pixels?",
        {"after": sigmoid},
    ),
    (
        "the codes in place of images",
        "The path through latent space comes back as it is: nothing is decoded.",
        "What shape has the result, and what turns a code into an image?",
        {"strip": _undecoded},
    ),
    sketch=_morphing,
)
