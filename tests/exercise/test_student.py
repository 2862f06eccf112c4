"""A learner's answers: what arrives is plain, and every way of going wrong has its own words."""

from __future__ import annotations

import logging
import sys
import textwrap

import numpy as np
import pytest
from learner import GRADIENTS_OVER_1_1, RIGHT_1_1, STUB_1_1, student

from autograder.exercise.live_student import LiveStudent
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import BadValue, Blocked, Crashed, NotWritten, TimedOut

ONES = np.ones((2, 2), "float32")
CASE = ("reparameterize", ONES, ONES, ONES)
UNWRITTEN_BELOW = """
def posterior_draws(mean, log_var, eps):
    return reparameterize(mean, log_var, eps)
"""


def answer(body: str):
    return student(f"def reparameterize(mean, log_var, eps):\n    {body}\n")


def test_float_arrays_arrive_as_tensors_and_come_back_as_arrays():
    asked = answer("assert tf.is_tensor(mean) and tf.is_tensor(eps); return mean + eps")
    result = asked.call("reparameterize", ONES, ONES, eps=ONES)
    assert type(result) is np.ndarray and result.tolist() == [[2.0, 2.0], [2.0, 2.0]]


def test_arrays_arrive_as_they_are_when_tensors_are_not_wanted():
    asked = answer("assert type(mean) is np.ndarray; return mean")
    assert asked.call(*CASE, tensors=False).tolist() == ONES.tolist()


def test_a_missing_name_is_not_written_and_says_to_run_the_cell():
    with pytest.raises(NotWritten, match=r"no `reparameterize` yet\. Has its cell been run"):
        LiveStudent({}).call(*CASE)


def test_a_stub_is_not_written():
    with pytest.raises(NotWritten, match="`reparameterize` still raises NotImplementedError"):
        student(STUB_1_1).call(*CASE)


def test_a_stub_under_tf_function_is_not_written():
    with pytest.raises(NotWritten):
        student("@tf.function" + STUB_1_1).call(*CASE)


@pytest.mark.parametrize("autograph", [True, False])
def test_a_library_that_raises_not_implemented_error_is_a_crash_of_a_written_answer(autograph):
    # Without AutoGraph, as in the jail, the error's last frame is the learner's own line.
    written = student(
        f"@tf.function(autograph={autograph})\ndef reparameterize(mean, log_var, eps):\n"
        "    return tf.constant(np.exp(np.asarray(mean)))\n"
    )
    with pytest.raises(Crashed, match="NotImplementedError"):
        written.call(*CASE)


def test_calling_another_exercises_stub_is_blocked_and_names_it():
    with pytest.raises(Blocked, match=r"`posterior_draws` calls `reparameterize` of exercise 1\.1"):
        student(STUB_1_1, UNWRITTEN_BELOW).call("posterior_draws", ONES, ONES, ONES)


def test_a_crash_shows_the_error_and_the_learners_own_line_and_nothing_of_the_grader():
    with pytest.raises(Crashed) as error:
        answer("return mean @ tf.ones((7, 1))").call(*CASE)
    words = str(error.value)
    assert words.startswith("`reparameterize` stopped with InvalidArgumentError in the line ")
    assert "`return mean @ tf.ones((7, 1))`" in words
    for foreign in ("Traceback", "student.py", "site-packages", "autograder", "\x1b", "\n"):
        assert foreign not in words


def test_colour_codes_of_a_message_are_dropped_and_a_long_one_is_cut():
    with pytest.raises(Crashed) as error:
        answer("raise ValueError('\\x1b[1mbold\\x1b[0m ' + 'x' * 5000)").call(*CASE)
    assert "bold x" in str(error.value) and "\x1b" not in str(error.value)
    assert str(error.value).endswith("x …") and len(str(error.value)) < 600


@pytest.mark.parametrize("exit_call", ["raise SystemExit(0)", "__import__('sys').exit(0)"])
def test_leaving_python_in_an_answer_is_a_crash_and_does_not_end_the_judge(exit_call):
    with pytest.raises(Crashed, match="SystemExit"):
        answer(exit_call).call(*CASE)


def test_an_interrupt_by_the_person_at_the_keyboard_goes_through():
    with pytest.raises(KeyboardInterrupt):
        answer("raise KeyboardInterrupt").call(*CASE)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("return keras.Input((2,))", "symbolic KerasTensor"),
        ("return object()", "a object"),
        ("return type('Odd', (), {'numpy': lambda self: 1 / 0})()", "a Odd that cannot be read"),
    ],
)
def test_a_value_that_is_not_plain_is_a_bad_value(body, named):
    with pytest.raises(BadValue, match=named):
        answer(body).call(*CASE)


