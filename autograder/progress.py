"""What a learner has done so far, kept in a small local file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from autograder.verdict import Verdict


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
        return self.entries.setdefault(
            exercise_id, {"outcome": "not attempted", "points": 0.0, "hints": 0, "passed": False}
        )

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
    return entries if isinstance(entries, dict) else {}
