"""Lesson 4: right answers earn full marks, and each named wrong one is named."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf
from keras import layers
from learner import judged_over as judged

from autograder.course.lesson_4.fault import score_and_draw
from autograder.exercise import registry
from bvae_ref.model import held_out_elbo
from bvae_ref.networks import build_encoder

EXERCISES = registry.of_lesson(4)
QUICK = [exercise for exercise in EXERCISES if exercise.id != "4.3"]
TRAINING = registry.get("4.3")
# Those of the exercises that build and train networks are the proof's; some are in the short one.
WRONG = [(e, wrong) for e in EXERCISES if not e.slow for wrong in e.misconceptions]


def points_of(verdict) -> list[float]:
    return [test.points for test in verdict.tests]


@pytest.mark.slow
def test_a_relu_on_one_head_alone_loses_the_point_of_the_heads():
    def build(latent_dim):
        encoder = build_encoder(latent_dim, hidden=16)
        mean, log_var = encoder.outputs
        return keras.Model(encoder.inputs, [layers.ReLU()(mean), log_var])

    verdict = judged("4.1", {"build_encoder": build})
    assert points_of(verdict) == [0.5, 0.5, 0]
    assert "`mean`" in verdict.tests[2].checked


@pytest.mark.slow
def test_an_encoder_that_sees_the_left_half_only_is_told_so():
    def build(latent_dim):
        images = keras.Input((28, 28, 1))
        x = layers.Flatten()(layers.Cropping2D(((0, 0), (0, 14)))(images))
        return keras.Model(images, [layers.Dense(latent_dim)(x), layers.Dense(latent_dim)(x)])

    verdict = judged("4.1", {"build_encoder": build})
    assert points_of(verdict) == [0.5, 0, 1.0]
    assert "8 of 16" in verdict.tests[1].actual


@pytest.mark.slow
def test_a_function_that_returns_nothing_is_asked_for_its_return():
    verdict = judged("4.2", {"build_decoder": lambda latent_dim: None})
    assert verdict.points == 0
    assert "return" in verdict.tests[0].cause


def test_an_error_is_told_by_the_learners_own_function():
    verdict = judged("4.2", {"build_decoder": lambda latent_dim: keras.Input((latent_dim,)) + "1"})
    assert verdict.points == 0
    assert "`build_decoder` stopped with" in verdict.tests[0].actual


@pytest.mark.slow
def test_a_decoder_that_ignores_one_latent_is_told_so():
    def build(latent_dim):
        z = keras.Input((latent_dim,))
        x = layers.Dense(784)(z[:, : latent_dim - 1])
        return keras.Model(z, layers.Reshape((28, 28, 1))(x))

    verdict = judged("4.2", {"build_decoder": build})
    assert "dimension" in verdict.tests[2].cause


def by_held_out_elbo(model, images):
    terms = held_out_elbo(model, images)
    return [terms["kl"], terms["recon"]]


def test_figures_measured_in_another_way_earn_their_own_points():
    verdict = judged("4.3", {"rate_and_distortion": by_held_out_elbo}, seed=3)
    assert points_of(verdict) == [0, 1.0, 0.5]


@pytest.mark.slow
@pytest.mark.parametrize("size", [32, 100, 500])
def test_a_first_batch_of_any_size_is_told(size):
    def measure(model, images):
        recon, kl = model.elbo_terms(images[:size])
        return tf.reduce_mean(kl), tf.reduce_mean(recon)

    verdict = judged("4.3", {"rate_and_distortion": measure}, seed=3)
    assert points_of(verdict) == [0, 0, 0.5]
    assert verdict.tests[1].actual == "the means over a first batch"


def test_the_line_counts_with_the_repair_and_the_repair_by_itself():
    assert points_of(judged("4.5", {"faulty_line_4_5": 3})) == [0, 0, 0]
    wrong_line = judged("4.5", {"faulty_line_4_5": 7, "score_and_draw": score_and_draw})
    assert points_of(wrong_line) == [0, 0.5, 0.5]
    assert wrong_line.diagnosis.name == "line 7 blamed"
