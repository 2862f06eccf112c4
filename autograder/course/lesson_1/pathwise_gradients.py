"""Exercise 1.4, gradients that reach μ and log σ² through the draw."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_1 import wrong_pathwise_gradients
from autograder.course.lesson_1.posteriors import one_image, posterior
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise

NAMES = ("mean", "log_var")


def _pathwise_gradients(mean, log_var, eps):
    """Reference: gradients of Σ z² at z = μ + σε, worked out by hand (2z and z·σ·ε)."""
    std = np.exp(0.5 * np.asarray(log_var))
    z = np.asarray(mean) + std * np.asarray(eps)
    return 2 * z, z * std * np.asarray(eps)


PATHWISE = Exercise(
    id="1.4",
    title="The gradient reaches μ and log σ²",
    answers=("pathwise_gradients",),
    minutes=15,
    hints=(
        "“How do I ask TensorFlow for a gradient at all?” Open a `tf.GradientTape`, compute the "
        "loss inside it, then ask the tape. A tape follows constants only if you `watch` them.",
        "Inside the tape: `tape.watch` on the mean and on the log-variance; "
        "z = μ + exp(½·log_var)·ε; loss = Σ z². Afterwards `tape.gradient(loss, [mean, log_var])`.",
        "`with tf.GradientTape() as tape:` first `tape.watch(<both>)`, then z with "
        "`reparameterize`, then `loss = <the sum of z²>`; after the block "
        "`return tape.gradient(<of what>, <with respect to what>)`.",
    ),
    reference={"pathwise_gradients": _pathwise_gradients},
    needs=("1.1",),
    alternative="""# By hand, with the chain rule: ∂z/∂μ = 1 and ∂z/∂log σ² = ½σε.
def pathwise_gradients(mean, log_var, eps):
    std = tf.exp(0.5 * log_var)
    z = mean + std * eps
    return 2.0 * z, z * std * eps""",
    misconceptions=wrong_pathwise_gradients.PATHWISE_GRADIENTS,
)


@PATHWISE.test("both gradients arrive, in the shape of their inputs", points=0.5)
def test_1_4_gradients_arrive(student, rng):
    order = evidence.repeats(rng, 4, int(rng.integers(7, 12)))
    mean, log_var, eps = _gradient_case(rng, 4)
    eps[0] = 0
    case = [item[order] for item in (mean, log_var, eps)]
    pair = _gradient_pair(student, *case)
    _arrived(pair)
    for name, gradient in zip(NAMES, pair, strict=True):
        expect.array(gradient, case[0].shape, f"the gradient with respect to {name}")
    expect.that(
        evidence.follows(pair, order),
        "the gradients for a batch in which some rows occur several times",
        "equal gradients for equal rows, and different ones for different rows",
        "gradients that do not depend on the rows in that way",
    )
    still = order == 0
    of_mean, of_log_var = (np.asarray(gradient)[still] for gradient in pair)
    expect.close(
        of_log_var,
        np.zeros_like(of_log_var),
        "the gradient with respect to log_var in the rows where eps is 0 and z is the mean itself",
    )
    expect.that(
        bool(np.all(of_mean != 0)),
        "the gradient with respect to mean in the rows where eps is 0",
        "numbers other than 0",
        of_mean,
    )


def _arrived(pair) -> None:
    expect.that(
        pair[0] is not None and pair[1] is not None,
        "the gradients with respect to mean and log_var",
        "two tensors",
        "None for " + " and ".join(n for n, g in zip(NAMES, pair, strict=True) if g is None),
        "The tape didn't see the path: watch both inputs, and compute z inside the tape without "
        "NumPy or `stop_gradient`.",
    )


@PATHWISE.test("∂Σz²/∂μ = 2z and ∂Σz²/∂log σ² = z·σ·ε", points=1.0)
def test_1_4_gradient_values(student, rng):
    mean, log_var, words = one_image(rng, (4.0, 0.25))
    eps = np.array([[0.5, -2.0]], "float32")
    _expect_gradients(student, (mean, log_var, eps), f", at {words}, and eps {eps[0].tolist()}")
    _expect_gradients(student, _gradient_case(rng), ", on 3 random images with 2 latents")


def _expect_gradients(student, case, words: str) -> None:
    pair = _gradient_pair(student, *case)
    _arrived(pair)
    for name, gradient, expected in zip(NAMES, pair, _pathwise_gradients(*case), strict=True):
        what = f"the gradient of Σ z² with respect to {name}{words}"
        expect.close(gradient, expected, what, rtol=1e-3)


def _gradient_case(rng, batch: int = 3):
    mean, log_var = posterior(rng, batch, 2)
    return mean, log_var, rng.standard_normal((batch, 2)).astype("float32")


def _gradient_pair(student, mean, log_var, eps):
    pair = student.call("pathwise_gradients", mean, log_var, eps)
    expect.that(
        (isinstance(pair, (list, tuple)) or np.ndim(pair) == 3) and len(pair) == 2,
        "what pathwise_gradients returns",
        "two gradients: (with respect to mean, with respect to log_var)",
        pair,
        "Return both, separated by a comma.",
    )
    return tuple(pair)
