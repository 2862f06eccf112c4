"""Exercise 2.3, the KL by drawing, with its standard error."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_monte_carlo
from autograder.course.lesson_2.kl_definition import kl_by_definition, log_ratio
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference

MONTE_CARLO = Exercise(
    id="2.3",
    title="KL by drawing, with its standard error",
    answers=("kl_monte_carlo",),
    minutes=20,
    hints=(
        "“I want an average over q. Where do I get q from?” From lesson 1: z = μ + σ·ε turns the "
        "noise you are given into draws from q. After that you need one number per draw.",
        "A draw's number is Σ over latents of log q(z) − log p(z), with "
        "log q = −½(log 2π + log σ² + ε²) and log p = −½(log 2π + z²): shape `(samples, batch)`. "
        "The estimate is its mean over axis 0; the standard error is its standard deviation over "
        "axis 0, divided by √samples.",
        "`z = mean + tf.exp(0.5 * log_var) * eps`; `ratio = tf.reduce_sum(<log q> - <log p>, "
        "axis=-1)`; `estimate = tf.reduce_mean(ratio, axis=0)`; `error = "
        "tf.math.reduce_std(ratio, axis=0) / samples**0.5`; return both.",
    ),
    reference={"kl_monte_carlo": reference.kl_monte_carlo},
    misconceptions=wrong_monte_carlo.MONTE_CARLO,
    alternative="""def kl_monte_carlo(mean, log_var, eps):
    # One image at a time, in NumPy: slower, and gradients cannot pass, but every step can be
    # printed. What remains are the statistics of a plain list of numbers.
    mean, log_var, eps = np.asarray(mean), np.asarray(log_var), np.asarray(eps)
    estimates, errors = [], []
    for image in range(len(mean)):
        z = mean[image] + np.exp(0.5 * log_var[image]) * eps[:, image]
        log_q = -0.5 * (log_var[image] + eps[:, image] ** 2)  # log 2π cancels below
        ratio = (log_q + 0.5 * z**2).sum(axis=-1)
        estimates.append(ratio.mean())
        errors.append(ratio.std(ddof=1) / np.sqrt(len(ratio)))
    return np.array(estimates), np.array(errors)""",
)

IMAGES, LATENTS, DRAWS = 4, 3, 4000
# How far a right estimate may be from the closed form. The most skewed one there is, the average
# of DRAWS chi-squares with one degree of freedom, strays farther once in 2·10⁸ (both directions
# counted). Any of the images may, which gives the rate at which a right answer is refused.
STANDARD_ERRORS = 6.0
REFUSED = IMAGES * 5e-9


@MONTE_CARLO.test("the estimate is the average of log q(z) − log p(z) over the draws", points=1.0)
def test_2_3_is_the_average_over_the_draws(student, rng):
    # Two equal dimensions that swap their noise: each of these few draws has the same
    # log-ratio, so an error with divisor n agrees with one with n − 1.
    mean = np.full((1, 2), rng.choice([-2, -1, 1, 2]), "float32")
    variance = np.full((1, 2), rng.choice([4, 0.25]), "float32")
    one, other = rng.choice([-2, -1, 1, 2], 2, replace=False)
    eps = np.float32([[one, other], [other, one], [one, other]])[:, None]
    estimate, _ = _both(student, mean, np.log(variance), eps)
    expect.close(
        estimate,
        log_ratio(mean, np.log(variance), eps).sum(axis=-1).mean(axis=0),
        f"the estimate for one image with μ = {mean[0].tolist()} and σ² = {variance[0].tolist()}, "
        f"from three draws with ε = {eps[:, 0].tolist()}",
    )
    case = _noisy_case(rng, samples=int(rng.integers(1000, 1500)))
    estimate, _ = _both(student, *case)
    expect.close(
        estimate,
        log_ratio(*case).sum(axis=-1).mean(axis=0),
        f"the estimate from standard-normal eps of shape {case[2].shape}",
        atol=1e-4,
    )
    # Under the prior such draws have densities of about e^−127, which no float32 holds; those of
    # single dimensions are numbers.
    shape = (IMAGES, LATENTS)
    far = (rng.uniform(9.0, 9.5, shape) * rng.choice([-1, 1], shape)).astype("float32")
    log_var = rng.uniform(-2.5, -1.0, far.shape).astype("float32")
    eps = rng.standard_normal((int(rng.integers(5, 9)), *far.shape)).astype("float32")
    estimate, _ = _both(student, far, log_var, eps)
    what = f"the estimate from {len(eps)} draws of clouds 9 away from the prior's middle"
    expect_numbers(estimate, what)
    expect.close(estimate, log_ratio(far, log_var, eps).sum(axis=-1).mean(axis=0), what, rtol=1e-3)


@MONTE_CARLO.test("with many draws, the estimate agrees with the closed form", points=0.5)
def test_2_3_agrees_with_the_closed_form(student, rng):
    mean, log_var, eps = _noisy_case(rng, samples=DRAWS)
    estimate, _ = _both(student, mean, log_var, eps)
    checked = f"the estimate from {DRAWS} draws for each of {IMAGES} images"
    value = expect.array(estimate, (IMAGES,), checked)
    exact, away = kl_by_definition(mean, log_var).sum(axis=-1), strayed(value, mean, log_var)
    worst = int(np.argmax(away))
    expect.that(
        bool(np.all(away < 1)),
        checked,
        f"within {STANDARD_ERRORS:.0f} standard errors of the closed form, {exact[worst]:.4g} for "
        f"image {worst}",
        f"{value[worst]:.4g}, which is {STANDARD_ERRORS * away[worst]:.0f} standard errors away",
    )


@MONTE_CARLO.test("the standard error is s/√n, with s the spread of the draws", points=1.0)
def test_2_3_standard_error(student, rng):
    case = _noisy_case(rng, samples=int(rng.integers(1000, 1500)))
    _, error = _both(student, *case)
    ratio = log_ratio(*case).sum(axis=-1)
    # Halfway between the divisors n and n − 1, from which either is 1/4n of the result away: both
    # are right, and n − 2 and n + 1, three times as far away, are not.
    expect.close(
        error,
        ratio.std(axis=0, ddof=0.5) / np.sqrt(len(ratio)),
        f"the standard error from standard-normal eps of shape {case[2].shape}",
        rtol=0.5 / len(ratio),
        atol=0.0,
    )


def expect_numbers(found, what: str) -> None:
    """Check that densities too small or too large for float32 leave no infinity or NaN."""
    values = np.asarray(found)
    expect.that(
        values.dtype.kind != "f" or bool(np.isfinite(values).all()),
        what,
        "finite numbers",
        found,
        "A product of densities leaves the range of float32 there. Add up their logarithms instead "
        "of taking the logarithm of a product.",
    )


def codes(rng, shape: tuple[int, ...]):
    """Means and log-variances whose densities at every draw are numbers in single precision."""
    mean = rng.uniform(-2.0, 2.0, shape).astype("float32")
    return mean, rng.uniform(-2.5, 0.8, shape).astype("float32")


def strayed(estimate, mean, log_var):
    """Distance of estimates from the exact KL, as a share of what `DRAWS` draws may miss it by.

    The spread of one draw is exact too: log q(z) − log p(z) is ½((σ² − 1)ε² + 2μσε) and a
    constant, with the variance ½(σ² − 1)² + μ²σ² in every dimension.

    Args:
        estimate: `(..., images)`, nats.
        mean, log_var: `(..., images, latent)`.
    """
    exact = kl_by_definition(mean, log_var).sum(axis=-1)
    mean, variance = np.float64(mean), np.exp(np.float64(log_var))
    spread = np.sqrt(np.sum(0.5 * (variance - 1) ** 2 + mean**2 * variance, axis=-1))
    return np.abs(estimate - exact) / (STANDARD_ERRORS * spread / np.sqrt(DRAWS))


def _noisy_case(rng, samples: int):
    mean, log_var = codes(rng, (IMAGES, LATENTS))
    return mean, log_var, rng.standard_normal((samples, IMAGES, LATENTS)).astype("float32")


def _both(student, mean, log_var, eps):
    """The estimate and its error, after checking that two things came back."""
    pair = student.call("kl_monte_carlo", mean, log_var, eps)
    several = isinstance(pair, (list, tuple)) or np.ndim(pair) > 0
    expect.that(
        several and len(pair) == 2,
        "what kl_monte_carlo returns",
        "two things, (estimate, standard_error), each of shape (batch,)",
        pair,
    )
    return pair
