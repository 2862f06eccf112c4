"""Every lesson's notebooks, judged from the file: solved, released, and solved one by one."""

from __future__ import annotations

import sys
from functools import cache

import pytest
from coursework import LESSONS, outcomes, path_of, save, with_answers

from autograder.commands.check import judge_submission
from autograder.exercise import registry
from autograder.intake import read_submission
from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import verdict_data

EXERCISES = registry.every()


@cache
def judged(path):
    """Verdicts by exercise id, and the failures of cells."""
    verdicts, failures = judge_submission(read_submission(path))
    return {verdict.exercise_id: verdict for verdict in verdicts}, failures


def _slow_where_networks_train(item, lesson):
    """The parameter, left out of `make check` where a lesson trains networks."""
    return pytest.param(item, marks=pytest.mark.slow if lesson in (3, 4, 7) else ())


@pytest.mark.parametrize("lesson", [_slow_where_networks_train(n, n) for n in LESSONS])
def test_a_solution_notebook_earns_full_marks(lesson):
    verdicts, failures = judged(path_of("solutions", lesson))
    assert not failures
    assert all(verdict.passed for verdict in verdicts.values())
    assert sum(v.points for v in verdicts.values()) == sum(
        exercise.points for exercise in registry.of_lesson(lesson)
    )


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_released_notebook_raises_nothing_but_not_implemented_and_earns_nothing(lesson):
    verdicts, failures = judged(path_of("lessons", lesson))
    assert all(error.startswith("NotImplementedError") for _, error in failures), failures
    for verdict in verdicts.values():
        assert verdict.points == 0
        assert verdict.outcome is Outcome.NOT_ATTEMPTED, verdict


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the warm parent is Linux's")
@pytest.mark.parametrize("folder", ["solutions", "lessons"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_jailed_and_live_results_agree(service, lesson, folder):
    path = path_of(folder, lesson)
    jailed = service.grade(folder, path.read_bytes(), seed=0)
    live, _ = judged(path)
    assert outcomes(jailed["exercises"]) == outcomes(list(map(verdict_data, live.values())))
    total = sum(exercise.points for exercise in registry.of_lesson(lesson))
    assert jailed["points"] == (total if folder == "solutions" else 0)


# Of exercises that train networks, the first of lesson 4; the others every night.
FIRST_SLOW = {next(e.id for e in registry.of_lesson(4) if e.slow)}


def _nightly_where_networks_train(exercise):
    marks = [pytest.mark.slow] if exercise.lesson in (3, 4, 7) else []
    marks += [pytest.mark.nightly] if exercise.slow and exercise.id not in FIRST_SLOW else []
    return pytest.param(exercise, id=exercise.id, marks=marks)


@pytest.mark.parametrize("exercise", map(_nightly_where_networks_train, EXERCISES))
def test_solving_one_exercise_alone_earns_its_points_and_no_others(exercise, tmp_path):
    path = save(with_answers(exercise.lesson, exercise.id), tmp_path / "alone.ipynb")
    verdicts, _ = judged(path)
    for exercise_id, verdict in verdicts.items():
        wanted = exercise.points if exercise_id == exercise.id else 0
        assert verdict.points == wanted, verdict
