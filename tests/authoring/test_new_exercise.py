"""A new exercise in one place: its skeleton, what it lacks, and that nothing else is touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from checkout import copied
from coursework import grade_id, run

from autograder.authoring.new_exercise import write_new_exercise
from autograder.authoring.skeleton import NewExercise, cells_text, module_text

PARTS = Path(__file__).parent / "kl_between"
LESSON = "autograder/course/lesson_2"
NOTEBOOK = "solutions/lesson_2/lesson_2.ipynb"
BY_HAND = {NOTEBOOK, f"{LESSON}/kl_between.py", f"{LESSON}/kl_between.cells.py"}
DERIVED = {
    "lessons/lesson_2/lesson_2.ipynb",
    "autograder/course/releases.json",
    "autograder/course/solutions.json",
}
CHECKS = "tests/course/test_every_exercise.py"


class Author:
    """A checkout, and what an author does in it."""

    def __init__(self, root: Path):
        self.root, self.before = root, digests(root)

    def run(self, *command: str):
        path = os.pathsep.join([str(self.root), os.environ["PYTHONPATH"]])
        return run(*command, cwd=self.root, PYTHONPATH=path)

    def checked(self) -> str:
        """What the tests say of the new exercise."""
        options = ("-q", "-p", "no:cacheprovider", "-k", "2.7", CHECKS)
        return self.run(sys.executable, "-m", "pytest", *options).stdout

    def changed(self) -> set[str]:
        """Files that are other than at the beginning."""
        now = digests(self.root)
        return {name for name in now.keys() | self.before if now.get(name) != self.before.get(name)}

    def fill_in(self) -> None:
        """Put the author's text in place of the skeleton's."""
        for name in ("kl_between.py", "kl_between.cells.py"):
            shutil.copy(PARTS / f"{name}.txt", self.root / LESSON / name)
        path = self.root / NOTEBOOK
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["id"] == "task-2-7":
                cell["source"] = (PARTS / "task.txt").read_text(encoding="utf-8").strip()
            if grade_id(cell) == "solution-2-7":
                cell["source"] = (PARTS / "solution.txt").read_text(encoding="utf-8").strip()
            if grade_id(cell) == "check-2-7":
                cell["metadata"]["nbgrader"]["points"] = 2
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def digests(root: Path) -> dict[str, str]:
    """Every file of a checkout, by its name from the top."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and not {"__pycache__", ".git"} & set(path.parts)
    }


@pytest.mark.slow
def test_a_new_exercise_touches_the_notebook_and_its_lessons_folder_alone(tmp_path):
    author = Author(copied(tmp_path / "course"))
    title = "KL between two diagonal Gaussians"
    command = ("bvae", "new", "exercise", "2.7", "--answer", "kl_between", "--title", title)
    made = author.run(*command)
    assert made.returncode == 0, made.stderr
    assert f"pytest {CHECKS} -k '2.7'" in made.stdout
    assert author.changed() == BY_HAND

    # Everything is still to be written, and each failure says what and where.
    said = author.checked()
    for words in (
        f"{LESSON[11:]}/kl_between.py, exercise 2.7, hint 1: WRITE:",
        f"{NOTEBOOK}, exercise 2.7, task: WRITE:",
        "run `make lessons`",
        "2.7, ….cells.py, variant: WRITE:",
    ):
        assert words in said, f"{words!r} is not in\n{said}"
    assert "passed" not in said.splitlines()[-1] or "failed" in said.splitlines()[-1]

    author.fill_in()
    assert author.changed() == BY_HAND
    generate = ("nbgrader", "generate_assignment", "lesson_2", "--force")
    assert author.run(*generate).returncode == 0
    derive = (sys.executable, "-m", "autograder.authoring.deriving", "solutions", "lessons")
    assert author.run(*derive).returncode == 0
    # The gradebook is the instructor's own, and no part of the checkout.
    assert author.changed() - {"gradebook.db"} == BY_HAND | DERIVED
    said = author.checked()
    assert "failed" not in said and "9 passed" in said, said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2.9",), "its next one is 2.7, not 2.9"),
        (("2.5",), "its next one is 2.7, not 2.5"),
        (("12.1",), "is not an id for a new exercise"),
        (("two",), "is not an id for a new exercise"),
        (("2.7", "KL"), "expected a name in lower case"),
        (("2.7", "def"), "expected a name in lower case"),
        (("2.7", "kl_divergence"), "is already the answer of 2.2"),
        (("2.7", "probes_of_kl"), "begins like a module of another kind"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(words, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        write_new_exercise(*words, solutions=tmp_path)


def test_without_a_checkout_one_sentence_says_where_to_run_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="Run this in a checkout of the course"):
        write_new_exercise("2.7", "kl_between", solutions=tmp_path / "solutions")


def test_the_skeleton_is_python_whatever_it_is_called():
    for new in (NewExercise("2.7", "a"), NewExercise("10.11", "kl_total", "KL, in all")):
        compile(module_text(new), "module", "exec")
        compile(cells_text(new), "cells", "exec")
