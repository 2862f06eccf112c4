"""Which files a piece of the proof rests on, so that an edit costs only what it touches again.

The files are found by following imports, inside functions too, from the modules that a unit runs.
What is imported by a name made at run time (a lesson's exercises and probes, its cells) is listed
here. Of what is written down for all lessons in one place, a lesson's own part counts.
"""

from __future__ import annotations

import ast
import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from autograder import exercises

PACKAGES = ("autograder", "bvae_ref")
ROOTS = {
    "draws": ("autograder.proof.draws", "autograder.proof.chance_lesson_{lesson}"),
    "jailed": ("autograder.proof.jailed", "autograder.jail.child", "autograder.jail.keeper"),
    "mutant": ("autograder.proof.mutants", "autograder.jail.child", "autograder.jail.keeper"),
}
ALWAYS = ("autograder.proof.units", "autograder.exercises.lesson_{lesson}")
# The list of lessons; what it says of one counts by itself.
LIST = "autograder.exercises"
# What words a finding or keeps it, and decides nothing.
NOTHING_RESTS_ON = (
    "autograder.views",
    "autograder.notebook",
    "autograder.record",
    "autograder.crashes",
    "autograder.proof.equivalent",
)


@cache
def digest(kind: str, lesson: int) -> str:
    """A digest of every file that units of this kind and lesson rest on."""
    roots = [root.format(lesson=lesson) for root in (*ALWAYS, *ROOTS.get(kind, ()))]
    probes = sorted((_folder("autograder") / "probes").glob(f"lesson_{lesson}*.py"))
    roots += [f"autograder.probes.{path.stem}" for path in probes]
    files = {path for root in roots for path in _reached(root)}
    files.add(_folder("autograder") / "bank" / f"lesson_{lesson}.cells.py")
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(path.name.encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    found.update(json.dumps(_told_of(lesson), sort_keys=True).encode())
    return found.hexdigest()[:16]


def _told_of(lesson: int) -> list:
    """The lesson's part of what is written down for all lessons in one place."""
    folder = _folder("autograder")
    released = json.loads((folder / "releases.json").read_text(encoding="utf-8"))
    solved = json.loads((folder / "solutions.json").read_text(encoding="utf-8"))
    own = {key: text for key, text in solved.items() if key.startswith(f"{lesson}.")}
    return [released[str(lesson)], own, exercises.GIVEN.get(lesson)]


def _reached(root: str) -> set[Path]:
    """The files of a module and of all that it imports of these packages."""
    waiting, seen = [root], set()
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if path is None or path in seen or name == LIST or name.startswith(NOTHING_RESTS_ON):
            continue
        seen.add(path)
        waiting += _imports(path)
    return seen


@cache
def _imports(path: Path) -> tuple[str, ...]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{item.name}" for item in node.names)]
    return tuple(name for name in names if name.partition(".")[0] in PACKAGES)


@cache
def _file(name: str) -> Path | None:
    """A module's file; None for a name that is no module of these packages."""
    package, *rest = name.split(".")
    path = _folder(package).joinpath(*rest)
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _folder(package: str) -> Path:
    return Path(find_spec(package).origin).parent