def test_something_that_is_no_function_is_a_bad_value():
    with pytest.raises(BadValue, match="`reparameterize` is a int, not a function"):
        student("reparameterize = 3").call(*CASE)


def test_warnings_of_an_answer_stay_off_stderr(capfd, recwarn):
    noisy = answer("warnings.warn('careful'); return np.log(np.zeros((2, 2))) * 0 + np.sqrt(-1.0)")
    noisy.call(*CASE)
    # pytest keeps warnings from stderr by itself: only the list tells whether there were any.
    assert capfd.readouterr().err == "" and not recwarn.list


def test_a_stand_in_reaches_other_answers_and_is_taken_back_whatever_happens():
    asked = student(STUB_1_1, UNWRITTEN_BELOW)
    before = dict(asked.namespace)
    with (
        pytest.raises(ZeroDivisionError),
        asked.standing_in({"reparameterize": lambda m, v, e: m, "brand_new": 1}),
    ):
        assert asked.call("posterior_draws", ONES, ONES, ONES).tolist() == ONES.tolist()
        assert asked.value("brand_new") == 1
        raise ZeroDivisionError
    assert asked.namespace == before


def test_a_probe_runs_beside_the_code_and_blames_the_answer_it_asked_for():
    with pytest.raises(NotWritten, match="no `Sampling`"):
        LiveStudent({}).probe("lesson_1.first_draws", [3], [ONES])
    broken = student("class Sampling:\n    def __init__(self, seed=None):\n        1 / 0\n")
    with pytest.raises(Crashed, match=r"`Sampling` stopped with ZeroDivisionError.*`1 / 0`"):
        broken.probe("lesson_1.first_draws", [3], [ONES])


def test_a_recording_replays_on_another_student_and_matches_only_equal_answers():
    recorder = RecordingStudent(student(RIGHT_1_1))
    assert not recorder.matches(student(RIGHT_1_1), 1e-3, 1e-4), "nothing was asked yet"
    recorder.call(*CASE)
    assert recorder.matches(student(RIGHT_1_1), 1e-3, 1e-4)
    assert not recorder.matches(student(STUB_1_1), 1e-3, 1e-4)
    assert not recorder.matches(answer("return mean"), 1e-3, 1e-4)
    with pytest.raises(NotWritten):
        recorder.call("pathwise_gradients", ONES, ONES, ONES)
    assert not recorder.matches(student(RIGHT_1_1, GRADIENTS_OVER_1_1), 1e-3, 1e-4)


def test_judging_leaves_the_main_module_alone():
    before = sys.modules["__main__"]
    student(RIGHT_1_1).call(*CASE)
    assert sys.modules["__main__"] is before


def test_advice_of_tensorflow_does_not_reach_stderr(capfd):
    source = """
    @tf.function
    def f(x):
        tf.get_logger().warning("5 out of the last 5 calls triggered retracing")
        return x
    """
    asked = student(textwrap.dedent(source))
    level = logging.getLogger("tensorflow").level
    asked.call("f", np.ones(2, "float32"))
    assert "retracing" not in capfd.readouterr().err
    assert logging.getLogger("tensorflow").level == level


def test_an_answer_that_works_in_place_does_not_change_the_question():
    source = "def f(x, y=None):\n    x += 1\n    y *= 2\n    return x + y\n"
    asked = RecordingStudent(student(source))
    x, y = np.ones(3, int), np.ones(3, int)
    asked.call("f", x, y=y, tensors=False)
    assert x.tolist() == y.tolist() == [1, 1, 1]
    assert asked.record[0][1][1] is x and asked.matches(student(source), 0, 0)


def preparing(*outcomes):
    """A student whose probe does these things in turn, and how often it has run."""
    runs = []

    def run(answers, number):
        runs.append(number)
        outcome = outcomes[len(runs) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return LiveStudent({}, find_probe=lambda name: run), runs


@pytest.mark.parametrize(
    ("outcomes", "times"),
    (
        ([False, False, True, False], 3),
        ([False] * 9, 5),
        # Only True is the end; anything else may be a learner's.
        ([1, np.ones(2), None, "yes", True], 5),
        ([False, Crashed("no"), True], 2),
    ),
)
def test_work_is_prepared_until_it_is_done_and_leaves_no_trace(outcomes, times):
    asked, runs = preparing(*outcomes)
    record = RecordingStudent(asked)
    record.prepare("lesson_9.work", 7, times=5)
    assert runs == [7] * times
    assert not record.record and not record.seconds


def test_work_that_takes_too_long_is_not_asked_for_again():
    asked, _ = preparing(TimedOut("late"))
    with pytest.raises(TimedOut, match="late"):
        asked.prepare("lesson_9.work", 7, times=5)
