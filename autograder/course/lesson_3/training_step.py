"""Exercise 3.3, the training and test step: what it asks and how a right answer behaves.

The expected step is worked out by hand for a linear VAE (`linear_vae`). Tests with noise
average over `DRAWS` draws and allow `STANDARD_ERRORS`. A normal average is refused with a
probability of 2e-9. The terms are skewed by at most 2.6, an average of 4000 by 0.041, which
raises it by exp(0.041·6³/6) ≈ 4.4 in one tail: `FALSE_ALARM` has room for twice that.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.course import linear_vae
from autograder.course.lesson_3 import wrong_training_step
from autograder.course.lesson_3.pictures import pictures
from autograder.exercise import evidence, expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
from bvae_ref.model import DisentangledVAE

TERMS = ("loss", "recon", "kl")
TOLD = {"train_step": True, "test_step": False}
DRAWS = 4000
STANDARD_ERRORS = 6.0
# z = μ + (σ²)^power·ε: right, and with the variance for the spread.
POWERS = (0.5, 1.0)
FALSE_ALARM = 2e-8
# Of logs without noise.
RTOL = 2e-4

TRAIN_STEP = Exercise(
    id="3.3",
    title="DisentangledVAE: the training step by hand",
    answers=("DisentangledVAE",),
    minutes=25,
    hints=(
        "“What does one step consist of?” Look at `MeanImage` above: get the images from the "
        "data, put a tape around everything up to the loss, then gradients, optimizer, trackers, "
        "logs. Yours also has an encoder, a draw and a second term in the loss.",
        "Inside the tape: encoder → (mean, log_var); `self.sampling((mean, log_var))` → z; decoder "
        "→ logits; recon and kl of shape `(batch,)`; loss = mean of recon + self.beta·kl. After "
        "it: gradients for all `self.trainable_variables`. Feed every tracker a whole vector.",
        "`with tf.GradientTape() as tape:` mean, log_var, z, logits, recon, kl, `loss = "
        "tf.reduce_mean(recon + self.beta * kl)`. Then `grads = tape.gradient(loss, "
        "<variables>)`, `self.optimizer.apply(grads, <variables>)`, three `update_state` calls, "
        "and `return {m.name: m.result() for m in self.metrics}`. `test_step` is the same without "
        "the tape, the gradients and the optimizer.",
    ),
    reference={"DisentangledVAE": DisentangledVAE},
    misconceptions=wrong_training_step.TRAINING_STEP,
    needs=("3.1", "3.2"),
    slow=True,
    alternative="""\
# Shares the forward pass and the logging between the two steps, and lets
# 3.2 compute the objective. These methods replace the two of the solution.
def forward(self, images, training):
    mean, log_var = self.encoder(images, training=training)
    logits = self.decoder(self.sampling((mean, log_var)), training=training)
    return logits, mean, log_var

def log(self, images, logits, mean, log_var):
    recon, kl = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
    self.recon_tracker.update_state(recon)
    self.kl_tracker.update_state(kl)
    self.loss_tracker.update_state(recon + self.beta * kl)
    return {metric.name: metric.result() for metric in self.metrics}

def train_step(self, data):
    images = self.images_of(data)
    with tf.GradientTape() as tape:
        outputs = self.forward(images, training=True)
        loss = beta_vae_loss(images, *outputs, self.beta)
    gradients = tape.gradient(loss, self.trainable_variables)
    self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
    return self.log(images, *outputs)

def test_step(self, data):
    images = self.images_of(data)
    return self.log(images, *self.forward(images, training=False))
