"""The file of a learner's progress: read with care, changed in turns, never lost without a word."""

from __future__ import annotations

import itertools
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeGuard

from autograder.judging.verdict import Outcome
from autograder.views.progress import Entry
from bvae_ref.folder_lock import turn
from bvae_ref.writing import write_whole

# Of the file's form. Files of one above are left alone; those of the first versions name none.
VERSION = 1
FRESH: Entry = {
    "outcome": Outcome.NOT_ATTEMPTED.value,
    "points": 0.0,
    "hints": 0,
    "passed": False,
    "seconds": 0.0,
    "passed_on": "",
}
# Files of earlier versions lack these.
ADDED_LATER = {"seconds": FRESH["seconds"], "passed_on": FRESH["passed_on"]}
OURS = ("version", "name", "guesses")


class Guess(TypedDict):
    """A guess before a run.

    Attributes:
        said: as it is shown.
        value: a letter of choices, or numbers; None for words.
    """

    said: str
    value: str | list[float] | None


class Kept(NamedTuple):
    """What a file holds.

    Attributes:
        name: the learner's.
        entries: records by exercise.
        guesses: by question.
        rest: what this version does not understand; it is written back as it was.
        version: of its form.
    """

    name: str = ""
    entries: Mapping[str, Entry] = {}
    guesses: Mapping[str, Guess] = {}
    rest: Mapping[str, Any] = {}
    version: int = VERSION


class Damaged(ValueError):
    """A file that is no progress file."""


class Newer(ValueError):
    """A file of a version that this one must not overwrite."""


def read(path: Path | None) -> Kept:
    """What a file holds; a damaged, missing or unreadable one holds nothing."""
    try:
        return _read(path) if path else Kept()
    except (OSError, ValueError):
        return Kept()


def change(path: Path, changed: Callable[[Kept], Kept]) -> tuple[Kept, str]:
    """Replace a file's content by what `changed` makes of it, while no other process does so.

    A damaged file is renamed before, and one of a newer version stays as it is.

    Returns:
        What the file holds now, and a sentence for the learner, or "".

    Raises:
        OSError: the file cannot be written, and stays as it was.
        Newer: it belongs to a newer version of the course.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    words = ""
    with turn(path.with_suffix(".lock")):
        try:
            before = _read(path)
        except FileNotFoundError:
            before = Kept()
        except Damaged:
            aside = _set_aside(path)
            before = Kept()
            words = f"{path} was damaged. It is kept as {aside}, and a new one begins."
        if before.version > VERSION:
            raise Newer(f"{path} was written by a newer version of this course")
        after = changed(before)
        head = {"version": VERSION, "name": after.name, "guesses": dict(after.guesses)}
        text = json.dumps({**after.rest, **head, **after.entries}, indent=1, ensure_ascii=False)
        write_alone(path, text)
    return after, words


def write_alone(path: Path, text: str) -> None:
    """Write a text file whole or not at all, also when two notebooks do so at once.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(handle)
    # A lone surrogate in a guess, which is no text, is no reason to lose the rest.
    write_whole(path, text.encode("utf-8", "replace"), lasting=False, partial=Path(partial))


def _set_aside(path: Path) -> Path:
    names = itertools.chain([""], map(str, itertools.count(2)))
    aside = next(
        name for n in names if not (name := path.with_name(f"{path.name}.bak{n}")).exists()
    )
    os.replace(path, aside)
    return aside


def _read(path: Path) -> Kept:
    """What a file holds.

    Raises:
        OSError: it cannot be read.
        Damaged: it is no JSON object.
    """
    try:
        found = json.loads(path.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from None
    if not isinstance(found, dict):
        raise Damaged("it is no JSON object")
    known = {key: _completed(item) for key, item in found.items() if key not in OURS}
    entries = {key: entry for key, entry in known.items() if _is_entry(entry)}
    version = found.get("version", VERSION)
    name, guesses = found.get("name", ""), found.get("guesses", {})
    return Kept(
        name if isinstance(name, str) else "",
        entries,
        {key: guess for key, guess in _items(guesses) if _is_guess(guess)},
        {key: item for key, item in found.items() if key not in OURS and key not in entries},
        version if isinstance(version, int) else VERSION,
    )


def _items(found: Any) -> Any:
    return found.items() if isinstance(found, dict) else ()


def _is_guess(guess: Any) -> TypeGuard[Guess]:
    if not isinstance(guess, dict) or not isinstance(guess.get("said"), str):
        return False
    value = guess.get("value")
    numbers = isinstance(value, list) and all(isinstance(item, float) for item in value)
    return value is None or isinstance(value, str) or numbers


def _completed(entry: Any) -> Any:
    """A record with what earlier versions did not write."""
    if not isinstance(entry, dict):
        return entry
    return {**ADDED_LATER, **entry}


def _is_entry(entry: Any) -> TypeGuard[Entry]:
    """Whether a record read from the file has every part, each of its kind."""
    return (
        isinstance(entry, dict)
        and entry.keys() >= FRESH.keys()
        and all(type(entry[key]) is type(item) for key, item in FRESH.items())
        and entry["outcome"] in {outcome.value for outcome in Outcome}
        and math.isfinite(entry["points"])
        and math.isfinite(entry["seconds"])
        and entry["seconds"] >= 0
        and _is_day(entry["passed_on"])
    )


def _is_day(text: str) -> bool:
    try:
        return text == "" or bool(date.fromisoformat(text))
    except ValueError:
        return False
