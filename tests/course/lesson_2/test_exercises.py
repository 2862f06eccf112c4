"""Lesson 2's exercises: right answers earn full marks, wrong ones are named for what they are."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over as judged

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.judging.diagnosis import references
from autograder.judging.judge import judge
from autograder.judging.verdict import Outcome
from bvae_ref.metrics.aggregate import kl_decomposition

EXERCISES = {exercise.id: exercise for exercise in registry.of_lesson(2)}
ALL_REFERENCES = references(tuple(EXERCISES))
WRONG = [(e.id, m) for e in EXERCISES.values() for m in e.misconceptions]
REPAIRED = {"faulty_line_2_5": 5}


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_one_answer_alone_earns_exactly_its_points(exercise_id):
    alone = {**dict.fromkeys(ALL_REFERENCES, _stub), **EXERCISES[exercise_id].reference}
    for other in EXERCISES.values():
        expected = other.points if other.id == exercise_id else 0.0
        assert judged(other.id, alone).points == expected, other.id


def _stub(*args):
    raise NotImplementedError


def _looped_kl(mean, log_var):
    rows = []
    for m_row, l_row in zip(mean.numpy().tolist(), log_var.numpy().tolist(), strict=True):
        rows.append([0.5 * (m * m + np.exp(v) - 1 - v) for m, v in zip(m_row, l_row, strict=True)])
    return rows


def _kl_from_scratch(mean, log_var):
    return keras.ops.sum(0.5 * (mean**2 + keras.ops.exp(log_var) - 1 - log_var), axis=1)


def _densities_with_divisor_n(mean, log_var, eps):
    std = tf.sqrt(tf.exp(log_var))
    z = mean + std * eps
    log_q = tf.math.log(tf.exp(-0.5 * ((z - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi)))
    log_p = tf.math.log(tf.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
    ratio = tf.reduce_sum(log_q - log_p, axis=2)
    return [tf.reduce_mean(ratio, 0), tf.math.reduce_std(ratio, 0) / np.sqrt(eps.shape[0])]


def _stacked_pair(mean, log_var, eps):
    return tf.stack(EXERCISES["2.3"].reference["kl_monte_carlo"](mean, log_var, eps))


def _listed_mask(mean, threshold):
    return [bool(np.var(column, ddof=1) > threshold) for column in np.asarray(mean).T]


def _float_term(mean, log_var):
    return float(np.mean(np.sum(np.asarray(_looped_kl(mean, log_var)), axis=1)))


def _term_over_own_functions(mean, log_var):
    return tf.reduce_sum(_kl_from_scratch(mean, log_var)) / mean.shape[0]


@pytest.mark.parametrize(
    ("exercise_id", "answers"),
    [
        ("2.1", {"kl_per_dimension": _looped_kl}),
        ("2.2", {"kl_divergence": _kl_from_scratch}),
        ("2.3", {"kl_monte_carlo": _densities_with_divisor_n}),
        ("2.3", {"kl_monte_carlo": _stacked_pair}),
        ("2.4", {"active_dimensions": _listed_mask}),
        ("2.5", {"kl_term": _float_term, **REPAIRED}),
        ("2.5", {"kl_term": _term_over_own_functions, **REPAIRED}),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_right_answer_in_another_style_passes(exercise_id, answers, seed):
    verdict = judged(exercise_id, answers, seed)
    assert verdict.passed, verdict


def test_a_sum_over_a_wrong_2_1_is_judged_with_the_reference_in_its_place():
    namespace = {"tf": tf, "kl_per_dimension": lambda mean, log_var: mean}
    exec(
        "def kl_divergence(mean, log_var):\n"
        "    return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=-1)\n"
        "def kl_term(mean, log_var):\n"
        "    return tf.reduce_mean(kl_divergence(mean, log_var))\n",
        {},
        namespace,
    )
    functions = {name: _bound(namespace[name], namespace) for name in ("kl_divergence", "kl_term")}
    namespace.update(functions, **REPAIRED)
    for exercise_id, passes in (("2.1", False), ("2.2", True), ("2.5", True)):
        student = LiveStudent(namespace, registry.owners(2))
        assert judge(exercise_id, student).passed is passes, exercise_id


def _bound(function, namespace: dict):
    """The same function with `namespace` as its globals, as in a notebook."""
    return type(function)(function.__code__, namespace)


def test_a_monte_carlo_estimate_from_noise_of_its_own_keeps_the_point_for_agreeing():
    def own_noise(mean, log_var, eps):
        fresh = np.random.default_rng(5).standard_normal(eps.shape).astype("float32")
        return EXERCISES["2.3"].reference["kl_monte_carlo"](mean, log_var, fresh)

    outcomes = [test.outcome for test in judged("2.3", {"kl_monte_carlo": own_noise}).tests]
    assert outcomes == [Outcome.FAILED, Outcome.PASSED, Outcome.FAILED]


def test_the_closed_form_handed_over_as_an_estimate_is_not_taken_for_one():
    def no_draws(mean, log_var, eps):
        return _kl_from_scratch(mean, log_var), np.zeros(mean.shape[0])

    assert judged("2.3", {"kl_monte_carlo": no_draws}).points == 0.5


def test_a_standard_error_one_per_cent_off_is_refused():
    def too_large(mean, log_var, eps):
        estimate, error = EXERCISES["2.3"].reference["kl_monte_carlo"](mean, log_var, eps)
        return estimate, 1.01 * error

    assert judged("2.3", {"kl_monte_carlo": too_large}).points == 1.5


@pytest.mark.parametrize("answer", [None, np.nan, "0.5", 4.5, True, 4])
def test_no_other_line_than_the_fifth_is_accepted(answer):
    verdict = judged("2.5", {**ALL_REFERENCES, "faulty_line_2_5": answer})
    assert verdict.points == 1.5


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", ["2.1", "2.2", "2.3", "2.5", "2.6"])
def test_a_constant_of_the_right_kind_earns_nothing_but_what_it_satisfies(exercise_id):
    constants = {
        "kl_per_dimension": lambda mean, log_var: np.full(mean.shape, np.nan),
        "kl_divergence": lambda mean, log_var: np.zeros(mean.shape[0]),
        "kl_monte_carlo": lambda mean, log_var, eps: (np.zeros(4), np.zeros(4)),
        "kl_term": lambda mean, log_var: 0.0,
        "faulty_line_2_5": 0,
        "information_and_mismatch": lambda z, mean, log_var: (0.0, 0.0),
    }
    assert judged(exercise_id, constants).points == 0.0


def test_numbers_in_the_place_of_a_mask_are_told_what_a_mask_is():
    def numbers(mean, threshold):
        return np.where(np.var(mean, axis=0) > threshold, 1, 0)

    verdict = judged("2.4", {"active_dimensions": numbers})
    assert verdict.points == 0.0
    assert "truth values" in verdict.tests[0].cause


def _relative_to_the_prior(z, mean, log_var):
    ratio = 0.5 * (z[:, None] ** 2 - (z[:, None] - mean) ** 2 / tf.exp(log_var) - log_var)
    ratio = tf.exp(tf.reduce_sum(ratio, axis=2))
    mismatch = tf.reduce_mean(tf.math.log(tf.reduce_mean(ratio, axis=1)))
    return tf.reduce_mean(tf.math.log(tf.linalg.diag_part(ratio))) - mismatch, mismatch


def test_ratios_to_the_prior_are_numbers_in_single_precision_in_every_run_of_2_6():
    answers = {**ALL_REFERENCES, "information_and_mismatch": _relative_to_the_prior}
    for seed in range(40):
        assert judged("2.6", answers, seed=seed).passed, seed


def test_the_reference_of_2_6_agrees_with_the_metric_of_the_package():
    rng = np.random.default_rng(0)
    mean, log_var = rng.normal(0, 1, (40, 3)), rng.uniform(-2, 1, (40, 3))
    z = mean + np.exp(0.5 * log_var) * rng.standard_normal(mean.shape)
    parts = kl_decomposition(mean, log_var, z)
    mismatch = parts.total_correlation + parts.dimension_wise_kl
    found = ALL_REFERENCES["information_and_mismatch"](z, mean, log_var)
    assert found == pytest.approx((parts.index_code_mi, mismatch))
