"""A class in numbers: means, pass rates, who made which mistake, and how exercises discriminate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean, median
from typing import NamedTuple

from autograder.judging.verdict import Outcome, Relation
from autograder.judging.verdict_data import diagnosis_of

LEVELS = ("none", "partial", "full")
# With fewer points a correlation means nothing.
NEEDED = 3
NO_NAME = {
    Outcome.FAILED: (
        "no named mistake",
        ("No mistake that the course knows explains these answers."),
    ),
    Outcome.DOES_NOT_RUN: (
        "does not run",
        "The cell of the answer stopped with an error, so there is no answer to call.",
    ),
    Outcome.CRASHED: ("crashed", "The code stopped with an error."),
    Outcome.TIMED_OUT: ("timed out", "The code took longer than an answer is allowed to."),
    Outcome.NOT_ATTEMPTED: ("not attempted", "Nothing was written."),
    Outcome.BLOCKED: ("blocked", "An answer that this one needs was not written."),
}


class Learner(NamedTuple):
    """Who handed in a notebook.

    Attributes:
        id: what the learning platform knows them by, or their name where it says nothing.
        name: the name to show.
        key: of the submission, and of its page.
    """

    id: str
    name: str
    key: str


@dataclass(frozen=True)
class MistakeCount:
    """One reason for not passing an exercise, and who has it.

    Attributes:
        name: of the mistake in a few words; "one or other" where the answers leave two open.
        sentences: what happened; two where two are left open.
        who: a learner for each notebook.
        share: of the notebooks that tried and did not pass, 0 to 1; None for those not tried.
        named: whether it is a mistake that the course knows.
        either: one of two mistakes, which the answers do not tell apart.
        with_another: how many of them made a second mistake in the same exercise.
    """

    name: str
    sentences: tuple[str, ...]
    who: tuple[Learner, ...]
    share: float | None = None
    named: bool = True
    either: bool = False
    with_another: int = 0

    @property
    def count(self) -> int:
        """In how many notebooks."""
        return len(self.who)


@dataclass(frozen=True)
class ExerciseSummary:
    """One exercise over all graded notebooks.

    Attributes:
        count, attempted, passed: how many were graded, how many of these tried, and passed.
        mean: mean points.
        discrimination: correlation of its points with those of the rest of the lesson, -1 to 1,
            two digits; None for fewer than three notebooks, or where either are all the same.
        mistakes: why it was not passed: named mistakes first, each part most frequent first. A
            notebook with two mistakes at once counts in both.
    """

    id: str
    title: str
    max_points: float
    count: int
    attempted: int
    passed: int
    mean: float
    discrimination: float | None
    mistakes: tuple[MistakeCount, ...]

    @property
    def share(self) -> float:
        """Share that passed, 0 to 1."""
        return self.passed / self.count

    @property
    def failed(self) -> int:
        """How many tried and did not pass."""
        return self.attempted - self.passed


@dataclass(frozen=True)
class LessonSummary:
    """One lesson over all graded notebooks; mean and median of their points."""

    lesson: int
    graded: int
    max_points: float
    mean: float
    median: float
    exercises: tuple[ExerciseSummary, ...]


@dataclass(frozen=True)
class ClassSummary:
    """A whole class.

    Attributes:
        submissions, learners, graded: how many there are; of the submissions, how many graded.
        isolation: the least that any learner's code ran under; None where none ran.
        lessons: by lesson, in order.
    """

    submissions: int
    learners: int
    graded: int
    isolation: dict | None
    lessons: tuple[LessonSummary, ...]


def class_summary(records: Sequence[dict]) -> ClassSummary:
    """What a class page says in numbers, of records that are sorted or not, graded or waiting."""
    return ClassSummary(
        submissions=len(records),
        learners=len({(record["learner"], record["learner_id"]) for record in records}),
        graded=sum(record["status"] == "graded" for record in records),
        isolation=least_isolation(records),
        lessons=tuple(lesson_summaries(records)),
    )


def lesson_summaries(records: Iterable[dict]) -> list[LessonSummary]:
    """One summary per lesson, in order, over everything that could be graded."""
    by_lesson: dict[int, list[dict]] = defaultdict(list)
    for record in records:
        if record["status"] == "graded":
            by_lesson[record["lesson"]].append(record)
    return [_lesson(lesson, by_lesson[lesson]) for lesson in sorted(by_lesson)]


def least_isolation(records: Iterable[dict]) -> dict | None:
    """The lowest level that any learner's code ran under, with every missing layer; or None."""
    found = [record["isolation"] for record in records if record["isolation"]]
    if not found:
        return None
    lowest = min(found, key=lambda item: LEVELS.index(item["level"]))
    missing = sorted({name for item in found for name in item["missing"]})
    return {"level": lowest["level"], "missing": missing}


