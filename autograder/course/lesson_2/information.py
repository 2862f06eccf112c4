"""Exercise 2.6, what the KL pays for: information, and mismatch with the prior."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_information
from autograder.course.lesson_2.monte_carlo import expect_numbers
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# Latents whose densities multiply to less than e^−104, the least that float32 holds. What they
# multiply to relative to the prior must stay below e^88, the most: their clouds are near it.
MANY = 120
NEAR = 0.5


def information_and_mismatch(z, mean, log_var) -> tuple[float, float]:
    """Reference: the two parts of the mean KL in nats (Hoffman & Johnson 2016), from one draw each.

    Args:
        z: draws, row n from q(z|x_n), `(images, latents)`.
        mean, log_var: of every q(z|x_n), `(images, latents)`.
    """
    z, mean, log_var = (np.asarray(item, dtype="float64") for item in (z, mean, log_var))
    own = _log_normal(z, mean, log_var)
    apart = _log_normal(z[:, None], mean, log_var)
    together = np.logaddexp.reduce(apart, axis=1) - np.log(len(mean))
    prior = _log_normal(z, np.zeros_like(z), np.zeros_like(z))
    return float(np.mean(own - together)), float(np.mean(together - prior))


def _log_normal(z, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + log_var + (z - mean) ** 2 / np.exp(log_var)).sum(axis=-1)


INFORMATION = Exercise(
    id="2.6",
    title="Information and mismatch",
    answers=("information_and_mismatch",),
    minutes=15,
    hints=(
        "“I need q(z), but I only have q(z|x).” q(z) is the mean of all images' clouds. At one "
        "draw, that is a mean of as many densities as there are images, each with its own μ and σ.",
        "Three logarithms for every draw: log q(z|x) under its own cloud, log q(z), and log p(z). "
        "For the second, `z[:, None]` against `mean` and `log_var` gives `(draws, clouds, "
        "latents)`: sum over latents first, then average the *densities* over axis 1. The parts "
        "are the means of two differences.",
        "`own = <log density of z under its own cloud>`; `apart = <the same for z[:, None], under "
        "every cloud>`; `together = tf.reduce_logsumexp(apart, axis=1) - <what makes a sum a "
        "mean>`; `prior = <log density under N(0, I)>`; then two means.",
    ),
    reference={"information_and_mismatch": information_and_mismatch},
    misconceptions=wrong_information.INFORMATION,
    alternative="""\
# The share that a draw's own cloud has in the sum of all is a softmax; log N makes it a mean.
def information_and_mismatch(z, mean, log_var):
    def log_density(z, mean, log_var):
        return -0.5 * tf.reduce_sum(log_var + (z - mean) ** 2 / tf.exp(log_var), axis=-1)

    apart = log_density(z[:, None], mean, log_var)  # log 2π is left out everywhere
    log_share = tf.linalg.diag_part(tf.nn.log_softmax(apart, axis=1))
    information = tf.reduce_mean(log_share) + np.log(len(z))
    mean_kl = tf.reduce_mean(tf.linalg.diag_part(apart) + 0.5 * tf.reduce_sum(z**2, axis=1))
    return information, mean_kl - information
""",
)


@INFORMATION.test("clouds that are all alike carry no information: all is mismatch", points=0.5)
def test_2_6_alike(student, rng):
    images, latents = _sizes(rng)
    mean, log_var = _clouds(rng, 1, latents)
    mean, log_var = np.repeat(mean, images, axis=0), np.repeat(log_var, images, axis=0)
    z = _draws(rng, mean, log_var)
    information, mismatch = _both(student, z, mean, log_var)
    clouds = f"{images} clouds that are all the same"
    expect.close(information, 0.0, f"the information of {clouds}", atol=1e-4)
    wanted = information_and_mismatch(z, mean, log_var)[1]
    expect.close(mismatch, wanted, f"the mismatch of {clouds}", atol=1e-4)


@INFORMATION.test("clouds that never overlap carry log N nats", points=0.5)
def test_2_6_apart(student, rng):
    images, latents = _sizes(rng)
    mean, log_var = _clouds(rng, images, latents)
    # In one of the dimensions, 12 standard deviations from one to the next. All stay near the
    # prior, so that densities relative to it are numbers in single precision.
    log_var = rng.uniform(-6.0, -5.0, log_var.shape).astype("float32")
    mean[:, int(rng.integers(latents))] = rng.permutation(np.arange(images) - images / 2)
    information, _ = _both(student, _draws(rng, mean, log_var), mean, log_var)
    expect.close(
        information, np.log(images), f"the information in {images} clouds that never overlap"
    )


@INFORMATION.test("clouds that overlap: both parts", points=1.0)
def test_2_6_overlapping(student, rng):
    images, latents = _sizes(rng)
    mean, log_var = _clouds(rng, images, latents)
    z = _draws(rng, mean, log_var)
    information, mismatch = _both(student, z, mean, log_var)
    wanted = information_and_mismatch(z, mean, log_var)
    clouds = f"{images} clouds with {latents} latents"
    expect.close(information, wanted[0], f"the information of {clouds}", atol=1e-4)
    expect.close(mismatch, wanted[1], f"the mismatch of {clouds}", atol=1e-4)
    mean, log_var = (NEAR * item for item in _clouds(rng, images, MANY))
    z = _draws(rng, mean, log_var)
    pair = _both(student, z, mean, log_var)
    clouds = f"{images} clouds with {MANY} latents"
    for name, found, right in zip(
        ("information", "mismatch"), pair, information_and_mismatch(z, mean, log_var), strict=True
    ):
        what = f"the {name} of {clouds}"
        expect_numbers(found, what)
        expect.close(found, right, what, rtol=1e-3, atol=1e-2)


def _sizes(rng) -> tuple[int, int]:
    """How many images and latents; never equal, so that a mistaken axis shows."""
    return int(rng.integers(6, 12)), int(rng.integers(3, 6))


def _clouds(rng, images: int, latents: int):
    """Clouds that overlap: their means vary about as much as they are wide."""
    mean = rng.normal(0.4, 0.8, (images, latents)).astype("float32")
    return mean, rng.uniform(-1.5, 0.8, (images, latents)).astype("float32")


def _draws(rng, mean, log_var):
    return mean + np.exp(0.5 * log_var) * rng.standard_normal(mean.shape).astype("float32")


def _both(student, z, mean, log_var):
    """Information and mismatch, after checking that two things came back."""
    pair = student.call("information_and_mismatch", z, mean, log_var)
    expect.that(
        (isinstance(pair, (list, tuple)) or np.ndim(pair) > 0) and len(pair) == 2,
        "what information_and_mismatch returns",
        "two numbers, (information, mismatch)",
        pair,
    )
    return pair
