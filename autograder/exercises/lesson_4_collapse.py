"""Exercise 4.4, posterior collapse predicted: what it asks and how a right answer behaves."""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise
from bvae_ref.collapse import linear_rates

COLLAPSE = Exercise(
    id="4.4",
    title="Posterior collapse, predicted before it is run",
    answers=("collapse_rates",),
    minutes=15,
    hints=(
        "“Where do I start?” With the water level βσ². Compare every eigenvalue with it: which "
        "directions stick out of the water?",
        "Above the level the rate is ½ · log(λ / (βσ²)), with the natural logarithm; at and below "
        "it the rate is 0. One number for each eigenvalue, in their order: shape `(d,)`.",
        "`ratio = eigenvalues / (<beta> * <noise variance>)`; "
        "`return 0.5 * np.log(np.maximum(ratio, <the ratio whose logarithm is 0>))`.",
    ),
    reference={"collapse_rates": linear_rates},
    alternative="""\
# Differs in taking the logarithm everywhere and cutting off what is negative afterwards. An
# eigenvalue of exactly 0 then passes through log 0 = −∞ on the way.
def collapse_rates(eigenvalues, noise_variance, beta):
    rates = 0.5 * tf.math.log(eigenvalues / (beta * noise_variance))
    return tf.nn.relu(rates)
""",
)


@COLLAPSE.test("every direction gets its own rate, above or below the water level βσ²", points=1.0)
def test_4_4_mixture(student, rng):
    noise_variance, beta = _setting(rng)
    # Some between σ² and βσ²: alive at β = 1, collapsed at this β.
    ratios = rng.permutation(
        np.concatenate([rng.uniform(1.2, 9, 4), rng.uniform(1.05 / beta, 0.95, 3), [0.5 / beta]])
    )
    _expect_rates(student, noise_variance * beta * ratios, noise_variance, beta)


@COLLAPSE.test("below it the rate is exactly 0, never negative", points=0.5)
def test_4_4_collapsed(student, rng):
    noise_variance, beta = _setting(rng)
    # Some above it too, far apart from each other, of which only the order is judged.
    below = rng.uniform(0.02, 0.95, int(rng.integers(3, 7)))
    above = 1.5 * 1.3 ** np.arange(rng.integers(3, 7))
    places = rng.permutation(len(below) + len(above))
    eigenvalues = (noise_variance * beta * np.append(below, above)[places]).astype("float32")
    what = (
        f"collapse_rates with {len(below)} eigenvalues below βσ² and {len(above)} above "
        f"(noise_variance={noise_variance:.3f}, beta={beta:.3f})"
    )
    rates = student.call("collapse_rates", eigenvalues, noise_variance, beta)
    rates = expect.array(rates, eigenvalues.shape, what)[np.argsort(places)]
    collapsed, active = rates[: len(below)], rates[len(below) :]
    expect.close(collapsed, np.zeros(len(below)), f"{what}: those below")
    expect.that(
        bool(np.all(np.diff(active, prepend=0.0) > 1e-3)),
        f"{what}: those above, from the least to the largest",
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
    return float(rng.uniform(0.1, 0.6)), float(rng.uniform(2.0, 6.0))


def _expect_rates(student, eigenvalues, noise_variance: float, beta: float) -> None:
    eigenvalues = eigenvalues.astype("float32")
    expect.close(
        student.call("collapse_rates", eigenvalues, noise_variance, beta),
        linear_rates(eigenvalues, noise_variance, beta),
        f"collapse_rates({[round(float(value), 3) for value in eigenvalues]}, "
        f"noise_variance={noise_variance:.3f}, beta={beta:.3f})",
        rtol=1e-3,
        atol=1e-5,
    )


def _log_ratio(eigenvalues, level: float) -> np.ndarray:
    return np.log(np.asarray(eigenvalues, np.float64) / level)


@COLLAPSE.misconception(
    "negative rates",
    "Collapsed directions get a negative rate, and a KL is never negative.",
    "What is left of a latent when its direction lies under water?",
)
def _negative(eigenvalues, noise_variance, beta):
    return 0.5 * _log_ratio(eigenvalues, beta * noise_variance)


@COLLAPSE.misconception(
    "the ½ is missing",
    "Every rate is twice what it should be.",
    "The rate is the logarithm of a ratio of standard deviations, not of variances.",
)
def _doubled(eigenvalues, noise_variance, beta):
    return 2 * linear_rates(eigenvalues, noise_variance, beta)


@COLLAPSE.misconception(
    "β forgotten",
    "The rates are those of β = 1: a price for the KL changes nothing.",
    "Which noise does the decoder seem to have, once the objective is divided by β?",
)
def _no_beta(eigenvalues, noise_variance, beta):
    return linear_rates(eigenvalues, noise_variance, 1.0)


@COLLAPSE.misconception(
    "β only in the threshold",
    "β decides who survives but not how much the survivors say.",
    "At the threshold itself the rate should fall to 0 without a jump. Does yours?",
)
def _beta_in_threshold_only(eigenvalues, noise_variance, beta):
    active = np.asarray(eigenvalues) > beta * noise_variance
    return np.where(active, linear_rates(eigenvalues, noise_variance, 1.0), 0.0)


@COLLAPSE.misconception(
    "variance taken for a standard deviation",
    "`noise_variance` is squared on the way, as if it were σ.",
    "In which unit is βσ² to be compared with λ?",
)
def _squared_noise(eigenvalues, noise_variance, beta):
    return linear_rates(eigenvalues, noise_variance**2, beta)


@COLLAPSE.misconception(
    "bits in place of nats",
    "The rates are in bits: the logarithm has base 2.",
    "Which logarithm counts in nats?",
)
def _bits(eigenvalues, noise_variance, beta):
    return linear_rates(eigenvalues, noise_variance, beta) / np.log(2)


@COLLAPSE.misconception(
    "one added inside the logarithm",
    "The rates are ½ log(1 + λ/βσ²), the capacity of a channel whose signal has variance λ on top "
    "of the noise. Here λ is the variance of the data, noise included.",
    "Does any direction ever collapse with your formula?",
)
def _channel_capacity(eigenvalues, noise_variance, beta):
    return 0.5 * np.log1p(np.asarray(eigenvalues, np.float64) / (beta * noise_variance))


@COLLAPSE.misconception(
    "summed over directions",
    "The rates are added up; each direction's own is asked for.",
    "What shape does the docstring promise?",
)
def _total(eigenvalues, noise_variance, beta):
    return linear_rates(eigenvalues, noise_variance, beta).sum()
