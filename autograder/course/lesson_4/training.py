"""Exercise 4.3, training and the rate–distortion curve: what it asks and how answers behave."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np

from autograder.course import linear_vae
from autograder.course.lesson_4 import training_facts, wrong_training
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.model import DisentangledVAE
from bvae_ref.shapes import IMAGE_SHAPE

# A right answer misses six standard errors with probability 2e-9, and below 5e-8 even if
# one draw's reconstruction were as skewed as a χ² with one degree of freedom.
STANDARD_ERRORS = 6.0
NOISY_COPIES = 1000
RTOL = training_facts.RTOL
# A prime number: batches of any size leave a short one.
TRAINED_ON = 277
WEIGHTS = ("kernel", "bias")


def train_vae(encoder, decoder, images, beta: float, epochs: int) -> DisentangledVAE:
    """Fit a β-VAE of two networks to images `(n, 28, 28, 1)` with Adam and return it."""
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(optimizer=keras.optimizers.Adam(2e-3))
    model.fit(images, batch_size=128, epochs=epochs, verbose=0)
    return model


def rate_and_distortion(model: DisentangledVAE, images) -> tuple[float, float]:
    """Mean KL and mean reconstruction of a model on images, in nats per image."""
    recon, kl = model.elbo_terms(keras.ops.convert_to_tensor(images))
    return float(keras.ops.mean(kl)), float(keras.ops.mean(recon))


TRAINING = Exercise(
    id="4.3",
    title="Train, and measure rate and distortion",
    answers=("train_vae", "rate_and_distortion"),
    minutes=20,
    hints=(
        "“Do I have to write a loop?” No: in lesson 3 you put the loop's body into `train_step`, "
        "so Keras can run it. Which three steps turn a model into a trained model?",
        "Make `DisentangledVAE(encoder, decoder, beta=beta)`, compile it with an optimizer (no "
        "loss: the model has its own), fit it to the images for `epochs` epochs, and return *the "
        "model*. `model.evaluate(images, return_dict=True)` reports `loss`, `recon` and `kl`, "
        "each a mean over the images.",
        "`model.compile(optimizer=keras.optimizers.Adam(2e-3))`; `model.fit(images, "
        "batch_size=128, epochs=<how many>, verbose=0)`; `return <what?>`. Then "
        "`figures = model.evaluate(images, verbose=0, return_dict=True)`; "
        "`return figures[<the rate>], figures[<the distortion>]`.",
    ),
    slow=True,
    reference={"train_vae": train_vae, "rate_and_distortion": rate_and_distortion},
    misconceptions=wrong_training.TRAININGS + wrong_training.FIGURES,
    alternative="""\
# Feeds `fit` a shuffled tf.data pipeline, which scales to data that do not fit into
# memory, and works out the two numbers batch by batch, weighted by the size of each.
def train_vae(encoder, decoder, images, beta, epochs):
    batches = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(128)
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(optimizer=keras.optimizers.Adam(2e-3))
    model.fit(batches, epochs=epochs, verbose=0, shuffle=False)  # the pipeline shuffles
    return model

def rate_and_distortion(model, images):
    totals = np.zeros(2)
    for start in range(0, len(images), 500):
        recon, kl = model.elbo_terms(images[start : start + 500])  # each (batch,), in nats
        totals += [np.sum(kl), np.sum(recon)]
    return tuple(totals / len(images))
