"""Three example submissions of one lesson, graded by the real nbgrader in a folder of its own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from submissions import filled

from autograder.intake.course_texts import solutions

LESSON = "lesson_1"

# Finds the faulty line of 1.3 and then writes the same fault again: a variance as a spread.
VARIANCE_AS_SPREAD = """\
faulty_line_1_3 = 3


def posterior_draws(mean, log_var, eps):
    std = tf.exp(log_var)
    return mean[None] + std[None] * eps
"""


@dataclass(frozen=True)
class Report:
    """What nbgrader made of one submission.

    Attributes:
        student: the student's id in the gradebook.
        about: what the example is, in a sentence.
        points: exercise id → points in the gradebook.
        total, max_total: the row of the export.
        panels: the verdicts as HTML, as they stand in the autograded notebook.
        feedback: path of the feedback page.
    """

    student: str
    about: str
    points: dict[str, float]
    total: float
    max_total: float
    panels: tuple[str, ...]
    feedback: Path


@dataclass(frozen=True)
class Example:
    """A submission to make: exercise id → source of its solution cell; the rest stays a stub."""

    student: str
    about: str
    answers: dict[str, str]


class NbgraderFailed(RuntimeError):
    """An nbgrader command ended with an error; `str()` gives the command and its last lines."""


def make_course(repository: Path, course: Path) -> None:
    """Lay out a fresh course folder with the configuration and one lesson's source notebook."""
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir(parents=True)
    shutil.copy2(repository / "nbgrader_config.py", course)
    shutil.copytree(
        repository / "solutions" / LESSON,
        course / "solutions" / LESSON,
        ignore=shutil.ignore_patterns(".*", "__pycache__"),
    )


def examples() -> tuple[Example, ...]:
    """The three examples, made from the lesson's solutions."""
    right = solutions()
    half = {"1.1": right["1.1"], "1.2": right["1.2"], "1.3": VARIANCE_AS_SPREAD}
    return (
        Example("complete", "Every exercise answered as in the model solution.", right),
        Example(
            "half-right",
            "1.1 and 1.2 right, in 1.3 a variance used as a standard deviation, 1.4 not begun.",
            half,
        ),
        Example("untouched", "The lesson handed in as it was given out.", {}),
    )


def submit(course: Path, example: Example) -> None:
    """Write the released notebook with the example's answers into `submitted/`."""
    released = course / "lessons" / LESSON / f"{LESSON}.ipynb"
    notebook = filled(json.loads(released.read_text(encoding="utf-8")), example.answers)
    folder = course / "submitted" / example.student / LESSON
    folder.mkdir(parents=True)
    (folder / released.name).write_text(json.dumps(notebook), encoding="utf-8")


def nbgrader(course: Path, *arguments: str) -> None:
    """Run one nbgrader command in the course folder.

    Raises:
        NbgraderFailed: it ended with an error.
    """
    command = [sys.executable, "-m", "nbgrader", *arguments]
    # nbgrader starts `alembic` by name, so this interpreter's scripts come first.
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((scripts, os.environ.get("PATH", ""))),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "BVAE_DATA": "strokes",
        "BVAE_STATE": "off",
    }
    ended = subprocess.run(
        command,
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        encoding="utf-8",
    )
    if ended.returncode:
        last = "\n".join((ended.stdout + ended.stderr).splitlines()[-15:])
        raise NbgraderFailed(
            f"nbgrader {' '.join(arguments)} in {course} ended with {ended.returncode}:\n{last}"
        )


def read_reports(course: Path) -> tuple[Report, ...]:
    """Take the grades from the gradebook and the export, and the verdicts from the notebooks."""
    with (course / "grades.csv").open(encoding="utf-8", newline="") as export:
        rows = {row["student_id"]: row for row in csv.DictReader(export)}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return tuple(_report(course, gradebook, rows, example) for example in examples())


def _report(course: Path, gradebook: Gradebook, rows: dict, example: Example) -> Report:
    student, row = example.student, rows[example.student]
    submission = gradebook.find_submission_notebook(LESSON, LESSON, student)
    return Report(
        student=student,
        about=example.about,
        points={_exercise_id(grade.name): float(grade.score) for grade in submission.grades},
        total=float(row["score"]),
        max_total=float(row["max_score"]),
        panels=tuple(_panels(course / "autograded" / student / LESSON / f"{LESSON}.ipynb")),
        feedback=course / "feedback" / student / LESSON / f"{LESSON}.html",
    )


def _panels(path: Path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            for output in cell.outputs:
                if "text/html" in output.get("data", {}):
                    yield output.data["text/html"]


def _exercise_id(grade_id: str) -> str:
    return grade_id.removeprefix("check-").replace("-", ".")
