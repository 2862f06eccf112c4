"""Exercise 5.6, a density that follows the codes: its fit, and draws from it."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_fitted_density
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe

RTOL, ATOL = 2e-3, 2e-4


def _fitted_normal(mean, log_var):
    """Reference: total variance = variance of the means + mean of the variances."""
    mean, log_var = np.asarray(mean, float), np.asarray(log_var, float)
    center = mean.mean(axis=0)
    between = (mean - center).T @ (mean - center) / len(mean)
    return center, between + np.diag(np.exp(log_var).mean(axis=0))


def _draws_from(center, covariance, eps):
    """Reference: center + L·eps with the Cholesky factor L·Lᵀ = covariance."""
    return center + eps @ np.linalg.cholesky(covariance).T


DENSITY = Exercise(
    id="5.6",
    title="A density that follows the codes",
    answers=("fitted_normal", "draws_from"),
    minutes=10,
    hints=(
        "“What spreads the codes?” Two things: the images have different clouds, and each cloud "
        "is wide. If all clouds had one centre, what would be left? And if none had a width? For "
        "the draws: noise has the covariance I. Which matrix does to noise what a σ does in one "
        "dimension, where σ² is given?",
        "The covariance of the means, and on its diagonal the mean *variance* of the clouds on "
        "top. For the draws take a root of the covariance, a matrix A with A·Aᵀ = covariance: "
        "`np.linalg.cholesky` finds one. A row of noise then becomes A·(that row).",
        "`np.cov(mean, rowvar=False)` has the images in its rows; what is added to it is "
        "`np.diag(<mean of the variances>)`. And `center + eps @ <root>.T`: rows of noise are "
        "multiplied from the other side, so the root is transposed.",
    ),
    reference={"fitted_normal": _fitted_normal, "draws_from": _draws_from},
    misconceptions=wrong_fitted_density.FITS + wrong_fitted_density.DRAWS,
    alternative="""\
# The second moment of a code, less the square of its mean; and the symmetric root by eigenvectors.
def fitted_normal(mean, log_var):
    center = mean.mean(axis=0)
    second = mean.T @ mean / len(mean) + np.diag(np.exp(log_var).mean(axis=0))
    return center, second - np.outer(center, center)


def draws_from(center, covariance, eps):
    variances, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(variances)) @ axes.T
    return center + eps @ root
""",
)


@DENSITY.test("the centre is the mean code, and one latent is a case like any other", points=0.5)
def test_5_6_center(student, rng):
    cases = [_clouds(rng, 1), _clouds(rng, int(rng.integers(2, 5)))]
    answers = [_fit(student, *case) for case in cases]
    for (mean, log_var), answer in zip(cases, answers, strict=True):
        latent = mean.shape[1]
        what = f"fitted_normal of {len(mean)} clouds with {latent} latent{'s' * (latent > 1)}"
        center, covariance = _pair(answer, what)
        expect.close(center, _fitted_normal(mean, log_var)[0], f"the center of {what}", rtol=RTOL)
        expect.array(covariance, (latent, latent), f"the covariance of {what}")


@DENSITY.test("the covariance has all that spreads the codes", points=0.5)
def test_5_6_covariance(student, rng):
    cases = [_few_clouds(rng), _clouds(rng, 1), _clouds(rng, int(rng.integers(3, 6)))]
    # Fewer images than latents: a spread along a line, and width in all directions.
    cases.append(_clouds(rng, 3, images=2))
    answers = [_fit(student, *case) for case in cases]
    for (mean, log_var), answer in zip(cases, answers, strict=True):
        what = f"fitted_normal of {len(mean)} clouds with {mean.shape[1]} latents"
        if len(mean) == 4:
            what = f"fitted_normal of the means {_rows(mean)} and the variances "
            what += _rows(np.exp(log_var))
        _, covariance = _pair(answer, what)
        _expect_covariance(covariance, mean, log_var, f"the covariance of {what}")


@DENSITY.test("draws have the mean and the covariance that were given", points=1.0)
def test_5_6_draws(student, rng):
    cases = [_normal(rng, latent) for latent in (1, 2, int(rng.integers(3, 6)))]
    found = [_ask_draws(student, rng, *case) for case in cases]
    for (center, covariance), draws in zip(cases, found, strict=True):
        latent = len(center)
        what = f"draws_from(center, covariance, eps) with {latent} latent{'s' * (latent > 1)}"
        expect.array(draws["codes"], draws["shape"], what)
        expect.that(
            draws["kept"],
            f"the arguments of {what} after the call",
            "the same as before",
            "changed",
            "`+=`, `*=` and an assignment to a part change the array that was passed in.",
        )
        expect.that(
            draws["linear"],
            what,
            "each code is the center plus a matrix times its own row of eps",
            "something else",
            "All the chance is in `eps`, row by row: is other noise drawn, or are rows mixed?",
        )
        expect.close(draws["center"], center, f"{what}, where eps is 0", rtol=RTOL, atol=ATOL)
        expect.close(
            draws["covariance"],
            covariance,
            f"the covariance that {what} has if eps is standard normal",
            rtol=RTOL,
            atol=ATOL,
        )


def _fit(student, mean, log_var):
    return student.call("fitted_normal", mean.copy(), log_var.copy(), tensors=False)


def _pair(answer, what: str):
    expect.that(
        isinstance(answer, (list, tuple)) and len(answer) == 2,
        what,
        "two arrays: (center, covariance)",
        answer,
    )
    return answer


def _expect_covariance(covariance, mean, log_var, what: str) -> None:
    """By n or by n − 1: the nearer of the two is the one that was meant."""
    wanted = _fitted_normal(mean, log_var)[1]
    within = np.diag(np.exp(log_var.astype(float)).mean(axis=0))
    between = wanted - within
    other = between * len(mean) / (len(mean) - 1) + within
    found = expect.array(covariance, wanted.shape, what)
    nearer = min(wanted, other, key=lambda each: np.abs(found - each).sum())
    try:
        expect.close(found, nearer, what, rtol=RTOL, atol=ATOL)
    except expect.Mismatch as off:
        off.cause = _made_of(found, between, within)
        raise


def _made_of(found, between, within) -> str | None:
    """How much of either part a wrong covariance has, where it has nothing else."""
    parts = np.stack([between.ravel(), within.ravel()], axis=1)
    shares, *_ = np.linalg.lstsq(parts, found.astype(float).ravel(), rcond=None)
    if len(found) == 1 or not np.allclose(parts @ shares, found.ravel(), rtol=RTOL, atol=ATOL):
        return None
    return (
        f"That is {shares[0]:.3g} times the covariance of the means, and {shares[1]:.3g} times the "
        "mean variance of the clouds."
    )


def _clouds(rng, latent: int, images: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Means and log-variances `(images, latent)`, float32: correlated, and wide enough to count.

    Args:
        images: how many; 20 to 39 unless it is said.
    """
    images = images or int(rng.integers(20, 40))
    mixed = rng.normal(0, 1, (latent, latent)) + np.eye(latent)
    mean = rng.normal(0, 1, (images, latent)) @ mixed + rng.uniform(-2, 2, latent)
    log_var = rng.uniform(-2, 1.5, (images, latent))
    return mean.astype("float32"), log_var.astype("float32")


