"""Which files a piece of the proof rests on, so that an edit costs only what it touches again.

The files are found by following imports, inside functions too, from the modules that a unit runs
and from those that declare the tests of its exercises, which are imported by names made at run
time. Contents decide, not where a file lies. Of what is derived of all lessons in one place, only
the part counts that a unit looks at.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from autograder.exercise import imports, registry
from autograder.grading.submission import with_needs
from autograder.intake.course_texts import releases, solutions
from autograder.intake.handed_out import set_up_imports
from autograder.judging import bank

ROOTS = {
    "draws": ("autograder.proof.draws",),
    "jailed": ("autograder.proof.jailed", "autograder.jail.child", "autograder.jail.keeper"),
    "notebook": ("autograder.proof.notebooks", "autograder.jail.child", "autograder.jail.keeper"),
    "shortcut": ("autograder.proof.shortcuts",),
    "open": ("autograder.proof.open_cases", "autograder.jail.child", "autograder.jail.keeper"),
    "mutant": ("autograder.proof.mutants", "autograder.jail.child", "autograder.jail.keeper"),
}
ALWAYS = ("autograder.proof.units",)
# What words a finding or keeps it, and decides nothing.
NOTHING_RESTS_ON = (
    "autograder.views",
    "autograder.notebook",
    "autograder.judging.crashes",
    "autograder.judging.crash_causes",
)


@cache
def digest(kind: str, lesson: int, exercise_id: str = "") -> str:
    """A digest of every file that units of this kind rest on.

    Args:
        kind: of `units.KINDS`, or "open".
        lesson: the lesson whose notebook is judged.
        exercise_id: the one exercise whose cells are run, with what it needs; "" for all of them.
    """
    ids = (
        with_needs(exercise_id) if exercise_id else [item.id for item in registry.of_lesson(lesson)]
    )
    package = registry.lesson_package(lesson)
    roots = [*ALWAYS, *ROOTS.get(kind, ()), *registry.probe_modules(lesson)]
    roots += [test.function.__module__ for item in ids for test in registry.get(item).tests]
    if kind == "draws":
        named = registry.modules_of(lesson)
        roots += [f"{package}.{name}" for name in named if name.startswith(registry.CHANCE)]
    files = imports.reached(roots, registry.closed_packages(), _decides_nothing).values()
    texts = [
        written.title + written.source
        for written in bank.of_lesson(lesson)
        if written.exercise_id in ids and (kind == "shortcut" or written.kind != "shortcut")
    ]
    found = hashlib.sha256()
    for item in sorted(hashlib.sha256(path.read_bytes()).digest() for path in files):
        found.update(item)
    released = _one_by_one(ids) if exercise_id else _without_prose(releases()[str(lesson)])
    derived = [texts, released, {item: solutions()[item] for item in ids}]
    found.update(json.dumps(derived, sort_keys=True).encode())
    return found.hexdigest()[:16]


def _one_by_one(ids: list[str]) -> list[str]:
    """What units that run some cells, and no notebook, have of the released lessons."""
    lessons = sorted({registry.get(item).lesson for item in ids})
    return [*map(set_up_imports, lessons), *(bank.stub(item).source for item in ids)]


def _without_prose(release: dict) -> dict:
    """What units that run a whole notebook have of it: its text is read by people alone."""
    code = [cell for cell in release["cells"] if cell["cell_type"] == "code"]
    return {**release, "cells": code}


def _decides_nothing(name: str) -> bool:
    return name.startswith(NOTHING_RESTS_ON)
