"""Lesson 1, Sampling: what its exercises ask and how a right answer behaves.

Statistical tests state their false-alarm rate: `Z_ONE_IN_A_MILLION` bounds a normal
deviate with probability 1 − 1e-6 (two-sided).
"""

from __future__ import annotations

import numpy as np

from autograder import expect
from autograder.exercise import Exercise
from autograder.exercises import evidence, wrong_sampling
from bvae_ref.sampling import Sampling, reparameterize

Z_ONE_IN_A_MILLION = 4.892


def _posterior(rng, batch: int, latent: int):
    mean = rng.normal(0.0, 1.5, (batch, latent)).astype("float32")
    log_var = rng.uniform(-2.0, 1.5, (batch, latent)).astype("float32")
    return mean, log_var


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
)


@REPARAMETERIZE.test("with ε = 0 the draw is the mean itself", points=0.5)
def test_1_1_zero_noise_returns_the_mean(student, rng):
    mean, log_var = _posterior(rng, 3, 2)
    z = student.call("reparameterize", mean, log_var, np.zeros_like(mean))
    expect.close(z, mean, "reparameterize(mean, log_var, eps) with eps = 0")


@REPARAMETERIZE.test("ε = 1 moves z by one standard deviation", points=1.0)
def test_1_1_unit_noise_moves_by_sigma(student, rng):
    log_var = np.array([[np.log(4.0), np.log(0.25)]], dtype="float32")
    # Never near 0, where stretching the mean by mistake would not show.
    mean = np.round(rng.uniform(1, 3, (1, 2)) * rng.choice([-1, 1], (1, 2)), 2).astype("float32")
    z = student.call("reparameterize", mean, log_var, np.ones_like(mean))
    expect.close(
        z,
        mean + np.array([[2.0, 0.5]]),
        f"reparameterize with mean {np.round(mean[0], 2)}, variances [4, 0.25] and eps = 1",
    )


@REPARAMETERIZE.test("every entry uses its own mean, variance and noise", points=0.5)
def test_1_1_entrywise_on_a_batch(student, rng):
    mean, log_var = _posterior(rng, int(rng.integers(5, 9)), int(rng.integers(3, 6)))
    eps = rng.standard_normal(mean.shape).astype("float32")
    z = student.call("reparameterize", mean, log_var, eps)
    expect.close(z, mean + np.exp(0.5 * log_var) * eps, f"reparameterize on a batch {mean.shape}")


@REPARAMETERIZE.misconception(
    "variance used as standard deviation",
    "The noise is scaled by exp(log_var), which is the variance σ²; the draw needs σ.",
    "Print `exp(log_var)` for a variance of 4: is that how far one standard deviation reaches?",
)
def _variance_as_std(mean, log_var, eps):
    return mean + np.exp(log_var) * eps


@REPARAMETERIZE.misconception(
    "log σ² used as σ",
    "The noise is scaled by `log_var` itself, which is a logarithm and can be negative.",
    "What has to be undone before a logarithm is a size again?",
)
def _log_var_as_std(mean, log_var, eps):
    return mean + log_var * eps


@REPARAMETERIZE.misconception(
    "the ½ is inside out",
    "The noise is scaled by ½·exp(log_var): half the variance, not its square root.",
    "Does the ½ belong inside the exponential or outside it?",
)
def _half_variance(mean, log_var, eps):
    return mean + 0.5 * np.exp(log_var) * eps


@REPARAMETERIZE.misconception(
    "sign flipped",
    "The noise is subtracted: a positive ε should move z up, not down.",
    "Feed ε = 1: on which side of the mean should z land?",
)
def _subtracted(mean, log_var, eps):
    return mean - np.exp(0.5 * log_var) * eps


@REPARAMETERIZE.misconception(
    "the mean is stretched, not the noise",
    "σ multiplies the mean; it should multiply the noise.",
    "Feed ε = 0: what should come out, and what does?",
)
def _stretched_mean(mean, log_var, eps):
    return np.exp(0.5 * log_var) * mean + eps


@REPARAMETERIZE.misconception(
    "noise without scale",
    "The noise is added as it is, so every posterior has the width 1 whatever `log_var` says.",
    "Where does `log_var` enter the result?",
)
def _unit_noise(mean, log_var, eps):
    return mean + eps


@REPARAMETERIZE.misconception(
    "no noise at all",
    "The result is the mean; `eps` has no effect, so nothing is sampled.",
    "Change `eps`: does the result change?",
)
def _no_noise(mean, log_var, eps):
    return mean


