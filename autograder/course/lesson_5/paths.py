"""Exercise 5.1, two ways from one code to another: lerp and slerp."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_paths
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
from bvae_ref import interpolation

PATHS = Exercise(
    id="5.1",
    title="Two ways from one code to another: lerp and slerp",
    answers=("lerp", "slerp"),
    minutes=20,
    hints=(
        "“I want `steps` codes, both ends included. At what fraction of the way is each?” The "
        "first is at 0, the last at 1, and the rest are spaced evenly between. For slerp, "
        "separate two questions: which *direction*, and which *length*?",
        "t = np.linspace(0, 1, steps), shaped `(steps, 1)`. lerp: (1 − t)·start + t·end. "
        "slerp: with u and v the directions of unit length and θ = arccos(u·v), "
        "direction = (sin((1 − t)θ)·u + sin(tθ)·v) / sin θ and length = (1 − t)·|start| + t·|end|.",
        "slerp: first `if` either norm is 0 (or sin θ is tiny): `return lerp(start, end, steps)`. "
        "Clip u·v to [−1, 1] before `np.arccos`. Then return `length * direction`, where `length` "
        "has shape `(steps, 1)` and `direction` has shape `(steps, latent)`.",
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
    across = v - np.dot(u, v) * u  # the part of v at a right angle to u
    if np.linalg.norm(across) < 1e-4:
        return lerp(start, end, steps)
    theta = np.arctan2(np.linalg.norm(across), np.dot(u, v))
    across = across / np.linalg.norm(across)
    angle = np.linspace(0, theta, steps)[:, None]
    length = np.linspace(*lengths, steps)[:, None]
    return length * (np.cos(angle) * u + np.sin(angle) * across)
""",
)


def _turned(rng, latent: int, start_length: float, end_length: float, angle=None):
    """Two codes of given lengths, 40° to 140° apart by default (radians)."""
    u = rng.normal(size=latent)
    u /= np.linalg.norm(u)
    across = rng.normal(size=latent)
    across -= across @ u * u
    across /= np.linalg.norm(across)
    angle = rng.uniform(0.7, 2.4) if angle is None else angle
    end = end_length * (np.cos(angle) * u + np.sin(angle) * across)
    return (start_length * u).astype("float32"), end.astype("float32")


def _placed(rng, start, end):
    """Two codes in the plane, its axes flipped and exchanged at random."""
    signs, order = rng.choice([-1, 1], 2), rng.permutation(2)
    return tuple((signs * np.array(code))[order].astype("float32") for code in (start, end))


def _sizes(rng) -> tuple[int, int]:
    """Latent dimensions and steps."""
    return int(rng.integers(2, 6)), int(rng.integers(5, 10))


def _in_numbers(name: str, start, end, steps: int) -> str:
    """A call whose codes are small enough to read."""
    return f"{name}({describe(start)}, {describe(end)}, steps={steps})"


def _asked(student, name: str, questions) -> list:
    """The answers to (words, start, end, steps); all questions are asked before any is judged."""
    return [
        student.call(name, start.copy(), end.copy(), steps, tensors=False)
        for _, start, end, steps in questions
    ]


ON_THE_SPHERE = (
    "slerp: between two codes of equal length it stays on the sphere and moves at constant speed"
)


@PATHS.test("lerp: even steps on the straight line, both ends included", points=1.0)
def test_5_1_lerp(student, rng):
    small = rng.choice([-1, 1], 2) * rng.integers(1, 5, 2)
    small = small, small + 2 * rng.choice([-1, 1], 2) * rng.integers(1, 4, 2)
    start, end = (code.astype("float32") for code in small)
    latent, steps = _sizes(rng)
    far = _turned(rng, latent, 2.0, 3.0)
    questions = (
        (_in_numbers("lerp", start, end, 3), start, end, 3),
        (f"lerp(start, end, steps={steps}) between two codes ({latent},)", *far, steps),
    )
    # Fractions that are added up in steps of 1/(steps − 1) pass 1 by rounding for these.
    uneven = int(rng.choice([10, 22, 25]))
    questions += ((f"lerp(start, end, steps={uneven}) between the same codes", *far, uneven),)
    answers = _asked(student, "lerp", questions)
    for (what, start, end, steps), codes in zip(questions, answers, strict=True):
        wanted = interpolation.lerp(start, end, steps)
        if steps == 3:
            expect.close(codes, wanted, what)
        codes = expect.array(codes, wanted.shape, what)
        expect.close(codes[0], start, f"the first code of {what}")
        expect.close(codes[-1], end, f"the last code of {what}")
        expect.close(codes, wanted, what)


