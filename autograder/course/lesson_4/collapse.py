"""Exercise 4.4, posterior collapse predicted: what it asks and how a right answer behaves."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4 import wrong_collapse
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.collapse import linear_rates

COLLAPSE = Exercise(
    id="4.4",
    title="Posterior collapse, predicted before you train",
    answers=("collapse_rates",),
    minutes=10,
    hints=(
        "“Where do I start?” With the water level βσ². Compare every eigenvalue with it: which "
        "directions rise above the water?",
        "Above the level the rate is ½ · log(λ / (βσ²)), with the natural logarithm; at and below "
        "it the rate is 0. One number per eigenvalue, in the same order: shape `(d,)`.",
        "`ratio = eigenvalues / (<beta> * <noise variance>)`; "
        "`return 0.5 * np.log(np.maximum(ratio, <the ratio whose logarithm is 0>))`.",
    ),
    reference={"collapse_rates": linear_rates},
    misconceptions=wrong_collapse.RATES,
    alternative="""\
# Takes the logarithm everywhere and cuts off negative values afterwards. An
# eigenvalue of exactly 0 passes through log 0 = −∞ on the way.
def collapse_rates(eigenvalues, noise_variance, beta):
    rates = 0.5 * tf.math.log(eigenvalues / (beta * noise_variance))
    return tf.nn.relu(rates)
""",
)


@COLLAPSE.test("every direction gets its own rate, above or below the water level βσ²", points=1.0)
def test_4_4_mixture(student, rng):
    _expect_rates(student, np.array([8.0, 0.5, 2.0]), 0.5, 4.0)
    for noise_variance, beta in (_setting(rng), _setting(rng)):
        # Some between σ² and βσ²: alive at β = 1, collapsed at this β. Two close to the threshold.
        above, between = rng.uniform(1.2, 9, 3), rng.uniform(1.05 / beta, 0.95, 2)
        ratios = rng.permutation(np.concatenate([above, between, [0.5 / beta, 0.98, 1.04]]))
        _expect_rates(student, noise_variance * beta * ratios, noise_variance, beta)


@COLLAPSE.test("below it the rate is exactly 0, never negative", points=0.5)
def test_4_4_collapsed(student, rng):
    noise_variance, beta = _setting(rng)
    # One below βσ⁴ too, and some above βσ², far apart; of these only the order is judged.
    below = np.append(rng.uniform(0.1, 0.95, int(rng.integers(1, 3))), 0.05)
    above = 1.5 * 1.5 ** np.arange(rng.integers(2, 4))
    places = rng.permutation(len(below) + len(above))
    eigenvalues = _readable(noise_variance * beta * np.append(below, above)[places])
    what = _question(eigenvalues, noise_variance, beta)
    rates = student.call("collapse_rates", eigenvalues, noise_variance, beta)
    rates = expect.array(rates, eigenvalues.shape, what)[np.argsort(places)]
    collapsed, active = rates[: len(below)], rates[len(below) :]
    expect.close(collapsed, np.zeros(len(below)), f"{what}: those below βσ²")
    expect.that(
        bool(np.all(np.diff(active, prepend=0.0) > 1e-3)),
        f"{what}: those above βσ², from the smallest to the largest",
        "rates above 0, larger for larger eigenvalues",
        active,
    )


@COLLAPSE.test("above it: ½ log(λ / βσ²)", points=0.5)
def test_4_4_active(student, rng):
    noise_variance, beta = _setting(rng)
    eigenvalues = noise_variance * beta * rng.uniform(1.5, 20.0, int(rng.integers(3, 7)))
    _expect_rates(student, eigenvalues, noise_variance, beta)


def _setting(rng) -> tuple[float, float]:
    """σ² away from 1, where σ and σ² could not be told apart, and β above 1."""
    return round(float(rng.uniform(0.1, 0.6)), 2), round(float(rng.uniform(2.0, 6.0)), 1)


def _readable(eigenvalues) -> np.ndarray:
    """With three decimals, so that the numbers shown are exactly those used."""
    return np.round(eigenvalues, 3).astype("float32")


def _question(eigenvalues, noise_variance: float, beta: float) -> str:
    return (
        f"collapse_rates({[round(float(value), 3) for value in eigenvalues]}, "
        f"noise_variance={noise_variance:g}, beta={beta:g})"
    )


def _expect_rates(student, eigenvalues, noise_variance: float, beta: float) -> None:
    eigenvalues = _readable(eigenvalues)
    expect.close(
        student.call("collapse_rates", eigenvalues, noise_variance, beta),
        linear_rates(eigenvalues, noise_variance, beta),
        _question(eigenvalues, noise_variance, beta),
        rtol=1e-3,
        atol=1e-5,
    )
