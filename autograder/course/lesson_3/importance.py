"""Exercise 3.6, the importance-weighted bound from K draws."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_3 import wrong_importance
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.importance_bound import importance_weighted_bound

IMPORTANCE = Exercise(
    id="3.6",
    title="The importance-weighted bound",
    answers=("importance_weighted_bound",),
    minutes=10,
    hints=(
        "“I have logarithms of weights, but the average is one of weights.” That is how it should "
        "be. Write log w of a single draw in terms of `recon` and `log_ratio` first; then look in "
        "the box for what comes inside the logarithm and what outside.",
        "log w = log p(x|z) + log p(z) − log q(z|x), shape `(draws, batch)`: the first is known by "
        "its negative, the other two by theirs. The average runs over axis 0. e⁻⁹⁰⁰ is 0 in every "
        "float, so bring each image's largest weight to 1 before you leave the logarithms, as the "
        "neighbour does with its levels.",
        "`log_w = <of every draw>`; `top = <the largest of every image>`; then `top + "
        "tf.math.log(<the mean over the draws of what is left when top is pulled out>)`.",
    ),
    reference={"importance_weighted_bound": importance_weighted_bound},
    misconceptions=wrong_importance.IMPORTANCE,
    alternative="""\
# TensorFlow pulls the largest weight out by itself. It sums, so the K is ours to divide by.
def importance_weighted_bound(recon, log_ratio):
    log_weights = -recon - log_ratio
    draws = tf.cast(tf.shape(log_weights)[0], log_weights.dtype)
    return tf.reduce_logsumexp(log_weights, axis=0) - tf.math.log(draws)
""",
)


@IMPORTANCE.test("one draw gives the ELBO's own estimate", points=0.5)
def test_3_6_one_draw(student, rng):
    recon, log_ratio = _costs(rng, 1, int(rng.integers(3, 6)))
    expect.close(
        student.call("importance_weighted_bound", recon, log_ratio),
        -recon[0] - log_ratio[0],
        _words("one draw", recon, log_ratio),
    )


@IMPORTANCE.test("the weights are averaged, and then the logarithm is taken", points=1.0)
def test_3_6_average_of_weights(student, rng):
    # Weights of 1, 2 and 9 over one number: their mean, sum, largest and geometric mean differ.
    weights = np.stack([rng.permutation([1.0, 2.0, 9.0]), rng.permutation([3.0, 1.0, 11.0])], 1)
    log_ratio = np.float32(np.round(rng.uniform(0.2, 2.0, weights.shape), 2))
    recon = np.float32(np.round(-np.log(weights / 1000.0) - log_ratio, 2))
    _expect_bound(student, recon, log_ratio, _words("three draws", recon, log_ratio))
    batch = int(rng.integers(3, 6))
    draws = batch + int(rng.integers(2, 6))
    recon, log_ratio = _costs(rng, draws, batch)
    _expect_bound(student, recon, log_ratio, f"random costs of shape (draws, batch) {recon.shape}")
    recon, log_ratio = _costs(rng, draws, 1)
    _expect_bound(student, recon, log_ratio, f"a batch of one image, shape {recon.shape}")


@IMPORTANCE.test("weights too small to be numbers still have an average", points=0.5)
def test_3_6_tiny_weights(student, rng):
    # Even the best weight is 0 in double precision, and of every image but the cheapest it stays
    # so with the largest of the batch pulled out. One draw is worse by more than a float holds.
    batch, draws = 3, int(rng.integers(5, 9))
    recon, log_ratio = _costs(rng, draws, batch)
    recon += np.float32(rng.permutation([1000.0, 2000.0, 3000.0]))
    recon[int(rng.integers(draws))] += 1000.0
    checked = (
        f"{batch} images whose best draws cost about "
        f"{np.round(recon.min(axis=0), -3).astype(int).tolist()} nats, with {draws} draws of "
        "which one costs 1000 nats more"
    )
    bound = importance_weighted_bound(recon, log_ratio)
    found = expect.array(
        student.call("importance_weighted_bound", recon, log_ratio), (batch,), checked
    )
    expect.that(
        not (np.ptp(found) == 0.0 and np.all(np.isfinite(found))),
        checked,
        f"about {np.round(bound).tolist()}",
        found,
        "A small number added or kept before the logarithm, to avoid its infinity, is then all "
        "there is: these weights are far smaller.",
    )
    expect.close(found, bound, checked)


def _costs(rng, draws: int, batch: int):
    """`recon` and `log_ratio` of some nats, each `(draws, batch)`; draws of an image differ."""
    shape = draws, batch
    return np.float32(rng.uniform(6.0, 14.0, shape)), np.float32(rng.uniform(-2.0, 4.0, shape))


def _expect_bound(student, recon, log_ratio, checked: str) -> None:
    expect.close(
        student.call("importance_weighted_bound", recon, log_ratio),
        importance_weighted_bound(recon, log_ratio),
        checked,
    )


def _words(draws: str, recon, log_ratio) -> str:
    shown = (np.round(item.astype(float), 2).tolist() for item in (recon, log_ratio))
    return "{} with recon = {} and log_ratio = {}".format(draws, *shown)
