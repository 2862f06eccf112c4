"""Exercise 2.1, the KL of every latent dimension."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_per_dimension
from autograder.course.lesson_2.kl_definition import kl_by_definition
from autograder.course.lesson_2.posteriors import alone_and_far, batch_shape, posterior
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference

PER_DIMENSION = Exercise(
    id="2.1",
    title="KL of every latent dimension",
    answers=("kl_per_dimension",),
    minutes=10,
    hints=(
        "“There are four things in that bracket. Which of them do I have, and which do I have to "
        "compute?” Beside each of the four, write which argument it comes from, and what has to be "
        "done to that argument first, if anything.",
        "½ (μ² + σ² − 1 − log σ²) with σ² = exp(log_var), entry by entry: nothing is summed yet, "
        "so `(batch, latent)` goes in and `(batch, latent)` comes out.",
        "`variance = tf.exp(log_var)`, then return `0.5 * (<mean squared> + variance - 1.0 - "
        "<the logarithm you were given>)`.",
    ),
    reference={"kl_per_dimension": reference.kl_per_dimension},
    misconceptions=wrong_per_dimension.PER_DIMENSION,
    alternative="""def kl_per_dimension(mean, log_var):
    # The way most published code writes it: minus one half outside, every sign inside changed.
    # expm1(x) is exp(x) - 1 without the rounding error near x = 0.
    return -0.5 * (log_var - tf.square(mean) - tf.math.expm1(log_var))""",
)


@PER_DIMENSION.test("a posterior equal to the prior is free; a mean 1 away costs ½", points=0.5)
def test_2_1_mean_anchors(student, rng):
    _check_anchors(student, rng, mean=[0.0, 1.0, -1.0, 2.0], variance=[1.0] * 4)
    unforeseen = np.round(rng.uniform(-3.0, 3.0, 4), 2).tolist()
    _check_anchors(student, rng, mean=unforeseen, variance=[1.0] * 4)


@PER_DIMENSION.test("a variance away from 1 costs what it should", points=0.5)
def test_2_1_variance_anchors(student, rng):
    _check_anchors(student, rng, mean=[0.0] * 3, variance=[4.0, 0.25, 1.0])
    unforeseen = np.round([*rng.uniform(0.1, 0.6, 2), rng.uniform(1.6, 5.0)], 2).tolist()
    _check_anchors(student, rng, mean=[0.0] * 3, variance=unforeseen)


@PER_DIMENSION.test("every entry of a batch is E_q[log q − log p] of its own μ and σ", points=1.0)
def test_2_1_agrees_with_the_definition(student, rng):
    for (mean, log_var), words in (
        (posterior(rng, *batch_shape(rng)), "on a batch"),
        (alone_and_far(rng), "of a single image, far from the prior,"),
    ):
        expect.close(
            student.call("kl_per_dimension", mean, log_var),
            kl_by_definition(mean, log_var),
            f"kl_per_dimension {words} of shape {mean.shape}",
        )


@PER_DIMENSION.test("it is never negative; a mean twice as far away costs 4 times", points=0.5)
def test_2_1_is_never_negative(student, rng):
    order = evidence.repeats(rng, 12, int(rng.integers(16, 24)))
    mean = rng.normal(0.0, 0.7, (12, 3)).astype("float32")[order]
    log_var = rng.uniform(-6.0, 3.0, (12, 3)).astype("float32")[order]
    checked = f"kl_per_dimension on a batch of shape {mean.shape}, for σ from 0.05 to 4.5"
    kl = expect.array(student.call("kl_per_dimension", mean, log_var), mean.shape, checked)
    worst = np.unravel_index(np.argmin(kl), kl.shape)
    checked = f"kl_per_dimension with μ = {mean[worst]:.3f} and σ² = {np.exp(log_var[worst]):.4g}"
    expect.that(bool(np.all(kl > -1e-4)), checked, "no value below 0", f"{kl[worst]:.4g}")
    expect.that(
        evidence.follows([kl], order),
        "kl_per_dimension on a batch that holds some images several times",
        "equal costs for equal μ and σ, and different ones otherwise",
        "costs that do not depend on μ and σ in that way",
    )
    mean, zeros = mean[:, :1], np.zeros_like(mean[:, :1])
    near, far = (student.call("kl_per_dimension", c * mean, zeros) for c in (1.0, 2.0))
    checked = f"kl_per_dimension on {len(mean)} images of one latent with σ = 1"
    expect.close(
        far,
        4 * expect.array(near, mean.shape, checked).astype("float64"),
        f"{checked}, with all means doubled",
        atol=1e-4,
    )


def _check_anchors(student, rng, mean, variance):
    """Ask for known values, on each image among others that tell the mistakes apart."""
    count, images = len(mean), int(rng.integers(3, 6))
    more_mean, more_log_var = posterior(rng, images, 2)
    means = np.append(np.tile(np.float32(mean), (images, 1)), more_mean, axis=1)
    log_vars = np.append(np.tile(np.log(np.float32(variance)), (images, 1)), more_log_var, axis=1)
    places = rng.permuted(np.tile(np.arange(count + 2), (images, 1)), axis=1)
    asked = (np.take_along_axis(item, places, axis=1) for item in (means, log_vars))
    kl = student.call("kl_per_dimension", *asked)
    checked = f"kl_per_dimension with μ = {mean} and σ² = {variance}"
    kl = expect.array(kl, means.shape, f"kl_per_dimension on a batch of shape {means.shape}")
    # Each image's anchors, in the order of the words.
    kl = np.take_along_axis(kl, np.argsort(places, axis=1), axis=1)[:, :count]
    for found, wanted in zip(kl, kl_by_definition(means, log_vars), strict=True):
        expect.close(found, wanted[:count], checked)
