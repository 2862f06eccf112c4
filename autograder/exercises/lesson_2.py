"""Lesson 2, The KL term: what its exercises ask and how a right answer behaves.

Expected values come from the definition E_q[log q(z) − log p(z)], never from the closed
form that learners write: see `_kl_by_definition`.
"""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise
from autograder.exercises import evidence, wrong_kl
from bvae_ref import kl as reference

# Three nodes integrate polynomials in ε up to degree 5 exactly; log q − log p has degree 2.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(3)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def _posterior(rng, batch: int, latent: int):
    mean = rng.normal(0.0, 1.2, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.5, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


def _shape(rng) -> tuple[int, int]:
    """A batch and a latent size that differ, so that a mistaken axis shows."""
    return int(rng.integers(6, 10)), int(rng.integers(3, 6))


def _doubles(*arrays):
    return tuple(np.asarray(item, dtype="float64") for item in arrays)


def _log_ratio(mean, log_var, eps):
    """log q(z) − log p(z) at z = μ + σε; the two constants ½ log 2π cancel."""
    mean, log_var, eps = _doubles(mean, log_var, eps)
    z = mean + np.exp(0.5 * log_var) * eps
    return 0.5 * (z**2 - eps**2 - log_var)


def _kl_by_definition(mean, log_var):
    """E_q[log q − log p] entry by entry, by Gauss–Hermite quadrature (exact here)."""
    return _log_ratio(mean[..., None], log_var[..., None], NODES) @ WEIGHTS


# --- 2.1 -------------------------------------------------------------------------------

PER_DIMENSION = Exercise(
    id="2.1",
    title="KL of every latent dimension",
    answers=("kl_per_dimension",),
    minutes=10,
    hints=(
        "“There are four things in that bracket. Which of them do I have, and which do I have to "
        "make?” You have μ and log σ². The only thing missing is σ² itself.",
        "½ (μ² + σ² − 1 − log σ²) with σ² = exp(log_var), entry by entry: nothing is summed yet, "
        "so `(batch, latent)` goes in and `(batch, latent)` comes out.",
        "`variance = tf.exp(log_var)`, then return `0.5 * (<mean squared> + variance - 1.0 - "
        "<the logarithm you were given>)`.",
    ),
    reference={"kl_per_dimension": reference.kl_per_dimension},
    misconceptions=wrong_kl.PER_DIMENSION,
    alternative="""def kl_per_dimension(mean, log_var):
    # The way most published code writes it: minus one half outside, every sign inside turned
    # over. expm1(x) is exp(x) - 1 without the rounding error near x = 0.
    return -0.5 * (log_var - tf.square(mean) - tf.math.expm1(log_var))""",
)


@PER_DIMENSION.test("a posterior equal to the prior is free; a mean 1 away costs ½", points=0.5)
def test_2_1_mean_anchors(student, rng):
    _check_anchors(student, rng, mean=[0.0, 1.0, -1.0, 2.0], variance=[1.0] * 4)


@PER_DIMENSION.test("a variance of 4 or ¼ costs what it should", points=0.5)
def test_2_1_variance_anchors(student, rng):
    _check_anchors(student, rng, mean=[0.0] * 3, variance=[4.0, 0.25, 1.0])


@PER_DIMENSION.test("every entry of a batch is E_q[log q − log p] of its own μ and σ", points=1.0)
def test_2_1_agrees_with_the_definition(student, rng):
    mean, log_var = _posterior(rng, *_shape(rng))
    expect.close(
        student.call("kl_per_dimension", mean, log_var),
        _kl_by_definition(mean, log_var),
        f"kl_per_dimension on a batch of shape {mean.shape}",
    )


@PER_DIMENSION.test("it is never negative, whatever μ and σ", points=0.5)
def test_2_1_is_never_negative(student, rng):
    order = evidence.repeats(rng, 12, int(rng.integers(16, 24)))
    mean = rng.normal(0.0, 0.7, (12, 3)).astype("float32")[order]
    log_var = rng.uniform(-6.0, 3.0, (12, 3)).astype("float32")[order]
    checked = "kl_per_dimension for σ from 0.05 to 4.5"
    kl = expect.array(student.call("kl_per_dimension", mean, log_var), mean.shape, checked)
    expect.that(bool(np.all(kl > -1e-4)), checked, "no value below 0", f"{kl.min():.4g} at worst")
    expect.that(
        evidence.follows([kl], order),
        "kl_per_dimension on a batch that holds some images several times",
        "the same cost for the same μ and σ, and others for others",
        "costs that do not follow μ and σ",
    )


def _check_anchors(student, rng, mean, variance):
    """Ask for known values, on each image among others that tell the mistakes apart."""
    count, images = len(mean), int(rng.integers(3, 6))
    more_mean, more_log_var = _posterior(rng, images, 2)
    means = np.append(np.tile(np.float32(mean), (images, 1)), more_mean, axis=1)
    log_vars = np.append(np.tile(np.log(np.float32(variance)), (images, 1)), more_log_var, axis=1)
    places = rng.permuted(np.tile(np.arange(count + 2), (images, 1)), axis=1)
    asked = (np.take_along_axis(item, places, axis=1) for item in (means, log_vars))
    kl = student.call("kl_per_dimension", *asked)
    checked = f"kl_per_dimension with μ = {mean} and σ² = {variance}"
    kl = expect.array(kl, means.shape, f"kl_per_dimension on {images} images")
    # Each image's anchors in the order of the words.
    kl = np.take_along_axis(kl, np.argsort(places, axis=1), axis=1)[:, :count]
    for found, wanted in zip(kl, _kl_by_definition(means, log_vars), strict=True):
        expect.close(found, wanted[:count], checked)


# --- 2.2 -------------------------------------------------------------------------------

DIVERGENCE = Exercise(
    id="2.2",
    title="KL of every image",
    answers=("kl_divergence",),
    minutes=5,
    hints=(
        "“I have a table of costs, one row an image. What does one image cost altogether?” "
        "Independent costs add up.",
        "KL = Σ over the latent dimensions, the last axis. `(batch, latent)` becomes `(batch,)`; "
        "images are not mixed.",
        "`return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=<the latent axis>)`.",
    ),
    reference={"kl_divergence": reference.kl_divergence},
    needs=("2.1",),
    misconceptions=wrong_kl.DIVERGENCE,
    alternative="""def kl_divergence(mean, log_var):
    # keras.ops in the place of tf: the same line then runs on any Keras backend.
    return keras.ops.sum(kl_per_dimension(mean, log_var), axis=-1)""",
)


@DIVERGENCE.test("dimensions add up, and a dimension equal to the prior adds nothing", points=0.5)
def test_2_2_unused_dimensions_are_free(student, rng):
    batch, latent = _shape(rng)
    mean, log_var = _posterior(rng, batch, latent)
    unused = np.zeros((batch, 10 - latent), "float32")
    kl = student.call("kl_divergence", np.append(mean, unused, 1), np.append(log_var, unused, 1))
    checked = (
        f"kl_divergence of {batch} images with {latent} used dimensions and {10 - latent} equal "
        "to the prior"
    )
    expect.close(kl, _kl_by_definition(mean, log_var).sum(axis=1), checked)


@DIVERGENCE.test("every image has its own KL, summed over its latent dimensions", points=1.0)
def test_2_2_one_number_an_image(student, rng):
    mean, log_var = _posterior(rng, *_shape(rng))
    expect.close(
        student.call("kl_divergence", mean, log_var),
        _kl_by_definition(mean, log_var).sum(axis=1),
        f"kl_divergence on a batch of shape {mean.shape}",
    )


# --- 2.3 -------------------------------------------------------------------------------

MONTE_CARLO = Exercise(
    id="2.3",
    title="KL by drawing, with its standard error",
    answers=("kl_monte_carlo",),
    minutes=20,
    hints=(
        "“I want an average over q. Where do I get q from?” From lesson 1: z = μ + σ·ε turns the "
        "noise you are given into draws from q. Then it is all about one number a draw.",
        "A draw's number is Σ over latents of log q(z) − log p(z), with "
        "log q = −½(log 2π + log σ² + ε²) and log p = −½(log 2π + z²): shape `(samples, batch)`. "
        "The estimate is its mean over axis 0; the standard error is its standard deviation over "
        "axis 0, divided by √samples.",
        "`z = mean + tf.exp(0.5 * log_var) * eps`; `ratio = tf.reduce_sum(<log q> - <log p>, "
        "axis=-1)`; `estimate = tf.reduce_mean(ratio, axis=0)`; `error = "
        "tf.math.reduce_std(ratio, axis=0) / samples**0.5`; return both.",
    ),
    reference={"kl_monte_carlo": reference.kl_monte_carlo},
    misconceptions=wrong_kl.MONTE_CARLO,
    alternative="""def kl_monte_carlo(mean, log_var, eps):
    # One image at a time, in NumPy: slower, and gradients cannot pass, but every step can be
    # printed. statistics of a plain list of numbers are all there is to it.
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

DRAWS = 4000


@MONTE_CARLO.test("the estimate is the average of log q(z) − log p(z) over the draws", points=1.0)
def test_2_3_is_the_average_over_the_draws(student, rng):
    case = _noisy_case(rng, samples=int(rng.integers(1000, 1500)))
    estimate, _ = _pair(student, *case)
    expect.close(
        estimate,
        _log_ratio(*case).sum(axis=-1).mean(axis=0),
        f"the estimate from eps of shape {case[2].shape}",
        atol=1e-4,
    )


@MONTE_CARLO.test("with many draws it lands on the closed form", points=0.5)
def test_2_3_agrees_with_the_closed_form(student, rng):
    mean, log_var, eps = _noisy_case(rng, samples=DRAWS)
    estimate, _ = _pair(student, mean, log_var, eps)
    exact = _kl_by_definition(mean, log_var).sum(axis=-1)
    checked = f"the estimate from {DRAWS} draws for each of {len(mean)} images"
    value = expect.array(estimate, exact.shape, checked)
    # Six standard errors, from the exact spread below: a right estimate is refused less than
    # once in 10⁶ checks, with the skewness of the draws and all images counted in.
    away = np.abs(value - exact) / (_spread_of_one_draw(mean, log_var) / np.sqrt(DRAWS))
    worst = int(np.argmax(away))
    expect.that(
        bool(np.all(away < 6.0)),
        checked,
        f"within six standard errors of the closed form, {exact[worst]:.4g} for image {worst}",
        f"{value[worst]:.4g}, which is {away[worst]:.0f} standard errors away",
    )


@MONTE_CARLO.test("the standard error is s/√n, with s the spread of the draws", points=1.0)
def test_2_3_standard_error(student, rng):
    case = _noisy_case(rng, samples=int(rng.integers(1000, 1500)))
    _, error = _pair(student, *case)
    ratio = _log_ratio(*case).sum(axis=-1)
    expect.close(
        error,
        ratio.std(axis=0, ddof=1) / np.sqrt(len(ratio)),
        f"the standard error from eps of shape {case[2].shape}",
        # The divisors n and n − 1 differ by 1/2n of the result: at these n nobody can blame either.
        rtol=1 / len(ratio),
    )


def _noisy_case(rng, samples: int):
    mean, log_var = _posterior(rng, 4, 3)
    return mean, log_var, rng.standard_normal((samples, 4, 3)).astype("float32")


def _pair(student, mean, log_var, eps):
    pair = student.call("kl_monte_carlo", mean, log_var, eps)
    several = isinstance(pair, (list, tuple)) or np.ndim(pair) > 0
    expect.that(
        several and len(pair) == 2,
        "what kl_monte_carlo returns",
        "two things, (estimate, standard_error), each of shape (batch,)",
        pair,
    )
    return pair


def _spread_of_one_draw(mean, log_var):
    """Exact standard deviation of log q(z) − log p(z): Var ½((σ²−1)ε² + 2μσε), summed."""
    mean, variance = np.float64(mean), np.exp(np.float64(log_var))
    return np.sqrt(np.sum(0.5 * (variance - 1) ** 2 + mean**2 * variance, axis=-1))


# --- 2.4 -------------------------------------------------------------------------------

ACTIVE = Exercise(
    id="2.4",
    title="Which dimensions are active",
    answers=("active_dimensions",),
    minutes=5,
    hints=(
        "“How would I notice that a dimension says nothing?” Its mean would be the same whichever "
        "image goes in.",
        "Take the variance of μ over the images (axis 0) and compare it with the threshold: "
        "`(images, latent)` becomes `(latent,)`, of True and False.",
        "`tf.math.reduce_variance(mean, axis=<the images>) > threshold`.",
    ),
    reference={"active_dimensions": reference.active_dimensions},
    misconceptions=wrong_kl.ACTIVE,
    alternative="""def active_dimensions(mean, threshold):
    # The variance spelled out: the mean square of what is left once each dimension's own
    # average over the images is taken away.
    centred = mean - tf.reduce_mean(mean, axis=0, keepdims=True)
    return tf.reduce_mean(tf.square(centred), axis=0) > threshold""",
)


@ACTIVE.test("a mean that varies is active; one that stands still is not", points=0.5)
def test_2_4_still_dimensions_are_inactive(student, rng):
    active = rng.choice([1.0, 0.5], int(rng.integers(5, 12)))
    variances = rng.permutation(np.append(active, np.zeros(16 - len(active))))
    _check_mask(student, _means(rng, variances), variances, threshold=0.01)


@ACTIVE.test("the variance of the mean is compared with the threshold given", points=1.0)
def test_2_4_threshold(student, rng):
    variances = rng.permutation([0.001, 0.02, 0.1, 0.4, 3.0] * 3)
    mean = _means(rng, variances)
    # Between each threshold and its neighbours lies a factor of 1.5 or more; the standard
    # deviations fall on other sides of 0.2 and 2 than the variances do.
    for threshold in (0.2, 2.0):
        _check_mask(student, mean, variances, threshold)


def _means(rng, variances):
    """Columns with exactly these variances over the images, around averages far from 0."""
    noise = rng.standard_normal((int(rng.integers(40, 60)), len(variances)))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0)
    offsets = rng.choice([-1, 1], len(variances)) * rng.uniform(1.5, 3.0, len(variances))
    return (offsets + noise * np.sqrt(variances)).astype("float32")


def _check_mask(student, mean, variances, threshold: float):
    checked = f"active_dimensions with variances {variances.tolist()}, threshold {threshold}"
    answer = student.call("active_dimensions", mean, threshold)
    mask = expect.array(answer, (len(variances),), checked)
    expect.that(
        mask.dtype == bool,
        checked,
        "True or False for each dimension",
        mask,
        "A mask holds truth values: the result of a comparison, as it is.",
    )
    wanted = variances > threshold
    expect.that(bool(np.all(mask == wanted)), checked, str(wanted.tolist()), str(mask.tolist()))


# --- 2.5 -------------------------------------------------------------------------------


def _kl_term(mean, log_var):
    """Reference: sum over latents, mean over the batch."""
    return np.mean(reference.kl_divergence(mean, log_var))


FIND_THE_FAULT = Exercise(
    id="2.5",
    title="Find the fault: a KL that is too small",
    answers=("faulty_line_2_5", "kl_term"),
    minutes=10,
    hints=(
        "“It is zero at the prior and positive elsewhere: what else can I try?” Change the number "
        "of latent dimensions. Append a few that equal the prior; they say nothing, so nothing may "
        "change.",
        "Independent dimensions add up, and a loss is an average over images: sum over the last "
        "axis, mean over the first. Which line mixes the two?",
        "One line reduces both axes in one go, the same way. Do it in two steps: "
        "`tf.reduce_sum(…, axis=-1)`, then `tf.reduce_mean(…)`.",
    ),
    reference={"faulty_line_2_5": 5, "kl_term": _kl_term},
    needs=("2.1", "2.2"),
    misconceptions=wrong_kl.KL_TERM,
    alternative="""faulty_line_2_5 = 5


def kl_term(mean, log_var):
    # Nothing new to write: one function for each step, each tested by itself.
    return tf.reduce_mean(kl_divergence(mean, log_var))""",
)


@FIND_THE_FAULT.test("the repaired term sums over latents and averages over images", points=1.0)
def test_2_5_repaired(student, rng):
    mean, log_var = _posterior(rng, *_shape(rng))
    expect.close(
        student.call("kl_term", mean, log_var),
        _kl_by_definition(mean, log_var).sum(axis=1).mean(),
        f"kl_term on a batch of shape {mean.shape}",
    )


@FIND_THE_FAULT.test("twice the latents cost twice as much, twice the images the same", points=0.5)
def test_2_5_scaling(student, rng):
    mean, log_var = _posterior(rng, *_shape(rng))
    checked = f"kl_term on a batch of shape {mean.shape}"
    once = float(expect.array(student.call("kl_term", mean, log_var), (), checked))
    expect.that(abs(once) > 1e-3, checked, "a cost in nats that is not 0", once)
    for repeats, factor, what in (((1, 2), 2, "latent dimension"), ((2, 1), 1, "image")):
        expect.close(
            student.call("kl_term", np.tile(mean, repeats), np.tile(log_var, repeats)),
            np.float64(factor * once),
            f"kl_term with every {what} there twice (once: {once:.4g})",
        )
    # With variances of 1 the KL is ½ Σ μ²: means c times as long cost c² as much.
    zeros, c = np.zeros_like(log_var), np.float32(rng.uniform(0.3, 0.7))
    of_means = float(expect.array(student.call("kl_term", mean, zeros), (), checked))
    expect.close(
        student.call("kl_term", c * mean, zeros),
        np.float64(c) ** 2 * of_means,
        f"kl_term where every variance is 1, with all means {c:.3f} times as long",
    )
    expect.that(abs(of_means) > 1e-3, checked, "a cost in nats that is not 0", of_means)


@FIND_THE_FAULT.test("the faulty line is named", points=0.5)
def test_2_5_line(student, rng):
    expect.line(
        student.value("faulty_line_2_5"),
        5,
        "faulty_line_2_5",
        "the line at which the result stops growing with the number of latent dimensions",
        "Follow the shape from line to line: where does it stop being (batch, latent), and how?",
    )


EXERCISES = (PER_DIMENSION, DIVERGENCE, MONTE_CARLO, ACTIVE, FIND_THE_FAULT)