""",
)


@TRAIN_STEP.test("one step moves every weight along the gradient of recon + β·KL", points=1.0)
def test_3_3_one_step(student, rng):
    images, weights, beta = _quiet_case(rng, 4)
    found = student.probe("lesson_3.one_step", weights, images, beta)
    recon, kl = linear_vae.terms(weights, images)
    what = f"one training step on {len(images)} images of 12 pixels with β = {beta:.2f}"
    for name, gradient in linear_vae.gradients(weights, images, beta).items():
        part = "decoder" if name.startswith("pixel") else "encoder"
        expect.close(
            found["moved"][name],
            -gradient,
            f"{what}: how far the {part}'s {name} moves at learning rate 1",
            rtol=1e-3,
            atol=1e-4,
        )
    _expect_logs(found["logs"], recon, kl, beta, what)


@TRAIN_STEP.test("training draws z, and log σ² learns through the draw", points=0.5)
def test_3_3_noise_in_training(student, rng):
    for _ in range(2):
        # β = 1: wrong weights of the terms are the first test's concern, not this one's.
        images, weights, cases = _noisy_case(rng, beta=1.0)
        moments = cases[0]
        found = student.probe(
            "lesson_3.one_step", weights, images, 1.0, summary=partial(_averages, cases)
        )
        _expect_sampled(found, moments, "one training step")
        expect.close(
            found["log_var_gradient"],
            moments["log_var_gradient"],
            f"the gradient with respect to a shared log σ² (β = 1), averaged over {DRAWS} draws",
            rtol=0,
            atol=tolerance(moments["log_var_gradient_std"]),
        )


@TRAIN_STEP.test("the networks are told whether they are being trained", points=0.5)
def test_3_3_told_to_train(student, rng):
    images, weights, beta = _quiet_case(rng, 4)
    # In a random order, so that the flags of another run do not fit.
    steps = rng.permutation(["train_step", "test_step"] * 4).tolist()
    found = student.probe(
        *("lesson_3.told_to_train", weights, images, beta, steps),
        summary=lambda flags: _told(flags, steps),
    )
    for step, wanted in TOLD.items():
        expect.that(
            found[step],
            f"the `training` flag that `{step}` passes to the encoder and the decoder",
            f"training={wanted} in every call",
            "something else",
            f"Layers such as dropout behave differently in training: pass `training={wanted}` to "
            f"both networks in `{step}`; `self(images)` passes nothing on unless you give it the "
            "flag too.",
        )


def _told(flags, steps: list[str]) -> dict[str, bool]:
    """Whether each step called both networks, and always with the right flag."""
    if not isinstance(flags, (list, tuple)) or len(flags) != len(steps):
        raise evidence.unreadable(
            "the `training` flags that the networks get", "flags for each step"
        )
    right = [
        isinstance(told, (list, tuple)) and len(told) >= 2 and all(f is TOLD[step] for f in told)
        for told, step in zip(flags, steps, strict=True)
    ]
    return {
        step: all(fits for fits, other in zip(right, steps, strict=True) if other == step)
        for step in TOLD
    }


@TRAIN_STEP.test(
    "the history averages over all images and starts afresh at every epoch", points=1.0
)
def test_3_3_history(student, rng):
    first, weights, _ = _quiet_case(rng, 5)
    second = pictures(rng, (6, 3, 4, 1))
    # β = 1: shows what the trackers do even where β is in the wrong place.
    found = student.probe("lesson_3.histories", weights, first, second, 4, 1.0)
    for name, images in (("first", first), ("second", second)):
        what = (
            f"the history of the {name} `fit`: {len(images)} images in batches of 4, with weights "
            "that do not move"
        )
        _expect_logs(found[name], *linear_vae.terms(weights, images), 1.0, what)


@TRAIN_STEP.test("test_step reports the same, draws z, and trains nothing", points=0.5)
def test_3_3_test_step(student, rng):
    images, weights, beta = _quiet_case(rng, 5)
    what = "`test_step` on batches of 4 and 1 images"
    found = student.probe(
        *("lesson_3.evaluation", weights, images, 4, beta),
        summary=lambda answer: {**answer, "again": None},
    )
    before, after = found["trainable"]
    expect.that(
        after >= before,
        "the number of weights that can be trained after `test_step`",
        f"{before}, as before it",
        f"{after}",
        "Does `test_step` set `trainable`? That stays so for the next `fit`.",
    )
    for name, moved in found["moved"].items():
        expect.close(moved, np.zeros_like(weights[name]), f"how far `test_step` moves {name}")
    _expect_logs(found["logs"], *linear_vae.terms(weights, images), beta, what)
    images, weights, cases = _noisy_case(rng, beta=1.0)
    found = student.probe(
        "lesson_3.evaluation", weights, images, DRAWS, 1.0, summary=partial(_averages, cases)
    )
    _expect_sampled(found, cases[0], "`test_step`")
    expect.that(
        found["fresh"],
        f"`recon` of `test_step` on {DRAWS} images, and after the same images once more",
        "another number: z is drawn anew in every call",
        "the same number",
        "Is the noise drawn with a number for its seed, which begins it again in every call?",
    )


@TRAIN_STEP.test("it also runs when compiled to a graph, on (images, labels)", points=0.5)
def test_3_3_graph(student, rng):
    images, weights, beta = _quiet_case(rng, 8)
    labels = rng.integers(0, 10, len(images))
    found = student.probe("lesson_3.as_graph", weights, images, labels, beta)
    what = "`fit(images, labels)` compiled to a graph"
    _expect_logs(found, *linear_vae.terms(weights, images), beta, what)


def _quiet_case(rng, batch: int):
    """Images, weights whose noise is negligible, and a β."""
    weights = linear_vae.draw_weights(rng, 12, 2)
    return pictures(rng, (batch, 3, 4, 1)), weights, float(rng.uniform(2.0, 6.0))


def noisy_question(rng):
    """One image and weights with a wide posterior."""
    height, width = (int(side) for side in rng.integers(2, 6, 2))
    return pictures(rng, (1, height, width, 1)), linear_vae.noisy_weights(rng, height * width)


def _noisy_case(rng, beta: float):
    """`DRAWS` copies of one image, weights with a wide posterior, and the averages over draws
    for each of `POWERS`.

    The reconstruction from the mean code is at least 20 standard errors away.
    """
    image, weights = noisy_question(rng)
    cases = [linear_vae.noisy_moments(weights, image, beta, power) for power in POWERS]
    return np.repeat(image, DRAWS, axis=0), weights, cases


def tolerance(std: float) -> float:
    """How far the average over `DRAWS` may lie from its expectation."""
    return STANDARD_ERRORS * std / np.sqrt(DRAWS)


def _averages(cases, found) -> dict:
    """The result of a step on noise, with the chance taken out where it is right or wrong as
    others are.

    An average within the tolerance of a known expectation is recorded as that, so that two
    learners whose noise differs give the same answer.
    """
    logs, moved = found["logs"], found["moved"]["log_var_bias"]
    recon = logs.get("recon") if isinstance(logs, dict) else None
    gradient = -np.asarray(moved, np.float64).reshape(-1)[0]
    again = found.get("again")
    second = again.get("recon") if isinstance(again, dict) else None
    form = {"logs": sorted(logs) if isinstance(logs, dict) else logs}
    # Only an evaluation has a second one.
    fresh = {"fresh": bool(np.any(np.asarray(recon) != np.asarray(second)))} if again else {}
    return (
        form
        | fresh
        | {
            name: linear_vae.settled(
                value, [(case[name], tolerance(case[f"{name}_std"])) for case in cases]
            )
            for name, value in (("recon", recon), ("log_var_gradient", gradient))
        }
    )


def _without_names(logs, what: str) -> expect.Mismatch:
    """What to say when the logs lack an entry; `logs` is the list of entries, if there is one."""
    return expect.Mismatch(
        f"the logs of {what}",
        "entries `loss`, `recon` and `kl`",
        f"entries {', '.join(logs)}" if isinstance(logs, list) else describe(logs),
        "Return the result of every tracker under its name.",
    )


def _expect_logs(logs, recon, kl, beta: float, what: str) -> None:
    if not isinstance(logs, dict) or not all(name in logs for name in TERMS):
        raise _without_names(sorted(logs) if isinstance(logs, dict) else logs, what)
    for name, values in (("recon", recon), ("kl", kl), ("loss", recon + beta * kl)):
        # A history holds one number per epoch, here one; a step's logs hold the number itself.
        in_history = isinstance(logs[name], list)
        try:
            expect.close(
                logs[name],
                [np.mean(values)] if in_history else np.mean(values),
                f"`{name}` in the logs of {what} (β = {beta:.2f})",
                rtol=RTOL,
            )
        except expect.Mismatch as off:
            off.cause = off.cause or _taken_for(name, logs[name], recon, kl, beta)
            raise


def _taken_for(name: str, value, recon, kl, beta: float) -> str | None:
    """Which of the other quantities of a step a tracker was fed with, if it is one of them."""
    found = np.asarray(value)
    if found.size != 1 or found.dtype.kind != "f":
        return None
    others = {
        "the KL": kl,
        "the reconstruction": recon,
        "β times the KL": beta * kl,
        "β times the reconstruction": beta * recon,
        "the reconstruction + the KL": recon + kl,
        "the reconstruction + β times the KL": recon + beta * kl,
    }
    fed = (words for words, terms in others.items() if _near(float(found.item()), np.mean(terms)))
    words = next(fed, None)
    return f"That is {words}. What does the tracker `{name}` get?" if words else None


def _near(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= RTOL * abs(wanted)


def _expect_sampled(found, moments, what: str) -> None:
    """The average over draws is the quadrature's, within its tolerance."""
    if not isinstance(found["logs"], list) or "recon" not in found["logs"]:
        raise _without_names(found["logs"], what)
    recon = float(expect.array(found["recon"], (), f"`recon` of {what}"))
    on_the_mean = abs(recon - moments["recon_at_mean"]) < 1e-2
    expect.that(
        abs(recon - moments["recon"]) <= tolerance(moments["recon_std"]),
        f"`recon` of {what} on {DRAWS} copies of one image with a wide posterior",
        f"{moments['recon']:.2f} nats, the average over draws of z",
        f"{recon:.2f} nats",
        "That is the reconstruction from the mean code: z is not sampled." if on_the_mean else None,
    )
