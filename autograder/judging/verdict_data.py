"""Verdicts as plain data, for JSON, and back."""

from __future__ import annotations

from dataclasses import asdict

from autograder.judging.verdict import (
    Diagnosis,
    Mistake,
    Outcome,
    Relation,
    TestResult,
    Verdict,
)


def verdict_data(verdict: Verdict) -> dict:
    """One verdict as dictionaries, lists, strings and numbers."""
    return {
        "id": verdict.exercise_id,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "diagnosis": diagnosis_data(verdict.diagnosis) if verdict.diagnosis else None,
        "notes": list(verdict.notes),
        "next_hint": verdict.next_hint,
        "tests": [{**asdict(test), "outcome": test.outcome.value} for test in verdict.tests],
    }


def diagnosis_data(diagnosis: Diagnosis) -> dict:
    """A diagnosis as plain data."""
    return {
        "relation": diagnosis.relation.value,
        "mistakes": [mistake._asdict() for mistake in diagnosis.mistakes],
    }


def diagnosis_of(data: dict) -> Diagnosis:
    """The diagnosis that `diagnosis_data` made `data` of."""
    mistakes = tuple(Mistake(**mistake) for mistake in data["mistakes"])
    return Diagnosis(Relation(data["relation"]), mistakes)


def verdict_of(data: dict) -> Verdict:
    """The verdict that `verdict_data` made `data` of.

    Raises:
        KeyError, ValueError: data of another form.
    """
    return Verdict(
        exercise_id=data["id"],
        title=data["title"],
        outcome=Outcome(data["outcome"]),
        max_points=data["max_points"],
        tests=tuple(
            TestResult(**{**test, "outcome": Outcome(test["outcome"])}) for test in data["tests"]
        ),
        diagnosis=diagnosis_of(data["diagnosis"]) if data["diagnosis"] else None,
        notes=tuple(data["notes"]),
        next_hint=data["next_hint"],
    )
