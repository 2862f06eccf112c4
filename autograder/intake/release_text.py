"""Take what intake must know of the released notebooks out of them: cells, marks, answers.

python -m autograder.release_text lessons autograder/releases.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from autograder import exercises
from bvae_ref.writing import write_whole

KEPT = ("cell_type", "id", "metadata", "source")


def released_lessons(folder: Path) -> dict[str, dict]:
    """Lesson number as text → its released cells, and the answer names of each exercise.

    Args:
        folder: the `lessons/` folder, with `lesson_N/lesson_N.ipynb` in it.

    Raises:
        FileNotFoundError: a lesson's notebook is missing.
    """
    lessons = {}
    for lesson in exercises.LESSON_TITLES:
        path = folder / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
        if not path.is_file():
            raise FileNotFoundError(f"There is no {path}; generate the lessons first.")
        notebook = json.loads(path.read_text(encoding="utf-8"))
        lessons[str(lesson)] = {
            "answers": {item.id: list(item.answers) for item in exercises.of_lesson(lesson)},
            "metadata": notebook["metadata"],
            "cells": [_kept(cell) for cell in notebook["cells"]],
        }
    return lessons


def _kept(cell: dict) -> dict:
    return {key: "".join(cell[key]) if key == "source" else cell[key] for key in KEPT}


def main(arguments: list[str]) -> None:
    """Write the lessons of folder `arguments[0]` to JSON file `arguments[1]`, atomically."""
    folder, target = Path(arguments[0]), Path(arguments[1])
    text = json.dumps(released_lessons(folder), indent=1, ensure_ascii=False, sort_keys=True)
    write_whole(target, (text + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1:])
