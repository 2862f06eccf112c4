"""Lets pytest run the exercises' own tests over a notebook file.

pytest autograder --submission lesson_1.ipynb [--check-seed 7]
"""

from __future__ import annotations

import re

import pytest

from autograder import exercises
from autograder.diagnosis import references
from autograder.expect import Mismatch
from autograder.intake import UnreadableNotebook, read_submission
from autograder.judge import generator, unmet_needs
from autograder.running import run_submission
from autograder.student import LiveStudent, StudentError


def pytest_addoption(parser):
    group = parser.getgroup("beyond pixels")
    group.addoption("--submission", metavar="FILE", help="a lesson's notebook to be judged")
    group.addoption("--check-seed", type=int, default=0, help="seed of the numbers checks draw")


def pytest_configure(config):
    path = config.getoption("--submission")
    if not path:
        raise pytest.UsageError(
            "The exercises' tests judge a notebook: pytest autograder --submission FILE"
        )
    try:
        config.submission = read_submission(path)
        exercises.of_lesson(config.submission.lesson)
    except (UnreadableNotebook, exercises.UnknownExercise) as error:
        raise pytest.UsageError(str(error)) from None


def pytest_ignore_collect(collection_path, config):
    """Collect the submission's own lesson, and no other."""
    wanted = re.compile(rf"lesson_{config.submission.lesson}(_\w+)?\.py")
    foreign = not wanted.fullmatch(collection_path.name)
    return True if collection_path.suffix == ".py" and foreign else None


@pytest.fixture(scope="session")
def _student(pytestconfig):
    namespace, _ = run_submission(pytestconfig.submission)
    return LiveStudent(namespace, exercises.owners(pytestconfig.submission.lesson))


@pytest.fixture(scope="session")
def _unmet(pytestconfig, _student):
    """Exercise id → its prerequisites that do not pass, worked out once."""
    seed, known = pytestconfig.getoption("--check-seed"), {}
    return {
        exercise.id: unmet_needs(exercise, _student, seed, known)
        for exercise in exercises.of_lesson(pytestconfig.submission.lesson)
    }


@pytest.fixture
def student(request, _student, _unmet):
    """The submission, with the reference in the place of failing prerequisites."""
    with _student.standing_in(references(_unmet[request.function.exercise_id])):
        yield _student


@pytest.fixture
def rng(request):
    """The same numbers that `check` draws for this test."""
    exercise = exercises.get(request.function.exercise_id)
    test = next(test for test in exercise.tests if test.function is request.function)
    return generator(exercise, test, request.config.getoption("--check-seed"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Show what a learner should read in the place of a traceback through the grader."""
    report = (yield).get_result()
    if call.excinfo and isinstance(call.excinfo.value, (Mismatch, StudentError)):
        report.longrepr = str(call.excinfo.value)
