"""Lesson 5, Interpolation: what its exercises ask and how a right answer behaves.

Exercises 5.3 to 5.5 are in `lesson_5_maps`.

Nothing here is statistical: every expected value is known exactly, and the tolerances
cover float32 rounding only. The named wrong answers are in `wrong_paths`.
"""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise
from autograder.exercises import lesson_5_maps, wrong_paths
from bvae_ref import interpolation

# --- 5.1 -------------------------------------------------------------------------------

PATHS = Exercise(
    id="5.1",
    title="Two ways from one code to another: lerp and slerp",
    answers=("lerp", "slerp"),
    minutes=25,
    hints=(
        "“I want `steps` codes and both ends must be among them. What fraction of the way is "
        "each?” The first is 0 of the way, the last is 1, the rest lie evenly between. For slerp, "
        "think of two questions apart: which *direction*, and which *length*?",
        "t = np.linspace(0, 1, steps), shaped `(steps, 1)`. lerp: (1 − t)·start + t·end. "
        "slerp: with u and v the directions of unit length and θ = arccos(u·v), "
        "direction = (sin((1 − t)θ)·u + sin(tθ)·v) / sin θ and length = (1 − t)·|start| + t·|end|.",
        "slerp: first `if` either norm is 0 (or sin θ is tiny): `return lerp(start, end, steps)`. "
        "Clip u·v to [−1, 1] before `np.arccos`. Then return `length * direction`, where `length` "
        "has the shape `(steps, 1)` and `direction` the shape `(steps, latent)`.",
    ),
    reference={"lerp": interpolation.lerp, "slerp": interpolation.slerp},
    misconceptions=wrong_paths.LERP + wrong_paths.SLERP,
    alternative="""\
# Another way to turn: rotate inside the plane of the two directions, by an angle that grows evenly.
def lerp(start, end, steps):
    return np.linspace(start, end, steps)  # NumPy interpolates whole arrays


def slerp(start, end, steps):
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if min(lengths) == 0:
        return lerp(start, end, steps)
    u, v = start / lengths[0], end / lengths[1]
    across = v - np.dot(u, v) * u  # what v has that u has not: at a right angle to u
    if np.linalg.norm(across) < 1e-4:
        return lerp(start, end, steps)
    theta = np.arctan2(np.linalg.norm(across), np.dot(u, v))
    across = across / np.linalg.norm(across)
    angle = np.linspace(0, theta, steps)[:, None]
    length = np.linspace(*lengths, steps)[:, None]
    return length * (np.cos(angle) * u + np.sin(angle) * across)
""",
)


def _turned(rng, latent: int, start_length: float, end_length: float):
    """Two codes of given lengths, 40° to 140° apart."""
    u = rng.normal(size=latent)
    u /= np.linalg.norm(u)
    across = rng.normal(size=latent)
    across -= across @ u * u
    across /= np.linalg.norm(across)
    angle = rng.uniform(0.7, 2.4)
    end = end_length * (np.cos(angle) * u + np.sin(angle) * across)
    return (start_length * u).astype("float32"), end.astype("float32")


def _sizes(rng) -> tuple[int, int]:
    """Latent dimensions and steps."""
    return int(rng.integers(2, 6)), int(rng.integers(5, 10))


@PATHS.test("lerp: even steps on the straight line, both ends included", points=1.0)
def test_5_1_lerp(student, rng):
    latent, steps = _sizes(rng)
    start, end = _turned(rng, latent, 2.0, 3.0)
    codes = student.call("lerp", start, end, steps, tensors=False)
    what = f"lerp(start, end, steps={steps}) between two codes {start.shape}"
    expect.array(codes, (steps, latent), what)
    expect.close(codes[0], start, f"the first code of {what}")
    expect.close(codes[-1], end, f"the last code of {what}")
    expect.close(codes, interpolation.lerp(start, end, steps), what)


@PATHS.test("slerp: on the sphere of two equally long codes, at constant speed", points=1.0)
def test_5_1_slerp_on_a_sphere(student, rng):
    latent, steps = _sizes(rng)
    radius = float(rng.uniform(0.5, 0.85))
    start, end = _turned(rng, latent, radius, radius)
    codes = student.call("slerp", start, end, steps, tensors=False)
    what = f"slerp(start, end, steps={steps}) between two codes of length {radius:.2f}"
    expect.array(codes, (steps, latent), what)
    lengths = np.linalg.norm(codes, axis=1)
    expect.close(lengths, np.full(steps, radius), f"the lengths along {what}", rtol=1e-3)
    expect.close(codes, interpolation.slerp(start, end, steps), what, rtol=1e-3, atol=1e-3)


@PATHS.test("slerp: the length goes evenly from that of start to that of end", points=0.5)
def test_5_1_slerp_between_lengths(student, rng):
    latent, steps = _sizes(rng)
    start, end = _turned(rng, latent, 1.5, 3.0)
    codes = student.call("slerp", start, end, steps, tensors=False)
    what = f"slerp(start, end, steps={steps}) from a code of length 1.5 to one of length 3"
    expect.array(codes, (steps, latent), what)
    lengths = np.linalg.norm(codes, axis=1)
    expect.close(lengths, np.linspace(1.5, 3, steps), f"the lengths along {what}", rtol=1e-3)
    expect.close(codes, interpolation.slerp(start, end, steps), what, rtol=1e-3, atol=1e-3)


