"""A class by people: what each learner earned in every lesson, the weakest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograder.judging.term_summary import Entry, entry_of


@dataclass(frozen=True)
class Person:
    """One learner over all lessons.

    Attributes:
        key: names the person's page; "" for somebody who handed in nothing.
        name: to show.
        id: what the learning platform knows them by, or "".
        records: one for each lesson handed in, by lesson; under None, what is of no known lesson.
        entries: what these earned.
        section: of the class list, or "".
    """

    key: str
    name: str
    id: str
    records: Mapping[int | None, dict] = field(default_factory=dict)
    section: str = ""

    @cached_property
    def entries(self) -> dict[int | None, Entry]:
        """What each lesson earned; nothing for what is not graded yet."""
        return {
            lesson: entry_of(record)
            for lesson, record in self.records.items()
            if record["status"] != "waiting"
        }

    @property
    def points(self) -> float:
        """Over all lessons."""
        return sum(entry.points for entry in self.entries.values())

    @property
    def unreadable(self) -> int:
        """How many of the lessons could not be graded."""
        return sum(record["status"] != "graded" for record in self.records.values())


@dataclass(frozen=True)
class Column:
    """One lesson of the matrix: its number and of how many points."""

    lesson: int
    most: float


def people_of(
    records: Iterable[dict],
    sections: Mapping[str, str] | None = None,
    absent: Iterable[tuple[str, str, str]] = (),
) -> list[Person]:
    """The class, the weakest first.

    Args:
        records: of `results.jsonl`.
        sections: key of a record → section.
        absent: name, id and section of those who handed in nothing.

    Who has the smallest sum comes first; names decide between equals.
    """
    by_person: dict[str, list[dict]] = defaultdict(list)
    for record in records:
        by_person[record["key"].partition(".")[0]].append(record)
    people = [Person("", name, known_as, section=section) for name, known_as, section in absent]
    for key, own in by_person.items():
        first = own[0]
        by_lesson: dict[int | None, dict] = {}
        for record in sorted(own, key=lambda item: item["points"]):
            by_lesson[record["lesson"]] = record
        ordered = {n: by_lesson[n] for n in sorted(by_lesson, key=lambda n: (n is None, n or 0))}
        section = (sections or {}).get(first["key"], "")
        people.append(Person(key, first["learner"], first["learner_id"], ordered, section))
    return sorted(people, key=lambda person: (person.points, person.name.casefold(), person.key))


def columns_of(people: Sequence[Person]) -> list[Column]:
    """All lessons that somebody handed in, and what there is to earn in each."""
    most: dict[int, float] = {}
    for person in people:
        for lesson, entry in person.entries.items():
            if lesson is not None:
                most[lesson] = max(most.get(lesson, 0.0), entry.most)
    return [Column(lesson, most[lesson]) for lesson in sorted(most)]
