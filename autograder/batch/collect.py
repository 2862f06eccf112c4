"""From files to submissions: one per learner and lesson, nothing lost, the newest attempt first."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from autograder.batch.attempts import (
    Candidate,
    counting,
    older_notes,
    place_among,
    time_in,
    times_of,
    why_not,
    work_in,
)
from autograder.batch.files import Entry, Refused, Source, shown
from autograder.batch.handed_in import HandedIn, lesson_in
from autograder.batch.keys import key_of
from autograder.batch.kinds_of_files import OF_REPOSITORY, brought_along, is_work, rank
from autograder.batch.layout import SUBMITTED, read_layout
from autograder.grading.lateness import LateRules
from autograder.intake import shadowing

CHECK_CALL = re.compile(rb"""\bcheck\(\s*\\?["'](\d{1,2})\.\d""")


@dataclass(frozen=True)
class Submission:
    """One notebook to be graded, or what a learner handed in instead of one: the grader says why
    that earns nothing.

    Attributes:
        key: names its files; the same in every run, different for every submission.
        learner, learner_id: name to show, and what the learning platform knows them by.
        file: the file's name as the learner knows it.
        lesson: the lesson it seems to be, or None.
        asked: the lesson it has to be, or None: then the grader finds out.
        late: marked late by the learning platform.
        content: SHA-256 of the file, in hexadecimal digits; empty when it cannot be read.
        reason: why it cannot be read; empty when it can.
        notes: sentences for the learner about other files.
        platform: the learning platform that named the file, a key of `PLATFORMS`, or "".
        handed_in: when, as far as the platform says it.
        attempt_of: the key of the submission that this is one attempt at, or "".
    """

    key: str
    learner: str
    learner_id: str
    file: str
    entry: Entry
    lesson: int | None
    asked: int | None
    late: bool
    content: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    platform: str = ""
    handed_in: datetime | None = None
    attempt_of: str = ""

    def names(self) -> tuple[str, str]:
        """By which lists may know the learner."""
        return self.learner_id, self.learner


@dataclass(frozen=True)
class Collection:
    """All submissions, sorted by key.

    Attributes:
        set_aside: a sentence for each file that is none.
        unexplained: how many of those files the platform's own rule on attempts does not explain.
    """

    submissions: tuple[Submission, ...]
    set_aside: tuple[str, ...]
    unexplained: int = 0


def collect(
    source: Source,
    lesson: int | None = None,
    assignment: str | None = None,
    layout: str | None = None,
    rules: LateRules | None = None,
) -> Collection:
    """List the submissions of a source.

    Args:
        source: see `files.open_source`.
        lesson: every submission is of this lesson, whatever it says.
        assignment: only this assignment of nbgrader's tree.
        layout: how learners are told apart, one of `layout.LAYOUTS`; found out when None.
        rules: which of several attempts counts; the newest when None.

    Raises:
        ValueError: there is nothing to grade; the message says what was looked for.
    """
    items = read_layout(source.entries, source.name, assignment, layout)
    if not items:
        where = f"no {SUBMITTED}/STUDENT/{assignment}/ with files" if assignment else "no files"
        raise ValueError(f"There is nothing to grade: {where} in {source.name}.")
    learners: dict[str, list[HandedIn]] = defaultdict(list)
    for item in items:
        if not item.aside:
            learners[item.identity].append(item)
    submissions: list[Submission] = []
    set_aside = [_aside(i, i.aside) for i in items if i.aside and not brought_along(i)]
    owners = {item.identity for item in items if not item.stray}
    for identity, files in sorted(learners.items()):
        found, left = _of_learner(source, identity, files, lesson, rules)
        submissions += found
        set_aside += left
        if found:
            owners.discard(identity)
    set_aside += [(_empty(owner), False) for owner in owners]
    if not submissions:
        raise ValueError(f"There is nothing to grade in {source.name}: it contains no notebook.")
    unexplained = sum(not explained for _, explained in set_aside)
    sentences = tuple(sorted(sentence for sentence, _ in set_aside))
    return Collection(_distinct(submissions), sentences, unexplained)


def of_one_learner(source: Source, learner: str, lesson: int | None) -> list[Submission]:
    """The submissions of a source in which everything is from one learner."""
    items = [HandedIn(e, learner, learner, PurePosixPath(e.path).name) for e in source.entries]
    return _of_learner(source, learner, items, lesson)[0] if items else []


def _of_learner(
    source: Source,
    identity: str,
    files: list[HandedIn],
    lesson: int | None,
    rules: LateRules | None = None,
) -> tuple[list[Submission], list[tuple[str, bool]]]:
    """One learner's submissions; a sentence for each other file, and whether a rule explains it."""
    notebooks = [item for item in files if item.is_notebook]
    others = [item for item in files if not item.is_notebook]
    notes = tuple(shadowing([item.file for item in others]))
    if not notebooks:
        work = [item for item in others if not item.stray or is_work(item)]
        work = [item for item in work if not OF_REPOSITORY.fullmatch(item.file)]
        notebooks = sorted(work, key=rank)[:1]
        others = [item for item in others if item not in notebooks]
    times = times_of(source, others)
    candidates = [_look(source, item, lesson, times, rules) for item in notebooks]
    chosen, older = counting(candidates, rules.attempt if rules else "newest")
    submissions = [
        Submission(
            key=key_of(identity, candidate.lesson) + place_among(candidate, chosen),
            learner=shown(candidate.item.learner),
            learner_id=candidate.item.learner_id,
            file=shown(candidate.item.file),
            entry=candidate.item.entry,
            lesson=candidate.lesson,
            asked=lesson if lesson is not None else candidate.item.lesson,
            late=candidate.item.late,
            content=candidate.content,
            reason=candidate.reason,
            notes=(*older_notes(candidate, older), *notes),
            platform=candidate.item.platform,
            handed_in=candidate.handed_in,
            attempt_of=key_of(identity, candidate.lesson) * bool(place_among(candidate, chosen)),
        )
        for candidate in chosen
    ]
    left = [_aside(c.item, why_not(c, counts), c.item.ruled) for c, counts in older]
    left += [_aside(item, "it is not a notebook") for item in others if not brought_along(item)]
    return submissions, left


def _look(
    source: Source,
    item: HandedIn,
    lesson: int | None,
    times: Mapping[int | None, datetime],
    rules: LateRules | None,
) -> Candidate:
    asked = item.lesson if lesson is None else lesson
    try:
        content, reason = source.read(item.entry), ""
    except Refused as error:
        content, reason = b"", f"{item.file} was not read: {error}."
    seems = lesson_in(item.file) if reason else _lesson_of(content, item.file)
    lesson = seems if asked is None else asked
    when = times.get(item.lesson) or time_in(item.time, rules.zone if rules else None)
    names = (item.learner_id, shown(item.learner))
    late = bool(rules and rules.lateness(names, lesson, when, item.late).late)
    return Candidate(
        item,
        lesson,
        seems,
        "" if reason else hashlib.sha256(content).hexdigest(),
        reason,
        work_in(content),
        when,
        late,
    )


def _lesson_of(content: bytes, name: str) -> int | None:
    """The lesson whose checks are called most, else the one in the file's name.

    A look at the bytes is enough to tell attempts at one lesson from notebooks of two; the
    grader itself parses and decides.
    """
    called = Counter(map(int, CHECK_CALL.findall(content)))
    return called.most_common(1)[0][0] if called else lesson_in(name)


def _aside(item: HandedIn, why: str, explained: bool = False) -> tuple[str, bool]:
    return f"{item.entry.path} was not graded: {item.entry.refused or why}.", explained


def _empty(owner: str) -> str:
    return f"{shown(owner)} was not graded: no notebook and no other work was handed in."


def _distinct(submissions: Iterable[Submission]) -> tuple[Submission, ...]:
    """Sorted by key; learners of one name are shown with the place that tells them apart."""
    submissions = sorted(submissions, key=lambda submission: submission.key)
    people = {(s.learner, s.learner_id, s.key.partition(".")[0]) for s in submissions}
    shared = Counter(learner for learner, _, _ in people)
    return tuple(
        replace(s, learner=f"{s.learner} ({s.learner_id or s.entry.path})")
        if shared[s.learner] > 1
        else s
        for s in submissions
    )
