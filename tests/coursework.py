"""Notebooks for tests: solutions, releases, and releases with some answers filled in."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from autograder.exercise import registry
from autograder.intake.course_texts import solutions

ROOT = Path(__file__).resolve().parent.parent
LESSONS = tuple(registry.course().lessons)


def path_of(folder: str, lesson: int) -> Path:
    """Path of a lesson's notebook in `solutions` or `lessons`."""
    return ROOT / folder / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"


def notebook(folder: str, lesson: int) -> dict:
    """A lesson's notebook in `solutions` or `lessons`, as JSON data."""
    return json.loads(path_of(folder, lesson).read_text(encoding="utf-8"))


def grade_id(cell: dict) -> str:
    """The cell's nbgrader id, or an empty string."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def with_answers(lesson: int, *exercise_ids: str, replace: dict[str, str] | None = None) -> dict:
    """The released notebook with some exercises solved, and others answered by given code."""
    release = copy.deepcopy(notebook("lessons", lesson))
    solved = {grade_id(cell): cell["source"] for cell in notebook("solutions", lesson)["cells"]}
    for cell in release["cells"]:
        for exercise_id in exercise_ids:
            if grade_id(cell) == "solution-" + exercise_id.replace(".", "-"):
                cell["source"] = solved[grade_id(cell)]
        for exercise_id, code in (replace or {}).items():
            if grade_id(cell) == "solution-" + exercise_id.replace(".", "-"):
                cell["source"] = code
    return release


def save(data: dict, path: Path) -> Path:
    """Write a notebook as nbgrader would find it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run a command of the course's environment (nbgrader calls its helpers by bare name)."""
    scripts = str(Path(sys.executable).parent)
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"], **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=900,
    )


def solution_lines(cell: dict) -> list[str]:
    """The code lines between the solution marks of a cell, stripped, without comments."""
    source = "".join(cell["source"])
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
    lines = [line.strip() for region in regions for line in region.splitlines()]
    return [line for line in lines if line]


def outcomes(items: list[dict]) -> list:
    """What two ways of grading have to agree on, to the letter."""
    return [
        (
            item["id"],
            item["outcome"],
            item["points"],
            item["diagnosis"],
            item["notes"],
            *tuple((test["title"], test["outcome"], test["points"]) for test in item["tests"]),
        )
        for item in items
    ]


def alternative(exercise) -> str:
    """The alternative, made whole: methods join the solution's class, values that have no
    other form (the number of a faulty line) stay as in the reference."""
    code = exercise.alternative
    methods = re.findall(r"^def (\w+)\(self", code, re.MULTILINE)
    if methods:
        joined = "\n".join(f"{exercise.answers[0]}.{name} = {name}" for name in methods)
        return f"{solutions()[exercise.id]}\n\n{code}\n{joined}"
    missing = [n for n in exercise.answers if not re.search(rf"^(def |class )?{n}\b", code, re.M)]
    return code + "".join(f"\n{name} = {exercise.reference[name]!r}" for name in missing)