# --- 1.2 -------------------------------------------------------------------------------

DRAWS = 20_000
NAMES = ("mean", "log_var")

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
    mean, log_var = _posterior(rng, 1, 3)
    std = np.exp(0.5 * log_var[0])
    pair = tuple(np.repeat(item, DRAWS, axis=0) for item in (mean, log_var))
    found_mean, found_std = student.probe("lesson_1.draws", None, [pair], summary=_moments)
    what = f"{DRAWS} draws with mean {np.round(mean[0], 2)} and σ {np.round(std, 2)}"
    # Standard errors: σ/√n for the mean, σ/√(2n) for the standard deviation; three of each.
    expect.close(
        found_mean,
        mean[0],
        f"the average of {what}",
        rtol=0,
        atol=float(6.0 * std.max() / np.sqrt(DRAWS)),
    )
    relative = found_std / std
    low, high = 1 - 6.0 / np.sqrt(2 * DRAWS), 1 + 6.0 / np.sqrt(2 * DRAWS)
    expect.that(
        bool(np.all((relative > low) & (relative < high))),
        f"the standard deviation of {what}",
        expected=str(np.round(std, 3)),
        actual=str(np.round(found_std, 3)),
        cause=_spread_cause(found_std, std),
    )


def _moments(draws) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each latent over one call's draws."""
    (z,) = _draws(draws, 1, (DRAWS, 3))
    return z.mean(axis=0), z.std(axis=0)