def item_rest_correlation(points: Sequence[float], totals: Sequence[float]) -> float | None:
    """How an exercise's points correlate with those of the rest of the lesson (Pearson's r).

    The exercise is left out of the total, or it would be compared with itself in part.

    Args:
        points: of the exercise, one per notebook.
        totals: of the lesson, in the same order.

    Returns:
        -1 to 1; None for fewer than three notebooks, or where either are all the same.
    """
    rest = [round(total - own, 6) for own, total in zip(points, totals, strict=True)]
    if len(rest) < NEEDED:
        return None
    try:
        # Adding 0 makes a zero of the negative zero.
        return round(correlation(points, rest), 2) + 0.0
    except StatisticsError:
        return None


def _lesson(lesson: int, records: Sequence[dict]) -> LessonSummary:
    judged: dict[str, list[tuple[dict, dict]]] = defaultdict(list)
    for record in records:
        for exercise in record["exercises"]:
            judged[exercise["id"]].append((record, exercise))
    points = [record["points"] for record in records]
    return LessonSummary(
        lesson=lesson,
        graded=len(records),
        max_points=max(record["max_points"] for record in records),
        mean=fmean(points),
        median=median(points),
        exercises=tuple(_exercise(judged[exercise_id]) for exercise_id in sorted(judged)),
    )


def _exercise(judged: Sequence[tuple[dict, dict]]) -> ExerciseSummary:
    first = judged[0][1]
    outcomes = [Outcome(item["outcome"]) for _, item in judged]
    points = [item["points"] for _, item in judged]
    totals = [sum(each["points"] for each in record["exercises"]) for record, _ in judged]
    attempted = len(outcomes) - outcomes.count(Outcome.NOT_ATTEMPTED)
    passed = outcomes.count(Outcome.PASSED)
    return ExerciseSummary(
        id=first["id"],
        title=first["title"],
        max_points=first["max_points"],
        count=len(judged),
        attempted=attempted,
        passed=passed,
        mean=fmean(points),
        discrimination=item_rest_correlation(points, totals),
        mistakes=tuple(_mistakes(judged, attempted - passed)),
    )


def _mistakes(judged: Sequence[tuple[dict, dict]], failed: int) -> Iterable[MistakeCount]:
    """Every reason for not passing, named ones first, each part by frequency."""
    who: dict[_Reason, list[Learner]] = defaultdict(list)
    with_another: dict[_Reason, int] = defaultdict(int)
    for record, exercise in judged:
        learner = Learner(
            record["learner_id"] or record["learner"], record["learner"], record["key"]
        )
        reasons = _reasons(exercise)
        for reason in reasons:
            who[reason].append(learner)
            with_another[reason] += len(reasons) > 1
    for reason in sorted(who, key=lambda item: (not item.named, -len(who[item]), item.name)):
        share = len(who[reason]) / failed if reason.tried else None
        yield MistakeCount(
            name=reason.name,
            sentences=reason.sentences,
            who=tuple(who[reason]),
            share=share,
            named=reason.named,
            either=reason.named and len(reason.sentences) > 1,
            with_another=with_another[reason],
        )


class _Reason(NamedTuple):
    """What `MistakeCount` counts, as a key."""

    name: str
    sentences: tuple[str, ...]
    named: bool = True
    tried: bool = True


def _reasons(exercise: dict) -> list[_Reason]:
    """Why one notebook did not pass an exercise; two reasons for two mistakes at once."""
    outcome = Outcome(exercise["outcome"])
    if outcome is Outcome.PASSED:
        return []
    if not exercise["diagnosis"]:
        name, sentence = NO_NAME[outcome]
        return [_Reason(name, (sentence,), False, outcome is not Outcome.NOT_ATTEMPTED)]
    diagnosis = diagnosis_of(exercise["diagnosis"])
    if diagnosis.relation is Relation.EITHER:
        return [_Reason(diagnosis.name, tuple(item.sentence for item in diagnosis.mistakes))]
    return [_Reason(item.name, (item.sentence,)) for item in diagnosis.mistakes]
