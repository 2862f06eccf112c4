"""Exercise 3.1, the reconstruction from logits, summed over pixels."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_3 import wrong_reconstruction
from autograder.course.lesson_3.pictures import cross_entropy, image_shape, pictures
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import reconstruction_loss

NOT_FINITE = "infinite or not a number in some entries"

RECONSTRUCTION = Exercise(
    id="3.1",
    title="Reconstruction from logits, summed over pixels",
    answers=("reconstruction_loss",),
    minutes=15,
    hints=(
        "“Do I have to turn the logits into probabilities first?” No, and it is better not to: "
        "the section above writes the cost of one pixel with the logit only.",
        "One pixel with logit a costs log(1 + exp(a)) − x·a. Sum it over height, width and "
        "channel, which leaves one number per image: shape `(batch,)`.",
        "`per_pixel = tf.math.softplus(<logits>) - <pixels> * <logits>`, then "
        "`tf.reduce_sum(per_pixel, axis=<every axis but the first>)`.",
    ),
    reference={"reconstruction_loss": reconstruction_loss},
    misconceptions=wrong_reconstruction.RECONSTRUCTION,
    alternative="""\
# Leaves the formula to TensorFlow; only the sum over pixels is ours.
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


@RECONSTRUCTION.test("every image gets the sum over all its own pixels", points=0.5)
def test_3_1_batch(student, rng):
    images = pictures(rng, image_shape(rng, int(rng.integers(2, 5))))
    logits = rng.normal(0.0, 3.0, images.shape).astype("float32")
    expect.close(
        student.call("reconstruction_loss", images, logits),
        cross_entropy(images, logits),
        f"a batch of grey images of shape {images.shape}, logits drawn from N(0, 3²)",
    )
    images, logits = images[:1], logits[:1]
    expect.close(
        student.call("reconstruction_loss", images, logits),
        cross_entropy(images, logits),
        f"a single image, in a batch of shape {images.shape}",
    )


@RECONSTRUCTION.test("a logit of ±60 costs 60 nats where it is wrong, and nothing else", points=0.5)
def test_3_1_extreme_logits(student, rng):
    images, logits = _certain(rng)
    found = student.call("reconstruction_loss", images, logits)
    wanted = cross_entropy(images, logits)
    checked = "black and white images with logits between ±20 and ±120, half of them wrong"
    cause = _extreme_cause(found, wanted)
    expect.that(cause is None, checked, str(np.round(wanted, 1)), found, cause)
    expect.close(found, wanted, checked)


@RECONSTRUCTION.test("its gradient is p − x, even where the model is certain and wrong", points=0.5)
def test_3_1_gradient(student, rng):
    images, logits = _certain(rng)
    weights = rng.uniform(0.5, 2.0, len(images)).astype("float32")
    gradient = student.probe(
        *("lesson_3.reconstruction_gradient", images, logits, weights), summary=_finite_or_words
    )
    shown = np.round(weights.astype(float), 2).tolist()
    checked = f"the gradient of the sum of the losses times {shown} with respect to the logits"
    expect.that(
        gradient is not None,
        checked,
        f"a tensor of shape {images.shape}",
        "None",
        "The path is cut: there is NumPy or a plain number between the logits and the result.",
    )
    checked += ", all beyond ±20"
    expect.that(not isinstance(gradient, str), checked, "finite numbers", NOT_FINITE)
    certain_of_ink = (logits > 0).astype("float64")
    wanted = weights[:, None, None, None] * (certain_of_ink - images)
    expect.close(gradient, wanted, checked, atol=1e-4)


def _finite_or_words(gradient):
    """The gradient, or that it is not finite: equal mistakes may break in different places."""
    array = np.asarray(gradient)
    return NOT_FINITE if array.dtype.kind == "f" and not np.isfinite(array).all() else gradient


def _certain(rng):
    """Black and white images, and logits beyond ±20, about half of which point the wrong way."""
    shape = image_shape(rng, 3)
    images = rng.integers(0, 2, shape).astype("float32")
    logits = rng.uniform(20.0, 120.0, shape) * rng.choice([-1.0, 1.0], shape)
    # In float32 e^a overflows beyond 88: one ink pixel of every image lies safely above.
    logits.reshape(len(logits), -1)[:, 0] = 110.0
    return images, logits.astype("float32")


def _extreme_cause(found, wanted) -> str | None:
    if not isinstance(found, np.ndarray) or found.shape != wanted.shape:
        return None
    if not np.all(np.isfinite(found)):
        return (
            "Something overflowed or was rounded before the logarithm was taken: e^a for a large "
            "logit a, or a probability that became exactly 0 or 1."
        )
    if np.all((found > 0) & (found < 0.9 * wanted)):
        return "The cost stops growing where a probability is rounded or clipped near 0 and 1."
    return None