""",
)


@TRAINING.test("train_vae fits the model with the β and the epochs it is given", points=1.5)
def test_4_3_training(student, rng):
    images = training_facts.training_images(rng, TRAINED_ON)
    betas, epochs = [round(float(rng.uniform(0.01, 0.05)), 3), float(rng.integers(40, 60))], [12, 8]
    start = training_facts.start_weights(rng)
    question = start, images, betas, epochs
    facts = student.probe(
        *("lesson_4.trainings", *question, int(rng.integers(1, 10_000))),
        summary=lambda runs: training_facts.facts_of(runs, *question),
    )
    what = f"train_vae on small networks and {len(images)} images"
    expect.that(
        facts["kinds"] == ["β-VAE"] * 2,
        f"what {what} returns",
        "the trained DisentangledVAE",
        f"a {facts['kinds'][0]}",
        _kind_cause(facts["kinds"][0]),
    )
    for beta, epoch, found, learned in zip(
        betas, epochs, facts["betas"], facts["learned"], strict=True
    ):
        expect.close(
            found, beta, f"`beta` of the model that {what} returns, for β = {beta}", atol=1e-6
        )
        expect.that(
            learned,
            f"the loss after {what} for {epoch} epochs, β = {beta}",
            "well below the loss of the untrained networks",
            "no lower than before",
            "The weights did not learn: is `fit` called, on the networks that were passed in?",
        )
    expect.that(
        facts["epochs_kept"],
        f"the optimizer's steps in {what} for {epochs[0]} and for {epochs[1]} epochs",
        "in the proportion 3 to 2",
        "in another proportion",
        "Does `epochs` reach `fit`?",
    )
    expect.that(
        facts["rounds"],
        f"how often {what} shows them to the encoder in training, for {epochs[0]} and for "
        f"{epochs[1]} epochs",
        f"about {epochs[0]} and {epochs[1]} times",
        "another number of times",
        "Does `epochs` reach `fit` unchanged, and do all images?",
    )
    expect.that(
        facts["last_shown"],
        f"whether {what} trains on the last {training_facts.LAST} images",
        "every image is trained on",
        "these never are",
        "Part of the images is left out: a `validation_split`, a slice, a last batch?",
    )
    expect.that(
        facts["all_moved"],
        f"the weights of encoder and decoder after {what}",
        "all of them changed",
        "some are unchanged",
        "Are both networks trained?",
    )
    expect.that(
        facts["lower_rate"],
        f"the KL after {what} with β = {betas[0]} and with β = {betas[1]}",
        "far less KL with the larger β",
        "not clearly less",
        "Has β any effect on what is trained?",
    )


@TRAINING.test("rate is the mean KL, distortion the mean reconstruction", points=1.0)
def test_4_3_figures(student, rng):
    weights = _quiet_weights(rng, latent=int(rng.integers(2, 5)))
    images = rng.random((int(rng.integers(5, 9)), *IMAGE_SHAPE)).astype("float32")
    _expect_figures(student, weights, images, _beta(rng), f"a linear model on {len(images)} images")
    # More than a batch, the last one short, and every image brighter than the one before: so
    # neither a part of them nor a mean over batches comes near the mean over images.
    count = int(rng.integers(522, 600))
    images = rng.random((count, *IMAGE_SHAPE)) * np.linspace(0.1, 1.0, count)[:, None, None, None]
    what = f"a linear model on {count} images, from dark to bright"
    # A rate that was worked out from the loss would be divided by 0.
    _expect_figures(student, weights, images.astype("float32"), 0.0, what)


def _expect_figures(student, weights, images, beta: float, model: str) -> None:
    recon, kl = linear_vae.terms(weights, images)
    found = student.probe(
        *("lesson_4.figures", _start(weights), images, beta),
        summary=lambda found: {
            "pair": training_facts.share_of_images(found["pair"], kl, recon),
            "beta": found["beta"],
        },
    )
    pair, left = found["pair"], found["beta"]
    what = f"of {model} with β = {beta:.2f}, in nats per image"
    if isinstance(pair, str):
        raise expect.Mismatch(
            f"the rate and the distortion {what}", "the means over all images", pair
        )
    _expect_pair(pair)
    expect.close(pair[0], kl.mean(), f"the rate {what}", rtol=RTOL)
    expect.close(pair[1], recon.mean(), f"the distortion {what}", rtol=RTOL)
    expect.close(left, beta, f"β {what.replace(', in nats per image', '')}, after it was measured")


@TRAINING.test("the distortion is measured on sampled codes", points=0.5)
def test_4_3_sampled(student, rng):
    for _ in range(2):
        image, weights = noisy_case(rng)
        moments = linear_vae.noisy_moments(weights, image, beta=1.0)
        images = np.repeat(image, NOISY_COPIES, axis=0)
        pair = student.probe(
            *("lesson_4.figures", _start(weights), images, _beta(rng)),
            summary=partial(_settled, moments),
        )
        _expect_pair(pair)
        found = float(expect.array(pair[1], (), "the distortion"))
        without_noise = abs(found - moments["recon_at_mean"]) < 1e-3 * moments["recon_at_mean"]
        expect.that(
            abs(found - moments["recon"])
            <= STANDARD_ERRORS * moments["recon_std"] / np.sqrt(NOISY_COPIES),
            f"the distortion on {NOISY_COPIES} copies of one image with a wide posterior",
            f"about {moments['recon']:.1f} nats, the average over draws of z",
            f"{found:.1f} nats",
            "That is the reconstruction of the mean code: z is not sampled."
            if without_noise
            else None,
        )


def _settled(moments: dict, found):
    """The pair, with a distortion that is right but for chance recorded as its expectation."""
    pair = found["pair"]
    if not isinstance(pair, (list, tuple)):
        return pair
    known = [(moments["recon"], STANDARD_ERRORS * moments["recon_std"] / np.sqrt(NOISY_COPIES))]
    return [linear_vae.settled(value, known) for value in pair]


def noisy_case(rng) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """An image, and weights with a wide posterior; the brightness of both varies from case to case.

    The reconstruction at the mean code lies two to four times as far from the average over
    draws as a right answer may.
    """
    image = rng.uniform(0.2, 1.0) * rng.random((1, *IMAGE_SHAPE))
    weights = linear_vae.noisy_weights(rng, pixels=28 * 28)
    weights["pixel_kernel"] *= np.float32(0.2)
    weights["pixel_bias"] += np.float32(rng.uniform(-1.5, 1.5))
    return image.astype("float32"), weights


def _beta(rng) -> float:
    return float(rng.uniform(2.0, 6.0))


def _quiet_weights(rng, latent: int) -> dict[str, np.ndarray]:
    """Weights with hardly any noise whose means stay near 0, as those of a trained model."""
    weights = linear_vae.draw_weights(rng, 28 * 28, latent)
    for name in ("mean_kernel", "log_var_kernel"):
        weights[name] = weights[name] / np.float32(14)
    return weights


def _start(weights: dict) -> dict[str, list[np.ndarray]]:
    """Weights by name as lists for the encoder and the decoder."""
    return {
        "encoder": [weights[f"{head}_{w}"] for head in ("mean", "log_var") for w in WEIGHTS],
        "decoder": [weights[f"pixel_{w}"] for w in WEIGHTS],
    }


def _expect_pair(pair) -> None:
    expect.that(
        isinstance(pair, (list, tuple)) and len(pair) == 2,
        "what rate_and_distortion returns",
        "two numbers: (rate, distortion)",
        pair,
    )


def _kind_cause(kind: str) -> str | None:
    return {
        "History": "`fit` returns its history; the function should return the model.",
        "NoneType": "Is there a `return` at the end?",
    }.get(kind)
