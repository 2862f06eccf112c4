"""What a learner has done so far, kept in a small local file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from autograder.exercise import registry
from autograder.judging.verdict import Verdict
from autograder.notebook.progress_file import FRESH, Guess, Kept, Newer, change, read
from autograder.views.progress import Entry

# Where Colab mounts a learner's Drive.
DRIVE = Path("/content/drive/MyDrive")
# Who does nothing for longer than this was away.
LONGEST_GAP = 15 * 60


class Progress:
    """Results, hints and time by exercise, saved after every change.

    The time between two calls belongs to the exercise of the later one, until that has
    passed. A pause of more than 15 minutes counts for none.

    What cannot be read or written never stops a lesson: progress goes on in memory, and
    `take_news` has a sentence for the learner.

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
        kept = read(path)
        self.name, self.entries, self._guesses = kept.name, {**kept.entries}, {**kept.guesses}
        self._others = tuple(others)
        self._clock = clock
        self._last = clock() if since is None else since
        self._changed: dict[str, None] = {}
        self._renamed = False
        self._news: list[str] = []
        self._told = ""

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
        for kept in map(read, (self.path, *self._others)):
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

    def take_news(self) -> list[str]:
        """Sentences for the learner about the file, each given once."""
        news, self._news = self._news, []
        return news

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
        try:
            kept, words = change(self.path, self._merged)
        except Newer as error:
            self._tell(f"{error}, so nothing is saved in it: update the course here to go on.")
        except OSError as error:
            reason = error.strerror or error
            self._tell(
                f"Your progress cannot be saved in {self.path} ({reason}): it lasts until this "
                "notebook's kernel restarts. `progress()` shows a code that brings it back."
            )
        else:
            self.name = kept.name
            self._told = ""
            if words:
                self._news.append(words)

    def _merged(self, kept: Kept) -> Kept:
        """A file's content with what changed here; another notebook may have written the rest."""
        changed = {
            key: _joined(kept.entries.get(key, FRESH), self.entries[key]) for key in self._changed
        }
        known = {key: entry for key, entry in self.entries.items() if key not in kept.rest}
        return Kept(
            self.name if self._renamed else kept.name or self.name,
            {**known, **kept.entries, **changed},
            {**kept.guesses, **self._guesses},
            {key: item for key, item in kept.rest.items() if key not in changed},
        )

    def _tell(self, words: str) -> None:
        """Say a sentence once, and again only after something else."""
        if words != self._told:
            self._told = words
            self._news.append(words)


def _joined(kept: Entry, here: Entry) -> Entry:
    """The record here, without giving up what another notebook reached in the same exercise."""
    return {
        **here,
        "passed": here["passed"] or kept["passed"],
        "passed_on": kept["passed_on"] or here["passed_on"],
        "hints": max(here["hints"], kept["hints"]),
        "seconds": max(here["seconds"], kept["seconds"]),
    }


def _reached(entry: Entry) -> tuple:
    return entry["passed"], entry["points"], entry["hints"], entry["seconds"]
