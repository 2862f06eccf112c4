"""Exercise 4.6, two cures for silent latents: free bits, and a warm-up of β."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from autograder.course.lesson_4 import wrong_cures
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# Of every latent's column one entry is high, so that each has images on either side of the floor.
LOW, HIGH = (0.25, 0.6), 3.0


def _free_bits_kl(kl, free):
    """Reference: Σ over latents of max(free, mean over the batch) (Kingma et al. 2016)."""
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), free))


def _warmed_up_beta(epoch, epochs, start, end):
    """Reference: a straight line from `start` to `end`, and then level (Bowman et al. 2016)."""
    return start + (end - start) * min(epoch / epochs, 1.0)


CURES = Exercise(
    id="4.6",
    title="Two cures for silence: free bits and a warm-up",
    answers=("free_bits_kl", "warmed_up_beta"),
    minutes=10,
    hints=(
        "“Which comes first: the mean over the batch, the floor or the sum over latents?” Ask who "
        "gets the free nats. Not an image, and not the code as a whole: every latent, on average "
        "over the batch.",
        "`tf.reduce_mean(kl, axis=0)` is one number for each latent, and `tf.maximum` compares "
        "each with the floor. For β: which share of the rise is over after `epoch` of `epochs` "
        "epochs, and how large may a share become?",
        "`of_latents = <mean over the batch>`, then `tf.reduce_sum(tf.maximum(of_latents, "
        "<floor>))`. And `share = min(<epochs over> / <epochs in all>, 1.0)`; `return start + "
        "share * (<from start to end>)`.",
    ),
    reference={"free_bits_kl": _free_bits_kl, "warmed_up_beta": _warmed_up_beta},
    misconceptions=wrong_cures.FREE_BITS + wrong_cures.WARM_UP,
    alternative="""\
# What is above the floor is charged on top of it.
def free_bits_kl(kl, free):
    above = tf.nn.relu(tf.reduce_mean(kl, axis=0) - free)
    return tf.reduce_sum(free + above)


def warmed_up_beta(epoch, epochs, start, end):
    return float(np.interp(epoch, [0, epochs], [start, end]))
""",
)


@CURES.test("a latent is charged its KL, and the floor at least", points=0.5)
def test_4_6_floor(student, rng):
    # All images are alike here, so that it is the floor alone that decides.
    cases = []
    for free, columns in ((_floor(rng), _columns), (0.0, _columns), (_floor(rng), _quiet)):
        kl, means = columns(rng, free or _floor(rng))
        kl = np.repeat(means[None], len(kl), axis=0).astype("float32")
        cases.append((kl, free, f"{len(kl)} images that all have the KLs {_words(means)}"))
    _expect_charges(student, cases)


@CURES.test("the mean over the batch is compared with the floor, latent by latent", points=0.5)
def test_4_6_batch(student, rng):
    cases = []
    for columns in (_columns, _columns, _quiet):
        free = _floor(rng)
        kl, means = columns(rng, free)
        cases.append((kl, free, _of_batch(kl, means)))
    free = _floor(rng)
    kl, means = _columns(rng, free)
    # Beyond any limit that would be set to be on the safe side.
    times = np.where(np.arange(len(means)) == rng.integers(len(means)), 150.0, 1.0)
    cases.append(((kl * times).astype("float32"), free, _of_batch(kl, means * times)))
    _expect_charges(student, cases)


@CURES.test("below the floor nothing pulls a latent down, and above it β's pull stays", points=0.5)
def test_4_6_gradient(student, rng):
    free = _floor(rng)
    kl, means = _columns(rng, free)
    gradient = student.probe("lesson_4.free_bits_gradient", kl, free)
    checked = f"the gradient of free_bits_kl(kl, free={free:g}) with respect to kl"
    expect.that(
        gradient is not None,
        checked,
        f"a tensor of shape {kl.shape}",
        "None",
        "The path is cut: there is NumPy or a plain number between kl and the result. A model "
        "that is trained with it would not feel the price.",
    )
    compiled = student.probe("lesson_4.free_bits_gradient", kl, free, compiled=True)
    wanted = np.repeat(np.where(means > free, 1 / len(kl), 0.0)[None], len(kl), axis=0)
    what = f"for {len(kl)} images, whose mean KL in each latent is {_words(means)}"
    expect.close(gradient, wanted, f"{checked}, {what}")
    expect.close(compiled, wanted, f"{checked} in a compiled step, as `fit` makes one, {what}")


@CURES.test("β rises in a straight line from `start`, and then stays", points=0.5)
def test_4_6_warm_up(student, rng):
    cases = []
    fractions = round(float(rng.uniform(0.4, 0.9)), 2), round(float(rng.uniform(3.2, 4.8)), 2)
    # Whole numbers may not make the rise whole.
    for start, end in (fractions, tuple(map(int, rng.integers((1, 12), (3, 20))))):
        epochs = int(rng.choice([5, 7, 8, 9]))
        later = int(rng.integers(2, epochs)), epochs, epochs + int(rng.integers(1, 9))
        cases += [(epoch, epochs, start, end) for epoch in (0, 1, *later)]
    answers = [student.call("warmed_up_beta", *case, tensors=False) for case in cases]
    for case, answer in zip(cases, answers, strict=True):
        words = "warmed_up_beta(epoch={}, epochs={}, start={:g}, end={:g})".format(*case)
        expect.close(expect.array(answer, (), words), _warmed_up_beta(*case), words)


def _expect_charges(student, cases) -> None:
    answers = [student.call("free_bits_kl", kl, free) for kl, free, _ in cases]
    for (kl, free, what), answer in zip(cases, answers, strict=True):
        words = f"free_bits_kl with free={free:g}, for {what}"
        wanted = np.maximum(kl.astype("float64").mean(axis=0), free).sum()
        expect.close(expect.array(answer, (), words), wanted, words)


def _of_batch(kl, means) -> str:
    return f"{len(kl)} images, whose mean KL in each latent is {_words(means)}"


def _floor(rng) -> float:
    return round(float(rng.uniform(0.3, 0.9)), 2)


def _columns(rng, free: float) -> tuple[np.ndarray, np.ndarray]:
    """KLs `(batch, latent)`, and each latent's mean, away from `free`: some above, some below.

    In every latent there are images above `free` and images below.
    """
    above, below = rng.integers(2, 4, 2)
    times = np.concatenate([rng.uniform(1.4, 2.0, above), rng.uniform(0.45, 0.75, below)])
    means = np.round(free * rng.permutation(times), 2)
    return (rng.permuted(_shares(rng, len(means)), axis=0) * means).astype("float32"), means


def _quiet(rng, free: float) -> tuple[np.ndarray, np.ndarray]:
    """The same of a code whose KLs have a sum below `free` on average, and above in one image."""
    means = free * rng.uniform(0.12, 0.2, int(rng.integers(3, 5)))
    return (rng.permutation(_shares(rng, len(means))) * means).astype("float32"), means


def _shares(rng, latents: int) -> np.ndarray:
    """How much of its mean each latent has in each image; much in the first, little elsewhere."""
    shares = rng.uniform(*LOW, (int(rng.integers(5, 9)), latents))
    shares[0] = HIGH
    return shares / shares.mean(axis=0)


def _words(means) -> str:
    return ", ".join(f"{mean:.2g}" for mean in means)
