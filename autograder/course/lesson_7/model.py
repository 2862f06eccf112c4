"""Exercise 7.1 of the capstone: a β-VAE of the learner's own.

Nothing is asked of an architecture. A model is trained on strokes drawn for the run, and judged
by what codes and pixels it then gives for images that it has not seen (`capstone_facts`).
Exercise 7.2 is in `lesson_7_draws`, 7.3 and 7.4 are in `lesson_7_uses`.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7 import facts, logs, wrong_models
from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7.case import DRAWS, EPOCHS, HELD_OUT, TRAINED_ON, case_of
from autograder.course.lesson_7.probes import EVALUATION_BATCH
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import same
from bvae_ref.shapes import IMAGE_SHAPE

TRAINING = f"{EPOCHS} epochs on {TRAINED_ON} strokes in batches of 32"
CODES = 20

MODEL = Exercise(
    id="7.1",
    title="Capstone: your own β-VAE",
    answers=("build_model", "encode", "decode"),
    minutes=25,
    hints=(
        "“Where do I begin?” With what you have written before: lesson 1 has the draw, lesson 2 "
        "the KL, lesson 3 the training step and the trackers, lesson 4 the two networks. Open "
        "them beside this page and write them again, in the order in which an image travels.",
        "A subclass of `keras.Model` with an encoder, a draw and a decoder. `train_step` and "
        "`test_step` both compute recon `(batch,)`, summed over pixels from logits, and kl "
        "`(batch,)`, summed over latents; the objective is the mean of recon + β·kl. Three `Mean` "
        "trackers named loss, recon and kl, listed in the property `metrics`.",
        "`class BetaVAE(keras.Model):` with `__init__(self, latent_dim, beta, seed)`; a method "
        "`terms(self, images)` that returns `(recon, kl)`; `train_step` with a tape around "
        "`loss = ops.mean(recon + self.beta * kl)`; a `test_step` without one. `build_model` "
        "makes it and compiles it with Adam(2e-3); `encode` returns the two outputs of the "
        "encoder; `decode` returns `sigmoid(<logits>)`.",
    ),
    reference={
        "build_model": right.build_model,
        "encode": right.encode,
        "decode": right.decode,
    },
    misconceptions=wrong_models.MISCONCEPTIONS,
    slow=True,
    alternative="""\
# Differs in having no train_step: a layer adds both terms to the loss, and Keras does the rest.
@keras.saving.register_keras_serializable("capstone")
class Latents(keras.layers.Layer):
    def __init__(self, beta, seed, **kwargs):
        super().__init__(**kwargs)
        self.beta, self.seed = beta, seed
        self.noise = keras.random.SeedGenerator(seed)
        self.kl = keras.metrics.Mean(name="kl")

    def call(self, moments):
        mean, log_var = moments
        kl = 0.5 * keras.ops.sum(mean**2 + keras.ops.exp(log_var) - 1 - log_var, axis=-1)
        self.add_loss(self.beta * keras.ops.mean(kl))
        self.kl.update_state(kl)
        eps = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(0.5 * log_var) * eps

    def get_config(self):
        return {**super().get_config(), "beta": self.beta, "seed": self.seed}

@keras.saving.register_keras_serializable("capstone")
class Pixels(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.recon = keras.metrics.Mean(name="recon")

    def call(self, inputs):
        images, logits = inputs
        cost = keras.ops.softplus(logits) - images * logits
        recon = keras.ops.sum(cost, axis=(1, 2, 3))
        self.add_loss(keras.ops.mean(recon))
        self.recon.update_state(recon)
        return keras.ops.sigmoid(logits)

def build_model(latent_dim, beta, seed):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Dense(128, activation="gelu")(keras.layers.Flatten()(images))
    mean = keras.layers.Dense(latent_dim, name="mean")(x)
    log_var = keras.layers.Dense(latent_dim, name="log_var")(x)
    decoder = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(128, activation="gelu"),
            keras.layers.Dense(784),
            keras.layers.Reshape((28, 28, 1)),
        ],
        name="decoder",
    )
    z = Latents(beta, seed, name="latents")([mean, log_var])
    model = keras.Model(images, Pixels(name="pixels")([images, decoder(z)]))
    model.compile(optimizer=keras.optimizers.Adam(3e-3))
    return model

