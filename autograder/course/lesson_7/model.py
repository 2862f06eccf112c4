"""Exercise 7.1 of the capstone: the learner's own β-VAE.

Any architecture will do. A model is trained on strokes drawn for the run, and judged
by the codes and pixels it then gives for images that it has not seen (`facts`).
"""

from __future__ import annotations

from autograder.course.lesson_7 import facts, logs, wrong_model
from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7.case import (
    CODES,
    DRAWS,
    EPOCHS,
    HELD_OUT,
    ROUNDS,
    TRAINED_ON,
    case_of,
    learning_question,
    train,
)
from autograder.course.lesson_7.form_facts import forms_of
from autograder.course.lesson_7.model_alternative import ALTERNATIVE
from autograder.course.lesson_7.probes_trained import EVALUATION_BATCH
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.shapes import IMAGE_SHAPE


def _training(rounds: int) -> str:
    return f"{rounds * EPOCHS} epochs on {TRAINED_ON} strokes in batches of 32"


def _rounds(student, case: dict, betas: list[float]) -> int:
    """How many rounds of training it takes until the codes of unseen images pay.

    The first β decides; the models of all have had so many then.
    """

    def pays(answers) -> bool:
        return facts.profits(facts.several(answers, 1)[0], case["held_out"], case["latent"], DRAWS)

    def after(rounds: int) -> bool:
        train(student, case, betas[:1], rounds)
        return student.probe(*learning_question(case, betas[:1], rounds), summary=pays)

    enough = next((rounds for rounds in range(1, ROUNDS) if after(rounds)), ROUNDS)
    train(student, case, betas, enough)
    return enough


MODEL = Exercise(
    id="7.1",
    title="Capstone: your own β-VAE",
    answers=("build_model", "encode", "decode"),
    minutes=25,
    hints=(
        "“Where do I begin?” With what you have already written: lesson 1 has the draw, lesson 2 "
        "the KL, lesson 3 the training step and the trackers, lesson 4 the two networks. Open "
        "them beside this page and write them again, in the order in which an image passes "
        "through them.",
        "A subclass of `keras.Model` with an encoder, a draw and a decoder. `train_step` and "
        "`test_step` both compute recon `(batch,)`, summed over pixels from logits, and kl "
        "`(batch,)`, summed over latents; the objective is the mean of recon + β·kl. Three `Mean` "
        "trackers named loss, recon and kl, listed in the property `metrics`.",
        "`class BetaVAE(keras.Model):` with `__init__(self, latent_dim, beta, seed)`; a method "
        "`terms(self, images)` that returns `(recon, kl)`; `train_step` with a tape around `loss "
        "= ops.mean(recon + self.beta * kl)`; a `test_step` without one. `build_model` creates it "
        "and compiles it with Adam(2e-3); `encode` returns the two outputs of the encoder; "
        "`decode` returns `sigmoid(<logits>)`.",
    ),
    reference={
        "build_model": right.build_model,
        "encode": right.encode,
        "decode": right.decode,
    },
    misconceptions=wrong_model.MODEL,
    slow=True,
    alternative=ALTERNATIVE,
)


