"""Another course on this engine: a toy course goes the whole way, and the engine is not changed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from coursework import ROOT, grade_id, run, save
from nbgrader.api import Gradebook

TOY = ROOT / "tests" / "toy_course"
SUM = """
def moving_average(series, width):
    totals = np.cumsum(np.insert(series, 0, 0.0))
    return totals[width:] - totals[:-width]
"""
ONE_WAY = """
def crossings(series, width):
    above = np.asarray(series)[width - 1 :] > moving_average(series, width)
    return int(np.count_nonzero(above[1:] > above[:-1]))
"""

pytestmark = pytest.mark.slow


class Author:
    """The folder of a course's author, and commands that run in it."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *command: str, **environment: str):
        path = os.pathsep.join([str(self.folder), os.environ["PYTHONPATH"], str(ROOT)])
        course = {"BVAE_COURSE": "toy_course", "PYTHONPATH": path, **environment}
        return run(*command, cwd=self.folder, **course)

    def done(self, *command: str, **environment: str) -> str:
        """What a command that has to succeed printed."""
        finished = self.run(*command, **environment)
        assert finished.returncode == 0, finished.stderr[-3000:]
        return finished.stdout

    def answered(self, **answers: str) -> dict:
        """The released notebook with answers by exercise ("1_1"); the solution for others."""
        notebook, solved = self.notebook("lessons"), self.notebook("solutions")
        code = {grade_id(cell): "".join(cell["source"]) for cell in solved["cells"]}
        code |= {f"solution-{name.replace('_', '-')}": text for name, text in answers.items()}
        for cell in notebook["cells"]:
            if grade_id(cell).startswith("solution-"):
                cell["source"] = code[grade_id(cell)]
        return notebook

    def notebook(self, where: str) -> dict:
        path = self.folder / where / "lesson_1" / "lesson_1.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def author(tmp_path_factory) -> Author:
    """A folder with the toy course, its lesson released and its texts derived by the commands."""
    folder = tmp_path_factory.mktemp("author")
    shutil.copytree(TOY, folder / "toy_course", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.move(folder / "toy_course" / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    made = Author(folder)
    made.done("nbgrader", "generate_assignment", "lesson_1", "--force")
    made.done(sys.executable, "-m", "autograder.authoring.deriving", "solutions", "lessons")
    return made


@pytest.fixture(scope="module")
def class_folder(author) -> Path:
    """Four learners: right, a sum for a mean, one direction only, and nothing written."""
    folder = author.folder / "submitted"
    notebooks = {
        "ann": author.answered(),
        "bob": author.answered(**{"1_1": SUM}),
        "cat": author.answered(**{"1_2": ONE_WAY}),
        "dan": author.notebook("lessons"),
    }
    for name, notebook in notebooks.items():
        save(notebook, folder / name / "lesson_1" / "lesson_1.ipynb")
    return folder


POINTS = {"ann": 3.5, "bob": 2.0, "cat": 1.5, "dan": 0.0}


def test_the_released_lesson_says_nothing_of_its_solutions(author):
    text = json.dumps(author.notebook("lessons"))
    assert "raise NotImplementedError" in text and "convolve" not in text


IN_A_NOTEBOOK = """
import numpy as np
from autograder import check, hint, progress, solution

def moving_average(series, width):
    return np.convolve(series, np.ones(width), mode="valid")

print(check("1.1"))
hint("1.1")

def moving_average(series, width):
    return np.convolve(series, np.ones(width) / width, mode="valid")

def crossings(series, width):
    above = series[width - 1 :] > moving_average(series, width)
    return int(np.sum(above[1:] != above[:-1]))

assert float(check("1.1")) == 1.5 and float(check("1.2")) == 2.0
solution("1.2")
progress(name="Ada")
"""


def test_what_a_notebook_calls_speaks_of_this_course(author):
    said = author.done(sys.executable, "-c", IN_A_NOTEBOOK, BVAE_STATE=".bvae")
    for words in (
        "a sum in place of a mean",
        "Where does the first window begin",
        "One solution of 1.2 Crossings of a series and its average",
        "2 of 2 exercises passed, 3.5 of 3.5 points",
        "Moving averages, certificate. Ada has passed all 2 exercises of 1 lessons",
    ):
        assert words in said, said
    page = (author.folder / "certificate.html").read_text(encoding="utf-8")
    assert "Moving averages" in page and "1 lesson on smoothing a series" in page and "≈" in page


def test_bvae_check_judges_and_names_the_mistake(author, class_folder):
    right = author.run("bvae", "check", str(class_folder / "ann" / "lesson_1" / "lesson_1.ipynb"))
    assert right.returncode == 0, right.stdout + right.stderr
    path = str(class_folder / "bob" / "lesson_1" / "lesson_1.ipynb")
    wrong = author.run("bvae", "check", path, "--json")
    found = {item["id"]: item for item in json.loads(wrong.stdout)["exercises"]}
    assert wrong.returncode == 1 and found["1.2"]["outcome"] == "passed"
    (mistake,) = found["1.1"]["diagnosis"]["mistakes"]
    assert mistake["name"] == "a sum in place of a mean"


def test_bvae_grade_grades_a_class_in_the_jail(author, class_folder):
    author.done("bvae", "grade", str(class_folder), "-o", "graded", "--seed", "7")
    lines = (author.folder / "graded" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["learner"]: record for record in map(json.loads, lines)}
    assert {name: record["points"] for name, record in records.items()} == POINTS
    assert all(record["status"] == "graded" for record in records.values())
    exercises = {item["id"]: item for item in records["cat"]["exercises"]}
    assert exercises["1.2"]["diagnosis"]["mistakes"][0]["name"] == "only upward crossings counted"
    page = (author.folder / "graded" / "index.html").read_text(encoding="utf-8")
    assert "a sum in place of a mean" in page


def test_nbgrader_autogrades_with_the_repositorys_own_configuration(author, class_folder):
    author.done("nbgrader", "autograde", "lesson_1")
    with Gradebook(f"sqlite:///{author.folder / 'gradebook.db'}", "moving-averages") as book:
        scores = {name: book.find_submission("lesson_1", name).score for name in POINTS}
    assert scores == POINTS


def test_the_proof_tries_its_answers_and_finds_them_named(author):
    text = author.done("bvae", "proof", "--short", "--json")
    totals = json.loads(text)
    assert totals["exercises"] == 2 and totals["failures"] == []
    assert totals["misconceptions"] == 5 and totals["variants"] == 3
    assert totals["false_rejections"] == totals["missed"] == 0
    assert totals["diagnosed"] == totals["rewrites_diagnosed"] == 1.0


def test_what_is_no_course_is_named(author):
    command = ("bvae", "check", "lessons/lesson_1/lesson_1.ipynb")
    for name, words in (("no_course", "No module named 'no_course'"), ("json", "declares COURSE")):
        done = author.run(*command, BVAE_COURSE=name)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
