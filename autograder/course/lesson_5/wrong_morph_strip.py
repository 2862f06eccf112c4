"""Named wrong answers to exercise 5.2, the morph strip, with the words that name them.

Each mistake replaces parts of an otherwise right sketch, so any two that replace
different parts can be made at once.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes
from bvae_ref import interpolation


def _sigmoid(logits):
    return 1 / (1 + np.exp(-np.asarray(logits, dtype="float64")))


def _in_order(image_a, image_b):
    return image_a, image_b


def _mean(mean, log_var):
    return mean


def _encoded_ends(encode, image_a, image_b, path, steps):
    """Codes of the strip: `encode` makes codes of a batch of images, `path` walks."""
    return path(*encode(np.stack([image_a, image_b])), steps)


def _encoded_mixtures(encode, image_a, image_b, path, steps):
    return encode(_crossfade(image_a, image_b, path, steps))


def _crossfade(image_a, image_b, path, steps):
    flat = path(image_a.ravel(), image_b.ravel(), steps)
    return flat.reshape(steps, *image_a.shape).astype("float32")


def _strip(
    ends=_in_order,
    code=_mean,
    walk=_encoded_ends,
    path=interpolation.lerp,
    pixels=_sigmoid,
    training=False,
):
    def morph_strip(encoder, decoder, image_a, image_b, steps):
        def encode(images):
            return np.asarray(code(*encoder(images, training=training)))

        codes = walk(encode, *ends(image_a, image_b), path, steps)
        return pixels(np.asarray(decoder(codes, training=training)))

    return morph_strip


def _short(start, end, steps):
    """The straight line without its end."""
    return interpolation.lerp(start, end, steps + 1)[:-1]


def _images_mixed(encoder, decoder, image_a, image_b, steps):
    return _crossfade(image_a, image_b, interpolation.lerp, steps)


def _decoded_ends_mixed(encoder, decoder, image_a, image_b, steps):
    mean, _ = encoder(np.stack([image_a, image_b]))
    return _crossfade(*_sigmoid(decoder(mean)), interpolation.lerp, steps)


def _logits_mixed(encoder, decoder, image_a, image_b, steps):
    mean, _ = encoder(np.stack([image_a, image_b]))
    return _sigmoid(_crossfade(*np.asarray(decoder(mean)), interpolation.lerp, steps))


def _real_ends(encoder, decoder, image_a, image_b, steps):
    strip = _strip()(encoder, decoder, image_a, image_b, steps)
    strip[0], strip[-1] = image_a, image_b
    return strip


def _inside(start, end, steps):
    """The straight line without both ends."""
    return interpolation.lerp(start, end, steps + 2)[1:-1]


STRIP = mistakes(
    "morph_strip",
    (
        "the logits of the ends are mixed",
        "Only the two ends are decoded; between them, their logits are mixed: a cross-fade.",
        "How many codes does your decoder get: two, or one per step?",
        _logits_mixed,
    ),
    (
        "the real images at the ends",
        "The first and the last picture are the images themselves; the strip begins and ends with "
        "what the decoder makes of their codes.",
        "Does every picture of your strip come out of the decoder?",
        _real_ends,
    ),
    (
        "both ends left out of the strip",
        "All codes lie strictly between the two images' codes; neither end is among them.",
        "Print the first code of your path beside the mean code of image_a.",
        {"path": _inside},
    ),
    (
        "images interpolated, not codes",
        "This is a cross-fade: the pixels of the two images are mixed, and no codes are used.",
        "What are the two arguments of your `lerp`: images or codes?",
        _images_mixed,
    ),
    (
        "the decoded ends are mixed",
        "Only the two ends are decoded; between them, their pixels are mixed: a cross-fade.",
        "How many codes does your decoder get: two, or one per step?",
        _decoded_ends_mixed,
    ),
    (
        "sigmoid forgotten",
        "The strip holds logits, which go below 0 and above 1, instead of pixels.",
        "What does the decoder return, and what turns that into the darkness of a pixel?",
        {"pixels": np.asarray},
    ),
    (
        "sigmoid applied twice",
        "The sigmoid was applied twice: all pixels lie between 0.5 and 0.73.",
        "Print the smallest and the largest pixel of your strip.",
        {"pixels": lambda logits: _sigmoid(_sigmoid(logits))},
    ),
    (
        "logits clipped to [0, 1]",
        "The logits are clipped. A logit of 0 means a grey of 0.5, not white paper.",
        "Which function turns log-odds into a probability?",
        {"pixels": lambda logits: np.clip(logits, 0, 1)},
    ),
    (
        "tanh for the sigmoid",
        "The logits went through tanh, so white paper is −1 and a logit of 0 is white.",
        "Between which two values does tanh lie, and between which does a pixel?",
        {"pixels": np.tanh},
    ),
    (
        "pixels up to 255",
        "The pixels run from 0 to 255; they should run from 0 to 1.",
        "Print the largest pixel of your strip and that of `image_a`.",
        {"pixels": lambda logits: 255 * _sigmoid(logits)},
    ),
    (
        "ink and paper exchanged",
        "Every pixel is 1 minus the right value: a negative of the strip.",
        "Does a large logit mean ink or paper? Look at the sign in your sigmoid.",
        {"pixels": lambda logits: _sigmoid(-logits)},
    ),
    (
        "the ends are swapped",
        "The strip begins with image_b and ends with image_a.",
        "Which image should the first picture resemble?",
        {"ends": lambda image_a, image_b: (image_b, image_a)},
    ),
    (
        "one image encoded twice",
        "Both ends of the strip come from image_a, so nothing changes from stop to stop.",
        "Which image does each of your two codes come from?",
        {"ends": lambda image_a, image_b: (image_a, image_a)},
    ),
    (
        "log σ² taken for the code",
        "The path runs between the log-variances: the encoder's second output, not its first.",
        "In which order does the encoder return its two outputs?",
        {"code": lambda mean, log_var: log_var},
    ),
    (
        "one standard deviation added",
        "The codes are mean + exp(½ log σ²): one standard deviation away from the mean.",
        "Which of the encoder's two outputs says where the image is, and which says how certainly?",
        {"code": lambda mean, log_var: mean + np.exp(0.5 * log_var)},
    ),
    (
        "images interpolated first, encoded afterwards",
        "The images are mixed before they are encoded, so the encoder sees cross-fades.",
        "Encode first. What are the two arguments of your `lerp`?",
        {"walk": _encoded_mixtures},
    ),
    (
        "slerp where a straight line was asked for",
        "The ends are right, but the path between them is slerp's arc; this strip should follow "
        "the straight line.",
        "Which of your two functions does the docstring name?",
        {"path": interpolation.slerp},
    ),
    (
        "the strip stops one step short",
        "The last image is not image_b's: the fractions of the way never reach 1.",
        "Print the last code of your path beside the mean code of image_b.",
        {"path": _short},
    ),
    (
        "the networks run as in training",
        "Both networks are called with training=True, where dropout still drops values at random.",
        "Which of your calls say `training`, and is anything being trained here?",
        {"training": True},
    ),
    sketch=_strip,
)
