"""Which row of a platform's table a learner is: by the platform's id, else by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.intake.people import name_forms


@dataclass(frozen=True)
class Person:
    """How a table knows somebody: by ids, the surest first, and by names."""

    ids: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True)
class Matched:
    """Row → record, and the learners for whom no row fits, or not one alone."""

    found: dict[int, dict]
    unknown: list[str]
    unclear: list[str]

    def sentences(self, platform: str) -> list[str]:
        """What a person has to look at."""
        said = []
        if self.unknown:
            said.append(f"Unknown to {platform} ({len(self.unknown)}): {listed(self.unknown)}.")
        if self.unclear:
            count = len(self.unclear)
            said.append(f"Left out, as no single student fits ({count}): {listed(self.unclear)}.")
        return said


def match(records: Iterable[dict], people: Sequence[Person]) -> Matched:
    """Find everybody's row, and only where a single one fits.

    Args:
        records: one a learner, with `learner` and `learner_id`.
        people: one a row.
    """
    by_id: dict[tuple[int, str], set[int]] = defaultdict(set)
    by_name: dict[str, set[int]] = defaultdict(set)
    for row, person in enumerate(people):
        for kind, known_as in enumerate(person.ids):
            if known_as.strip():
                by_id[kind, known_as.strip().lower()].add(row)
        for name in person.names:
            for form in name_forms(name):
                by_name[form].add(row)
    kinds = max((len(person.ids) for person in people), default=0)
    matched = Matched({}, [], [])
    for record in records:
        rows = _rows_of(record, kinds, by_id, by_name)
        if len(rows) == 1 and not rows & matched.found.keys():
            matched.found[rows.pop()] = record
        else:
            (matched.unclear if rows else matched.unknown).append(record["learner"])
    return matched


def _rows_of(record: dict, kinds: int, by_id: dict, by_name: dict) -> set[int]:
    named = set()
    for form in name_forms(record["learner"]):
        named |= by_name.get(form, set())
    for known_as in filter(None, (record["learner_id"], record["learner"])):
        for kind in range(kinds):
            found = by_id.get((kind, known_as.strip().lower()))
            if found:
                # A number of another platform may be somebody else's here.
                return found | named if named and not found & named else set(found)
    return named


def listed(names: Sequence[str]) -> str:
    """Some names, and a sign where there are more."""
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
