"""Lesson 1, Sampling: what its exercises ask and how a right answer behaves."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_1 import noise, wrong_draws, wrong_gradients, wrong_sampling
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from bvae_ref.sampling import Sampling, reparameterize

NAMES = ("mean", "log_var")


def _posterior(rng, batch: int, latent: int):
    mean = rng.normal(0.0, 1.5, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.0, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


def _one_image(rng, variances: tuple[float, ...]):
    """One image with round numbers, and those in words; its mean is never near 0."""
    shape = (1, len(variances))
    mean = np.round(rng.uniform(1, 3, shape) * rng.choice([-1, 1], shape), 1).astype("float32")
    words = f"mean {np.round(mean[0].astype(float), 1).tolist()} and variances {list(variances)}"
    return mean, np.log(np.array([variances], "float32")), words


# --- 1.1 -------------------------------------------------------------------------------

REPARAMETERIZE = Exercise(
    id="1.1",
    title="z = μ + σ·ε",
    answers=("reparameterize",),
    minutes=10,
    hints=(
        "“I have μ and I have noise. How far should the noise be allowed to push z away from μ?” "
        "As far as one standard deviation when ε is 1. What is the standard deviation, when "
        "`log_var` is the logarithm of the *variance*?",
        "σ² = exp(log_var), and σ is its square root: σ = exp(½ · log_var). Then z = μ + σ·ε, "
        "entry by entry; everything has the shape `(batch, latent)`.",
        "Two lines: `std = tf.exp(<half of log_var>)`, then return the mean plus `std` times "
        "`eps`.",
    ),
    reference={"reparameterize": reparameterize},
    alternative="""# Through the variance: take the square root after the exponential.
