"""Exercise 2.2, the KL of every image."""

from __future__ import annotations

from autograder.course.lesson_2 import wrong_divergence
from autograder.course.lesson_2.kl_definition import kl_by_definition
from autograder.course.lesson_2.posteriors import (
    alone_and_far,
    batch_shape,
    posterior,
    two_images,
    two_unforeseen_images,
)
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference

DIVERGENCE = Exercise(
    id="2.2",
    title="KL of every image",
    answers=("kl_divergence",),
    minutes=5,
    hints=(
        "“I have a table of costs, one row per image. What does one image cost altogether?” "
        "Independent costs add up.",
        "KL = Σ over the latent dimensions, the last axis. `(batch, latent)` becomes `(batch,)`; "
        "images are not mixed.",
        "Two steps: `costs = <what 2.1 gives>`, a table of `(batch, latent)`; then "
        "`tf.<which reduction?>(costs, axis=<which axis?>)`. For the reduction: two independent "
        "dimensions of 3 nats each cost 6 nats together.",
    ),
    reference={"kl_divergence": reference.kl_divergence},
    needs=("2.1",),
    misconceptions=wrong_divergence.DIVERGENCE,
    alternative="""def kl_divergence(mean, log_var):
    # keras.ops in place of tf: the same line then runs on any Keras backend.
    return keras.ops.sum(kl_per_dimension(mean, log_var), axis=-1)""",
)


@DIVERGENCE.test("dimensions add up, and a dimension equal to the prior adds nothing", points=0.5)
def test_2_2_unused_dimensions_are_free(student, rng):
    for mean, log_var, words in (two_images(rng), two_unforeseen_images(rng)):
        expect.close(
            student.call("kl_divergence", mean, log_var),
            kl_by_definition(mean, log_var).sum(axis=1),
            f"kl_divergence of {words}",
        )


@DIVERGENCE.test("every image has its own KL, summed over its latent dimensions", points=1.0)
def test_2_2_one_number_an_image(student, rng):
    for (mean, log_var), words in (
        (posterior(rng, *batch_shape(rng)), "on a batch"),
        (alone_and_far(rng), "of a single image, far from the prior,"),
    ):
        expect.close(
            student.call("kl_divergence", mean, log_var),
            kl_by_definition(mean, log_var).sum(axis=1),
            f"kl_divergence {words} of shape {mean.shape}",
        )
