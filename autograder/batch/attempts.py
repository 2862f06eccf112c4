"""Which of several attempts counts: the newest in time, the newest, or the best."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo

from autograder.batch.files import Refused, Source
from autograder.batch.handed_in import HandedIn
from autograder.grading.moments import moment

TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Candidate:
    """A file that was looked at.

    Attributes:
        item: the file.
        lesson: the lesson it counts for.
        seems: the one it seems to be of.
        content: its digest.
        reason: why it cannot be read; empty when it can.
        work: a digest of what its cells say, the same for a notebook that was only saved again.
        handed_in: when, as far as anything says it.
        late: whether that was after the deadline, or marked so; False where nobody asks.
    """

    item: HandedIn
    lesson: int | None
    seems: int | None
    content: str
    reason: str = ""
    work: str = ""
    handed_in: datetime | None = None
    late: bool = False


def counting(
    candidates: Iterable[Candidate], attempt: str
) -> tuple[list[Candidate], list[tuple[Candidate, Candidate]]]:
    """The attempts at each lesson that count, and `(another, the one that counts)` for the rest.

    One that can be read counts before one that cannot; an older one in time before the same work
    handed in again when it was late. All that can be read count where the best is asked for: the
    grader has to see them first.

    Args:
        candidates: of one learner.
        attempt: one of `lateness.ATTEMPTS`.
    """
    by_lesson: dict[int | None, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_lesson[candidate.lesson].append(candidate)
    chosen, others = [], []
    for attempts in by_lesson.values():
        attempts.sort(key=lambda candidate: _age(candidate, attempt))
        newest = attempts[-1]
        same = [a for a in attempts if newest.late and a.work == newest.work and not a.late]
        counts = same[-1] if same else newest
        kept = [counts]
        if attempt == "best":
            left_out = [a for a in attempts if same and a.late and a.work == newest.work]
            kept = [a for a in attempts if not a.reason and a not in left_out] or kept
        chosen += kept
        others += [(a, counts) for a in attempts if a not in kept]
    return chosen, others


def _age(candidate: Candidate, attempt: str) -> tuple:
    item = candidate.item
    # nbgrader itself grades the file of the assignment's own name.
    own = item.lesson is not None and item.file == f"lesson_{item.lesson}.ipynb"
    readable, fits = not candidate.reason, candidate.seems == candidate.lesson
    in_time = attempt == "newest on time" and not candidate.late
    newest = item.time, item.attempt, item.entry.modified, item.entry.path
    return readable, fits, own, in_time, *newest


def place_among(candidate: Candidate, chosen: list[Candidate]) -> str:
    """What tells the key of one attempt from those of others that count too; else ""."""
    attempts = [other for other in chosen if other.lesson == candidate.lesson]
    return f"-attempt-{attempts.index(candidate) + 1}" if len(attempts) > 1 else ""


def older_notes(candidate: Candidate, older: Iterable[tuple[Candidate, Candidate]]) -> list[str]:
    """Sentences for the learner about attempts that do not count."""
    notes = []
    for attempt, counts in older:
        if counts is candidate:
            why = "it came after the deadline" if _only_late(attempt, candidate) else ""
            notes.append(
                f"{attempt.item.file} was handed in too, but {why}; {candidate.item.file} counts."
                if why
                else f"{attempt.item.file} was handed in too; {candidate.item.file} was taken as "
                "the newest attempt."
            )
    return notes


def _only_late(attempt: Candidate, counts: Candidate) -> bool:
    return attempt.late and not counts.late and not attempt.reason


def why_not(attempt: Candidate, counts: Candidate) -> str:
    """Why an attempt does not count, as a sentence's end."""
    if not _only_late(attempt, counts):
        return "a newer attempt counts"
    if attempt.work == counts.work:
        return "it is the same work as an attempt in time, which counts"
    return "an attempt in time counts"


def work_in(content: bytes) -> str:
    """A digest of what a notebook's cells say, outputs and metadata left out; else of all bytes."""
    try:
        cells = json.loads(content)["cells"]
        said = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
        content = json.dumps(said).encode()
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    return hashlib.sha256(content).hexdigest()


def time_in(text: str, zone: tzinfo | None) -> datetime | None:
    """The point in time that a platform writes into a name; None where there is none."""
    digits = re.sub(r"\D", "", text)
    if len(digits) not in (12, 14):
        return None
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    hour = f"{digits[8:10]}:{digits[10:12]}:{digits[12:14] or '00'}"
    try:
        return moment(f"{day} {hour}", "a time in a name", zone)
    except ValueError:
        return None


def times_of(source: Source, files: Iterable[HandedIn]) -> dict[int | None, datetime]:
    """Lesson → the time in nbgrader's `timestamp.txt`, which is UTC where it does not say."""
    found: dict[int | None, datetime] = {}
    for item in files:
        if item.file == TIMESTAMP and item.lesson is not None:
            try:
                text = source.read(item.entry)[:200].decode()
                found[item.lesson] = moment(text, TIMESTAMP, timezone.utc)
            except (Refused, ValueError):  # UnicodeDecodeError is one
                continue
    return found
