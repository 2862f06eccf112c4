"""Which files a piece of the proof rests on, so that an edit costs only what it touches again.

The files are found by following imports, inside functions too, from the modules that a unit runs.
A lesson's folder, which is imported by a name made at run time, counts whole. Contents decide, not
where a file lies. Of what is derived of all lessons in one place, a lesson's own part counts.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from autograder.exercise import imports, registry
from autograder.intake.course_texts import releases, solutions
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
def digest(kind: str, lesson: int) -> str:
    """A digest of every file that units of this kind and lesson rest on."""
    package = registry.lesson_package(lesson)
    roots = [*ALWAYS, *ROOTS.get(kind, ())]
    roots += [
        f"{package}.{name}"
        for name in registry.modules_of(lesson)
        if not name.startswith(registry.EQUIVALENT)
        and (kind == "draws" or not name.startswith(registry.CHANCE))
    ]
    files = imports.reached(roots, registry.closed_packages(), _decides_nothing).values()
    texts = [
        written.title + written.source
        for written in bank.of_lesson(lesson)
        if kind == "shortcut" or written.kind != "shortcut"
    ]
    found = hashlib.sha256()
    for item in sorted(hashlib.sha256(path.read_bytes()).digest() for path in files):
        found.update(item)
    found.update(json.dumps([texts, _derived(lesson)], sort_keys=True).encode())
    return found.hexdigest()[:16]


def _decides_nothing(name: str) -> bool:
    return name.startswith(NOTHING_RESTS_ON)


def _derived(lesson: int) -> list:
    """The lesson's part of what is derived of all lessons in one place."""
    own = {key: text for key, text in solutions().items() if key.startswith(f"{lesson}.")}
    return [releases()[str(lesson)], own]