def reparameterize(mean, log_var, eps):
    variance = tf.exp(log_var)
    return mean + tf.sqrt(variance) * eps""",
    misconceptions=wrong_draws.REPARAMETERIZE,
)


@REPARAMETERIZE.test("with ε = 0 the draw is the mean itself", points=0.5)
def test_1_1_zero_noise_returns_the_mean(student, rng):
    mean, log_var, words = _one_image(rng, (4.0, 0.25))
    z = student.call("reparameterize", mean, log_var, np.zeros_like(mean))
    expect.close(z, mean, f"reparameterize with {words}, and eps = 0")


@REPARAMETERIZE.test("ε = 1 moves z by one standard deviation", points=1.0)
def test_1_1_unit_noise_moves_by_sigma(student, rng):
    mean, log_var, words = _one_image(rng, (4.0, 0.25))
    z = student.call("reparameterize", mean, log_var, np.ones_like(mean))
    expect.close(z, mean + np.array([[2.0, 0.5]]), f"reparameterize with {words}, and eps = 1")


@REPARAMETERIZE.test("every entry uses its own mean, variance and noise", points=0.5)
def test_1_1_entrywise_on_a_batch(student, rng):
    mean, log_var = _posterior(rng, int(rng.integers(5, 9)), int(rng.integers(3, 6)))
    eps = rng.standard_normal(mean.shape).astype("float32")
    z = student.call("reparameterize", mean, log_var, eps)
    what = f"reparameterize on random mean, log_var and eps of shape {mean.shape}"
    expect.close(z, mean + np.exp(0.5 * log_var) * eps, what)


# --- 1.2 -------------------------------------------------------------------------------

SAMPLING = Exercise(
    id="1.2",
    title="The Sampling layer",
    answers=("Sampling",),
    minutes=20,
    hints=(
        "“My function wants ε, but a layer is only given μ and log σ².” Then the layer has to "
        "draw ε itself, every time it is called, in the shape of μ.",
        "In `__init__` keep `keras.random.SeedGenerator(seed)`; in `call` draw "
        "`keras.random.normal(shape, seed=the generator)` with the shape of the mean. "
        "`get_config` returns the parent's config with `seed` added.",
        "`call`: unpack the pair; `eps = keras.random.normal(keras.ops.shape(mean), "
        "seed=self.seed_generator)`; return the mean plus `keras.ops.exp(0.5 * log_var)` times "
        'eps. `get_config`: `{**super().get_config(), "seed": self.seed}`.',
    ),
    reference={"Sampling": Sampling},
    needs=("1.1",),
    alternative="""# Without `reparameterize`: the square root makes σ out of the variance.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, inputs):
        mean, log_var = inputs
        eps = keras.random.normal(keras.ops.shape(log_var), seed=self.noise)
        return mean + keras.ops.sqrt(keras.ops.exp(log_var)) * eps

    def get_config(self):
        config = super().get_config()
        config["seed"] = self.seed
        return config""",
    misconceptions=wrong_sampling.SAMPLING,
)


@SAMPLING.test("draws have the mean and the standard deviation that they should", points=1.0)
def test_1_2_moments(student, rng):
    mean, _, _ = _one_image(rng, (1.0,) * noise.LATENTS)
    # So far from 0 that the average of wide draws still is near it, in proportion.
    mean, std = mean + np.sign(mean), rng.permutation([0.5, 1.5, 2.0])
    one = mean, (2 * np.log(std))[None].astype("float32")
    found = student.probe(
        *("lesson_1.draws", None, [tuple(np.repeat(item, noise.DRAWS, axis=0) for item in one)]),
        summary=noise.moments,
    )
    means = np.round(mean[0].astype(float), 1).tolist()
    what = f"{noise.DRAWS} draws with mean {means} and σ {std.tolist()}"
    # A right layer is refused by the next check, and by the one after it, once in 9 million
    # runs: three statistics, 5.5 standard errors each.
    expect.that(
        bool(np.all(noise.used_by_spread(found["spread"], std, noise.DRAWS) <= 1)),
        f"the standard deviation of {what}",
        expected=str(std),
        actual=str(np.round(found["spread"], 3)),
        cause=_spread_cause(found["spread"], std),
    )
    expect.that(
        bool(np.all(noise.used_by_average(found["average"], mean[0], std, noise.DRAWS) <= 1)),
        f"the average of {what}",
        expected=str(means),
        actual=str(np.round(found["average"], 3)),
    )


def _spread_cause(found, std) -> str | None:
    if np.allclose(found, std**2, rtol=0.1):
        return "The spread is that of the variance: the noise is scaled by exp(log_var), not by σ."
    if np.allclose(found, 0, atol=1e-3):
        return "All draws of one call are equal: there is no noise, or the images share it."
    if np.allclose(found, 1, rtol=0.1):
        return "The spread is 1 whatever log_var says: the noise is not scaled."
    return None


@SAMPLING.test("noise is normal, and its own for every entry and every call", points=1.0)
def test_1_2_noise_is_fresh(student, rng):
    # Around a mean of its own for every entry, so that the noise is what remains of a draw.
    mean = rng.normal(0.0, 1.5, noise.NOISE_SHAPE).astype("float32")
    facts = student.probe(
        *("lesson_1.draws", int(rng.integers(1, 10_000)), [(mean, np.zeros_like(mean))] * 2),
        summary=lambda draws: noise.noise_facts(draws, mean),
    )
    what = "the noise, z − mean where log_var is 0,"
    expect.that(
        facts["fresh"],
        "two calls of one Sampling layer",
        "two different draws",
        "the same draw twice",
        "The noise is drawn once and kept, or the seed is a plain number inside `call`.",
    )
    # The noise of 200 images, rounded to four decimals, has half a repeat on average; a hundred
    # do not happen.
    expect.that(
        facts["per_image"],
        f"{what} of {noise.FEW_IMAGES} images",
        "its own value for every image",
        "the same value for many images",
        "The noise is shared across the batch: its shape should be that of the mean.",
    )
    # Six correlations, 5.5 standard errors: refused once in 4 million runs.
    expect.that(
        facts["per_latent"],
        f"{what} of every two latents, over {mean.shape[0]} images",
        "independent draws",
        "draws that move together",
        "The noise is shared across latent dimensions: its shape should be that of the mean.",
    )
    # One statistic each, 5.5 standard errors: refused once in 10 million runs or less often.
    for name, wanted, used in (
        ("average", 0.0, noise.used_by_average(facts["average"], 0.0, 1.0, mean.size)),
        ("spread", 1.0, noise.used_by_spread(facts["spread"], 1.0, mean.size)),
    ):
        expect.that(
            bool(used <= 1),
            f"the {name} of {what} over {mean.size} entries",
            f"about {wanted:.0f}",
            f"{facts[name]:.3f}",
        )
    expect.that(
        facts["far"],
        f"how often {what} is beyond ±{noise.FAR}",
        f"about {noise.FAR_SHARE:.0%}, as a standard normal is",
        "more or less often",
        "The noise is uniform rather than normal: `keras.random.normal` draws the right kind.",
    )


@SAMPLING.test("the same seed gives the same stream, another seed another", points=0.5)
def test_1_2_seeds_repeat(student, rng):
    seed = int(rng.integers(1, 10_000))
    # Which of two seeds each of six layers gets; the mean of every draw is its own.
    order = evidence.repeats(rng, 2, 6)
    means = rng.normal(0.0, 1.5, (6, 4, 2)).astype("float32")
    facts = student.probe(
        *("lesson_1.first_draws", [seed + int(which) for which in order], list(means)),
        summary=lambda draws: noise.seeding(draws, means, order),
    )
    expect.that(
        facts["repeats"],
        f"the noise of two layers made with seed={seed}",
        "the same",
        "different noise",
        "The noise does not come from a generator made with the seed.",
    )
    expect.that(
        facts["differs"],
        f"layers made with seed={seed} and seed={seed + 1}",
        "different draws",
        "the same draw",
        "The seed does not reach the generator.",
    )


@SAMPLING.test("the layer survives being saved: its config rebuilds it", points=0.5)
def test_1_2_config_round_trip(student, rng):
    seed = int(rng.integers(1, 10_000))
    means = rng.normal(0.0, 1.5, (2, 4, 2)).astype("float32")
    facts = student.probe(
        *("lesson_1.config_round_trip", seed, means),
        summary=lambda found: noise.twins(found, means),
    )
    expect.that(
        _is_number(facts["config_seed"], seed),
        f"get_config() of Sampling(seed={seed})",
        f"an entry 'seed' with the value {seed}",
        f"{facts['config_seed']!r}",
        "`get_config` has to add the seed to what the parent class returns.",
    )
    expect.that(
        facts["alike"],
        "the noise of a layer and of from_config(get_config()), each called once",
        "the same",
        "different noise",
    )
    expect.that(
        facts["named_alike"],
        "the name of a layer and of from_config(get_config())",
        "the same",
        "two names",
        "`get_config` has to keep what the parent class returns, the layer's name among it.",
    )


def _is_number(found, wanted: int) -> bool:
    """Whether a whole number, also one of NumPy's, is the wanted one."""
    whole = np.asarray(found).dtype.kind in "iu" and np.shape(found) == ()
    return bool(whole and found == wanted)


