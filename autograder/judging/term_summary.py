"""A term in numbers: learners by lessons, how the class went on, and who stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

HANDED_IN = ("graded", "unreadable")


@dataclass(frozen=True)
class Entry:
    """What one learner earned in one lesson.

    Attributes:
        automatic, automatic_max: points of the exercises, and of how many.
        written, written_max, pending: the same for written answers, and how many wait for points.
        late: in words, or "".
        penalty: points that lateness costs.
        page: where the learner's page is, seen from the term's folder.
    """

    automatic: float
    automatic_max: float
    written: float = 0.0
    written_max: float = 0.0
    pending: float = 0.0
    late: str = ""
    penalty: float = 0.0
    page: str = ""

    @property
    def points(self) -> float:
        """What counts."""
        return max(0.0, self.automatic + self.written - self.penalty)

    @property
    def most(self) -> float:
        """Of how many."""
        return self.automatic_max + self.written_max


@dataclass
class TermLearner:
    """One learner: name, platform's id, section, and an entry for each lesson handed in."""

    name: str
    id: str = ""
    section: str = ""
    entries: dict[int, Entry] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """Over all lessons."""
        return sum(entry.points for entry in self.entries.values())


@dataclass(frozen=True)
class TermLesson:
    """One lesson over the class.

    Attributes:
        lesson: its number.
        most: points that there are.
        handed_in: how many handed in.
        share: mean share of the points among these, 0 to 1.
    """

    lesson: int
    most: float
    handed_in: int
    share: float


@dataclass(frozen=True)
class TermGroup:
    """Everyone, or one section: its name, how many learners it has, and each lesson over them."""

    name: str
    count: int
    lessons: tuple[TermLesson, ...]


@dataclass(frozen=True)
class Term:
    """All learners by name, and all lessons that somebody handed in, in order."""

    learners: tuple[TermLearner, ...]
    lessons: tuple[TermLesson, ...]

    @property
    def most(self) -> float:
        """Points of all lessons."""
        return sum(lesson.most for lesson in self.lessons)

    def groups(self) -> list[TermGroup]:
        """Everyone, and each section where there are two or more."""
        sections = sorted({learner.section for learner in self.learners if learner.section})
        found = [TermGroup("everyone", len(self.learners), self.lessons)]
        for name in sections if len(sections) > 1 else ():
            people = [learner for learner in self.learners if learner.section == name]
            lessons = tuple(_lesson(lesson.lesson, people) for lesson in self.lessons)
            found.append(TermGroup(name, len(people), lessons))
        return found

    def stopped(self) -> list[tuple[TermLearner, int | None, int]]:
        """Who handed in nothing for the newest lesson: `(learner, last lesson, lessons since)`.

        Longest first; the last lesson is None for those who never handed in anything.
        """
        numbers = [lesson.lesson for lesson in self.lessons]
        found = []
        for learner in self.learners:
            last = max(learner.entries, default=None)
            since = [number for number in numbers if last is None or number > last]
            if since:
                found.append((learner, last, len(since)))
        return sorted(found, key=lambda item: -item[2])


def entry_of(record: Mapping, page: str = "") -> Entry:
    """The entry of one record of `results.jsonl`."""
    return Entry(
        automatic=float(record["points"]),
        automatic_max=float(record["max_points"]),
        written=float(record.get("written_points", 0.0)),
        written_max=float(record.get("written_max", 0.0)),
        pending=float(record.get("written_pending", 0.0)),
        late=(record.get("late_words") or "late") if record["late"] else "",
        penalty=float(record.get("penalty", 0.0)),
        page=page,
    )


def term_of(learners: Iterable[TermLearner]) -> Term:
    """The term of these learners."""
    people = tuple(sorted(learners, key=lambda learner: (learner.name.casefold(), learner.id)))
    numbers = sorted({number for learner in people for number in learner.entries})
    return Term(people, tuple(_lesson(number, people) for number in numbers))


def _lesson(number: int, people: Sequence[TermLearner]) -> TermLesson:
    """One lesson over some of the learners."""
    entries = [learner.entries[number] for learner in people if number in learner.entries]
    most = max((entry.most for entry in entries), default=0.0)
    # What is no notebook has 0 points of 0; it is 0 of what the others could earn.
    share = fmean(entry.points / most for entry in entries) if entries and most else 0.0
    return TermLesson(number, most, len(entries), share)
