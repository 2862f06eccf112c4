"""Answers tried where graded runs are: in a jailed process that is asked over a pipe."""

from __future__ import annotations

import atexit
from functools import cache

from autograder.exercise import registry
from autograder.grading.submission import with_needs, work_on
from autograder.intake.course_texts import solutions
from autograder.intake.handed_out import set_up_imports
from autograder.jail.limits import Limits
from autograder.jail.parents import Parent, any_parent
from autograder.jail.student import JailedStudent
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.judging.judge import judge
from autograder.judging.verdict import Verdict
from autograder.proof.units import FIRST_SEED, judged

# Generous for an answer, and little for a mutant that never ends.
LIMITS = Limits(call_seconds=20.0, cell_seconds=10.0, submission_seconds=120.0, memory_gb=4.0)


def jailed_verdict(exercise_id: str, source: str, explained: bool = False) -> Verdict:
    """The verdict on an answer's source, with solutions of what the exercise needs before it."""
    with answering(exercise_id, source) as student:
        return judge(exercise_id, student, FIRST_SEED, explained=explained)


def answering(exercise_id: str, source: str) -> JailedStudent:
    """Somebody jailed who wrote this answer, and solutions of what it needs before it."""
    exercise = registry.get(exercise_id)
    cells = [("set-up", set_up_imports(exercise.lesson))]
    cells += [(need, solutions()[need]) for need in with_needs(exercise_id)[:-1]]
    work = work_on(exercise.lesson, [*cells, ("answer", source)])
    return JailedStudent(warm_parent(), work, LIMITS)


def sample(exercise_id: str) -> list[Written]:
    """What of an exercise is tried in the jail: one right answer and one wrong one."""
    return [*bank.variants(exercise_id)[:1], *bank.rewrites(exercise_id)[:1]]


def compared(written: Written) -> dict:
    """The verdict in the jail beside the one in this process."""
    exercise = registry.get(written.exercise_id)
    jailed = jailed_verdict(exercise.id, written.source, explained=True)
    found = bank.namespace(written)
    live = judged(exercise, {name: found[name] for name in exercise.answers}, FIRST_SEED)
    alike = (jailed.outcome, jailed.points, jailed.diagnosis) == (
        live.outcome,
        live.points,
        live.diagnosis,
    )
    return {
        "name": written.title,
        "alike": alike,
        "jailed": f"{jailed.outcome.value}, {jailed.points:g} points",
    }


@cache
def warm_parent() -> Parent:
    """One for this process, which ends with it."""
    parent = any_parent()
    atexit.register(parent.close)
    return parent
