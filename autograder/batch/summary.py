"""A class in numbers: means, pass rates and the most common mistakes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from autograder.verdict import Outcome
from autograder.views.data import diagnosis_of

MOST_COMMON = 3
LEVELS = ("none", "partial", "full")


@dataclass(frozen=True)
class ExerciseSummary:
    """One exercise over all graded notebooks.

    Attributes:
        count, passed: how many were judged, and how many passed.
        mean: mean points.
        diagnoses: the most common named mistakes, as (name, how often).
    """

    id: str
    title: str
    max_points: float
    count: int
    passed: int
    mean: float
    diagnoses: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """Share that passed, 0 to 1."""
        return self.passed / self.count


@dataclass(frozen=True)
class LessonSummary:
    """One lesson over all graded notebooks; mean and median of their points."""

    lesson: int
    graded: int
    max_points: float
    mean: float
    median: float
    exercises: tuple[ExerciseSummary, ...]


def lesson_summaries(records: Iterable[dict]) -> list[LessonSummary]:
    """One summary a lesson, in order, over what could be graded."""
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


def _lesson(lesson: int, records: Sequence[dict]) -> LessonSummary:
    judged: dict[str, list[dict]] = defaultdict(list)
    for record in records:
        for exercise in record["exercises"]:
            judged[exercise["id"]].append(exercise)
    points = [record["points"] for record in records]
    return LessonSummary(
        lesson=lesson,
        graded=len(records),
        max_points=max(record["max_points"] for record in records),
        mean=fmean(points),
        median=median(points),
        exercises=tuple(_exercise(judged[exercise_id]) for exercise_id in sorted(judged)),
    )


def _exercise(judged: Sequence[dict]) -> ExerciseSummary:
    named = Counter(diagnosis_of(item["diagnosis"]).name for item in judged if item["diagnosis"])
    return ExerciseSummary(
        id=judged[0]["id"],
        title=judged[0]["title"],
        max_points=judged[0]["max_points"],
        count=len(judged),
        passed=sum(item["outcome"] == Outcome.PASSED.value for item in judged),
        mean=fmean(item["points"] for item in judged),
        diagnoses=tuple(named.most_common(MOST_COMMON)),
    )
