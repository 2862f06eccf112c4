"""Which file of a submitted folder is the lesson's notebook, and its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LARGEST = 100 * 2**20


@dataclass(frozen=True)
class Arrival:
    """One submission as it lies in its folder.

    Attributes:
        name: for messages, such as "alice/lesson_1/lesson_1.ipynb".
        content: the file's bytes; None when there is no file to read.
        wanted: the released notebook's name without ".ipynb".
        notes: what was put right, as sentences for the learner.
        reason: why there is no content.
        showable: whether the learner's own cells can stand in the graded notebook.
        upcoming: paths of the notebooks whose turn comes next.
    """

    name: str
    content: bytes | None
    wanted: str = ""
    notes: tuple[str, ...] = ()
    reason: str = ""
    showable: bool = True
    upcoming: tuple[Path, ...] = ()


def arrived(path: Path) -> Arrival:
    """Read the notebook expected at `path`, or the one in its folder that stands for it."""
    wanted = path.stem
    name = "/".join(path.parts[-3:])
    found = path if path.is_file() else _stand_in(path)
    if found is None:
        reason = f"There is no notebook {path.name} in the submission."
        return Arrival(name, None, wanted, reason=reason)
    notes = ()
    if found != path:
        notes = (f"The file {found.name} was taken for {path.name}; please keep that name.",)
    try:
        if found.stat().st_size > LARGEST:
            size = f"{found.stat().st_size / 2**20:.0f} MB"
            reason = f"{found.name} has {size}; a notebook has less than {LARGEST // 2**20} MB."
            return Arrival(name, None, wanted, notes, reason)
        return Arrival(name, found.read_bytes(), wanted, notes)
    except OSError as error:
        reason = f"{found.name} could not be read ({error.strerror})."
        return Arrival(name, None, wanted, notes, reason)


def _stand_in(path: Path) -> Path | None:
    """The notebook under another name: one that begins alike before any other, then the newest."""
    try:
        files = [file for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return None
    notebooks = [file for file in files if file.suffix.lower() == ".ipynb"]

    def rank(file: Path) -> tuple:
        alike = file.stem.lower().startswith(path.stem.lower())
        return alike, file.stat().st_mtime, file.name

    return max(notebooks, key=rank, default=None)


def lesson_number(notebook: str) -> int | None:
    """The lesson of a released notebook's name, such as 2 of "lesson_2"."""
    found = re.fullmatch(r"lesson_(\d+)", notebook)
    return int(found.group(1)) if found else None
