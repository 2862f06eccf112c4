"""Lesson 3: right answers earn full marks, and each named wrong one is named."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over

from autograder.course import linear_vae
from autograder.exercise import registry
from autograder.exercise.declaration import together
from autograder.exercise.live_student import LiveStudent
from autograder.judging.judge import judge
from autograder.judging.verdict import Outcome, Relation
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import beta_vae_loss, reconstruction_loss
from bvae_ref.model import DisentangledVAE
from bvae_ref.sampling import Sampling

EXERCISES = registry.of_lesson(3)
FUNCTIONS = [exercise for exercise in EXERCISES if exercise.id != "3.3"]
WRONG_FUNCTIONS = [(e, wrong) for e in FUNCTIONS for wrong in e.misconceptions]
# One for each property that a step can miss; the others are the proof's.
QUICK_STEPS = (
    "the gradient stops at z",
    "trained on the mean code",
    "the last batch stands for the epoch",
    "tested on the mean code",
)
WRONG_STEPS = [
    pytest.param(wrong, id=wrong.name)
    for wrong in registry.get("3.3").misconceptions
    if wrong.name in QUICK_STEPS
]

TWO_MISTAKES = {
    "3.1": ("averaged over pixels", "averaged over the batch too"),
    "3.2": ("β forgotten", "summed over the batch"),
    "3.4": ("both multiplied", "β itself is missing"),
    "3.5": ("the line of the batch mean", "every batch counts the same"),
}


def judged(exercise_id: str, answers: dict, seed: int = 0):
    """The verdict on these answers, with right ones to every other exercise."""
    right = {name: answer for e in FUNCTIONS for name, answer in e.reference.items()}
    return judged_over(exercise_id, {**right, **answers}, seed)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_the_reference_functions_earn_full_marks(exercise, seed):
    verdict = judged(exercise.id, exercise.reference, seed)
    assert verdict.passed, verdict
    assert verdict.points == exercise.points


@pytest.mark.slow
@pytest.mark.parametrize("seed", (0, 1))
def test_the_reference_model_earns_full_marks(seed):
    verdict = judged("3.3", {"DisentangledVAE": DisentangledVAE}, seed)
    assert verdict.passed, verdict
    assert verdict.points == 4


@pytest.mark.parametrize(
    ("exercise", "wrong"),
    WRONG_FUNCTIONS,
    ids=[f"{e.id} {wrong.name}" for e, wrong in WRONG_FUNCTIONS],
)
def test_a_named_wrong_function_fails_and_is_diagnosed_as_itself(exercise, wrong):
    verdict = judged(exercise.id, {**exercise.reference, **wrong.answers})
    assert verdict.points < exercise.points
    assert verdict.diagnosis and verdict.diagnosis.name == wrong.name


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG_STEPS)
def test_a_named_wrong_step_fails_and_is_diagnosed_as_itself(wrong):
    verdict = judged("3.3", wrong.answers)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.diagnosis and verdict.diagnosis.name == wrong.name


def test_a_reconstruction_in_numpy_loses_the_gradient_alone():
    def in_numpy(images, logits):
        logits = np.asarray(logits, "float64")
        return (np.logaddexp(0, logits) - logits * np.asarray(images)).sum(axis=(1, 2, 3))

    verdict = judged("3.1", {"reconstruction_loss": in_numpy})
    assert [test.points for test in verdict.tests] == [0.5, 0.5, 0.5, 0]


def test_a_logarithm_of_zero_is_explained():
    def naive(images, logits):
        p = tf.sigmoid(logits)
        return tf.reduce_sum(
            -images * tf.math.log(p) - (1 - images) * tf.math.log(1 - p), [1, 2, 3]
        )

    verdict = judged("3.1", {"reconstruction_loss": naive})
    assert "before the logarithm was taken" in verdict.tests[2].cause


def test_a_gradient_that_is_not_finite_is_told_in_words():
    def overflowing(images, logits):
        return tf.reduce_sum(tf.math.log(1 + tf.exp(logits)) - images * logits, [1, 2, 3])

    verdict = judged("3.1", {"reconstruction_loss": overflowing})
    assert "not a number" in verdict.tests[3].actual
    assert verdict.diagnosis.name == "e^l overflows"


def test_another_clip_than_the_named_one_is_explained_too():
    def clipped(images, logits):
        p = tf.clip_by_value(tf.sigmoid(logits), 1e-5, 1 - 1e-5)
        return tf.reduce_sum(
            -images * tf.math.log(p) - (1 - images) * tf.math.log(1 - p), [1, 2, 3]
        )

    assert "clipped" in judged("3.1", {"reconstruction_loss": clipped}).tests[2].cause


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_two_mistakes_at_once_are_named_as_both(exercise):
    one, other = TWO_MISTAKES[exercise.id]
    by_name = {wrong.name: wrong for wrong in exercise.misconceptions}
    answers = together(by_name[one], by_name[other])
    verdict = judged(exercise.id, {**exercise.reference, **answers})
    assert verdict.diagnosis.relation is Relation.BOTH
    assert {mistake.name for mistake in verdict.diagnosis.mistakes} == {one, other}


class Stub(keras.Model):
    """The given part of the notebook's class."""

    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.sampling = Sampling()
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.recon_tracker = keras.metrics.Mean(name="recon")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.loss_tracker, self.recon_tracker, self.kl_tracker]

    def call(self, images, training=False):
        mean, log_var = self.encoder(images, training=training)
        return self.decoder(self.sampling((mean, log_var)), training=training)

    def train_step(self, data):
        raise NotImplementedError()

    def test_step(self, data):
        raise NotImplementedError()


