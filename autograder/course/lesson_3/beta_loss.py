"""Exercise 3.2, the β-VAE loss."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_3 import wrong_beta_loss
from autograder.course.lesson_3.pictures import cross_entropy, image_shape, pictures
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import beta_vae_loss

BETA_LOSS = Exercise(
    id="3.2",
    title="The β-VAE loss",
    answers=("beta_vae_loss",),
    minutes=10,
    hints=(
        "“I have two vectors with one number per image. What comes first, β or the mean?” Weight "
        "and add first, image by image; the mean over the batch comes last.",
        "loss = mean over the batch of (recon + β·KL). `reconstruction_loss(images, logits)` and "
        "`kl_divergence(mean, log_var)` both have the shape `(batch,)`.",
        "`per_image = <reconstruction of 3.1> + beta * <kl_divergence(…)>`, then return "
        "`tf.reduce_mean(per_image)`.",
    ),
    reference={"beta_vae_loss": beta_vae_loss},
    misconceptions=wrong_beta_loss.BETA_LOSS,
    needs=("3.1",),
    alternative="""\
# Takes two means and adds them; a mean is linear, so the value is the same,
# and both terms are available for logging.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = tf.reduce_mean(reconstruction_loss(images, logits))
    kl = tf.reduce_mean(kl_divergence(mean, log_var))
    return recon + beta * kl
""",
)


@BETA_LOSS.test("one image worked out by hand", points=0.5)
def test_3_2_one_image(student, rng):
    shape = image_shape(rng, 1)
    beta = round(float(rng.uniform(4.2, 7.8)), 1)
    means = rng.integers(1, 4, (1, 3)).astype("float32")
    expect.close(
        student.call(
            "beta_vae_loss",
            pictures(rng, shape),
            np.zeros(shape, "float32"),
            means,
            np.zeros_like(means),
            beta,
        ),
        np.prod(shape) * np.log(2) + beta * 0.5 * np.sum(means**2),
        f"one image of {np.prod(shape)} pixels, all logits 0 (log 2 nats per pixel), posterior "
        f"N({means[0].tolist()}, 1) (KL = ½ Σ μ²), β = {beta:g}",
    )


@BETA_LOSS.test("β weights the KL term and nothing else", points=1.0)
def test_3_2_beta(student, rng):
    images, logits, mean, log_var, recon, kl = _beta_case(rng)
    for beta in (0.0, 1.0, float(rng.uniform(3.0, 9.0))):
        expect.close(
            student.call("beta_vae_loss", images, logits, mean, log_var, beta),
            np.mean(recon + beta * kl),
            f"a batch of {len(images)} with mean reconstruction {recon.mean():.2f} nats, mean KL "
            f"{kl.mean():.2f} nats and β = {beta:.2f}",
        )


@BETA_LOSS.test("a batch with every image four times has the same loss", points=0.5)
def test_3_2_repeated_batch(student, rng):
    images, logits, mean, log_var, recon, kl = _beta_case(rng)
    fourfold = (np.repeat(item, 4, axis=0) for item in (images, logits, mean, log_var))
    expect.close(
        student.call("beta_vae_loss", *fourfold, 2.0),
        np.mean(recon + 2.0 * kl),
        f"{len(images)} images, each four times, β = 2",
    )


def _beta_case(rng):
    """Inputs for a batch, and its reconstruction and KL of every image in double precision."""
    images = pictures(rng, image_shape(rng, int(rng.integers(2, 5))))
    logits = rng.normal(0.0, 2.0, images.shape).astype("float32")
    mean = rng.normal(0.0, 2.0, (len(images), 3)).astype("float32")
    mean[0] += rng.uniform(12.0, 16.0, 3)  # some hundred nats: a KL has no limit
    log_var = rng.uniform(-3.0, 1.0, mean.shape).astype("float32")
    mu, ell = mean.astype(np.float64), log_var.astype(np.float64)
    kl = 0.5 * (mu**2 + np.exp(ell) - 1 - ell).sum(axis=1)
    return images, logits, mean, log_var, cross_entropy(images, logits), kl
