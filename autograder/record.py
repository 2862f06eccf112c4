"""What a learner has done so far, kept in a small local file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from autograder.verdict import Outcome, Verdict

FRESH = {"outcome": Outcome.NOT_ATTEMPTED.value, "points": 0.0, "hints": 0, "passed": False}


class Progress:
    """Results and hints by exercise, saved after every change.

    A file that cannot be read starts empty, and a folder that cannot be written leaves
    progress in memory only: neither ever stops a lesson.
    """

    def __init__(self, path: Path | None):
        self.path = path
        self.entries: dict[str, dict] = _read(path)

    @classmethod
    def local(cls) -> Progress:
        """Progress beside the notebook (`.bvae/progress.json`); in memory while being graded."""
        if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("BVAE_STATE") == "off":
            return cls(None)
        return cls(Path(os.environ.get("BVAE_STATE") or ".bvae") / "progress.json")

    def entry(self, exercise_id: str) -> dict:
        """The record of one exercise: outcome, points, hints seen, whether it ever passed."""
        return self.entries.setdefault(exercise_id, dict(FRESH))

    def record(self, verdict: Verdict) -> None:
        """Keep a verdict's outcome and points."""
        entry = self.entry(verdict.exercise_id)
        entry["outcome"], entry["points"] = verdict.outcome.value, verdict.points
        entry["passed"] = entry["passed"] or verdict.passed
        self._save()

    def next_hint(self, exercise_id: str, steps: int) -> int:
        """Count one more hint as seen and return its number, 1 to `steps`."""
        entry = self.entry(exercise_id)
        entry["hints"] = min(entry["hints"] + 1, steps)
        self._save()
        return entry["hints"]

    def _save(self) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self.path.parent, delete=False, encoding="utf-8"
            ) as file:
                json.dump(self.entries, file, indent=1)
            os.replace(file.name, self.path)
        except OSError:
            self.path = None


def _read(path: Path | None) -> dict[str, dict]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if _is_entry(entry)}


def _is_entry(entry) -> bool:
    """Whether a record read from the file has every part, each of its kind."""
    return (
        isinstance(entry, dict)
        and entry.keys() == FRESH.keys()
        and all(type(entry[key]) is type(item) for key, item in FRESH.items())
        and entry["outcome"] in {outcome.value for outcome in Outcome}
    )
