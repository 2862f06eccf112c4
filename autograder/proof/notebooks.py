"""Right answers of the bank in whole notebooks: what others are built on must cost none a point.

A variant may be right by itself and yet give what a later exercise cannot use. So each variant of
an exercise that others need is judged in its lesson's notebook, with the solutions elsewhere: all
exercises of the lesson, jailed on two seeds and live on a third.
"""

from __future__ import annotations

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.judging.judge import judge
from autograder.judging.running import run_submission
from autograder.judging.verdict import Verdict
from autograder.notebook.face import suspended
from autograder.proof.open_cases import SEEDS, OpenCase, said, tried

LIVE_SEED = max(SEEDS) + 1


def sample(exercise_id: str) -> tuple[Written, ...]:
    """The variants of an exercise, where another one needs it."""
    needed = any(exercise_id in exercise.needs for exercise in registry.every())
    return bank.variants(exercise_id) if needed else ()


def lost_points(written: Written) -> dict:
    """What the notebook loses by this answer, and what learners are told of it."""
    case = OpenCase(written.title, written.exercise_id, written.source)
    jailed = tried(case)
    live = [verdict for verdict in _live_verdicts(case) if not verdict.passed]
    missing = [registry.get(verdict.exercise_id).points - verdict.points for verdict in live]
    told = [jailed["said"], *(f"live, {v.exercise_id}: {said(v)}" for v in live)]
    return {
        "name": written.name,
        "lost": max([jailed["lost"], *missing]),
        "said": "; ".join(filter(None, told)),
    }


def _live_verdicts(case: OpenCase) -> list[Verdict]:
    """The verdicts on the notebook whose cells were run in this process."""
    lesson = registry.get(case.exercise).lesson
    namespace, _ = run_submission(case.submission(), suspended())
    student = LiveStudent(namespace, registry.owners(lesson))
    known: dict[str, Verdict] = {}
    return [judge(item.id, student, LIVE_SEED, known) for item in registry.of_lesson(lesson)]
