"""The contents of a submitted folder, and whether its grading was finished."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from autograder.exercise import registry
from autograder.exercise.plain_text import printable
from autograder.intake import Repaired, UnreadableNotebook, parse, repair, shadowing

LARGEST = 100 * 2**20
# What may lie beside a notebook and still be copied along with it.
MOST_FILES, DEEPEST, MOST_MB = 500, 8, 200
# A cell longer than this is shown in part; it is graded whole.
SHOWN_CHARACTERS = 10_000


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
    arrival = _read(path)
    return replace(
        arrival,
        name=printable(arrival.name),
        notes=tuple(map(printable, arrival.notes)),
        reason=printable(arrival.reason),
    )


def _read(path: Path) -> Arrival:
    wanted, name = path.stem, "/".join(path.parts[-3:])
    if any(item.is_symlink() for item in (path.parent, path.parent.parent)):
        reason = f"{name} is behind a link, and links are not followed."
        return Arrival(name, None, wanted, (), reason)
    files = _files(path.parent)
    notes = tuple(shadowing(sorted(file.name for file in files)))
    found = path if path in files else _stand_in(path, files)
    if found is None:
        reason = f"There is no notebook {path.name} in the submission."
        if path.is_symlink():
            reason = f"{path.name} is a link, and links are not followed."
        return Arrival(name, None, wanted, notes, reason)
    if found != path:
        renamed = f"The file {found.name} was used as {path.name}; please keep the original name."
        notes = (renamed, *notes)
    try:
        if found.stat().st_size > LARGEST:
            size = f"{found.stat().st_size / 2**20:.0f} MB"
            reason = (
                f"{found.name} has {size}; a notebook must have less than {LARGEST // 2**20} MB."
            )
            return Arrival(name, None, wanted, notes, reason)
        return Arrival(name, found.read_bytes(), wanted, notes)
    except OSError as error:
        reason = f"{found.name} could not be read ({error.strerror})."
        return Arrival(name, None, wanted, notes, reason)


def unfit_to_copy(folder: Path) -> str:
    """Why the files beside a notebook cannot be copied with it, as a sentence's end, or "".

    Looks at no more than it takes to tell, and follows no link.
    """
    waiting, files, size = [(folder, 0)], 0, 0
    while waiting:
        place, depth = waiting.pop()
        if depth > DEEPEST:
            return f"its folders are nested more than {DEEPEST} deep"
        try:
            for entry in os.scandir(place):
                files += 1
                if files > MOST_FILES:
                    return f"it holds more than {MOST_FILES} files"
                if entry.is_symlink():
                    return f"{entry.name} is a link"
                if entry.is_dir():
                    waiting.append((Path(entry.path), depth + 1))
                elif not entry.is_file():
                    return f"{entry.name} is not a plain file"
                else:
                    size += entry.stat().st_size
        except OSError as error:
            return f"{place.name} cannot be read ({error.strerror})"
    return f"it holds more than {MOST_MB} MB" if size > MOST_MB * 2**20 else ""


def _files(folder: Path) -> list[Path]:
    """The plain files of a folder, up to a number that no learner hands in; no links."""
    try:
        entries = islice(os.scandir(folder), 10 * MOST_FILES)
        return [Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []


def _stand_in(path: Path, files: list[Path]) -> Path | None:
    """The notebook under another name: one that begins alike before any other, then the newest."""
    notebooks = [file for file in files if file.suffix.lower() == ".ipynb"]

    def rank(file: Path) -> tuple:
        alike = file.stem.lower().startswith(path.stem.lower())
        return alike, file.stat().st_mtime, file.name

    return max(notebooks, key=rank, default=None)


def shown(content: bytes | None, lesson: int | None) -> Repaired:
    """The repaired notebook to grade in; the release, not attempted, where there is none.

    Raises:
        UnreadableNotebook: `lesson` is None, and the content does not say which it is.
    """
    if content is not None:
        try:
            repaired = repair(parse(content), lesson)
        except UnreadableNotebook:
            pass
        else:
            for cell in repaired.notebook["cells"]:
                cell["source"] = _fit_to_show(cell["source"])
            return repaired
    return replace(repair({"cells": [], "metadata": {}}, lesson), repairs=())


def _fit_to_show(source: str) -> str:
    """What pages show of a cell: renderers take minutes over a source that is made to be long."""
    source = printable(source)
    if len(source) <= SHOWN_CHARACTERS:
        return source
    left_out = len(source) - SHOWN_CHARACTERS
    return f"{source[:SHOWN_CHARACTERS]}\n# … {left_out} more characters, graded but not shown"


def lesson_number(notebook: str) -> int | None:
    """The lesson of a released notebook's name, such as 2 of "lesson_2"."""
    found = re.fullmatch(r"lesson_(\d+)", notebook)
    return int(found.group(1)) if found else None


def left_unfinished(notebook: Path) -> bool:
    """Whether a grading run was killed before it finished this notebook under autograded/.

    It is if it was repaired (the course's mark is in its metadata) and not graded, or if its
    folder is there and holds no notebook at all.
    """
    if not notebook.exists():
        return notebook.parent.is_dir() and not list(notebook.parent.glob("*.ipynb"))
    try:
        mark = json.loads(notebook.read_bytes())["metadata"].get(registry.course().mark)
    except (ValueError, KeyError):
        return True
    return isinstance(mark, dict) and not mark.get("graded")
