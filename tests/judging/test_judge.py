"""The judge: every outcome for its own reason, prerequisites charged once, numbers by seed."""

from __future__ import annotations

import numpy as np
import pytest
from learner import GRADIENTS_OVER_1_1, RIGHT_1_1, STUB_1_1, VARIANCE_AS_SPREAD, judged, student

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise, Test
from autograder.judging.judge import generator, judge, run_test, unmet_needs
from autograder.judging.verdict import Outcome

DRAWS_OVER_1_1 = """
def posterior_draws(mean, log_var, eps):
    return tf.stack([reparameterize(mean, log_var, row) for row in tf.unstack(eps)])
faulty_line_1_3 = 3
"""


def test_a_right_answer_passes_with_all_points_and_no_further_hint():
    verdict = judged("1.1", RIGHT_1_1)
    assert verdict.passed and verdict.points == verdict.max_points == 2.0
    assert verdict.next_hint == "" and verdict.diagnosis is None and verdict.notes == ()


@pytest.mark.parametrize("sources", [(), (STUB_1_1,)], ids=["missing", "stub"])
def test_what_is_not_written_is_not_attempted_and_earns_nothing(sources):
    verdict = judged("1.1", *sources)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED and verdict.points == 0.0
    assert verdict.next_hint == 'hint("1.1")'


def test_an_exception_is_a_crash_with_the_learners_line():
    verdict = judged("1.1", "def reparameterize(mean, log_var, eps):\n    return mean + spread\n")
    assert verdict.outcome is Outcome.CRASHED and verdict.points == 0.0
    assert "NameError in the line `return mean + spread`" in verdict.tests[0].actual


@pytest.mark.parametrize("value", ["tf.fill((2, 2), float('nan'))", "None", "'2.0'", "1.0", "{}"])
def test_a_value_of_another_kind_earns_nothing(value):
    verdict = judged("1.1", f"def reparameterize(mean, log_var, eps):\n    return {value}\n")
    assert verdict.outcome is Outcome.FAILED and verdict.points == 0.0


def test_an_unwritten_answer_outside_the_needs_blocks():
    verdict = judged("1.3", STUB_1_1, DRAWS_OVER_1_1)
    assert verdict.outcome is Outcome.BLOCKED
    assert "exercise 1.1, which is not written yet" in verdict.tests[0].actual
    assert verdict.points == 0, "a line earns its points together with the repair"


@pytest.mark.parametrize("below", [STUB_1_1, VARIANCE_AS_SPREAD, ""], ids=["stub", "wrong", "none"])
def test_a_prerequisite_that_does_not_pass_is_charged_once_and_the_note_says_so(below):
    asked = student(below, GRADIENTS_OVER_1_1)
    before = dict(asked.namespace)
    verdict = judge("1.4", asked)
    assert verdict.passed
    assert verdict.notes == (
        "Judged with the reference in place of `reparameterize` (1.1), which does not pass yet.",
    )
    assert asked.namespace == before, "the reference stays only while judging"
    assert not judge("1.1", asked).passed
    assert unmet_needs(registry.get("1.4"), asked, 0) == ("1.1",)


def test_no_stand_in_is_mentioned_when_none_was_needed():
    assert judged("1.4", RIGHT_1_1, GRADIENTS_OVER_1_1).notes == ()


def test_a_misconception_is_named_only_when_it_explains_the_answers():
    assert judged("1.1", VARIANCE_AS_SPREAD).diagnosis.name == "variance used as standard deviation"
    other = "def reparameterize(mean, log_var, eps):\n    return 3.0 * mean + eps\n"
    assert judged("1.1", other).diagnosis.name == "log_var without effect"


# Right by itself, and no tensor: what goes on from it by a method of tensors stops.
LIST_OF_ROWS = """
def reparameterize(mean, log_var, eps):
    return list(tf.unstack(mean + tf.exp(0.5 * log_var) * eps))
"""
NEEDS_A_TENSOR = """
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        z = reparameterize(mean, log_var, eps)
        loss = tf.reduce_sum(tf.square(z)) + 0.0 * z.shape[0]
    return tape.gradient(loss, [mean, log_var])
"""


def test_an_answer_that_passes_and_is_of_no_use_to_the_next_costs_nothing_there():
    asked = student(LIST_OF_ROWS, NEEDS_A_TENSOR)
    assert judge("1.1", asked).passed
    verdict = judge("1.4", asked)
    assert verdict.passed
    assert "your own passes by itself" in verdict.notes[0]
    # One that is wrong by itself gains nothing by it.
    wrong = NEEDS_A_TENSOR.replace("tf.square(z)", "z")
    verdict = judge("1.4", student(RIGHT_1_1, wrong))
    assert not verdict.passed and verdict.notes == ()


def _numbers(exercise_id: str, seed: int) -> list:
    exercise = registry.get(exercise_id)
    return [generator(exercise, test, seed).random(4).tolist() for test in exercise.tests]


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    first, again, other = _numbers("1.1", 0), _numbers("1.1", 0), _numbers("1.1", 7)
    assert first == again
    assert all(a != b for a, b in zip(first, other, strict=True))
    assert len({tuple(row) for row in first}) == len(first), "each test draws its own"


def test_the_seed_reaches_what_the_learner_is_asked():
    def seen(seed):
        asked = student(
            "asked = []\n", RIGHT_1_1.replace("    return", "    asked.append(eps)\n    return")
        )
        judge("1.1", asked, seed)
        return np.concatenate([np.ravel(item) for item in asked.namespace["asked"]])

    assert np.array_equal(seen(3), seen(3))
    assert not np.array_equal(seen(3), seen(4))


def test_a_test_that_itself_goes_wrong_earns_nothing_and_says_why():
    def broken(student, rng):
        raise IndexError("list index out of range")

    exercise = Exercise("9.9", "made up", ("f",), 1, ("", "", ""), {})
    found = run_test(exercise, Test("a property", 1.0, broken), student(), 0)
    assert found.outcome is Outcome.FAILED and found.points == 0.0
    assert "could not be judged (IndexError: list index out of range)" in found.actual


@pytest.mark.parametrize(
    ("exercise_id", "listed"), [("1.9", "Lesson 1 has 1.1, 1.2"), ("9.1", "0.1"), ("x", "5.1")]
)
def test_an_unknown_id_lists_the_ids_there_are(exercise_id, listed):
    with pytest.raises(registry.UnknownExercise) as error:
        judge(exercise_id, student())
    assert repr(exercise_id) in str(error.value) and listed in str(error.value)


def test_a_search_for_words_that_breaks_costs_no_points(monkeypatch):
    def broken(*args):
        raise MemoryError("a strange answer")

    monkeypatch.setattr("autograder.judging.judge.diagnose", broken)
    verdict = judged("1.1", VARIANCE_AS_SPREAD)
    assert verdict.points == 1.0 and verdict.diagnosis is None
    assert verdict.tests[1].actual and verdict.next_hint
