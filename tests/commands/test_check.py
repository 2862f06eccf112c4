"""`bvae check FILE` and `pytest autograder --submission FILE`, on released and solved notebooks."""

from __future__ import annotations

import argparse
import json
import os
import sys

import pytest
from coursework import ROOT, path_of, run, save, with_answers
from learner import RIGHT_1_1, VARIANCE_AS_SPREAD

from autograder.commands.check import add_check
from autograder.exercise import registry

EXIT_ON_CALL = "def reparameterize(mean, log_var, eps):\n    raise SystemExit(0)\n"


def bvae_check(*arguments) -> int:
    """The exit code of `bvae check` with these arguments."""
    parser = argparse.ArgumentParser(prog="bvae")
    add_check(parser.add_subparsers())
    parsed = parser.parse_args(["check", *map(str, arguments)])
    return parsed.run(parsed)


def test_a_solved_notebook_passes_with_exit_code_0(capsys):
    assert bvae_check(path_of("solutions", 1)) == 0
    out, err = capsys.readouterr()
    assert err == "" and "8 / 8" in out and "Not" not in out


def test_a_released_notebook_is_not_attempted_with_exit_code_1(capsys):
    assert bvae_check(path_of("lessons", 1)) == 1
    out, err = capsys.readouterr()
    assert err == "" and out.count("Not attempted") == len(registry.of_lesson(1))
    assert "0 / 8" in out and "stopped with an error" not in out


def test_json_holds_every_exercise_and_nothing_else_is_printed(capsys):
    assert bvae_check(path_of("solutions", 1), "--json", "--seed", 5) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["lesson"] == 1 and result["passed"] is True
    assert result["points"] == result["max_points"] == 8.0
    assert [e["id"] for e in result["exercises"]] == [e.id for e in registry.of_lesson(1)]
    assert result["cell_errors"] == []


def test_a_half_done_notebook_names_the_mistake_and_the_cell_that_stopped(capsys, tmp_path):
    wrong = {"1.1": VARIANCE_AS_SPREAD, "1.3": "1 / 0"}
    path = save(with_answers(1, "1.2", "1.4", replace=wrong), tmp_path / "mine.ipynb")
    assert bvae_check(path) == 1
    out = capsys.readouterr().out
    assert "Likely mistake: variance used as standard deviation" in out
    assert "Cells that stopped with an error:" in out and "ZeroDivisionError" in out
    assert out.count("✔ Passed") == 2


def test_an_answer_that_leaves_python_earns_nothing_and_does_not_end_the_command(capsys, tmp_path):
    path = save(with_answers(1, replace={"1.1": EXIT_ON_CALL}), tmp_path / "mine.ipynb")
    assert bvae_check(path) == 1
    assert "Crashed: 1.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        ("{", "it is not JSON"),
        ("{}", "no list of cells"),
        ('{"cells": []}', "not of any lesson"),
        (
            '{"cells": [{"cell_type": "code", "source": "check(\\"9.1\\")"}]}',
            "There is no lesson 9",
        ),
    ],
)
def test_what_cannot_be_judged_is_one_line_on_stderr_and_exit_code_2(
    content, words, capsys, tmp_path
):
    path = tmp_path / "mine.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert bvae_check(path) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and err.count("\n") == 1


def test_a_negative_seed_is_refused(capsys):
    assert bvae_check(path_of("solutions", 1), "--seed", -1) == 2
    assert "give a whole number" in capsys.readouterr().err


def run_pytest(*arguments):
    """`pytest autograder` in the repository, as an instructor would type it."""
    command = (sys.executable, "-m", "pytest", "autograder", "-q", "-p", "no:cacheprovider")
    return run(*command, *map(str, arguments), cwd=ROOT, BVAE_DATA="strokes")


@pytest.fixture
def pytest_here(monkeypatch, capsys):
    """The same in this process, which has imported TensorFlow: the exit code and what it says."""

    def run_here(*arguments) -> tuple[int, str]:
        command = ["autograder", "-q", "-s", "-p", "no:cacheprovider", *map(str, arguments)]
        return pytest.main(command), capsys.readouterr().out

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BVAE_DATA", "strokes")
    return run_here


def titles(lesson: int) -> set[str]:
    """Names of the test functions of a lesson."""
    return {
        test.function.__name__ for exercise in registry.of_lesson(lesson) for test in exercise.tests
    }


@pytest.mark.slow
def test_pytest_passes_on_a_solved_notebook(pytest_here):
    code, out = pytest_here("--submission", path_of("solutions", 2), "--check-seed", 3)
    assert code == 0, out
    assert f"{len(titles(2))} passed" in out


@pytest.mark.slow
def test_pytest_fails_on_a_released_notebook_in_the_words_a_learner_reads():
    done = run_pytest("--submission", path_of("lessons", 2))
    assert done.returncode == 1
    assert f"{len(titles(2))} failed" in done.stdout and "passed" not in done.stdout
    assert "not written yet" in done.stdout or "Has its cell been run?" in done.stdout
    assert "Traceback" not in done.stdout and "student.py" not in done.stdout


@pytest.mark.slow
def test_pytest_judges_over_the_reference_where_a_prerequisite_fails(pytest_here, tmp_path):
    path = save(
        with_answers(1, "1.2", "1.4", replace={"1.1": VARIANCE_AS_SPREAD}), tmp_path / "a.ipynb"
    )
    _, out = pytest_here("--submission", path, "-rA")
    files = {"1.2": "sampling_layer.py", "1.4": "pathwise_gradients.py"}
    for name in titles(1):
        exercise_id = name[5:8].replace("_", ".")
        if exercise_id in files:
            assert f"PASSED autograder/course/lesson_1/{files[exercise_id]}::{name}" in out
    assert "FAILED autograder/course/lesson_1/reparameterize.py::test_1_1_unit_noise" in out


@pytest.mark.slow
def test_pytest_collects_the_whole_lesson_and_no_other(pytest_here):
    _, out = pytest_here("--submission", path_of("lessons", 4), "--collect-only")
    collected = [line for line in out.splitlines() if "::" in line]
    assert {line.rsplit("::", 1)[1] for line in collected} == titles(4)
    assert len(collected) == len(titles(4)), "each test once"
    assert {line.split("::")[0].split("lesson_")[1][0] for line in collected} == {"4"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "pytest autograder --submission FILE"),
        (("--submission", "none.ipynb"), "There is no file none.ipynb"),
    ],
)
def test_pytest_without_a_notebook_says_how_to_call_it(arguments, words):
    done = run_pytest(*arguments)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert words in done.stderr and "Traceback" not in done.stderr


def test_a_right_answer_beside_others_not_written_keeps_its_points(capsys, tmp_path):
    path = save(with_answers(1, replace={"1.1": RIGHT_1_1}), tmp_path / "mine.ipynb")
    assert bvae_check(os.fspath(path)) == 1
    assert "2 / 2" in capsys.readouterr().out
