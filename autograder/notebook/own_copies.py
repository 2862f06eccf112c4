"""A learner's own copies of the lessons, which are never overwritten.

Each copy's digest is remembered: a copy that the learner has not touched is brought up
to date, and one with work in it stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from autograder.intake.lesson_files import further_notebooks, lesson_files
from bvae_ref.writing import write_whole

RECORD = Path(".bvae") / "copied.json"


class Fate(str, Enum):
    """What happened to a lesson in the learner's folder."""

    COPIED = "copied"
    KEPT = "kept"
    UPDATED = "updated"
    SAME = "up to date"


@dataclass(frozen=True)
class Copy:
    """One lesson in the learner's folder, or a notebook of no lesson (`lesson` is None)."""

    lesson: int | None
    path: Path
    fate: Fate


def copy_lessons(folder: Path) -> list[Copy]:
    """Put the lessons into a folder, and leave alone whatever a learner has changed.

    Args:
        folder: made where it is missing.

    Raises:
        ValueError: `folder` is a file, or holds the course's own repository.
        FileNotFoundError: the lessons were not installed.
        OSError: the folder cannot be written; files are there whole or not at all.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; give the name of a folder.")
    if (folder / "solutions").is_dir() and (folder / "autograder").is_dir():
        raise ValueError(
            f"{folder} is the course's own repository, whose lessons are generated. Choose "
            "another folder, for instance `bvae start my-lessons`."
        )
    digests = _read(folder / RECORD)
    copies = [
        _copied(lesson, source, folder / source.parent.name / source.name, digests)
        for lesson, source in (*lesson_files().items(), *((None, n) for n in further_notebooks()))
    ]
    (folder / RECORD).parent.mkdir(parents=True, exist_ok=True)
    write_whole(folder / RECORD, (json.dumps(digests, indent=1) + "\n").encode(), lasting=False)
    return copies


def _copied(lesson: int | None, source: Path, target: Path, digests: dict[str, str]) -> Copy:
    content, key = source.read_bytes(), f"{target.parent.name}/{target.name}"
    fate = Fate.COPIED
    if target.exists():
        found = _digest(target.read_bytes())
        if found == _digest(content):
            fate = Fate.SAME
        elif found == digests.get(key):
            fate = Fate.UPDATED
        else:
            return Copy(lesson, target, Fate.KEPT)
    if fate is not Fate.SAME:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content)
    digests[key] = _digest(content)
    return Copy(lesson, target, fate)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> dict[str, str]:
    """Digests by file; none where the record is missing or damaged: everything is kept then."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
