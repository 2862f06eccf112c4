"""A new exercise in a checkout: cells in the notebook, two files in the lesson's folder."""

from __future__ import annotations

import json
import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.skeleton import (
    NewExercise,
    cells_text,
    module_text,
    notebook_cells,
)
from autograder.exercise import registry
from bvae_ref.writing import write_whole

# Beginnings of modules that are no exercises (see `registry`), and of test files.
TAKEN = (registry.PROBES, registry.CHANCE, registry.EQUIVALENT, registry.WRONG, "test_")


@dataclass(frozen=True)
class Written:
    """What was written: the notebook, the exercise's file and its cells for the bank."""

    notebook: Path
    module: Path
    cells: Path


def write_new_exercise(
    exercise_id: str, answer: str = "", title: str = "", solutions: Path = Path("solutions")
) -> Written:
    """Write the skeleton of an exercise behind the last one of its lesson.

    Args:
        exercise_id: the next one of its lesson, such as "2.6".
        answer: the name that the learner defines, and of the exercise's files; by default
            `answer_2_6`.
        title: a few words.
        solutions: the folder of the instructor's notebooks.

    Raises:
        ValueError: another id than the next, or a name that cannot be taken; the message says why.
        FileNotFoundError: there is no checkout of the course here.
        OSError: a file cannot be written; nothing is left half-written.
    """
    lesson = _lesson_of(exercise_id)
    answer = answer or f"answer_{exercise_id.replace('.', '_')}"
    _check_name(answer, lesson)
    notebook = solutions / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
    if not notebook.is_file():
        raise FileNotFoundError(
            f"There is no {notebook} here. Run this in a checkout of the course, where its "
            "solutions/ are."
        )
    new = NewExercise(exercise_id, answer, " ".join(title.split()))
    folder = registry.package_folder(registry.lesson_package(lesson))
    written = Written(notebook, folder / f"{answer}.py", folder / f"{answer}.cells.py")
    for path in (written.module, written.cells):
        if path.exists():
            raise ValueError(f"{path} already exists; choose another name with --answer.")
    content = _with_cells(notebook, lesson, new)
    # The notebook last: what comes before it is found by nobody who looks at the lesson.
    write_whole(written.cells, cells_text(new).encode())
    write_whole(written.module, module_text(new).encode())
    write_whole(notebook, content)
    return written


def _lesson_of(exercise_id: str) -> int:
    found = re.fullmatch(r"(\d+)\.(\d+)", exercise_id, re.ASCII)
    if not found or int(found[1]) not in registry.course().lessons:
        known = ", ".join(map(str, registry.course().lessons))
        raise ValueError(
            f"{exercise_id!r} is not an id for a new exercise; give lesson and number, such as "
            f"2.6. The lessons are {known}."
        )
    lesson, number = int(found[1]), int(found[2])
    numbers = [exercise.item for exercise in registry.of_lesson(lesson)]
    following = max(numbers, default=0) + 1
    if number != following:
        raise ValueError(
            f"Lesson {lesson} has exercises 1 to {following - 1}; its next one is "
            f"{lesson}.{following}, not {exercise_id}."
        )
    return lesson


def _check_name(answer: str, lesson: int) -> None:
    if not answer.isidentifier() or keyword.iskeyword(answer) or answer != answer.lower():
        raise ValueError(
            f"--answer is {answer!r}; expected a name in lower case, such as kl_total."
        )
    owner = registry.owners(lesson).get(answer)
    if owner:
        raise ValueError(f"{answer!r} is already the answer of {owner}; choose another name.")
    if answer.startswith(TAKEN):
        raise ValueError(f"{answer!r} begins like a module of another kind: {', '.join(TAKEN)}.")


def _with_cells(path: Path, lesson: int, new: NewExercise) -> bytes:
    """The notebook with the exercise's cells behind the check of the last one."""
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    cells = notebook["cells"]
    checks = [
        place
        for place, cell in enumerate(cells)
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("check-")
    ]
    place = checks[-1] + 1 if checks else len(cells)
    cells[place:place] = [
        {**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook_cells(new)
    ]
    # As Jupyter writes notebooks: an edit by hand changes what it changes, and nothing else.
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