# --- 1.3 -------------------------------------------------------------------------------


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
        "a variance of 4 and look how wide the draws are.",
        "The standard deviation is the square root of the variance. Which line makes a standard "
        "deviation, and out of what?",
        "The line that computes `std` takes exp(log_var), which is σ². With a ½ inside the "
        "exponential it becomes σ.",
    ),
    reference={"posterior_draws": _posterior_draws, "faulty_line_1_3": 3},
    alternative="""# Broadcasting adds the first axis by itself; the square root makes σ out of σ².
def posterior_draws(mean, log_var, eps):
    return mean + tf.sqrt(tf.exp(log_var)) * eps


faulty_line_1_3 = 3""",
    misconceptions=wrong_draws.POSTERIOR_DRAWS + wrong_draws.FAULTY_LINE,
)


@FIND_THE_FAULT.test("the repaired draws have the right spread", points=1.0)
def test_1_3_repaired(student, rng):
    mean, log_var, words = _one_image(rng, (9.0, 0.25))
    eps = np.array([[[1, 1]], [[-1, 2]], [[0, -1]]], "float32")
    _expect_draws(student, mean, log_var, eps, f"{words}, and eps {eps.tolist()}")
    mean, log_var = _posterior(rng, 4, 2)
    eps = rng.standard_normal((5, 4, 2)).astype("float32")
    _expect_draws(student, mean, log_var, eps, "5 random samples of 4 images")


