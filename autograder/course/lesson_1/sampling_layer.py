"""Exercise 1.2, the Sampling layer."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_1 import noise, wrong_sampling_layer
from autograder.course.lesson_1.gradients import arrived
from autograder.course.lesson_1.posteriors import one_image, posterior
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from bvae_ref.sampling import Sampling

SAMPLING = Exercise(
    id="1.2",
    title="The Sampling layer",
    answers=("Sampling",),
    minutes=20,
    hints=(
        "“My function wants ε, but a layer is only given μ and log σ².” Then the layer has to "
        "draw ε itself, at every call, with the shape of μ.",
        "In `__init__` keep `keras.random.SeedGenerator(seed)`; in `call` draw "
        "`keras.random.normal(shape, seed=the generator)` with the shape of the mean. "
        "`get_config` returns the parent's config with `seed` added.",
        "`call`: unpack the pair; `eps = keras.random.normal(keras.ops.shape(mean), "
        "seed=self.seed_generator)`; return the mean plus `keras.ops.exp(0.5 * log_var)` times "
        'eps. `get_config`: `{**super().get_config(), "seed": self.seed}`.',
    ),
    reference={"Sampling": Sampling},
    needs=("1.1",),
    alternative="""# Without `reparameterize`: the square root turns the variance into σ.
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
    misconceptions=wrong_sampling_layer.SAMPLING,
)


@SAMPLING.test("draws have the mean and the standard deviation that they should have", points=0.5)
def test_1_2_moments(student, rng):
    mean, _, _ = one_image(rng, (1.0,) * noise.LATENTS)
    # Far enough from 0 for the average of wide draws still to be near it, in proportion.
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


@SAMPLING.test("noise is normal, and differs for every entry and every call", points=1.0)
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
        "a different value for every image",
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
        f"in about {noise.FAR_SHARE:.0%} of cases, like a standard normal",
        "more or less often",
        "The noise is uniform rather than normal: `keras.random.normal` draws the right kind.",
    )
    # Refused once in 10 million runs: see `noise.used_by_distance`.
    expect.that(
        facts["normal"],
        f"how often {what} is below each number, for {mean.size} entries",
        "as often as a standard normal",
        "more often or less often",
        "The noise has another distribution: `keras.random.normal` draws the right one.",
    )
    few = mean[:4]
    fresh = student.probe(
        *("lesson_1.graph_draws", int(rng.integers(1, 10_000)), [(few, np.zeros_like(few))] * 2),
        summary=lambda draws: noise.is_fresh(draws, few),
    )
    expect.that(
        fresh,
        "two calls of one Sampling layer in a compiled function, as `fit` makes one",
        "two different draws",
        "the same draw twice",
        "NumPy draws once, while the function is compiled, and its noise is a constant from then "
        "on. `keras.random.normal` draws at every call.",
    )


@SAMPLING.test("the same seed gives the same stream, another seed a different one", points=0.5)
def test_1_2_seeds_repeat(student, rng):
    seeds = int(rng.integers(1, 10_000)), 0
    # Which of two seeds each of six layers gets, each of them twice or more, or nothing could
    # repeat; every draw has a different mean.
    order = rng.permutation([0, 0, 1, 1, *rng.integers(0, 2, 2)])
    means = rng.normal(0.0, 1.5, (6, 4, 2)).astype("float32")
    facts = student.probe(
        *("lesson_1.first_draws", [seeds[which] for which in order], list(means)),
        summary=lambda draws: noise.seeding(draws, means, order),
    )
    for seed, repeats in zip(seeds, facts["repeats"], strict=True):
        expect.that(
            repeats,
            f"the noise of two layers made with seed={seed}",
            "the same",
            "different noise",
            "The noise does not come from a generator made with the seed."
            if seed
            else "0 is a seed like any other, but `if seed:` takes it for none.",
        )
    expect.that(
        facts["differs"],
        f"layers made with seed={seeds[0]} and seed=0",
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
        "`get_config` must add the seed to what the parent class returns.",
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
        "`get_config` must keep what the parent class returns, including the layer's name.",
    )


@SAMPLING.test("a gradient reaches the mean and log_var through the layer", points=0.5)
def test_1_2_gradient_arrives(student, rng):
    order = evidence.repeats(rng, 4, int(rng.integers(7, 11)))
    mean, log_var = posterior(rng, 4, 3)
    weights = rng.uniform(0.5, 2.0, mean.shape).astype("float32")
    facts = student.probe(
        "lesson_1.layer_gradients",
        *(item[order] for item in (mean, log_var, weights)),
        summary=lambda gradients: arrived(gradients, order, ("mean",)),
    )
    for name in ("mean", "log_var"):
        expect.that(
            facts[name],
            f"the gradient of a weighted sum of a layer's draws with respect to {name}",
            "a tensor with numbers other than 0",
            "none",
            "The path is cut: NumPy (`np.exp`, `.numpy()`) or `stop_gradient` stands between "
            f"{name} and z. An encoder behind this layer could not learn.",
        )
    expect.that(
        facts["follow"],
        f"the gradients with respect to the mean, for {len(order)} images",
        "equal ones where an image and its weights come twice, and different ones otherwise",
        "gradients that do not depend on them in that way",
    )


def _is_number(found, wanted: int) -> bool:
    """Whether a whole number, also one of NumPy's, is the wanted one."""
    whole = np.asarray(found).dtype.kind in "iu" and np.shape(found) == ()
    return bool(whole and found == wanted)
