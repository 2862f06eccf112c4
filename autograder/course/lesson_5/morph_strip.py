"""Exercise 5.2, a morph strip between two characters."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_morph_strip
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
from bvae_ref import interpolation


def _morph_strip(encoder, decoder, image_a, image_b, steps):
    """Reference: decode the straight line between the mean codes of two images."""
    mean = np.asarray(encoder(np.stack([image_a, image_b]))[0])
    logits = np.asarray(decoder(interpolation.lerp(mean[0], mean[1], steps)))
    return _sigmoid(logits)


STRIP = Exercise(
    id="5.2",
    title="A morph strip between two characters",
    answers=("morph_strip",),
    minutes=15,
    hints=(
        "“I have two images and want images between them. Where do I walk?” Not among the images: "
        "encode both, walk from code to code, and only then decode.",
        "The encoder takes a batch `(2, 28, 28, 1)` and returns (mean, log_var); take the means, "
        "`(2, latent)`. `lerp` turns them into `(steps, latent)`. The decoder returns logits; "
        "pixels are sigmoid(logits).",
        "`mean, log_var = encoder(<both images as one batch>)`; `codes = lerp(<from>, <to>, "
        "steps)`, with `np.asarray` around a tensor that NumPy should work on; then decode all of "
        "them in one call, and turn what comes out into pixels.",
    ),
    reference={"morph_strip": _morph_strip},
    misconceptions=wrong_morph_strip.STRIP,
    needs=("5.1",),
    alternative="""\
# The same with one image at a time and `predict`, which returns NumPy arrays at once.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    code_a = encoder.predict(image_a[None], verbose=0)[0][0]  # [0] the means, [0] the only image
    code_b = encoder.predict(image_b[None], verbose=0)[0][0]
    logits = decoder.predict(lerp(code_a, code_b, steps), verbose=0)
    return 1 / (1 + np.exp(-logits))
""",
)


def _sigmoid(logits):
    return 1 / (1 + np.exp(-np.asarray(logits, dtype="float64")))


def _morph_case(rng) -> tuple:
    """Weights of a small encoder and decoder, two images and a number of steps.

    The two mean codes have length 0.3 or more and are 40° to 140° apart, and the logits are near
    ±3, so that every mistake shows.
    """
    latent, hidden = int(rng.integers(2, 4)), 6
    to_mean, to_log_var = rng.normal(0, 0.15, (2, 784, latent))
    # Weights that sum to 0 ignore what all images share, which would bring the codes together.
    to_mean -= to_mean.mean(axis=0)
    while True:
        images = rng.uniform(0, 1, (2, 28, 28, 1))
        codes = np.tanh(images.reshape(2, -1) @ to_mean)
        lengths = np.linalg.norm(codes, axis=1)
        if min(lengths) > 0.3 and abs(codes[0] @ codes[1]) < 0.75 * np.prod(lengths):
            break
    to_hidden = rng.normal(0, 1.5, (latent, hidden))
    to_logits = rng.normal(0, 1.5, (hidden, 784))
    arrays = (to_mean, to_log_var, to_hidden, to_logits, *images)
    return (*(item.astype("float32") for item in arrays), int(rng.integers(5, 9)))


def _mean_codes(to_mean, to_log_var, to_hidden, to_logits, image_a, image_b, steps):
    """The codes at the strip's two ends, `(2, latent)`."""
    pixels = np.stack([image_a, image_b]).reshape(2, -1).astype("float64")
    return np.tanh(pixels @ to_mean)


def _true_strip(*case):
    """The images that the small models make of the straight line between the mean codes."""
    to_hidden, to_logits, steps = case[2], case[3], case[-1]
    codes = interpolation.lerp(*_mean_codes(*case), steps)
    return _sigmoid(np.tanh(codes @ to_hidden) @ to_logits).reshape(steps, 28, 28, 1)


@STRIP.test("one image per step, with pixels in [0, 1]", points=0.5)
def test_5_2_shape_and_range(student, rng):
    *case, _ = _morph_case(rng)
    for steps in (3, *(int(number) for number in rng.integers(5, 30, 2))):
        strip = student.probe("lesson_5.morph", *case, steps)["first"]
        what = f"morph_strip with steps={steps}"
        expect.array(strip, (steps, 28, 28, 1), what)
        expect.within(strip, 0.0, 1.0, f"the pixels of {what}")
        expect.that(
            not np.allclose(strip[0], strip[-1], atol=1e-3),
            f"the first and the last image of {what}, between two different images",
            "two images",
            "the same twice",
        )


@STRIP.test("the ends are the two images' mean codes, decoded", points=1.0)
def test_5_2_ends(student, rng):
    case = _morph_case(rng)
    strips, wanted = student.probe("lesson_5.morph", *case), _true_strip(*case)
    _refuse_noise(strips)
    what = f"morph_strip with steps={case[-1]}"
    strip = expect.array(strips["first"], wanted.shape, what)
    for place, words, code in zip(
        (0, -1), ("first image: image_a", "last: image_b"), _mean_codes(*case), strict=True
    ):
        what = f"the {words} encoded (its mean code is {describe(code)}), decoded"
        expect.close(strip[place], wanted[place], what, rtol=0, atol=2e-3)


@STRIP.test("between the ends, codes are interpolated, not pixels", points=1.0)
def test_5_2_between(student, rng):
    case = _morph_case(rng)
    strips, wanted = student.probe("lesson_5.morph", *case), _true_strip(*case)
    _refuse_noise(strips)
    ends = " and ".join(map(describe, _mean_codes(*case)))
    what = f"morph_strip with steps={case[-1]} between images with the mean codes {ends}"
    expect.close(strips["first"], wanted, what, rtol=0, atol=2e-3)


def _refuse_noise(strips) -> None:
    first, second = np.asarray(strips["first"]), np.asarray(strips["second"])
    expect.that(
        first.shape == second.shape and bool(np.allclose(first, second, atol=1e-4)),
        "the strip between the same two images, made twice",
        "the same strip",
        "two different strips (or numbers that are not finite)",
        "The codes are drawn with noise; a morph goes from mean to mean.",
    )
