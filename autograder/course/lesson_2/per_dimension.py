"""Lesson 2, The KL term: what its exercises ask and how a right answer behaves.

Expected values come from the definition E_q[log q(z) − log p(z)], never from the closed
form that learners write: see `lesson_2_draws.kl_by_definition`.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_2 import wrong_active, wrong_kl
from autograder.course.lesson_2.draws import kl_by_definition
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from bvae_ref import kl as reference


def posterior(rng, batch: int, latent: int):
    """Means and log-variances of a batch, each `(batch, latent)`."""
    mean = rng.normal(0.0, 1.2, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.5, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


FEWEST = (6, 3)


def _shape(rng) -> tuple[int, int]:
    """A batch and a latent size, never equal, so that a mistaken axis shows."""
    return int(rng.integers(FEWEST[0], 10)), int(rng.integers(FEWEST[1], 6))


def _two_images(rng):
    """Two images with few and round numbers, one of three dimensions at the prior, in words too."""
    mean = rng.choice([-2.0, -1.0, 1.0, 2.0], (2, 3)).astype("float32")
    variance = rng.choice([4.0, 0.25], (2, 3)).astype("float32")
    unused = int(rng.integers(3))
    mean[:, unused], variance[:, unused] = 0.0, 1.0
    words = f"two images with μ = {mean.tolist()} and σ² = {variance.tolist()}"
    return mean, np.log(variance), words


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
    mean, log_var = posterior(rng, *_shape(rng))
    expect.close(
        student.call("kl_per_dimension", mean, log_var),
        kl_by_definition(mean, log_var),
        f"kl_per_dimension on a batch of shape {mean.shape}",
    )


@PER_DIMENSION.test("it is never negative, whatever μ and σ", points=0.5)
def test_2_1_is_never_negative(student, rng):
    order = evidence.repeats(rng, 12, int(rng.integers(16, 24)))
    mean = rng.normal(0.0, 0.7, (12, 3)).astype("float32")[order]
    log_var = rng.uniform(-6.0, 3.0, (12, 3)).astype("float32")[order]
    checked = f"kl_per_dimension on a batch of shape {mean.shape}, for σ from 0.05 to 4.5"
    kl = expect.array(student.call("kl_per_dimension", mean, log_var), mean.shape, checked)
    worst = np.unravel_index(np.argmin(kl), kl.shape)
    checked = f"kl_per_dimension with μ = {mean[worst]:.3f} and σ² = {np.exp(log_var[worst]):.4g}"
    expect.that(bool(np.all(kl > -1e-4)), checked, "no value below 0", f"{kl[worst]:.4g}")
    expect.that(
        evidence.follows([kl], order),
        "kl_per_dimension on a batch that holds some images several times",
        "the same cost for the same μ and σ, and others for others",
        "costs that do not follow μ and σ",
    )


def _check_anchors(student, rng, mean, variance):
    """Ask for known values, on each image among others that tell the mistakes apart."""
    count, images = len(mean), int(rng.integers(3, 6))
    more_mean, more_log_var = posterior(rng, images, 2)
    means = np.append(np.tile(np.float32(mean), (images, 1)), more_mean, axis=1)
    log_vars = np.append(np.tile(np.log(np.float32(variance)), (images, 1)), more_log_var, axis=1)
    places = rng.permuted(np.tile(np.arange(count + 2), (images, 1)), axis=1)
    asked = (np.take_along_axis(item, places, axis=1) for item in (means, log_vars))
    kl = student.call("kl_per_dimension", *asked)
    checked = f"kl_per_dimension with μ = {mean} and σ² = {variance}"
    kl = expect.array(kl, means.shape, f"kl_per_dimension on a batch of shape {means.shape}")
    # Each image's anchors in the order of the words.
    kl = np.take_along_axis(kl, np.argsort(places, axis=1), axis=1)[:, :count]
    for found, wanted in zip(kl, kl_by_definition(means, log_vars), strict=True):
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
    mean, log_var, words = _two_images(rng)
    expect.close(
        student.call("kl_divergence", mean, log_var),
        kl_by_definition(mean, log_var).sum(axis=1),
        f"kl_divergence of {words}",
    )


@DIVERGENCE.test("every image has its own KL, summed over its latent dimensions", points=1.0)
def test_2_2_one_number_an_image(student, rng):
    mean, log_var = posterior(rng, *_shape(rng))
    expect.close(
        student.call("kl_divergence", mean, log_var),
        kl_by_definition(mean, log_var).sum(axis=1),
        f"kl_divergence on a batch of shape {mean.shape}",
    )


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
    misconceptions=wrong_active.ACTIVE,
    alternative="""def active_dimensions(mean, threshold):
    # The variance spelled out: the mean square of what is left once each dimension's own
    # average over the images is taken away.
    centred = mean - tf.reduce_mean(mean, axis=0, keepdims=True)
    return tf.reduce_mean(tf.square(centred), axis=0) > threshold""",
)


@ACTIVE.test("a mean that varies is active; one that stands still is not", points=0.5)
def test_2_4_still_dimensions_are_inactive(student, rng):
    few = rng.permuted(np.float32([[2, 3, -1], [2, 3, 1]]), axis=1)
    mask = student.call("active_dimensions", few, 0.01)
    checked = f"active_dimensions of two images with μ = {few.tolist()}, threshold 0.01"
    _check_mask(mask, few.var(axis=0), 0.01, checked)
    active = rng.choice([1.0, 0.5], int(rng.integers(5, 12)))
    variances = rng.permutation(np.append(active, np.zeros(16 - len(active))))
    mean = _means(rng, variances)
    mask = student.call("active_dimensions", mean, 0.01)
    checked = f"active_dimensions of {len(mean)} images with variances 0, 0.5 and 1, threshold 0.01"
    _check_mask(mask, variances, 0.01, checked)


@ACTIVE.test("the variance of the mean is compared with the threshold given", points=1.0)
def test_2_4_threshold(student, rng):
    variances = rng.permutation([2.5e-5, 4e-4, 0.005, 0.02, 0.1, 0.4, 3.0] * 3)
    mean = _means(rng, variances)
    # Between each threshold and its neighbours lies a factor of 1.5 or more; standard deviations
    # and ranges fall on other sides of 0.2 and 2 than the variances do. None reaches 20.
    thresholds = (0.2, 2.0, 20.0)
    masks = [student.call("active_dimensions", mean, threshold) for threshold in thresholds]
    for mask, threshold in zip(masks, thresholds, strict=True):
        what = f"active_dimensions of {len(mean)} images with variances from 0.000025 to 3"
        _check_mask(mask, variances, threshold, f"{what}, threshold {threshold}")


def _means(rng, variances):
    """Columns with exactly these variances over the images, around averages near 0 and far."""
    noise = rng.standard_normal((int(rng.integers(40, 60)), len(variances)))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0)
    offsets = rng.permutation(np.resize([0.15, -0.15, 1.5, -2.0, 2.5, -3.0], len(variances)))
    return (offsets + noise * np.sqrt(variances)).astype("float32")


def _check_mask(answer, variances, threshold: float, checked: str):
    mask = expect.array(answer, (len(variances),), checked)
    expect.that(
        mask.dtype == bool,
        checked,
        "True or False for each dimension",
        mask,
        "A mask holds truth values: the result of a comparison, as it is.",
    )
    wanted = variances > threshold
    if len(wanted) <= 6:
        expect.that(bool(np.all(mask == wanted)), checked, str(wanted.tolist()), str(mask.tolist()))
    wrong = np.flatnonzero(mask != wanted)
    first = int(wrong[0]) if len(wrong) else 0
    expect.that(
        not len(wrong),
        checked,
        f"{wanted[first]} for dimension {first}, whose mean has the variance {variances[first]:g}",
        f"{mask[first]} there ({len(wrong)} of {len(mask)} entries differ)",
    )


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
    few, many = _two_images(rng), posterior(rng, *_shape(rng))
    for mean, log_var, words in (few, (*many, f"a batch of shape {many[0].shape}")):
        expect.close(
            student.call("kl_term", mean, log_var),
            kl_by_definition(mean, log_var).sum(axis=1).mean(),
            f"kl_term of {words}",
        )


# Nothing must not pass for twice nothing. A right term costs at least ½ Σ μ² of 6·3 normal means,
# divided by 6 images: the chi-square with 18 degrees of freedom is below this once in 10²⁵.
LEAST_COST = 1e-3
NEVER = 1e-25


@FIND_THE_FAULT.test("twice the latents cost twice as much, twice the images the same", points=0.5)
def test_2_5_scaling(student, rng):
    mean, log_var = posterior(rng, *_shape(rng))
    checked = f"kl_term on a batch of shape {mean.shape}"
    once = float(expect.array(student.call("kl_term", mean, log_var), (), checked))
    expect.that(abs(once) > LEAST_COST, checked, "a cost in nats that is not 0", once)
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
    expect.that(abs(of_means) > LEAST_COST, checked, "a cost in nats that is not 0", of_means)


@FIND_THE_FAULT.test("the faulty line is named", points=0.5)
def test_2_5_line(student, rng):
    expect.line(
        student.value("faulty_line_2_5"),
        5,
        "faulty_line_2_5",
        "the line at which the result stops growing with the number of latent dimensions",
        "Follow the shape from line to line: where does it stop being (batch, latent), and how?",
    )
