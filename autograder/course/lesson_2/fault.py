"""Exercise 2.5, find the fault: a KL that is too small."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_fault
from autograder.course.lesson_2.kl_definition import kl_by_definition
from autograder.course.lesson_2.posteriors import alone_and_far, batch_shape, posterior, two_images
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference


def _kl_term(mean, log_var):
    """Reference: sum over latents, mean over the batch."""
    return np.mean(reference.kl_divergence(mean, log_var))


FIND_THE_FAULT = Exercise(
    id="2.5",
    title="Find the fault: a KL that is too small",
    answers=("faulty_line_2_5", "kl_term"),
    minutes=10,
    hints=(
        "“It is zero at the prior and positive elsewhere: what else can I try?” Change the number "
        "of latent dimensions. Append a few that equal the prior; they say nothing, so the result "
        "must not change.",
        "Independent dimensions add up, and a loss is an average over images: sum over the last "
        "axis, mean over the first. Which line mixes the two?",
        "One line reduces both axes at once and in the same way. Do it in two steps: "
        "`tf.reduce_sum(…, axis=-1)`, then `tf.reduce_mean(…)`.",
    ),
    reference={"faulty_line_2_5": 5, "kl_term": _kl_term},
    needs=("2.1", "2.2"),
    misconceptions=wrong_fault.KL_TERM,
    alternative="""faulty_line_2_5 = 5


def kl_term(mean, log_var):
    # Nothing new to write: one function per step, each already tested.
    return tf.reduce_mean(kl_divergence(mean, log_var))""",
)


REPAIRED = "the repaired term sums over latents and averages over images"


@FIND_THE_FAULT.test(REPAIRED, points=1.0)
def test_2_5_repaired(student, rng):
    few, many = two_images(rng), posterior(rng, *batch_shape(rng))
    cases = [few, (*many, f"a batch of shape {many[0].shape}")]
    cases.append((*alone_and_far(rng), "a single image, far from the prior"))
    for mean, log_var, words in cases:
        expect.close(
            student.call("kl_term", mean, log_var),
            kl_by_definition(mean, log_var).sum(axis=1).mean(),
            f"kl_term of {words}",
        )


# Zero must not pass as twice zero. A right term costs at least ½ Σ μ² of 6·3 normal means,
# divided by 6 images: the chi-square with 18 degrees of freedom is below this once in 10²⁵.
LEAST_COST = 1e-3
NEVER = 1e-25


@FIND_THE_FAULT.test("twice the latents cost twice as much, twice the images the same", points=0.5)
def test_2_5_scaling(student, rng):
    mean, log_var = posterior(rng, *batch_shape(rng))
    checked = f"kl_term on a batch of shape {mean.shape}"
    once = float(expect.array(student.call("kl_term", mean, log_var), (), checked))
    expect.that(abs(once) > LEAST_COST, checked, "a cost in nats that is not 0", once)
    for repeats, factor, what in (((1, 2), 2, "latent dimension"), ((2, 1), 1, "image")):
        expect.close(
            student.call("kl_term", np.tile(mean, repeats), np.tile(log_var, repeats)),
            np.float64(factor * once),
            f"kl_term with every {what} there twice (once: {once:.4g})",
        )
    # With variances of 1 the KL is ½ Σ μ²: means c times as large cost c² times as much.
    zeros, c = np.zeros_like(log_var), np.float32(rng.uniform(0.3, 0.7))
    of_means = float(expect.array(student.call("kl_term", mean, zeros), (), checked))
    expect.close(
        student.call("kl_term", c * mean, zeros),
        np.float64(c) ** 2 * of_means,
        f"kl_term where every variance is 1, with all means {c:.3f} times as large",
    )
    expect.that(abs(of_means) > LEAST_COST, checked, "a cost in nats that is not 0", of_means)
    # At variances as far from 1 as these, each costs at least 0.18 nats.
    away = rng.uniform(1.0, 1.5, log_var.shape) * rng.choice([-1, 1], log_var.shape)
    of_variances = student.call("kl_term", zeros, away.astype("float32"))
    checked = f"kl_term where every mean is 0 and no variance is 1, of shape {away.shape}"
    cost = float(expect.array(of_variances, (), checked))
    expect.that(abs(cost) > LEAST_COST, checked, "a cost in nats that is not 0", cost)


@FIND_THE_FAULT.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_2_5_line(student, rng):
    expect.line(
        student.value("faulty_line_2_5"),
        5,
        "faulty_line_2_5",
        "the line at which the result stops growing with the number of latent dimensions",
        "Follow the shape from line to line: where does it stop being (batch, latent), and how?",
    )
