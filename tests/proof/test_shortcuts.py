"""Answers without the skill earn next to nothing, and a test that pays for them is found."""

from __future__ import annotations

import pytest

from autograder.exercise import registry
from autograder.exercise.declaration import Test
from autograder.judging import bank
from autograder.judging.verdict import Outcome
from autograder.proof.report import MOST_BY_SHORTCUTS, Report
from autograder.proof.run import Plan, result_of
from autograder.proof.shortcuts import best_of, earned, shortcuts
from autograder.proof.units import SHORT, Unit, judged

QUICK = [exercise.id for exercise in registry.every() if not exercise.slow]


def report(*exercise_ids: str) -> Report:
    units = [Unit("shortcut", exercise_id) for exercise_id in exercise_ids]
    rows = [row for unit in units for row in result_of(unit, SHORT)]
    return Report(Plan(exercise_ids, ("shortcut",), SHORT), rows)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", registry.course().lessons)
def test_the_best_shortcuts_to_a_lesson_earn_next_to_nothing(lesson):
    ids = [exercise.id for exercise in registry.of_lesson(lesson) if exercise.id in QUICK]
    found = report(*ids) if ids else None
    assert found is None or not found.failures(), found.failures()


@pytest.mark.nightly
@pytest.mark.parametrize("exercise_id", [e.id for e in registry.every() if e.slow])
def test_shortcuts_to_slow_exercises_earn_next_to_nothing(exercise_id):
    lesson = registry.of_lesson(registry.get(exercise_id).lesson)
    assert best_of(exercise_id)["earned"] <= MOST_BY_SHORTCUTS * sum(e.points for e in lesson)


def test_a_test_that_pays_for_a_constant_is_found(monkeypatch):
    exercise = registry.get("2.2")
    lax = Test("anything", 1.0, lambda student, rng: student.call("kl_divergence", *pair()))
    monkeypatch.setattr(exercise, "tests", [*exercise.tests, lax])
    sentences = report("2.2").failures()
    assert len(sentences) == 1 and "without the skill" in sentences[0] and "2.2" in sentences[0]


def pair():
    import numpy as np

    return np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")


def test_a_search_over_tests_that_refuse_right_answers_is_refused(monkeypatch):
    exercise = registry.get("2.2")

    def refuses(student, rng):
        raise AssertionError

    monkeypatch.setattr(exercise, "tests", [Test("strict", 1.0, refuses)])
    with pytest.raises(ValueError, match=r"2\.2: the reference does not pass"):
        best_of("2.2")


def test_every_kind_of_shortcut_is_made():
    names = " | ".join(shortcuts(registry.get("2.2")))
    for words in ("0 everywhere", "echo of argument 2", "in the form of an answer", "previous"):
        assert words in names
    for words in ("table of questions", "table of entries", "table of rows", "kl_per_dimension"):
        assert words in names
    assert {item.name for item in bank.shortcuts("2.2")} <= set(shortcuts(registry.get("2.2")))


def test_a_table_knows_what_it_was_made_of():
    from autograder.grading.submission import VISIBLE_SEED
    from autograder.proof import shortcuts as module

    exercise = registry.get("2.2")
    table = shortcuts(exercise)["table of questions, else zeros"]
    assert judged(exercise, table, VISIBLE_SEED).passed
    assert not judged(exercise, table, module.FIRST_SEED).passed


def test_the_right_line_earns_nothing_beside_a_repair_that_is_not_one():
    exercise = registry.get("1.3")
    guess = {"faulty_line_1_3": 3, "posterior_draws": lambda mean, log_var, eps: eps}
    verdict = judged(exercise, guess, 0)
    line = verdict.tests[-1]
    assert verdict.points == 0 and line.outcome is Outcome.FAILED
    assert "This part is right" in line.cause and exercise.tests[0].title in line.expected
    # Of a right repair and a wrong line, the repair counts.
    half = {**exercise.reference, "faulty_line_1_3": 1}
    assert judged(exercise, half, 0).points == exercise.tests[0].points


@pytest.mark.parametrize("exercise_id", QUICK)
def test_what_counts_with_another_test_names_one_that_there_is(exercise_id):
    titles = {test.title for test in registry.get(exercise_id).tests}
    assert all(
        test.counts_with in titles | {""} and test.counts_with != test.title
        for test in registry.get(exercise_id).tests
    )


def test_what_is_not_written_earns_nothing():
    exercise = registry.get("1.3")
    assert earned(exercise, {}) == 0
