"""Exercise 1.3, find the fault: a spread that is too wide."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_1 import wrong_fault
from autograder.course.lesson_1.posteriors import one_image, posterior
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise


def _posterior_draws(mean, log_var, eps):
    """Reference: draws `(samples, batch, latent)` from N(mean, exp(log_var))."""
    return mean[None] + np.exp(0.5 * np.asarray(log_var))[None] * eps


FIND_THE_FAULT = Exercise(
    id="1.3",
    title="Find the fault: a spread that is too wide",
    answers=("posterior_draws", "faulty_line_1_3"),
    minutes=10,
    hints=(
        "“It runs, and the pictures even look fine.” Then test it with numbers you know: give it "
        "a variance of 4 and see how wide the draws are.",
        "The standard deviation is the square root of the variance. Which line computes a "
        "standard deviation, and from what?",
        "The line that computes `std` takes exp(log_var), which is σ². With a ½ inside the "
        "exponential, it becomes σ.",
    ),
    reference={"posterior_draws": _posterior_draws, "faulty_line_1_3": 3},
    alternative="""# Broadcasting adds the first axis by itself; the square root turns σ² into σ.
def posterior_draws(mean, log_var, eps):
    return mean + tf.sqrt(tf.exp(log_var)) * eps


faulty_line_1_3 = 3""",
    misconceptions=wrong_fault.POSTERIOR_DRAWS + wrong_fault.FAULTY_LINE,
)


REPAIRED = "the repaired draws have the right spread"


@FIND_THE_FAULT.test(REPAIRED, points=1.0)
def test_1_3_repaired(student, rng):
    mean, log_var, words = one_image(rng, (9.0, 0.25))
    eps = np.array([[[1, 1]], [[-1, 2]], [[0, -1]]], "float32")
    _expect_draws(student, mean, log_var, eps, f"{words}, and eps {eps.tolist()}")
    mean, log_var = posterior(rng, 4, 2)
    eps = rng.standard_normal((5, 4, 2)).astype("float32")
    _expect_draws(student, mean, log_var, eps, "5 random samples of 4 images")
    far = np.float32(100) * mean
    _expect_draws(student, far, log_var, eps, "means of some hundred, and 5 random samples")


def _expect_draws(student, mean, log_var, eps, words: str) -> None:
    draws = student.call("posterior_draws", mean, log_var, eps)
    expect.close(draws, _posterior_draws(mean, log_var, eps), f"posterior_draws with {words}")


@FIND_THE_FAULT.test("the faulty line is named", points=0.5, counts_with=REPAIRED)
def test_1_3_line(student, rng):
    expect.line(
        student.value("faulty_line_1_3"),
        3,
        "faulty_line_1_3",
        "the line that computes the spread",
        "Follow the spread: which line decides how far a draw may land from the mean?",
    )
