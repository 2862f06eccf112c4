"""Training steps in other styles pass, and wrong ones are named for what they are."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over

from autograder.course import linear_vae
from autograder.exercise import registry
from autograder.judging.verdict import Outcome
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import beta_vae_loss, reconstruction_loss
from bvae_ref.sampling import Sampling

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


def judged(answers: dict, seed: int = 0):
    """The verdict on these answers, with right ones to the exercises before."""
    right = {**registry.get("3.1").reference, **registry.get("3.2").reference}
    return judged_over("3.3", {**right, **answers}, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("wrong", WRONG_STEPS)
def test_a_named_wrong_step_fails_and_is_diagnosed_as_itself(wrong):
    verdict = judged(wrong.answers)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.diagnosis and verdict.diagnosis.name == wrong.name


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

    def run(self, data, training):
        images = data[0] if isinstance(data, (tuple, list)) else data
        mean, log_var = self.encoder(images, training=training)
        z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        logits = self.decoder(z, training=training)
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
            loss, values, size = self.run(data, training=True)
        variables = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self.log(values, size)

    def test_step(self, data):
        _, values, size = self.run(data, training=False)
        return self.log(values, size)


@pytest.mark.slow
def test_the_steps_may_be_written_in_another_way():
    verdict = judged({"DisentangledVAE": OtherStyle})
    assert verdict.passed, verdict


@pytest.mark.slow
def test_a_mistake_is_named_whatever_noise_the_learner_draws():
    class OwnNoise(OtherStyle):
        def log(self, values, size):
            return super().log(values, 1)

    verdict = judged({"DisentangledVAE": OwnNoise}, seed=3)
    assert verdict.diagnosis.name == "a short batch counts like a full one"


def test_an_unwritten_step_is_named_and_earns_nothing():
    verdict = judged({"DisentangledVAE": Stub})
    assert verdict.points == 0
    assert "DisentangledVAE.train_step" in verdict.tests[0].actual


@pytest.mark.slow
def test_a_step_that_leaves_tensorflow_is_told_what_a_graph_cannot_do():
    class WithFloats(OtherStyle):
        def log(self, values, size):
            return super().log({name: np.asarray(value) for name, value in values.items()}, size)

    verdict = judged({"DisentangledVAE": WithFloats})
    assert verdict.points == 3.5
    assert "compiled" in verdict.tests[-1].actual


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
