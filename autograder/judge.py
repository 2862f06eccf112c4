"""Run an exercise's tests over a student and say what was found."""

from __future__ import annotations

import zlib
from contextlib import nullcontext

import numpy as np

from autograder import exercises
from autograder.exercise import Exercise, Test
from autograder.expect import Mismatch
from autograder.student import (
    BadValue,
    Blocked,
    Crashed,
    GraderFault,
    LiveStudent,
    NotWritten,
    RecordingStudent,
    Student,
    TimedOut,
)
from autograder.values import shortened
from autograder.verdict import Outcome, TestResult, Verdict, overall

OUTCOME_OF = {
    NotWritten: Outcome.NOT_ATTEMPTED,
    Blocked: Outcome.BLOCKED,
    Crashed: Outcome.CRASHED,
    BadValue: Outcome.FAILED,
    TimedOut: Outcome.TIMED_OUT,
}


# Words that quote an answer; no honest one needs more.
LONGEST_WORDS = 2000


def judge(
    exercise_id: str,
    student: Student,
    seed: int = 0,
    known: dict | None = None,
    explained: bool = True,
) -> Verdict:
    """Judge one exercise.

    A wrong or missing prerequisite is charged once: when the tests do not pass and the
    exercise builds on others that do not pass either, they run again with the reference
    in the place of those, and the note says so.

    Args:
        exercise_id: such as "2.1".
        student: who answers.
        seed: seed of every number the tests draw; an instructor's own makes fresh ones.
        known: verdicts reached so far over this student with this seed, by exercise id; an
            exercise in it is not judged again, and this one is added.
        explained: look for the misconception behind a failure; a hidden run shows none.

    Raises:
        KeyError: unknown exercise id; the message lists the ids there are.
    """
    known = {} if known is None else known
    if exercise_id not in known:
        exercise = exercises.get(exercise_id)
        known[exercise_id] = _judge_with_stand_ins(exercise, student, seed, known, explained)
    return known[exercise_id]


def _judge_with_stand_ins(
    exercise: Exercise, student: Student, seed: int, known, explained: bool
) -> Verdict:
    verdict = _judge_once(exercise, student, seed, explained)
    # What is not written itself gains nothing by others' answers; see `student.Blocked`.
    if verdict.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED) or not exercise.needs:
        return verdict
    replaced = unmet_needs(exercise, student, seed, known, explained)
    if not replaced:
        return verdict
    with student.standing_in(stand_ins(replaced)):
        again = _judge_once(exercise, student, seed, explained, (_stand_in_note(replaced),))
    return again if again.points >= verdict.points else verdict


def unmet_needs(
    exercise: Exercise, student: Student, seed: int, known=None, explained: bool = True
) -> tuple[str, ...]:
    """Ids of the prerequisites that do not pass."""
    known = {} if known is None else known
    return tuple(
        need for need in exercise.needs if not judge(need, student, seed, known, explained).passed
    )


def stand_ins(exercise_ids: tuple[str, ...]) -> dict[str, object]:
    """Reference implementations of every answer of the given exercises."""
    return {
        name: implementation
        for exercise_id in exercise_ids
        for name, implementation in exercises.get(exercise_id).reference.items()
    }


def generator(exercise: Exercise, test: Test, seed: int) -> np.random.Generator:
    """The random numbers of one test: other for every seed, the same for the same one."""
    return np.random.default_rng([seed, zlib.crc32(f"{exercise.id} {test.title}".encode())])


def _judge_once(
    exercise: Exercise, student: Student, seed: int, explained: bool, notes=()
) -> Verdict:
    results: list[TestResult] = []
    failed: list[RecordingStudent] = []
    for test in exercise.tests:
        recorder = RecordingStudent(student)
        result = run_test(exercise, test, recorder, seed)
        results.append(result)
        if result.outcome is Outcome.FAILED:
            failed.append(recorder)
    outcome = overall(tuple(results))
    return Verdict(
        exercise_id=exercise.id,
        title=exercise.title,
        outcome=outcome,
        max_points=exercise.points,
        tests=tuple(results),
        diagnosis=diagnose(exercise, failed) if explained else None,
        notes=tuple(notes),
        next_hint="" if outcome is Outcome.PASSED else f'hint("{exercise.id}")',
    )


def run_test(exercise: Exercise, test: Test, student, seed: int) -> TestResult:
    """Run one test. What goes wrong earns 0 with a reason, unless the fault is the grader's.

    Raises:
        GraderFault: nobody can be asked.
    """
    lost = {"title": test.title, "points": 0.0, "max_points": test.points}
    try:
        test.function(student, generator(exercise, test, seed))
    except Mismatch as error:
        return TestResult(
            **lost,
            outcome=Outcome.FAILED,
            checked=shortened(error.checked, LONGEST_WORDS),
            expected=shortened(error.expected, LONGEST_WORDS),
            actual=shortened(error.actual, LONGEST_WORDS),
            cause=error.cause,
        )
    except tuple(OUTCOME_OF) as error:
        words = shortened(str(error), LONGEST_WORDS)
        return TestResult(**lost, outcome=OUTCOME_OF[type(error)], actual=words)
    except GraderFault:
        raise
    except Exception as error:
        words = f"the answer could not be judged ({type(error).__name__}: {error})"
        words = shortened(words, LONGEST_WORDS)
        return TestResult(**lost, outcome=Outcome.FAILED, actual=words)
    return TestResult(test.title, Outcome.PASSED, test.points, test.points)


def diagnose(exercise: Exercise, failed: list[RecordingStudent]) -> tuple[str, str, str] | None:
    """The misconception that answers every question of a failed test as the learner did.

    Failed tests are tried in order: noise that fails one by chance may explain itself in
    the next.
    """
    for record in failed:
        for misconception in exercise.misconceptions:
            if _explains(misconception, record, exercise):
                return misconception.name, misconception.sentence, misconception.look
    return None


def _explains(misconception, record: RecordingStudent, exercise: Exercise) -> bool:
    """Whether the misconception answers as recorded, and a right answer does not."""
    right, owners = stand_ins((exercise.id,)), exercises.owners(exercise.lesson)
    wrong = LiveStudent({**right, **misconception.answers}, owners)
    tolerances = misconception.rtol, misconception.atol
    with _reference_needs(exercise, wrong):
        if not record.matches(wrong, *tolerances):
            return False
    reference = LiveStudent(right, owners)
    with _reference_needs(exercise, reference):
        return not record.matches(reference, *tolerances, same_types=True)


def _reference_needs(exercise: Exercise, student: LiveStudent):
    return student.standing_in(stand_ins(exercise.needs)) if exercise.needs else nullcontext()


def _stand_in_note(replaced: tuple[str, ...]) -> str:
    names = ", ".join(
        f"`{name}` ({exercise_id})"
        for exercise_id in replaced
        for name in exercises.get(exercise_id).reference
    )
    return f"Judged with the reference in the place of {names}, which does not pass yet."
