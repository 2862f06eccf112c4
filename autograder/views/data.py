"""Verdicts as plain data, for JSON."""

from __future__ import annotations

from dataclasses import asdict

from autograder.verdict import Verdict


def verdict_data(verdict: Verdict) -> dict:
    """One verdict as dictionaries, lists, strings and numbers."""
    return {
        "id": verdict.exercise_id,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "diagnosis": verdict.diagnosis[0] if verdict.diagnosis else None,
        "notes": list(verdict.notes),
        "tests": [{**asdict(test), "outcome": test.outcome.value} for test in verdict.tests],
    }
