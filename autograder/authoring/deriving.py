"""Extract from a course's notebooks what the engine must know about them.

python -m autograder.authoring.deriving solutions lessons

writes three files beside the course's own: `solutions.json`, the commented solutions that
`solution("1.1")` shows, `releases.json`, the cells, marks and answer names of the released
lessons, and `rubrics.json`, the marking guides of written answers.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from autograder.exercise import registry
from bvae_ref.console import say
from bvae_ref.writing import write_whole

# What learners find in place of an answer that is a value.
DOTS = re.compile(r"^\w+ = \.\.\.\n", re.MULTILINE)
REGION_EDGE = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
GUIDE = "**Marking guide"
# "1. …" or "- (a) …" at the start of a line, up to the next one, an empty line or the end.
GUIDE_ITEM = re.compile(r"^(?:\d+\.|- \(\w\)) (.+?)(?=\n\n|\n\d+\. |\n- |\Z)", re.M | re.S)
KEPT = ("cell_type", "id", "metadata", "source")


def solution_texts(folder: Path) -> dict[str, str]:
    """Exercise id → code of its solution cell, without the region marks.

    Args:
        folder: the `solutions/` folder, with `lesson_N/lesson_N.ipynb` in it.

    Raises:
        FileNotFoundError: a lesson's notebook is missing.
    """
    texts = {}
    for lesson in registry.course().lessons:
        for cell in _notebook(folder, lesson)["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if grade_id.startswith("solution-"):
                exercise_id = grade_id.removeprefix("solution-").replace("-", ".")
                source = DOTS.sub("", "".join(cell["source"]))
                texts[exercise_id] = REGION_EDGE.sub("", source).strip()
    return texts


def rubrics(folder: Path) -> dict[str, dict]:
    """Grade id of each written answer → its points and the items of its marking guide.

    Args:
        folder: the `solutions/` folder, with `lesson_N/lesson_N.ipynb` in it.

    Raises:
        FileNotFoundError: a lesson's notebook is missing.
        ValueError: a written answer without a marking guide.
    """
    found = {}
    for lesson in registry.course().lessons:
        for cell in _notebook(folder, lesson)["cells"]:
            grading = cell["metadata"].get("nbgrader", {})
            if not (grading.get("grade") and grading.get("solution")):
                continue
            source = REGION_EDGE.sub("", "".join(cell["source"]))
            guide = source.partition(GUIDE)[2]
            items = [" ".join(item.replace("*", "").split()) for item in GUIDE_ITEM.findall(guide)]
            if not items:
                raise ValueError(
                    f"{grading['grade_id']} of lesson {lesson} has no marking guide: a line that "
                    f"begins with {GUIDE} and a list of items, `1. …` or `- (a) …`, are expected."
                )
            found[grading["grade_id"]] = {"points": grading["points"], "items": items}
    return found


def released_lessons(folder: Path) -> dict[str, dict]:
    """Lesson number as text → its released cells, and the answer names of each exercise.

    Args:
        folder: the `lessons/` folder, with `lesson_N/lesson_N.ipynb` in it.

    Raises:
        FileNotFoundError: a lesson's notebook is missing.
    """
    lessons = {}
    for lesson in registry.course().lessons:
        notebook = _notebook(folder, lesson)
        lessons[str(lesson)] = {
            "answers": {item.id: list(item.answers) for item in registry.of_lesson(lesson)},
            "metadata": notebook["metadata"],
            "cells": [_kept(cell) for cell in notebook["cells"]],
        }
    return lessons


def derive(solutions: Path, lessons: Path, target: Path) -> None:
    """Write `solutions.json`, `releases.json` and `rubrics.json` into `target`, each at once."""
    found = {
        "solutions.json": solution_texts(solutions),
        "releases.json": released_lessons(lessons),
        "rubrics.json": rubrics(solutions),
    }
    for name, data in found.items():
        text = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
        write_whole(target / name, (text + "\n").encode())


def _notebook(folder: Path, lesson: int) -> dict:
    path = folder / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(f"There is no {path}; every lesson needs a notebook there.")
    return json.loads(path.read_text(encoding="utf-8"))


def _kept(cell: dict) -> dict:
    return {key: "".join(cell[key]) if key == "source" else cell[key] for key in KEPT}


def main(arguments: list[str]) -> None:
    """Derive from the folders `arguments[0]`, of solutions, and `arguments[1]`, of lessons."""
    target = registry.package_folder(registry.course_package())
    derive(Path(arguments[0]), Path(arguments[1]), target)
    if not registry.course().has_address:
        say("The notebooks' links to Colab do not work yet: `bvae address URL` sets them.")


if __name__ == "__main__":
    main(sys.argv[1:])
