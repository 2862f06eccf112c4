"""Submissions to grade in bulk, made from the course's own solutions, and what each must earn."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

from autograder.authoring.deriving import solution_texts
from autograder.exercise import registry

REPOSITORY = Path(__file__).resolve().parent.parent
KINDS = ("solved", "half", "wrong", "untouched")


def released(lesson: int) -> dict:
    """The notebook that learners get."""
    path = REPOSITORY / "lessons" / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def submission(lesson: int, kind: str, rng: random.Random) -> tuple[dict, dict[str, float]]:
    """A notebook of one kind, and the points of the exercises whose outcome is certain.

    "solved" answers everything, "half" a random part, "wrong" everything but with an error in
    a random answer (a factor of one half taken out, or a value of its own returned), and
    "untouched" nothing.
    """
    items = registry.of_lesson(lesson)
    texts = solution_texts(REPOSITORY / "solutions")
    answered = {
        "solved": [item.id for item in items],
        "half": [item.id for item in items if rng.random() < 0.5],
        "wrong": [item.id for item in items],
        "untouched": [],
    }[kind]
    sources = {exercise_id: texts[exercise_id] for exercise_id in answered}
    earns = {item.id: item.points if item.id in sources else 0.0 for item in items}
    if kind == "wrong":
        spoilt = rng.choice(items).id
        sources[spoilt] = with_an_error(sources[spoilt])
        # What builds on the spoilt answer is judged with the reference in its place.
        del earns[spoilt]
    return filled(released(lesson), sources), earns


def filled(notebook: dict, sources: dict[str, str]) -> dict:
    """The notebook with the solution cells of some exercises replaced."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        exercise_id = name.removeprefix("solution-").replace("-", ".")
        if name.startswith("solution-") and exercise_id in sources:
            cell["source"] = sources[exercise_id]
    return notebook


def with_an_error(source: str) -> str:
    """The source of an answer with one thing wrong."""
    if "0.5 * " in source:
        return source.replace("0.5 * ", "", 1)
    first = source.index("return ")
    return source[:first] + "return 0.0 * " + source[first + len("return ") :]