def _draws(draws, count: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    """`count` draws of the right shape, in double precision."""
    what = "z of a Sampling layer"
    if not isinstance(draws, (list, tuple)) or len(draws) != count:
        raise evidence.unreadable(what, f"one draw for each of {count} calls")
    return [expect.array(z, shape, what).astype(np.float64) for z in draws]


@SAMPLING.test("noise is normal, and its own for every entry and every call", points=1.0)
def test_1_2_noise_is_fresh(student, rng):
    batch, latent = 400, 4
    # Around a mean of its own for every entry, so that the noise is what remains of a draw.
    mean = rng.normal(0.0, 1.5, (batch, latent)).astype("float32")
    noise, second = student.probe(
        *("lesson_1.draws", int(rng.integers(1, 10_000)), [(mean, np.zeros_like(mean))] * 2),
        summary=lambda draws: [z - mean for z in _draws(draws, 2, mean.shape)],
    )
    expect.that(
        not np.allclose(noise, second, atol=1e-5),
        "two calls of one Sampling layer",
        "two different draws",
        "the same draw twice",
        "The noise is drawn once and kept, or the seed is a plain number inside `call`.",
    )
    expect.that(
        len(np.unique(np.round(noise[:, 0], 4))) > batch // 2,
        f"the noise along a batch of {batch}",
        "its own value for every image",
        "the same value for many images",
        "The noise is shared across the batch: its shape should be that of the mean.",
    )
    correlation = abs(np.corrcoef(noise[:, 0], noise[:, 1])[0, 1])
    expect.that(
        bool(correlation < Z_ONE_IN_A_MILLION / np.sqrt(batch) + 0.05),
        "the noise of two latent dimensions",
        "independent draws",
        f"correlation {correlation:.2f}",
        "The noise is shared across latent dimensions: its shape should be that of the mean.",
    )
    beyond = float(np.mean(np.abs(noise) > 1.8))
    expect.that(
        beyond > 0.03,
        "how often the noise is beyond ±1.8 (a standard normal: 7%)",
        "about 7%",
        f"{beyond:.1%}",
        "The noise is uniform rather than normal: `keras.random.normal` draws the right kind.",
    )
    # Standard errors over 1,600 entries: 1/40 for the mean, 1/57 for the spread; over six each.
    for found, wanted, words in ((noise.mean(), 0.0, "average"), (noise.std(), 1.0, "spread")):
        expect.that(
            bool(abs(found - wanted) < 0.15),
            f"the {words} of z − mean where log_var is 0",
            f"about {wanted:.0f}",
            f"{found:.2f}",
        )


@SAMPLING.test("the same seed gives the same stream, another seed another", points=0.5)
def test_1_2_seeds_repeat(student, rng):
    seed = int(rng.integers(1, 10_000))
    # Which of two seeds each of six layers gets; the mean of every draw is its own.
    order = evidence.repeats(rng, 2, 6)
    means = rng.normal(0.0, 1.5, (6, 4, 2)).astype("float32")
    facts = student.probe(
        *("lesson_1.first_draws", [seed + int(which) for which in order], list(means)),
        summary=lambda draws: _seeding(draws, means, order),
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


def _seeding(draws, means, order) -> dict[str, bool]:
    """Whether equal seeds repeat their noise, and whether different seeds have different."""
    noise = np.array(_draws(draws, len(order), means[0].shape)) - means
    zero, one = (noise[order == which] for which in (0, 1))
    return {
        "repeats": all(np.allclose(part, part[0], atol=1e-4) for part in (zero, one)),
        "differs": not np.allclose(zero[0], one[0], atol=1e-4),
    }


@SAMPLING.test("the layer survives being saved: its config rebuilds it", points=0.5)
def test_1_2_config_round_trip(student, rng):
    seed = int(rng.integers(1, 10_000))
    means = rng.normal(0.0, 1.5, (2, 4, 2)).astype("float32")
    facts = student.probe(
        *("lesson_1.config_round_trip", seed, means), summary=lambda found: _twins(found, means)
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


def _is_number(found, wanted: int) -> bool:
    """Whether a whole number, also one of NumPy's, is the wanted one."""
    whole = np.asarray(found).dtype.kind in "iu" and np.shape(found) == ()
    return bool(whole and found == wanted)


def _twins(found, means) -> dict:
    """The seed in the config, and whether both layers drew the same noise."""
    if not isinstance(found, dict) or "config_seed" not in found:
        raise evidence.unreadable("get_config() of Sampling", "a config, and draws")
    config_seed = found["config_seed"]
    if config_seed is None:
        return {"config_seed": None, "alike": False}
    one, other = np.array(_draws(found.get("draws"), 2, means[0].shape)) - means
    alike = np.allclose(one, other, atol=1e-4) and not np.allclose(one, 0)
    return {"config_seed": config_seed, "alike": bool(alike)}


def _spread_cause(found, std) -> str | None:
    if np.allclose(found, std**2, rtol=0.1):
        return "The spread is that of the variance: the noise is scaled by exp(log_var), not by σ."
    if np.allclose(found, 0, atol=1e-3):
        return "There is no noise: every draw is the mean."
    if np.allclose(found, 1, rtol=0.1):
        return "The spread is 1 whatever log_var says: the noise is not scaled."
    return None


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
)


@FIND_THE_FAULT.test("the repaired draws have the right spread", points=1.0)
def test_1_3_repaired(student, rng):
    mean, log_var = _posterior(rng, 4, 2)
    eps = rng.standard_normal((5, 4, 2)).astype("float32")
    draws = student.call("posterior_draws", mean, log_var, eps)
    expect.close(
        draws,
        _posterior_draws(mean, log_var, eps),
        "posterior_draws(mean, log_var, eps) with 5 samples of 4 images",
    )


@FIND_THE_FAULT.test("the faulty line is named", points=0.5)
def test_1_3_line(student, rng):
    expect.line(
        student.value("faulty_line_1_3"),
        3,
        "faulty_line_1_3",
        "the line where the spread is made",
        "Follow the spread: which line decides how far a draw may land from the mean?",
    )


@FIND_THE_FAULT.misconception(
    "still the variance",
    "The draws are still scaled by exp(log_var), the variance.",
    "Compare the spread of the draws with the square root of the variance.",
)
def _still_variance(mean, log_var, eps):
    return mean[None] + np.exp(log_var)[None] * eps


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
    case = _gradient_case(rng)
    pair = _gradient_pair(student, *case)
    _arrived(pair)
    wanted = _pathwise_gradients(*case)
    for name, gradient, expected in zip(NAMES, pair, wanted, strict=True):
        expect.close(gradient, expected, f"the gradient of Σ z² with respect to {name}", rtol=1e-3)


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


@PATHWISE.misconception(
    "gradients in the wrong order",
    "The two gradients are right but come back in the other order.",
    "The docstring asks for the gradient of mean first.",
)
def _swapped(mean, log_var, eps):
    return _pathwise_gradients(mean, log_var, eps)[::-1]


@PATHWISE.misconception(
    "the mean of z² in place of the sum",
    "The gradients are those of the mean of z²: too small by the number of entries.",
    "Which reduction does the loss use?",
)
def _mean_instead_of_sum(mean, log_var, eps):
    return tuple(g / np.asarray(mean).size for g in _pathwise_gradients(mean, log_var, eps))


EXERCISES = (REPARAMETERIZE, SAMPLING, FIND_THE_FAULT, PATHWISE)
