"""Reads what `autograder.authoring.deriving` extracted from the course's notebooks."""

from __future__ import annotations

import json
from functools import cache

from autograder.exercise import registry


@cache
def releases() -> dict[str, dict]:
    """Lesson number as text → its released cells, metadata and answer names."""
    return _derived("releases.json")


@cache
def solutions() -> dict[str, str]:
    """Exercise id → commented solution, taken from the instructor's notebooks."""
    return _derived("solutions.json")


@cache
def rubrics() -> dict[str, dict]:
    """Grade id of each written answer → its points and the items of its marking guide."""
    return _derived("rubrics.json")


def _derived(name: str) -> dict:
    try:
        return json.loads(registry.course_file(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise registry.BadCourse(
            f"{registry.course_package()} has no {name}. It is derived from the notebooks: python "
            "-m autograder.authoring.deriving SOLUTIONS LESSONS."
        ) from None