@PATHS.test(ON_THE_SPHERE, points=1.0)
def test_5_1_slerp_on_a_sphere(student, rng):
    # A sixth of the circle of radius 2, and its middle at 30°.
    start, end = _placed(rng, (2, 0), (1, np.sqrt(3)))
    latent, steps = _sizes(rng)
    radius = float(rng.uniform(0.5, 0.85))
    far = _turned(rng, latent, radius, radius)
    nearly = np.pi - rng.uniform(0.018, 0.026)
    opposite = _turned(rng, latent, radius, radius, nearly)
    between = f"slerp(start, end, steps={steps}) between two codes of length {radius:.2f}"
    questions = (
        (_in_numbers("slerp", start, end, 3), start, end, 3),
        (between, *far, steps),
        (f"{between}, {np.degrees(nearly):.1f}° apart", *opposite, steps),
    )
    _judge_slerp(questions, _asked(student, "slerp", questions))


@PATHS.test("slerp: the length changes evenly from that of start to that of end", points=0.5)
def test_5_1_slerp_between_lengths(student, rng):
    # A third of a turn from a code of length 3 to one of length 1: halfway at 60°, with length 2.
    start, end = _placed(rng, (3, 0), (-0.5, np.sqrt(0.75)))
    latent, steps = _sizes(rng)
    far = _turned(rng, latent, 1.5, 3.0)
    words = f"slerp(start, end, steps={steps}) from a code of length 1.5 to one of length 3"
    questions = (
        (_in_numbers("slerp", start, end, 3), start, end, 3),
        (words, *far, steps),
    )
    _judge_slerp(questions, _asked(student, "slerp", questions))


def _judge_slerp(questions, answers) -> None:
    for (what, start, end, steps), codes in zip(questions, answers, strict=True):
        wanted = interpolation.slerp(start, end, steps)
        if steps > 3:
            found = expect.array(codes, wanted.shape, what)
            lengths = np.linspace(np.linalg.norm(start), np.linalg.norm(end), steps)
            along = np.linalg.norm(found, axis=1)
            expect.close(along, lengths, f"the lengths along {what}", rtol=1e-3)
        expect.close(codes, wanted, what, rtol=1e-3, atol=1e-3)


@PATHS.test(
    "slerp: a straight line where there is nothing to turn", points=0.5, counts_with=ON_THE_SPHERE
)
def test_5_1_slerp_falls_back(student, rng):
    unit, _ = _placed(rng, (2, 0), (0, 0))
    zero = np.zeros(2, "float32")
    latent, steps = _sizes(rng)
    code = _rounded_above_one(rng, latent)
    equal, parallel = "two equal codes", "two parallel codes, the second twice as long"
    questions = (
        (_in_numbers("slerp", unit, unit, 3), unit, unit, 3),
        (_in_numbers("slerp", zero, unit, 3), zero, unit, 3),
        (_in_numbers("slerp", unit, zero, 3), unit, zero, 3),
        (f"slerp between {equal} ({latent},)", code, code, steps),
        (f"slerp between {parallel} ({latent},)", code, 2 * code, steps),
    )
    answers = _asked(student, "slerp", questions)
    for (what, start, end, steps), codes in zip(questions, answers, strict=True):
        expect.that(
            not _not_finite(codes),
            what,
            "finite numbers",
            codes,
            "A number is not finite. The cause is a division by 0 (the length of a zero code, or "
            "sin θ with θ = 0) or an arccos of more than 1.",
        )
        expect.close(codes, interpolation.lerp(start, end, steps), what, rtol=1e-3, atol=1e-3)


def _not_finite(codes) -> bool:
    """Whether there are numbers and some of them are not finite."""
    try:
        return codes is not None and not np.all(np.isfinite(np.asarray(codes, dtype="float64")))
    except (TypeError, ValueError):
        return False


def _rounded_above_one(rng, latent: int):
    """A code whose cosine with itself rounds to above 1, however it is computed.

    In float32 and float64, with two ways to compute the length and two for the product.
    """
    while True:
        code = rng.uniform(0.5, 2.0, latent).astype("float32")
        units = (
            own / length
            for own in (code, code.astype("float64"))
            for length in (np.linalg.norm(own), np.sqrt(np.sum(own * own)))
        )
        if all(np.sum(u * u) > 1 and u @ u > 1 for u in units):
            return code
