"""Lesson 3, the β-weighted loss: what its exercises ask and how a right answer behaves."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_3 import wrong_losses, wrong_reductions
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import beta_vae_loss, effective_beta, reconstruction_loss

NOT_FINITE = "infinite or not a number in some entries"


def _image_shape(rng, batch: int) -> tuple[int, int, int, int]:
    return batch, int(rng.integers(3, 6)), int(rng.integers(6, 9)), 1


def _pictures(rng, shape) -> np.ndarray:
    return rng.uniform(0.0, 1.0, shape).astype("float32")


def _bce(images, logits) -> np.ndarray:
    """Expected reconstruction loss, `(batch,)` in nats, in double precision."""
    x, logit = (np.asarray(item, np.float64).reshape(len(item), -1) for item in (images, logits))
    return (np.logaddexp(0.0, logit) - x * logit).sum(axis=1)


# --- 3.1 -------------------------------------------------------------------------------

RECONSTRUCTION = Exercise(
    id="3.1",
    title="Reconstruction from logits, summed over pixels",
    answers=("reconstruction_loss",),
    minutes=15,
    hints=(
        "“Do I have to turn the logits into probabilities first?” No, and it is better not to: "
        "the section above writes the cost of one pixel with the logit alone.",
        "One pixel costs log(1 + exp(l)) − x·l. Sum it over height, width and channel, so that "
        "one number for every image is left: shape `(batch,)`.",
        "`per_pixel = tf.math.softplus(<logits>) - <pixels> * <logits>`, then "
        "`tf.reduce_sum(per_pixel, axis=<every axis but the first>)`.",
    ),
    reference={"reconstruction_loss": reconstruction_loss},
    misconceptions=wrong_losses.RECONSTRUCTION,
    alternative="""\
# Differs in leaving the formula to TensorFlow; the sum over pixels stays ours.
def reconstruction_loss(images, logits):
    per_pixel = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    return tf.reduce_sum(per_pixel, axis=[1, 2, 3])
""",
)


@RECONSTRUCTION.test("three pixels worked out by hand", points=0.5)
def test_3_1_three_pixels(student, rng):
    p, q = (float(round(value, 2)) for value in rng.uniform(0.6, 0.95, 2))
    of_p, of_q = (np.log(value / (1 - value)) for value in (p, q))
    images = np.array([[1.0, 0.0, 0.5], [1.0, 1.0, 0.0]], "float32").reshape(2, 1, 3, 1)
    logits = np.array([[of_p, of_q, 0.0]] * 2, "float32").reshape(2, 1, 3, 1)
    expect.close(
        student.call("reconstruction_loss", images, logits),
        [-np.log(p) - np.log(1 - q) + np.log(2), -np.log(p) - np.log(q) + np.log(2)],
        f"two images, pixels (1, 0, 0.5) and (1, 1, 0), and logits whose probabilities are {p}, "
        f"{q}, 0.5: −log {p} − log {1 - q:.2f} + log 2 nats and −log {p} − log {q} + log 2 nats",
    )


@RECONSTRUCTION.test("every image has its own sum over all its pixels", points=0.5)
def test_3_1_batch(student, rng):
    images = _pictures(rng, _image_shape(rng, int(rng.integers(2, 5))))
    logits = rng.normal(0.0, 3.0, images.shape).astype("float32")
    expect.close(
        student.call("reconstruction_loss", images, logits),
        _bce(images, logits),
        f"a batch of grey images of shape {images.shape}, logits drawn from N(0, 3²)",
    )


@RECONSTRUCTION.test("a logit of ±60 costs 60 nats where it is wrong, and nothing else", points=0.5)
def test_3_1_extreme_logits(student, rng):
    images, logits = _certain(rng)
    found = student.call("reconstruction_loss", images, logits)
    wanted = _bce(images, logits)
    checked = "black and white images with logits between ±20 and ±120, half of them wrong"
    cause = _extreme_cause(found, wanted)
    expect.that(cause is None, checked, str(np.round(wanted, 1)), found, cause)
    expect.close(found, wanted, checked)


@RECONSTRUCTION.test("its gradient is p − x, also where the model is certain and wrong", points=0.5)
def test_3_1_gradient(student, rng):
    images, logits = _certain(rng)
    gradient = student.probe(
        "lesson_3.reconstruction_gradient", images, logits, summary=_finite_or_words
    )
    checked = "the gradient of the summed loss with respect to the logits"
    expect.that(
        gradient is not None,
        checked,
        f"a tensor of shape {images.shape}",
        "None",
        "The path is cut: NumPy or a plain number stands between the logits and the result.",
    )
    checked += ", all beyond ±20"
    expect.that(not isinstance(gradient, str), checked, "finite numbers", NOT_FINITE)
    certain_of_ink = (logits > 0).astype("float64")
    expect.close(gradient, certain_of_ink - images, checked, atol=1e-4)


def _finite_or_words(gradient):
    """The gradient, or that it is not finite: where it breaks differs between equal mistakes."""
    array = np.asarray(gradient)
    return NOT_FINITE if array.dtype.kind == "f" and not np.isfinite(array).all() else gradient


def _certain(rng):
    """Black and white images, and logits beyond ±20 of which about half point the wrong way."""
    shape = _image_shape(rng, 3)
    images = rng.integers(0, 2, shape).astype("float32")
    logits = rng.uniform(20.0, 120.0, shape) * rng.choice([-1.0, 1.0], shape)
    # In float32 e^l overflows beyond 88: one ink pixel of every image lies safely above.
    logits.reshape(len(logits), -1)[:, 0] = 110.0
    return images, logits.astype("float32")


def _extreme_cause(found, wanted) -> str | None:
    if not isinstance(found, np.ndarray) or found.shape != wanted.shape:
        return None
    if not np.all(np.isfinite(found)):
        return (
            "Something overflowed or was rounded before the logarithm was taken: e^l for a large "
            "logit, or a probability that became exactly 0 or 1."
        )
    if np.all((found > 0) & (found < 0.9 * wanted)):
        return "The cost stops growing where a probability is rounded or clipped near 0 and 1."
    return None


# --- 3.2 -------------------------------------------------------------------------------

BETA_LOSS = Exercise(
    id="3.2",
    title="The β-VAE loss",
    answers=("beta_vae_loss",),
    minutes=10,
    hints=(
        "“I have two vectors with one number an image. What comes first, β or the mean?” Weigh "
        "and add first, image by image; the mean over the batch comes last.",
        "loss = mean over the batch of (recon + β·KL). `reconstruction_loss(images, logits)` and "
        "`kl_divergence(mean, log_var)` both have the shape `(batch,)`.",
        "`per_image = <reconstruction of 3.1> + beta * <kl_divergence(…)>`, then return "
        "`tf.reduce_mean(per_image)`.",
    ),
    reference={"beta_vae_loss": beta_vae_loss},
    misconceptions=wrong_losses.BETA_LOSS,
    needs=("3.1",),
    alternative="""\
