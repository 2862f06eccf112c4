"""Deadlines and what lateness costs, the same for `bvae grade` and for nbgrader."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from autograder.grading.moments import in_words
from autograder.intake.people import name_forms

ATTEMPTS = ("newest on time", "newest", "best")


@dataclass(frozen=True)
class Penalty:
    """What each begun period costs, or lateness once where `period` is 0 seconds.

    `amount` is a share of the points earned, from 0 to 1, or points where `share` is False.
    """

    amount: float
    share: bool
    period: float


@dataclass(frozen=True)
class Extension:
    """A later deadline for one learner; for every lesson where `lesson` is None."""

    who: str
    lesson: int | None
    until: datetime


@dataclass(frozen=True)
class Lateness:
    """What is said of one submission.

    Attributes:
        late: whether it came after its deadline.
        seconds: after the deadline; None where only a platform's mark says that it was late.
        note: a sentence where somebody has to look; else "".
    """

    late: bool = False
    seconds: float | None = 0.0
    note: str = ""

    @property
    def words(self) -> str:
        """`2 days late`, `late`, or ""."""
        if not self.late:
            return ""
        return "late" if self.seconds is None else f"{in_words(self.seconds)} late"


@dataclass(frozen=True)
class LateRules:
    """When work is due, and what it costs to be late.

    Attributes:
        deadlines: by lesson; None for every lesson that has none of its own.
        extensions: of single learners.
        zone: of times that name none; None for this machine's own.
        grace: seconds after a deadline that count as in time.
        penalty: None where lateness costs nothing.
        most: the largest share of the points that lateness costs.
        nothing_after: seconds after which nothing is earned.
        attempt: which of several attempts counts, one of ATTEMPTS.
    """

    deadlines: dict[int | None, datetime] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    zone: tzinfo | None = None
    grace: float = 0.0
    penalty: Penalty | None = None
    most: float = 1.0
    nothing_after: float = math.inf
    attempt: str = ATTEMPTS[0]

    def lateness(
        self,
        who: Collection[str],
        lesson: int | None,
        handed_in: datetime | None,
        marked: bool = False,
        due: datetime | None = None,
    ) -> Lateness:
        """Whether a submission is late.

        Args:
            who: ids and names of the learner.
            lesson: the lesson.
            handed_in: when; None where nothing says it.
            marked: late by the platform's own mark.
            due: a deadline from elsewhere, for a lesson that has none in these rules.
        """
        own = self._extension(who, lesson)
        deadline = self.deadlines.get(lesson, self.deadlines.get(None, due))
        if own and (deadline is None or own > deadline):
            deadline = own
        if handed_in and deadline:
            seconds = (handed_in - deadline).total_seconds()
            return Lateness(True, seconds) if seconds > self.grace else Lateness()
        if marked and own:
            until = f"{own:%Y-%m-%d %H:%M}"
            note = (
                f"marked late, by how much is not known, and extended to {until}: taken as in time"
            )
            return Lateness(note=note)
        return Lateness(marked, None if marked else 0.0)

    def cost(self, lateness: Lateness, points: float) -> float:
        """The points that are lost, of those earned."""
        if not lateness.late or points <= 0:
            return 0.0
        if lateness.seconds is not None and lateness.seconds > self.nothing_after:
            return points
        if self.penalty is None:
            return 0.0
        periods = 1
        if self.penalty.period and lateness.seconds is not None:
            periods = math.ceil(lateness.seconds / self.penalty.period)
        one = self.penalty.amount * points if self.penalty.share else self.penalty.amount
        return round(min(periods * one, self.most * points, points), 4)

    def _extension(self, who: Collection[str], lesson: int | None) -> datetime | None:
        until = [e.until for e in self.extensions if e.lesson in (None, lesson) and _is(e.who, who)]
        return max(until, default=None)

    def unused(self, people: Iterable[Collection[str]]) -> list[str]:
        """Whom the extensions name and nobody is, each once."""
        people = list(people)
        named = dict.fromkeys(e.who for e in self.extensions)
        return [who for who in named if not any(_is(who, names) for names in people)]


def _is(named: str, who: Collection[str]) -> bool:
    """Whether a name or id is one of somebody's."""
    forms = name_forms(named)
    known = [name for name in who if name]
    return any(named.casefold() == name.casefold() or forms & name_forms(name) for name in known)