@PATHS.test("slerp: a straight line where there is nothing to turn", points=0.5)
def test_5_1_slerp_falls_back(student, rng):
    latent, steps = _sizes(rng)
    code = rng.uniform(0.5, 2.0, latent).astype("float32")
    for words, start, end in (
        ("two equal codes", code, code),
        ("two parallel codes", code, 2 * code),
        ("a zero code and another", np.zeros_like(code), code),
        ("a code and a zero code", code, np.zeros_like(code)),
    ):
        # The verdict says what went wrong; a warning on stderr beside it would only cost points.
        with np.errstate(all="ignore"):
            codes = student.call("slerp", start, end, steps, tensors=False)
        what = f"slerp between {words}"
        expect.that(
            isinstance(codes, np.ndarray) and bool(np.all(np.isfinite(codes))),
            what,
            "finite numbers",
            codes,
            "Something is divided by 0: by the length of a zero code, or by sin θ with θ = 0.",
        )
        wanted = interpolation.lerp(start, end, steps)
        expect.close(codes, wanted, what, rtol=1e-3, atol=1e-3)


# --- 5.2 -------------------------------------------------------------------------------


def _morph_strip(encoder, decoder, image_a, image_b, steps):
    """Reference: decode the straight line between the mean codes of two images."""
    mean = np.asarray(encoder(np.stack([image_a, image_b]))[0])
    logits = np.asarray(decoder(interpolation.lerp(mean[0], mean[1], steps)))
    return _sigmoid(logits)


STRIP = Exercise(
    id="5.2",
    title="A morph strip between two characters",
    answers=("morph_strip",),
    minutes=20,
    hints=(
        "“I have two images and want images between them. Where do I walk?” Not among the images: "
        "encode both, walk from code to code, and only then draw.",
        "The encoder wants a batch `(2, 28, 28, 1)` and gives (mean, log_var); take the means, "
        "`(2, latent)`. `lerp` them to `(steps, latent)`. The decoder gives logits; "
        "pixels are sigmoid(logits).",
        "`mean, log_var = encoder(np.stack([image_a, image_b]))`; `codes = lerp(mean[0], mean[1], "
        "steps)`, with `np.asarray` around a tensor that NumPy is to work on; "
        "`return tf.sigmoid(decoder(codes))`.",
    ),
    reference={"morph_strip": _morph_strip},
    misconceptions=wrong_paths.STRIP,
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

    The two mean codes are 40° to 140° apart and logits come out near ±3, so that every
    mistake shows.
    """
    latent, hidden = int(rng.integers(2, 4)), 6
    to_mean, to_log_var = rng.normal(0, 0.15, (2, 784, latent))
    # Weights that sum to 0 leave out what all images share, which would bring codes together.
    to_mean -= to_mean.mean(axis=0)
    while True:
        images = rng.uniform(0, 1, (2, 28, 28, 1))
        codes = np.tanh(images.reshape(2, -1) @ to_mean)
        cosine = codes[0] @ codes[1] / np.prod(np.linalg.norm(codes, axis=1))
        if abs(cosine) < 0.75:
            break
    to_hidden = rng.normal(0, 1.5, (latent, hidden))
    to_logits = rng.normal(0, 1.5, (hidden, 784))
    arrays = (to_mean, to_log_var, to_hidden, to_logits, *images)
    return (*(item.astype("float32") for item in arrays), int(rng.integers(5, 9)))


def _true_strip(to_mean, to_log_var, to_hidden, to_logits, image_a, image_b, steps):
    """What the small models make of the straight line between the mean codes."""
    mean = np.tanh(np.stack([image_a, image_b]).reshape(2, -1).astype("float64") @ to_mean)
    codes = interpolation.lerp(mean[0], mean[1], steps)
    return _sigmoid(np.tanh(codes @ to_hidden) @ to_logits).reshape(steps, 28, 28, 1)


@STRIP.test("one image for each step, pixels in [0, 1]", points=0.5)
def test_5_2_shape_and_range(student, rng):
    *case, _ = _morph_case(rng)
    for steps in (int(number) for number in rng.integers(5, 30, 3)):
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


@STRIP.test("the ends are what the decoder makes of the two images' mean codes", points=1.0)
def test_5_2_ends(student, rng):
    case = _morph_case(rng)
    strips, wanted = student.probe("lesson_5.morph", *case), _true_strip(*case)
    _refuse_noise(strips)
    strip = expect.array(strips["first"], wanted.shape, f"morph_strip with steps={case[-1]}")
    for place, words in ((0, "first image: image_a encoded, decoded"), (-1, "last: image_b")):
        expect.close(strip[place], wanted[place], f"the {words}", rtol=0, atol=2e-3)


@STRIP.test("between the ends codes are interpolated, not pixels", points=1.0)
def test_5_2_between(student, rng):
    case = _morph_case(rng)
    strips, wanted = student.probe("lesson_5.morph", *case), _true_strip(*case)
    _refuse_noise(strips)
    expect.close(
        strips["first"],
        wanted,
        f"morph_strip with steps={case[-1]}, all images",
        rtol=0,
        atol=2e-3,
    )


def _refuse_noise(strips) -> None:
    first, second = np.asarray(strips["first"]), np.asarray(strips["second"])
    expect.that(
        first.shape == second.shape and bool(np.allclose(first, second, atol=1e-4)),
        "the strip between the same two images, made twice",
        "the same strip",
        "two different strips (or numbers that are not finite)",
        "The codes are drawn with noise; a morph walks between the means.",
    )


EXERCISES = (PATHS, STRIP, lesson_5_maps.MAPS, lesson_5_maps.NEAREST, lesson_5_maps.CLASS_MEANS)