# Differs in taking two means and adding them; a mean is linear, so the value is the same,
# and the two terms are at hand to be logged.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = tf.reduce_mean(reconstruction_loss(images, logits))
    kl = tf.reduce_mean(kl_divergence(mean, log_var))
    return recon + beta * kl
""",
)


@BETA_LOSS.test("one image worked out by hand", points=0.5)
def test_3_2_one_image(student, rng):
    shape = _image_shape(rng, 1)
    beta = round(float(rng.uniform(4.2, 7.8)), 1)
    means = rng.integers(1, 4, (1, 3)).astype("float32")
    expect.close(
        student.call(
            "beta_vae_loss",
            _pictures(rng, shape),
            np.zeros(shape, "float32"),
            means,
            np.zeros_like(means),
            beta,
        ),
        np.prod(shape) * np.log(2) + beta * 0.5 * np.sum(means**2),
        f"one image of {np.prod(shape)} pixels, all logits 0 (log 2 nats a pixel), posterior "
        f"N({means[0].tolist()}, 1) (KL = ½ Σ μ²), β = {beta:g}",
    )


@BETA_LOSS.test("β weighs the KL term and nothing else", points=1.0)
def test_3_2_beta(student, rng):
    images, logits, mean, log_var, recon, kl = _beta_case(rng)
    for beta in (0.0, 1.0, float(rng.uniform(3.0, 9.0))):
        expect.close(
            student.call("beta_vae_loss", images, logits, mean, log_var, beta),
            np.mean(recon + beta * kl),
            f"a batch of {len(images)} with mean reconstruction {recon.mean():.2f} nats, mean KL "
            f"{kl.mean():.2f} nats and β = {beta:.2f}",
        )


@BETA_LOSS.test("a batch that holds every image four times has the same loss", points=0.5)
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
    images = _pictures(rng, _image_shape(rng, int(rng.integers(2, 5))))
    logits = rng.normal(0.0, 2.0, images.shape).astype("float32")
    mean = rng.normal(0.0, 2.0, (len(images), 3)).astype("float32")
    log_var = rng.uniform(-3.0, 1.0, mean.shape).astype("float32")
    mu, ell = mean.astype(np.float64), log_var.astype(np.float64)
    kl = 0.5 * (mu**2 + np.exp(ell) - 1 - ell).sum(axis=1)
    return images, logits, mean, log_var, _bce(images, logits), kl


# --- 3.4 -------------------------------------------------------------------------------

EFFECTIVE_BETA = Exercise(
    id="3.4",
    title="Effective β under other reductions",
    answers=("effective_beta",),
    minutes=10,
    hints=(
        "“A mean is a sum divided by a number. Does that number matter?” Multiply the whole loss "
        "by a constant: its minimum stays. So only the ratio of the two terms counts.",
        "Write each mean as sum/N (pixels) or sum/M (latents), multiply the loss so that the "
        "reconstruction becomes the plain sum, and read off what stands before the summed KL.",
        "Start from `beta`. If the reconstruction is a mean, the ratio changes by `pixels`; if the "
        "KL is a mean, by `latents`; one of the two multiplies and the other divides.",
    ),
    reference={"effective_beta": effective_beta},
    misconceptions=wrong_reductions.EFFECTIVE_BETA,
    alternative="""\