class OtherStyle(Stub):
    """Own noise, `beta_vae_loss`, batch means with weights."""

    def run(self, data, tape=None):
        images = data[0] if isinstance(data, (tuple, list)) else data
        mean, log_var = self.encoder(images)
        z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        logits = self.decoder(z)
        loss = beta_vae_loss(images, logits, mean, log_var, self.beta)
        recon = tf.reduce_mean(reconstruction_loss(images, logits))
        kl = tf.reduce_mean(kl_divergence(mean, log_var))
        return loss, {"loss": loss, "recon": recon, "kl": kl}, tf.shape(images)[0]

    def log(self, values, size):
        for metric in self.metrics:
            metric.update_state(values[metric.name], sample_weight=size)
        return {metric.name: metric.result() for metric in self.metrics}

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss, values, size = self.run(data)
        variables = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self.log(values, size)

    def test_step(self, data):
        _, values, size = self.run(data)
        return self.log(values, size)


@pytest.mark.slow
def test_the_steps_may_be_written_in_another_way():
    verdict = judged("3.3", {"DisentangledVAE": OtherStyle})
    assert verdict.passed, verdict


@pytest.mark.slow
def test_a_mistake_is_named_whatever_noise_the_learner_draws():
    class OwnNoise(OtherStyle):
        def log(self, values, size):
            return super().log(values, 1)

    verdict = judged("3.3", {"DisentangledVAE": OwnNoise}, seed=3)
    assert verdict.diagnosis.name == "a short batch counts like a full one"


def test_an_unwritten_step_is_named_and_earns_nothing():
    verdict = judged("3.3", {"DisentangledVAE": Stub})
    assert verdict.points == 0
    assert "DisentangledVAE.train_step" in verdict.tests[0].actual


@pytest.mark.slow
def test_a_step_that_leaves_tensorflow_is_told_what_a_graph_cannot_do():
    class WithFloats(OtherStyle):
        def log(self, values, size):
            return super().log({name: np.asarray(value) for name, value in values.items()}, size)

    verdict = judged("3.3", {"DisentangledVAE": WithFloats})
    assert verdict.points == 3.5
    assert "compiled" in verdict.tests[-1].actual


@pytest.mark.slow
def test_a_wrong_prerequisite_is_charged_once():
    def averaged(images, logits):
        return reconstruction_loss(images, logits) / 100

    namespace = {"reconstruction_loss": averaged, "kl_divergence": kl_divergence, "tf": tf}
    exec(
        "def beta_vae_loss(images, logits, mean, log_var, beta):\n"
        "    recon = reconstruction_loss(images, logits)\n"
        "    return tf.reduce_mean(recon + beta * kl_divergence(mean, log_var))\n",
        namespace,
    )
    student = LiveStudent(namespace, registry.owners(3))
    assert judge("3.1", student).points < 2
    assert judge("3.2", student).points == 2


def test_the_hand_made_gradients_agree_with_central_differences():
    rng = np.random.default_rng(0)
    weights = {
        name: np.asarray(value, np.float64)
        for name, value in linear_vae.draw_weights(rng, 6, 2).items()
    }
    images, beta, step = rng.uniform(size=(3, 2, 3, 1)), 2.5, 1e-5

    def loss(**changed):
        recon, kl = linear_vae.terms({**weights, **changed}, images)
        return np.mean(recon + beta * kl)

    for name, gradient in linear_vae.gradients(weights, images, beta).items():
        for index in np.ndindex(weights[name].shape):
            bump = np.zeros_like(weights[name])
            bump[index] = step
            slope = loss(**{name: weights[name] + bump}) - loss(**{name: weights[name] - bump})
            assert slope / (2 * step) == pytest.approx(gradient[index], abs=1e-5)