def encode(model, images):
    heads = [model.get_layer(name).output for name in ("mean", "log_var")]
    return tuple(np.asarray(part) for part in keras.Model(model.input, heads)(images))

def decode(model, codes):
    return np.asarray(keras.ops.sigmoid(model.get_layer("decoder")(codes)))
""",
)


@MODEL.test("codes and pixels have the form that was agreed", points=0.5)
def test_7_1_form(student, rng):
    latents = [int(rng.integers(1, 4)), int(rng.integers(5, 9))]
    case, _ = case_of(rng)
    images = case["held_out"][: int(rng.integers(3, 8))]
    codes = [rng.standard_normal((CODES, latent)).astype("float32") for latent in latents]
    found = student.probe(
        *("lesson_7.forms", latents, images, codes, int(rng.integers(1, 10_000))),
        summary=_forms,
    )
    for latent, form in zip(latents, found, strict=True):
        model = f"a new model with {latent} latents"
        expect.that(
            form["codes"] == [[len(images), latent]] * 2,
            f"what `encode` gives for {len(images)} images and {model}",
            f"two arrays (mean, log_var) of shape ({len(images)}, {latent})",
            f"{form['codes']}",
        )
        expect.that(
            form["again"],
            f"`encode`, asked twice about the same images, of {model}",
            "the same both times",
            "different answers",
            "The mean and log_var of a posterior are not random; only a draw is.",
        )
        expect.that(
            form["pixels"] == [CODES, *IMAGE_SHAPE],
            f"what `decode` gives for {CODES} codes and {model}",
            f"an array of shape ({CODES}, 28, 28, 1)",
            f"{form['pixels']}",
        )
        expect.that(
            form["range"] == "from 0 to 1",
            f"the pixels that `decode` gives for {CODES} codes and {model}",
            "between 0 and 1",
            form["range"],
            "Logits become pixels by a sigmoid." if form["range"] == "beyond 0 or 1" else None,
        )
        for name, function, things in (
            ("looks", "encode", f"{len(images)} images"),
            ("draws", "decode", f"{CODES} codes"),
        ):
            expect.that(
                form[name],
                f"`{function}` of {things} and {model}, after its weights were moved a little",
                "not the same for all of them",
                "the same for all",
            )


@MODEL.test("training teaches it: the loss falls, and unseen images profit", points=1.5)
def test_7_1_learns(student, rng):
    case, (beta, _) = case_of(rng)
    found = student.probe(
        *_learning(case, [beta]),
        summary=lambda answers: facts.learnt(
            *facts.several(answers, 1), case["held_out"], case["latent"], DRAWS
        ),
    )
    what = f"the model after {TRAINING} with β = {beta}"
    for name, holds, fails, cause in (
        ("fell", "a `loss` in the history that falls by more than 1%", "no such fall", None),
        (
            "codes",
            "other codes than before training",
            "the same codes as before",
            "The encoder has not learnt: do its weights get a gradient?",
        ),
        (
            "pixels",
            "other images than before training for the same codes",
            "the same images as before",
            "The decoder has not learnt: do its weights get a gradient?",
        ),
        (
            "untrained",
            f"a lower recon + kl on {HELD_OUT} unseen images than before training",
            "not lower",
            None,
        ),
        (
            "constant",
            f"a lower recon + kl on {HELD_OUT} unseen images than the best single picture for all "
            f"of them, which costs {facts.best_constant(case['held_out']):.0f} nats",
            "not lower",
            "The codes do not save what they cost: does the decoder get to know the image?",
        ),
        (
            "weights",
            "worse images from the same codes once the weights of before training are back",
            "no worse",
            "`decode` may use nothing but the model and the codes that it is given.",
        ),
    ):
        expect.that(found[name], what, holds, fails, cause)


@MODEL.test("evaluate reports recon, kl and recon + β·kl, in nats", points=1.0)
def test_7_1_logs(student, rng):
    case, betas = case_of(rng)
    for beta in betas:
        found = student.probe(
            *_learning(case, [beta]),
            summary=lambda answers, beta=beta: logs.reported(
                *facts.several(answers, 1),
                case["held_out"],
                case["latent"],
                DRAWS,
                beta,
                EVALUATION_BATCH,
            ),
        )
        what = f"in the logs of `evaluate` on {HELD_OUT * DRAWS} images (β = {beta})"
        expect.that(
            found["names"] == list(logs.TERMS),
            f"the figures {what}",
            "finite numbers `loss`, `recon` and `kl`",
            ", ".join(found["names"]) or "none of them",
        )
        for name, asked, wanted in (
            ("kl", logs.KL_ASKED, "the sum over latents, the mean over images, from `encode`"),
            ("recon", logs.RECON_ASKED, "the sum over pixels at sampled codes, mean over images"),
        ):
            odd = [words for part, words in found[name].items() if words != asked[part]]
            expect.that(not odd, f"`{name}` {what}", wanted, ", ".join(odd))
        loss = found["loss"]
        expect.that(loss == logs.AS_ASKED, f"`loss` {what}", "recon + β·kl", loss)


@MODEL.test("β acts as β: more of it, less KL and no better images", points=1.0)
def test_7_1_beta(student, rng):
    case, betas = case_of(rng)
    found = student.probe(
        *_learning(case, betas),
        summary=lambda answers: facts.compared(
            facts.several(answers, 2), case["held_out"], case["latent"], DRAWS
        ),
    )
    what = f"models trained for {TRAINING} with β = {betas[0]} and with β = {betas[1]}"
    expect.that(
        found["less_kl"],
        f"the KL on unseen images of {what}",
        "clearly less, by 40% or more, with the greater β",
        "not so",
        "Does β reach the objective, and does it multiply the KL and nothing else?",
    )
    expect.that(
        found["no_better"],
        f"the reconstruction of unseen images by {what}",
        "no better with the greater β",
        "better",
    )


def _learning(case: dict, betas: list[float]) -> tuple:
    """The question after trainings, the same for every test of a run."""
    drawn = np.random.default_rng(case["seed"])
    noise = drawn.standard_normal((DRAWS, HELD_OUT, case["latent"])).astype("float32")
    codes = drawn.standard_normal((CODES, case["latent"])).astype("float32")
    return "lesson_7.learning", case, betas, noise, codes


def _forms(answers) -> list[dict]:
    return [_form(answer) for answer in facts.several(answers, 2)]


def _form(answer) -> dict:
    pair = facts.part(answer, "codes")
    if not isinstance(pair, (list, tuple)) or not all(_is_numbers(item) for item in pair):
        raise evidence.unreadable("what `encode` returns", "two arrays, (mean, log_var)")
    again, pixels = facts.part(answer, "codes_again"), np.asarray(facts.part(answer, "pixels"))
    moved = facts.part(answer, "moved")
    low, high = (float(pixels.min()), float(pixels.max())) if pixels.size else (0.0, 1.0)
    return {
        "codes": [list(item.shape) for item in pair],
        "again": same(again, pair, 1e-4, 1e-5),
        "pixels": list(pixels.shape),
        "range": "beyond 0 or 1" if not (low >= 0 and high <= 1) else "from 0 to 1",
        "looks": _tells_apart(facts.part(moved, "codes")),
        "draws": _tells_apart(facts.part(moved, "pixels")),
    }


def _tells_apart(answer) -> bool:
    """Of arrays, whether any tells its rows apart."""
    arrays = answer if isinstance(answer, (list, tuple)) else [answer]
    return any(_is_numbers(item) and facts.tells_apart(item) for item in arrays)


def _is_numbers(item) -> bool:
    return isinstance(item, np.ndarray) and item.dtype.kind == "f" and item.ndim > 0