def _expect_draws(student, mean, log_var, eps, words: str) -> None:
    draws = student.call("posterior_draws", mean, log_var, eps)
    expect.close(draws, _posterior_draws(mean, log_var, eps), f"posterior_draws with {words}")


@FIND_THE_FAULT.test("the faulty line is named", points=0.5)
def test_1_3_line(student, rng):
    expect.line(
        student.value("faulty_line_1_3"),
        3,
        "faulty_line_1_3",
        "the line where the spread is made",
        "Follow the spread: which line decides how far a draw may land from the mean?",
    )


# --- 1.4 -------------------------------------------------------------------------------


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
        "loss inside it, then ask the tape. A tape follows constants only when told to.",
        "Inside the tape: `tape.watch` on the mean and on the log-variance; "
        "z = μ + exp(½·log_var)·ε; loss = Σ z². Afterwards `tape.gradient(loss, [mean, log_var])`.",
        "`with tf.GradientTape() as tape:` watch `[mean, log_var]`, compute z with "
        "`reparameterize`, `loss = tf.reduce_sum(z ** 2)`; after the block return "
        "`tape.gradient(loss, [mean, log_var])`.",
    ),
    reference={"pathwise_gradients": _pathwise_gradients},
    needs=("1.1",),
    alternative="""# By hand, with the chain rule: ∂z/∂μ = 1 and ∂z/∂log σ² = ½σε.
def pathwise_gradients(mean, log_var, eps):
    std = tf.exp(0.5 * log_var)
    z = mean + std * eps
    return 2.0 * z, z * std * eps""",
    misconceptions=wrong_gradients.PATHWISE_GRADIENTS,
)


@PATHWISE.test("both gradients arrive, in the shape of their inputs", points=0.5)
def test_1_4_gradients_arrive(student, rng):
    order = evidence.repeats(rng, 4, int(rng.integers(7, 12)))
    case = [item[order] for item in _gradient_case(rng, 4)]
    pair = _gradient_pair(student, *case)
    _arrived(pair)
    for name, gradient in zip(NAMES, pair, strict=True):
        expect.array(gradient, case[0].shape, f"the gradient with respect to {name}")
    expect.that(
        evidence.follows(pair, order),
        "the gradients on a batch that holds some rows several times",
        "the same gradients for the same rows, and others for other rows",
        "gradients that do not follow the rows",
    )


def _arrived(pair) -> None:
    expect.that(
        pair[0] is not None and pair[1] is not None,
        "the gradients with respect to mean and log_var",
        "two tensors",
        "None for " + " and ".join(n for n, g in zip(NAMES, pair, strict=True) if g is None),
        "The tape did not see the path: watch both inputs, and compute z inside the tape "
        "without NumPy or `stop_gradient`.",
    )


@PATHWISE.test("∂Σz²/∂μ = 2z and ∂Σz²/∂log σ² = z·σ·ε", points=1.0)
def test_1_4_gradient_values(student, rng):
    mean, log_var, words = _one_image(rng, (4.0, 0.25))
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
    mean, log_var = _posterior(rng, batch, 2)
    return mean, log_var, rng.standard_normal((batch, 2)).astype("float32")


def _gradient_pair(student, mean, log_var, eps):
    pair = student.call("pathwise_gradients", mean, log_var, eps)
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what pathwise_gradients returns",
        "two gradients: (with respect to mean, with respect to log_var)",
        pair,
        "Return both, separated by a comma.",
    )
    return pair
