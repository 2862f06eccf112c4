"""What a learner has done so far, kept in a small local file."""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeGuard

from autograder.exercise import registry
from autograder.judging.verdict import Outcome, Verdict
from autograder.views.progress import Entry
from bvae_ref.writing import write_whole

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
# Where Colab mounts a learner's Drive.
DRIVE = Path("/content/drive/MyDrive")
# Who does nothing for longer than this was away.
LONGEST_GAP = 15 * 60


class Guess(TypedDict):
    """A guess before a run.

    Attributes:
        said: as it is shown.
        value: a letter of choices, or numbers; None for words.
    """

    said: str
    value: str | list[float] | None


class Kept(NamedTuple):
    """What a file holds: the learner's name, records by exercise, guesses by question."""

    name: str
    entries: dict[str, Entry]
    guesses: dict[str, Guess]


class Progress:
    """Results, hints and time by exercise, saved after every change.

    The time between two calls belongs to the exercise of the later one, until that has
    passed. A pause of more than 15 minutes counts for none.

    A file that cannot be read starts empty, and a folder that cannot be written leaves
    progress in memory only: neither ever stops a lesson.

    Args:
        path: the file; None keeps everything in memory.
        others: files of the same learner to be read besides, such as other lessons'.
        clock: seconds that only ever grow.
        since: when the learner began, by that clock; now, unless told otherwise.
    """

    def __init__(
        self,
        path: Path | None,
        others: Sequence[Path] = (),
        clock: Callable[[], float] = time.monotonic,
        since: float | None = None,
    ):
        self.path = path
        kept = _read(path)
        self.name, self.entries, self._guesses = kept.name, {**kept.entries}, {**kept.guesses}
        self._others = tuple(others)
        self._clock = clock
        self._last = clock() if since is None else since
        self._changed: dict[str, None] = {}
        self._renamed = False

    @classmethod
    def local(cls, since: float | None = None) -> Progress:
        """Progress beside the notebook (`.bvae/progress.json`); in memory while being graded.

        Each lesson may lie in a folder of its own, so those beside this one are read too. In Colab
        every notebook has a machine of its own; a Drive that is mounted there outlives it.
        """
        if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("BVAE_STATE") == "off":
            return cls(None, since=since)
        chosen = os.environ.get("BVAE_STATE")
        others = () if chosen else sorted(Path("..").glob("lesson_*/.bvae/progress.json"))
        if not chosen and DRIVE.is_dir():
            chosen = str(DRIVE / registry.course().id)
        return cls(Path(chosen or ".bvae") / "progress.json", others, since=since)

    def entry(self, exercise_id: str) -> Entry:
        """The record of one exercise."""
        return self.entries.setdefault(exercise_id, FRESH.copy())

    def course(self) -> tuple[str, dict[str, Entry]]:
        """The learner's name ("" if not given) and the best record of every exercise begun."""
        name, best = self.name, dict(self.entries)
        for kept in map(_read, (self.path, *self._others)):
            name = name or kept.name
            for exercise_id, entry in kept.entries.items():
                best[exercise_id] = max(best.get(exercise_id, entry), entry, key=_reached)
        return name, best

    def record(self, verdict: Verdict) -> None:
        """Keep a verdict's outcome and points, and the time it took."""
        entry = self._counted(verdict.exercise_id)
        entry["outcome"], entry["points"] = verdict.outcome.value, verdict.points
        if verdict.passed and not entry["passed"]:
            entry["passed"], entry["passed_on"] = True, date.today().isoformat()
        self._save()

    def next_hint(self, exercise_id: str, steps: int) -> int:
        """Count one more hint as seen and return its number, 1 to `steps`."""
        entry = self._counted(exercise_id)
        entry["hints"] = min(entry["hints"] + 1, steps)
        self._save()
        return entry["hints"]

    def touch(self, exercise_id: str) -> None:
        """Count the time since the last call, and nothing else."""
        self._counted(exercise_id)
        self._save()

    def at_work(self) -> int:
        """The lesson of the last call, or the first one that has not passed as a whole."""
        if self._changed:
            return registry.get([*self._changed][-1]).lesson
        _, entries = self.course()
        open_ones = (e for e in registry.every() if not entries.get(e.id, FRESH)["passed"])
        return next((item.lesson for item in open_ones), registry.every()[-1].lesson)

    def take(self, entries: Mapping[str, Entry]) -> None:
        """Take over records from elsewhere, each where it is further than the one here."""
        for exercise_id, entry in entries.items():
            self.entries[exercise_id] = max(self.entry(exercise_id), entry, key=_reached)
            self._changed[exercise_id] = None
        self._save()

    def keep_guess(self, question: str, guess: Guess) -> None:
        """Remember what was guessed."""
        self._guesses[question] = guess
        self._save()

    def guess(self, question: str) -> Guess | None:
        """What was guessed, now or before a restart."""
        return self._guesses.get(question)

    def call_learner(self, name: str) -> None:
        """Remember the learner's name; "" forgets it."""
        self.name, self._renamed = name, True
        self._save()

    def _counted(self, exercise_id: str) -> Entry:
        """The record of an exercise, with the time since the last call added."""
        now, entry = self._clock(), self.entry(exercise_id)
        gap, self._last = now - self._last, now
        if 0 <= gap <= LONGEST_GAP and not entry["passed"]:
            entry["seconds"] = round(entry["seconds"] + gap, 1)
        self._changed.pop(exercise_id, None)
        self._changed[exercise_id] = None
        return entry

    def _save(self) -> None:
        if self.path is None:
            return
        # Another notebook may have written to the file since: only what changed here replaces it.
        kept = _read(self.path)
        if not self._renamed:
            self.name = kept.name or self.name
        changed = {key: self.entries[key] for key in self._changed}
        guesses = {**kept.guesses, **self._guesses}
        entries = {**self.entries, **kept.entries, **changed}
        everything = {"name": self.name, "guesses": guesses, **entries}
        content = json.dumps(everything, indent=1, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_alone(self.path, content)
        except OSError:
            self.path = None


def write_alone(path: Path, text: str) -> None:
    """Write a text file whole or not at all, also when two notebooks do so at once.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(handle)
    write_whole(path, text.encode(), lasting=False, partial=Path(partial))


def _read(path: Path | None) -> Kept:
    """What a file holds; a damaged or missing one holds nothing."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError, RecursionError):
        entries = None
    if not isinstance(entries, dict):
        return Kept("", {}, {})
    name, guesses = entries.pop("name", ""), entries.pop("guesses", {})
    found = {key: _completed(entry) for key, entry in entries.items()}
    return Kept(
        name if isinstance(name, str) else "",
        {key: entry for key, entry in found.items() if _is_entry(entry)},
        {key: guess for key, guess in _items(guesses) if _is_guess(guess)},
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


def _reached(entry: Entry) -> tuple:
    return entry["passed"], entry["points"], entry["hints"], entry["seconds"]
