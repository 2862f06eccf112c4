"""Lesson 1's exercises: right answers earn full marks, wrong ones are named for what they are."""

from __future__ import annotations

import re

import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over as judged

from autograder.course.lesson_1 import wrong_reparameterize
from autograder.exercise import registry
from autograder.judging import bank
from autograder.judging.diagnosis import references

EXERCISES = {exercise.id: exercise for exercise in registry.of_lesson(1)}
ALL_REFERENCES = references(tuple(EXERCISES))
WRONG = [(e.id, m) for e in EXERCISES.values() for m in e.misconceptions]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_one_answer_alone_earns_exactly_its_points(exercise_id):
    alone = {**dict.fromkeys(ALL_REFERENCES, _stub), **EXERCISES[exercise_id].reference}
    for other in EXERCISES.values():
        expected = other.points if other.id == exercise_id else 0.0
        assert judged(other.id, alone).points == expected, other.id


def _stub(*args, **kwargs):
    raise NotImplementedError


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_a_right_answer_in_another_style_passes(exercise_id):
    for variant in bank.variants(exercise_id):
        assert judged(exercise_id, bank.namespace(variant)).passed, variant.title


@pytest.mark.parametrize("line", [None, np.nan, np.inf, "3", 3.5, True, 2, [3]])
def test_no_other_line_than_the_third_is_accepted(line):
    assert judged("1.3", {**ALL_REFERENCES, "faulty_line_1_3": line}).points == 1.0


def test_a_tape_that_watched_nothing_is_told_what_is_missing():
    def unwatched(mean, log_var, eps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((mean + tf.exp(0.5 * log_var) * eps) ** 2)
        return tape.gradient(loss, [mean, log_var])

    verdict = judged("1.4", {**ALL_REFERENCES, "pathwise_gradients": unwatched})
    assert verdict.points == 0.0
    assert "watch both inputs" in verdict.tests[0].cause


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_constant_earns_nothing(value):
    constants = {
        "reparameterize": lambda mean, log_var, eps: np.full(mean.shape, value),
        "posterior_draws": lambda mean, log_var, eps: np.full(eps.shape, value),
        "pathwise_gradients": lambda mean, log_var, eps: (value, value),
        "faulty_line_1_3": 0,
    }
    for exercise_id in ("1.1", "1.3", "1.4"):
        assert judged(exercise_id, constants).points == 0.0


def test_the_first_draw_that_is_checked_can_be_worked_out_by_hand():
    wrong = wrong_reparameterize.REPARAMETERIZE[0]
    found = judged("1.1", {**ALL_REFERENCES, **wrong.answers}).tests[1]
    assert re.search(r"mean \[\S+, \S+\] and variances \[4.0, 0.25\], and eps = 1", found.checked)
