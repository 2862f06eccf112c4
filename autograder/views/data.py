"""Verdicts as plain data, for JSON, and back."""

from __future__ import annotations

from dataclasses import asdict

from autograder.verdict import Outcome, TestResult, Verdict


def verdict_data(verdict: Verdict) -> dict:
    """One verdict as dictionaries, lists, strings and numbers."""
    return {
        "id": verdict.exercise_id,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "diagnosis": list(verdict.diagnosis) if verdict.diagnosis else None,
        "notes": list(verdict.notes),
        "next_hint": verdict.next_hint,
        "tests": [{**asdict(test), "outcome": test.outcome.value} for test in verdict.tests],
    }


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
        diagnosis=tuple(data["diagnosis"]) if data["diagnosis"] else None,
        notes=tuple(data["notes"]),
        next_hint=data["next_hint"],
    )