# Differs in giving each term its scale and dividing one by the other: no case is forgotten.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": 1.0, "mean": 1.0 / pixels}[recon_reduction]
    kl_scale = {"sum": 1.0, "mean": 1.0 / latents}[kl_reduction]
    return beta * kl_scale / recon_scale
""",
)


@EFFECTIVE_BETA.test("pixels averaged, latents summed", points=0.5)
def test_3_4_pixels_averaged(student, rng):
    _expect_effective(student, rng, "mean", "sum")


@EFFECTIVE_BETA.test("pixels summed, latents averaged; and both summed", points=0.5)
def test_3_4_latents_averaged(student, rng):
    _expect_effective(student, rng, "sum", "mean")
    _expect_effective(student, rng, "sum", "sum")


@EFFECTIVE_BETA.test("both averaged", points=0.5)
def test_3_4_both_averaged(student, rng):
    _expect_effective(student, rng, "mean", "mean")


def _expect_effective(student, rng, recon_reduction: str, kl_reduction: str) -> None:
    beta = round(float(rng.uniform(1.5, 8.0)), 1)
    pixels, latents = int(rng.integers(100, 5000)), int(rng.integers(2, 40))

    def found(*reductions):
        return student.call("effective_beta", beta, pixels, latents, *reductions, tensors=False)

    divisor = {"sum": 1, "mean": pixels}[recon_reduction]
    wanted = beta / {"sum": 1, "mean": latents}[kl_reduction] * divisor
    try:
        expect.close(
            found(recon_reduction, kl_reduction),
            wanted,
            f"effective_beta({beta:g}, pixels={pixels}, latents={latents}, "
            f'recon_reduction="{recon_reduction}", kl_reduction="{kl_reduction}")',
        )
    except expect.Mismatch:
        # One case fits several mistakes; all four cases together tell them apart.
        for reductions in (("sum", "sum"), ("mean", "sum"), ("sum", "mean"), ("mean", "mean")):
            found(*reductions)
        raise


# --- 3.5 -------------------------------------------------------------------------------


def _epoch_loss(batch_losses, batch_sizes) -> float:
    """Reference: mean over all images of a data set from its batch means."""
    return float(np.average(batch_losses, weights=batch_sizes))


EPOCH_LOSS = Exercise(
    id="3.5",
    title="Find the fault: one batch stands for the test set",
    answers=("faulty_line_3_5", "epoch_loss"),
    minutes=10,
    hints=(
        "“The numbers look plausible.” Feed it two batches whose losses you know, such as 1 and 3, "
        "and count how often each line runs.",
        "A `return` ends the function wherever it stands, loops included. The mean over all images "
        "is Σ (batch mean × batch size) / Σ batch size.",
        "The line that returns belongs after the loop, at the level of the `for`. In `epoch_loss`: "
        "add up `loss * size` and `size` over `zip(batch_losses, batch_sizes)`, then divide.",
    ),
    reference={"faulty_line_3_5": 7, "epoch_loss": _epoch_loss},
    misconceptions=wrong_reductions.EPOCH_LOSS,
    alternative="""\
# Differs in letting NumPy do the loop: an average with weights is exactly this.
def epoch_loss(batch_losses, batch_sizes):
    return float(np.average(batch_losses, weights=batch_sizes))
""",
)


@EPOCH_LOSS.test("every batch counts", points=0.5)
def test_3_5_every_batch(student, rng):
    # No loss, and no mean of two of them, is near the mean of all three.
    losses = rng.permutation([10.0, 30.0, 80.0]) + float(rng.integers(100, 200))
    # More images than batches, so that the two counts are told apart.
    sizes = np.full(3, int(rng.integers(4, 10)))
    expect.close(
        student.call("epoch_loss", losses, sizes, tensors=False),
        losses.mean(),
        f"3 batches of {sizes[0]} images each with losses {losses.tolist()}",
    )


@EPOCH_LOSS.test("every image counts the same, also in a short batch", points=0.5)
def test_3_5_unequal_batches(student, rng):
    sizes = np.array([128, 128, int(rng.integers(4, 20))])
    losses = rng.integers(200, 220, 3) + np.array([0.0, 30.0, 100.0])
    expect.close(
        student.call("epoch_loss", losses, sizes, tensors=False),
        np.sum(losses * sizes) / np.sum(sizes),
        f"batches of {sizes.tolist()} images with losses {losses.tolist()}",
    )


@EPOCH_LOSS.test("the faulty line is named", points=0.5)
def test_3_5_line(student, rng):
    expect.line(
        student.value("faulty_line_3_5"),
        7,
        "faulty_line_3_5",
        "the line that makes one batch stand for all",
        "How many batches has the function seen when it ends?",
    )
