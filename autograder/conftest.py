"""Lets pytest run the exercises' own tests over a notebook file.

pytest autograder --submission lesson_1.ipynb [--check-seed 7]
"""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from autograder.exercise import registry
from autograder.exercise.expect import Mismatch
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.student import StudentError
from autograder.intake import UnreadableNotebook, read_submission
from autograder.judging.diagnosis import references
from autograder.judging.judge import generator, unmet_needs
from autograder.judging.running import run_submission
from autograder.notebook.face import suspended


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
        lesson = registry.of_lesson(config.submission.lesson)
    except (UnreadableNotebook, registry.UnknownExercise) as error:
        raise pytest.UsageError(str(error)) from None
    tests = [test.function for exercise in lesson for test in exercise.tests]
    config.test_files = {Path(inspect.getfile(function)) for function in tests}


def pytest_ignore_collect(collection_path, config):
    """Collect the files that hold tests of the submission's lesson, and no others."""
    return (collection_path.suffix == ".py" and collection_path not in config.test_files) or None


def pytest_collect_file(file_path, parent):
    """Take those files for tests, whatever they are called."""
    if file_path in parent.config.test_files:
        return pytest.Module.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def _student(pytestconfig):
    namespace, _ = run_submission(pytestconfig.submission, suspended())
    return LiveStudent(namespace, registry.owners(pytestconfig.submission.lesson))


@pytest.fixture(scope="session")
def _unmet(pytestconfig, _student):
    """Exercise id → its prerequisites that do not pass, worked out once."""
    seed, known = pytestconfig.getoption("--check-seed"), {}
    return {
        exercise.id: unmet_needs(exercise, _student, seed, known)
        for exercise in registry.of_lesson(pytestconfig.submission.lesson)
    }


@pytest.fixture
def student(request, _student, _unmet):
    """The submission, with the reference in place of failing prerequisites."""
    with _student.standing_in(references(_unmet[request.function.exercise_id])):
        yield _student


@pytest.fixture
def rng(request):
    """The same numbers that `check` draws for this test."""
    exercise = registry.get(request.function.exercise_id)
    test = next(test for test in exercise.tests if test.function is request.function)
    return generator(exercise, test, request.config.getoption("--check-seed"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Show what a learner should read in place of a traceback through the grader."""
    report = (yield).get_result()
    if call.excinfo and isinstance(call.excinfo.value, (Mismatch, StudentError)):
        report.longrepr = str(call.excinfo.value)
