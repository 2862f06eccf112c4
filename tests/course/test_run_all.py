"""Every lesson goes through "Run All" to its end, whatever was written in it."""

from __future__ import annotations

import ast
import sys

import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, with_answers

from autograder.exercise import registry
from autograder.judging import bank

sys.path.insert(0, str(ROOT / "bench"))

from run_all import run_all


def half_done(lesson: int) -> dict:
    """The first exercise solved, the second one wrong, the others as they were released."""
    first, second, *_ = registry.of_lesson(lesson)
    wrong = bank.rewrites(second.id)[0].source
    return with_answers(lesson, first.id, replace={second.id: wrong})


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_released_cell_raises_by_itself(lesson):
    for cell in notebook("lessons", lesson)["cells"]:
        if cell["cell_type"] == "code":
            tops = ast.parse("".join(cell["source"])).body
            assert not any(isinstance(item, ast.Raise) for item in tops), grade_id(cell)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_an_untouched_lesson_runs_to_its_end_and_prints_no_noise(lesson):
    goes_through(notebook("lessons", lesson))


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_with_right_and_wrong_answers_runs_to_its_end(lesson):
    goes_through(half_done(lesson))


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_finished_lesson_runs_to_its_end(lesson):
    goes_through(with_answers(lesson, *(item.id for item in registry.of_lesson(lesson))))


def goes_through(data: dict) -> None:
    found = run_all(data)
    assert found.stops == []
    assert found.noise == {}


@pytest.mark.slow
def test_cells_run_before_those_that_they_build_on_say_so_in_a_sentence():
    released = with_answers(7, "7.1")
    wanted = ("setup", "solution-7-1")
    cells = [
        cell
        for cell in released["cells"]
        if grade_id(cell) in wanted
        or cell["id"] in ("l7-01", "l7-03")
        or (
            "attempt(" in "".join(cell["source"]) and "my_experiment" not in "".join(cell["source"])
        )
    ]
    found = run_all({**released, "cells": cells})
    assert found.stops == []
