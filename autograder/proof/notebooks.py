"""Right answers of the bank in whole notebooks: what others are built on must cost none a point.

A variant may be right by itself and yet give what a later exercise cannot use. So each variant of
an exercise that others need is judged in its lesson's notebook, with the solutions elsewhere: all
exercises of the lesson, jailed on two seeds and live on a third.
"""

from __future__ import annotations

from autograder.exercise import registry
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.proof.open_cases import OpenCase, tried


def sample(exercise_id: str) -> tuple[Written, ...]:
    """The variants of an exercise, where another one needs it."""
    needed = any(exercise_id in exercise.needs for exercise in registry.every())
    return bank.variants(exercise_id) if needed else ()


def lost_points(written: Written) -> dict:
    """What the notebook loses by this answer, and what learners are told of it."""
    found = tried(OpenCase(written.title, written.exercise_id, written.source))
    return {"name": written.name, "lost": found["lost"], "said": found["said"]}
