"""Exercise 1.1, z = μ + σ·ε."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_1 import wrong_reparameterize
from autograder.course.lesson_1.gradients import arrived
from autograder.course.lesson_1.posteriors import one_image, posterior, unforeseen_image
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from bvae_ref.sampling import reparameterize

REPARAMETERIZE = Exercise(
    id="1.1",
    title="z = μ + σ·ε",
    answers=("reparameterize",),
    minutes=10,
    hints=(
        "“I have μ and I have noise. How far should the noise be allowed to push z away from μ?” "
        "By one standard deviation when ε is 1. What is the standard deviation, when `log_var` is "
        "the logarithm of the *variance*?",
        "σ² = exp(log_var), and σ is its square root: σ = exp(½ · log_var). Then z = μ + σ·ε, "
        "entry by entry; everything has the shape `(batch, latent)`.",
        "Two lines: `std = tf.exp(<half of log_var>)`, then return `mean` plus `<the noise, "
        "stretched>`.",
    ),
    reference={"reparameterize": reparameterize},
    alternative="""# By way of the variance: take the square root after the exponential.
def reparameterize(mean, log_var, eps):
    variance = tf.exp(log_var)
    return mean + tf.sqrt(variance) * eps""",
    misconceptions=wrong_reparameterize.REPARAMETERIZE,
)


@REPARAMETERIZE.test(
    "with ε = 0 the draw is the mean; the draws for ε and −ε lie on either side of it", points=0.5
)
def test_1_1_zero_noise_returns_the_mean(student, rng):
    mean, log_var, words = one_image(rng, (4.0, 0.25))
    z = student.call("reparameterize", mean, log_var, np.zeros_like(mean))
    expect.close(z, mean, f"reparameterize with {words}, and eps = 0")
    mean, log_var = posterior(rng, int(rng.integers(5, 9)), int(rng.integers(3, 6)))
    eps = (rng.uniform(0.5, 2.0, mean.shape) * rng.integers(0, 2, mean.shape)).astype("float32")
    eps.flat[:2] = 0, 1
    draws = [student.call("reparameterize", mean, log_var, sign * eps) for sign in (1, -1)]
    what = f"reparameterize on a batch of shape {mean.shape}, with eps = 0 in some entries"
    up, down = (expect.array(z, mean.shape, what) for z in draws)
    expect.close(up[eps == 0], mean[eps == 0], f"the entries without noise of {what}")
    expect.that(
        bool(np.all(np.abs(up - down)[eps > 0] > 1e-3)),
        f"the other entries of {what}",
        "different draws for ε and −ε",
        "the same draw for both",
    )
    expect.close(
        (up + down) / 2, mean, f"halfway between the draws for ε and −ε, of {what}", atol=1e-4
    )


@REPARAMETERIZE.test("ε = 1 moves z by one standard deviation", points=0.5)
def test_1_1_unit_noise_moves_by_sigma(student, rng):
    for mean, log_var, words in (one_image(rng, (4.0, 0.25)), unforeseen_image(rng)):
        z = student.call("reparameterize", mean, log_var, np.ones_like(mean))
        std = np.exp(0.5 * log_var.astype("float64"))
        expect.close(z, mean + std, f"reparameterize with {words}, and eps = 1")


@REPARAMETERIZE.test("every entry uses its own mean, variance and noise", points=0.5)
def test_1_1_entrywise_on_a_batch(student, rng):
    mean, log_var = posterior(rng, int(rng.integers(5, 9)), int(rng.integers(3, 6)))
    eps = rng.standard_normal(mean.shape).astype("float32")
    what = f"reparameterize on random mean, log_var and eps of shape {mean.shape}"
    far = np.float32(100) * mean
    for center, words in ((mean, what), (far, f"{what}, with means of some hundred")):
        z = student.call("reparameterize", center, log_var, eps)
        expect.close(z, center + np.exp(0.5 * log_var) * eps, words)


@REPARAMETERIZE.test("a gradient reaches the mean and log_var", points=0.5)
def test_1_1_gradient_arrives(student, rng):
    order = evidence.repeats(rng, 4, int(rng.integers(7, 11)))
    mean, log_var = posterior(rng, 4, 3)
    eps = rng.uniform(0.5, 2.0, mean.shape).astype("float32")
    weights = rng.uniform(0.5, 2.0, mean.shape).astype("float32")
    facts = student.probe(
        "lesson_1.reparameterize_gradients",
        *(item[order] for item in (mean, log_var, eps, weights)),
        summary=lambda gradients: arrived(gradients, order),
    )
    for name in ("mean", "log_var"):
        expect.that(
            facts[name],
            f"the gradient of a weighted sum of z with respect to {name}, for {len(order)} images",
            "a tensor with numbers other than 0",
            "none",
            "The path is cut: NumPy (`np.exp`, `.numpy()`), a plain number or `stop_gradient` "
            f"stands between {name} and z. Nothing could be trained through this draw.",
        )
    expect.that(
        facts["follow"],
        f"the gradients for {len(order)} images, some of which are the same",
        "equal gradients for equal images and weights, and different ones otherwise",
        "gradients that do not depend on them in that way",
    )