def _few_clouds(rng) -> tuple[np.ndarray, np.ndarray]:
    """Four means of whole numbers in two latents, and simple variances."""
    steps = np.array([[-2, -1], [-2, 1], [2, -1], [2, 3]])
    mean = rng.permutation(steps) + rng.integers(-5, 6, 2)
    variances = rng.permutation([0.5, 1.0, 2.0, 4.0, 0.25, 1.5, 3.0, 0.75]).reshape(4, 2)
    return mean.astype("float32"), np.log(variances).astype("float32")


def _normal(rng, latent: int) -> tuple[np.ndarray, np.ndarray]:
    """A center `(latent,)` and a covariance `(latent, latent)` that is far from diagonal."""
    axes, _ = np.linalg.qr(rng.normal(0, 1, (latent, latent)))
    spreads = rng.permutation(np.geomspace(0.5, 2.5, latent)) * rng.uniform(0.8, 1.2, latent)
    covariance = (axes * spreads**2) @ axes.T
    return rng.uniform(1, 3, latent).astype("float32"), covariance.astype("float32")


def _ask_draws(student, rng, center, covariance) -> dict:
    """What draws make of no noise, of one unit in each latent and of any noise.

    Two roots of one covariance give different codes, and the same facts.
    """
    latent = len(center)
    noise = rng.standard_normal((int(rng.integers(6, 12)), latent))
    eps = np.vstack([np.zeros((1, latent)), np.eye(latent), noise]).astype("float32")
    order = rng.permutation(len(eps))

    def facts(answer) -> dict:
        given, kept = answer["codes"], bool(answer["kept"])
        try:
            answered = expect.array(given, eps.shape, "the codes").astype(float)
        except expect.Mismatch:
            return {"codes": given, "shape": eps.shape}
        codes = np.empty(eps.shape)
        codes[order] = answered
        units = codes[1 : 1 + latent] - codes[0]
        linear = np.allclose(codes, codes[0] + eps @ units, rtol=RTOL, atol=10 * ATOL)
        known = {"center": codes[0], "covariance": units.T @ units} if linear else {}
        form = {"codes": np.zeros(eps.shape), "shape": eps.shape, "kept": kept}
        return form | {"linear": linear} | known

    return student.probe("lesson_5.draws", center, covariance, eps[order], summary=facts)


def _rows(table) -> str:
    return ", ".join(f"{describe(row)}" for row in table)