@MODEL.test("codes and pixels have the form that the text asks for", points=0.5)
def test_7_1_form(student, rng):
    # One latent is where an axis of length 1 gets lost.
    latents = [1, int(rng.integers(5, 9))]
    case, _ = case_of(rng)
    images = case["held_out"][: int(rng.integers(3, 8))]
    codes = [rng.standard_normal((CODES, latent)).astype("float32") for latent in latents]
    found = student.probe(
        *("lesson_7.forms", latents, images, codes, int(rng.integers(1, 10_000))),
        summary=forms_of,
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
            f"`encode`, called twice on the same images, of {model}",
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
            "A sigmoid turns logits into pixels." if form["range"] == "beyond 0 or 1" else None,
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


@MODEL.test("the model learns: the loss falls, and unseen images benefit", points=1.5)
def test_7_1_learns(student, rng):
    case, (beta, _) = case_of(rng)
    rounds = _rounds(student, case, [beta])
    found = student.probe(
        *learning_question(case, [beta], rounds),
        summary=lambda answers: facts.learnt(
            *facts.several(answers, 1), case["held_out"], case["latent"], DRAWS
        ),
    )
    what = f"the model after {_training(rounds)} with β = {beta}"
    for name, holds, fails, cause in (
        (
            "codes",
            "different codes from before training",
            "the same codes as before",
            "The encoder has not learnt anything: do its weights get a gradient?",
        ),
        (
            "pixels",
            "different images from before training, for the same codes",
            "the same images as before",
            "The decoder has not learnt anything: do its weights get a gradient?",
        ),
        (
            "fell",
            "a `loss` in the history that falls by more than 1%",
            "no such fall",
            "The weights did move. Is the learning rate far too small, or is the logged loss not "
            "the one that is trained?",
        ),
        (
            "light",
            f"some pixel below one half where it rebuilds {HELD_OUT} unseen images, which are "
            "mostly bare paper",
            "none",
            "Is a sigmoid applied twice: at the end of the decoder, and again in the loss or in "
            "`decode`?",
        ),
        (
            "untrained",
            f"a lower recon + kl on {HELD_OUT} unseen images than before training",
            "not lower",
            None,
        ),
        (
            "own",
            f"a lower recon of {HELD_OUT} unseen images from their own codes than from those of "
            "other images",
            "not lower",
            "The codes don't help: does any information about the image reach the decoder?",
        ),
        (
            "ink",
            f"some pixel above one half where it rebuilds {HELD_OUT} unseen images, each of which "
            "has ink",
            "none",
            "The logit of ink is above 0. Does the decoder end in something that is never "
            "positive, such as the logarithm of a probability?",
        ),
        (
            "sure",
            "a log_var below 0 for some unseen image and latent, which is a σ below 1",
            "none below 0",
            "log σ² is negative wherever σ is below 1. Does its layer end in an activation that "
            "hides negative values (relu, softplus, sigmoid, exp)?",
        ),
        (
            "weights",
            "worse images from the same codes once the untrained weights are put back",
            "no worse",
            "`decode` may only use the model and the codes that it is given.",
        ),
    ):
        expect.that(found[name], what, holds, fails, cause)


@MODEL.test("evaluate reports recon, kl and recon + β·kl, in nats", points=1.0)
def test_7_1_logs(student, rng):
    case, betas = case_of(rng)
    rounds = _rounds(student, case, betas)
    for beta in betas:
        found = student.probe(
            *learning_question(case, [beta], rounds),
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
            f"the numbers {what}",
            "finite numbers `loss`, `recon` and `kl`",
            ", ".join(found["names"]) or "none of them",
        )
        _expect_terms(found, what)
        expect.that(
            found["fresh"],
            f"`recon` of the same images, evaluated twice (β = {beta})",
            "two numbers: z is drawn anew in every call",
            "the same number twice",
            "A whole number as `seed=` begins the same noise again in every call. Make one "
            "`keras.random.SeedGenerator(seed)` in `__init__` and give that to every draw.",
        )
        loss = found["loss"]
        cause = "β multiplies the KL and nothing else; the logged loss is recon + β·kl."
        expect.that(loss == logs.AS_ASKED, f"`loss` {what}", "recon + β·kl", loss, cause)
    found = student.probe(
        *("lesson_7.loud", case, betas[0], learning_question(case, betas[:1])[3]),
        summary=lambda answer: logs.reported(
            answer, case["held_out"], case["latent"], DRAWS, betas[0], EVALUATION_BATCH
        ),
    )
    if found["names"] == list(logs.TERMS):  # not so where weights of any size overflow
        _expect_terms(
            found,
            f"in the logs of `evaluate` on {HELD_OUT * DRAWS} images, before training and with "
            "weights so large that noise shows",
        )


def _expect_terms(found: dict, what: str) -> None:
    """Expect the two terms of the loss in the logs as they were asked for."""
    for name, asked, wanted in (
        ("kl", logs.KL_ASKED, "the sum over latents, the mean over images, from `encode`"),
        ("recon", logs.RECON_ASKED, "the sum over pixels at sampled codes, mean over images"),
    ):
        odd = [words for part, words in found[name].items() if words != asked[part]]
        cause = next((logs.CAUSES[words] for words in odd if words in logs.CAUSES), None)
        expect.that(not odd, f"`{name}` {what}", wanted, ", ".join(odd), cause)


@MODEL.test("a larger β means less KL, and no better images", points=1.0)
def test_7_1_beta(student, rng):
    case, betas = case_of(rng)
    rounds = _rounds(student, case, betas)
    found = student.probe(
        *learning_question(case, betas, rounds),
        summary=lambda answers: facts.compared(facts.several(answers, 2), case, DRAWS, betas[0]),
    )
    what = f"models trained for {_training(rounds)} with β = {betas[0]} and with β = {betas[1]}"
    expect.that(
        found["less_kl"],
        f"the KL on unseen images of {what}",
        "clearly less, by 40% or more, with the larger β",
        "not so",
        "Does β reach the objective, and does it multiply the KL and nothing else?",
    )
    expect.that(
        found["no_better"],
        f"the reconstruction of unseen images by {what}",
        "no better with the larger β",
        "better",
    )
    expect.that(
        found["price"],
        f"what a nat of KL buys at the end of the training with β = {betas[0]}",
        "about β nats of reconstruction, as at the minimum of recon + β·KL",
        "less than half of that",
        "The weight that was trained is not β. Is the number you log the one whose gradient is "
        "taken?",
    )
