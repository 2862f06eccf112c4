"""Lesson 3: right answers earn full marks, and each named wrong one is named."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over

from autograder.exercise import registry
from autograder.exercise.declaration import together
from autograder.exercise.live_student import LiveStudent
from autograder.judging.judge import judge
from autograder.judging.verdict import Relation
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import reconstruction_loss

EXERCISES = registry.of_lesson(3)
FUNCTIONS = [exercise for exercise in EXERCISES if exercise.id != "3.3"]
WRONG_FUNCTIONS = [(e, wrong) for e in FUNCTIONS for wrong in e.misconceptions]

TWO_MISTAKES = {
    "3.1": ("averaged over pixels", "averaged over the batch too"),
    "3.2": ("β forgotten", "summed over the batch"),
    "3.4": ("both multiplied", "β itself is missing"),
    "3.5": ("the line of the batch mean", "every batch counts the same"),
    "3.6": ("the best draw alone", "log_ratio left out"),
}


def judged(exercise_id: str, answers: dict, seed: int = 0):
    """The verdict on these answers, with right ones to every other exercise."""
    right = {name: answer for e in FUNCTIONS for name, answer in e.reference.items()}
    return judged_over(exercise_id, {**right, **answers}, seed)


def test_a_reconstruction_in_numpy_loses_the_gradient_alone():
    def in_numpy(images, logits):
        logits = np.asarray(logits, "float64")
        return (np.logaddexp(0, logits) - logits * np.asarray(images)).sum(axis=(1, 2, 3))

    verdict = judged("3.1", {"reconstruction_loss": in_numpy})
    assert [test.points for test in verdict.tests] == [0.5, 0.5, 0.5, 0]


def test_a_small_number_under_the_logarithm_is_explained():
    def floored(recon, log_ratio):
        return tf.math.log(tf.reduce_mean(tf.exp(-recon - log_ratio), axis=0) + 1e-30)

    verdict = judged("3.6", {"importance_weighted_bound": floored})
    assert [test.points for test in verdict.tests] == [0.5, 1.0, 0]
    assert verdict.tests[2].cause.startswith("A small number added or kept before the logarithm")


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
    assert verdict.diagnosis.name == "e^a overflows"


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
