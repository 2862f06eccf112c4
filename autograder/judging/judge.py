"""Run an exercise's tests on a student's answers and report the findings."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise, Test
from autograder.exercise.expect import Mismatch
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import (
    BadValue,
    Blocked,
    Crashed,
    Examinee,
    GraderFault,
    NotWritten,
    Student,
    TimedOut,
)
from autograder.exercise.values import shortened
from autograder.judging.cells_in_words import with_cells
from autograder.judging.crashes import usual_cause
from autograder.judging.diagnosis import diagnose, references
from autograder.judging.differences import in_words
from autograder.judging.readers import read
from autograder.judging.remarks import remarks
from autograder.judging.verdict import Diagnosis, Outcome, TestResult, Verdict, overall

Found = TypeVar("Found")
OUTCOME_OF = {
    NotWritten: Outcome.NOT_ATTEMPTED,
    Blocked: Outcome.BLOCKED,
    Crashed: Outcome.CRASHED,
    BadValue: Outcome.FAILED,
    TimedOut: Outcome.TIMED_OUT,
}


ASKED_FOR_AS_WELL = (
    "`{name}` is asked for as well, but nothing sets it. Set it in the same cell, on a separate "
    "line that does not begin with `#`."
)
# Words that quote an answer; no honest one needs more.
LONGEST_WORDS = 2000
# Called with the results so far.
Watch = Callable[[Sequence[TestResult]], None]


def no_watch(results: Sequence[TestResult]) -> None:
    """Nobody waits."""


def judge(
    exercise_id: str,
    student: Examinee,
    seed: int = 0,
    known: dict[str, Verdict] | None = None,
    explained: bool = True,
    watch: Watch = no_watch,
) -> Verdict:
    """Judge one exercise.

    A wrong or missing prerequisite is charged once: when the tests do not pass and the
    exercise builds on others that do not pass either, they run again with the reference
    in place of those, and the note says so. So they do where all of those pass, since an
    answer may be right by itself and of no use to the next one (too slow, a list, an array);
    the better result counts.

    Args:
        exercise_id: such as "2.1".
        student: who answers.
        seed: seed of every number the tests draw; an instructor's own makes fresh ones.
        known: verdicts reached so far over this student with this seed, by exercise id; an
            exercise in it is not judged again, and this one is added.
        explained: look for the misconception behind a failure; a hidden run shows none.
        watch: called before each of its own tests with the results so far.

    Raises:
        KeyError: unknown exercise id; the message lists the ids there are.
    """
    known = {} if known is None else known
    if exercise_id not in known:
        exercise = registry.get(exercise_id)
        verdict = _judge_with_stand_ins(exercise, student, seed, known, explained, watch)
        context = partial(with_cells, exercise, student, verdict)
        known[exercise_id] = _words_or(verdict, context)
    return known[exercise_id]


def _judge_with_stand_ins(
    exercise: Exercise,
    student: Examinee,
    seed: int,
    known: dict[str, Verdict],
    explained: bool,
    watch: Watch,
) -> Verdict:
    verdict = _judge_once(exercise, student, seed, explained, watch)
    # What is not written itself gains nothing by others' answers; see `student.Blocked`.
    if verdict.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED) or not exercise.needs:
        return verdict
    unmet = unmet_needs(exercise, student, seed, known, explained)
    if not unmet and exercise.slow and verdict.outcome is Outcome.FAILED:
        return verdict  # it ran to the end with what it builds on, and would take as long again
    replaced = unmet or exercise.needs
    note = _stand_in_note(replaced) if unmet else _of_no_use_note(replaced)
    with student.standing_in(references(replaced)):
        again = _judge_once(exercise, student, seed, explained, watch, (note,))
    better = again.points >= verdict.points if unmet else again.points > verdict.points
    return again if better else verdict


def _words_or(nothing: Found, look: Callable[[], Found]) -> Found:
    """What looking for words found: whatever an answer holds, it costs nobody a judgement."""
    try:
        return look()
    except GraderFault:
        raise
    except Exception:
        return nothing


def unmet_needs(
    exercise: Exercise,
    student: Examinee,
    seed: int,
    known: dict[str, Verdict] | None = None,
    explained: bool = True,
) -> tuple[str, ...]:
    """Ids of the prerequisites that do not pass."""
    known = {} if known is None else known
    return tuple(
        need for need in exercise.needs if not judge(need, student, seed, known, explained).passed
    )


def generator(exercise: Exercise, test: Test, seed: int) -> np.random.Generator:
    """The random numbers of one test: other for every seed, the same for the same one."""
    return np.random.default_rng([seed, zlib.crc32(f"{exercise.id} {test.title}".encode())])


def _passes_test(exercise: Exercise, test: Test, seed: int, student: Student) -> bool:
    return run_test(exercise, test, student, seed).outcome is Outcome.PASSED


def _judge_once(
    exercise: Exercise, student: Examinee, seed: int, explained: bool, watch: Watch, notes=()
) -> Verdict:
    results, records = asked(exercise, student, seed, watch)
    unexplained: tuple[Diagnosis | None, list[TestResult]] = None, results
    look = partial(_explained, exercise, student, results, records)
    diagnosis, results = _words_or(unexplained, look) if explained else unexplained
    results = [*map(partial(_counted, results), exercise.tests, results)]
    outcome = overall(tuple(results))
    if explained and outcome is Outcome.PASSED:
        silence: list[str] = []
        notes = (*notes, *_words_or(silence, lambda: list(remarks(exercise, student, seed))))
    return Verdict(
        exercise_id=exercise.id,
        title=exercise.title,
        outcome=outcome,
        max_points=exercise.points,
        tests=tuple(results),
        diagnosis=diagnosis,
        notes=tuple(notes),
        next_hint="" if outcome is Outcome.PASSED else f'hint("{exercise.id}")',
    )


def _counted(results: list[TestResult], test: Test, result: TestResult) -> TestResult:
    """A result, without its points if another test must hold too and does not."""
    if not test.counts_with or result.outcome is not Outcome.PASSED:
        return result
    (other,) = (item for item in results if item.title == test.counts_with)
    if other.outcome is Outcome.PASSED:
        return result
    return TestResult(
        test.title,
        Outcome.FAILED,
        0.0,
        test.points,
        expected=f"this, together with: {other.title}",
        actual="only this",
        cause="This part is right. It earns its points as soon as the other part holds too.",
    )


def asked(
    exercise: Exercise, student: Student, seed: int, watch: Watch = no_watch
) -> tuple[list[TestResult], list[RecordingStudent]]:
    """Run every test; its result, and what was asked and answered."""
    records = [
        RecordingStudent(student, partial(_passes_test, exercise, test, seed))
        for test in exercise.tests
    ]
    results: list[TestResult] = []
    for test, record in zip(exercise.tests, records, strict=True):
        watch(results)
        results.append(run_test(exercise, test, record, seed))
    return results, records


def _explained(
    exercise: Exercise,
    student: Examinee,
    results: list[TestResult],
    records: list[RecordingStudent],
) -> tuple[Diagnosis | None, list[TestResult]]:
    """The diagnosis, and the results with what can be said about each."""

    def of(outcome: Outcome) -> list[RecordingStudent]:
        both = zip(results, records, strict=True)
        return [record for result, record in both if result.outcome is outcome]

    failed = of(Outcome.FAILED)
    both = list(zip(results, records, strict=True))
    diagnosis = diagnose(exercise, failed, of(Outcome.PASSED)) if failed else None
    lost = failed + of(Outcome.CRASHED)
    if diagnosis is None and lost:
        titles = [result.title for result in results if result.outcome is not Outcome.PASSED]
        diagnosis = read(exercise, student, lost, of(Outcome.PASSED), _passes_test, titles)
    begun = any(result.outcome is Outcome.PASSED for result in results)
    told = partial(_told, exercise, diagnosis=diagnosis, begun=begun)
    return diagnosis, [told(result, record) for result, record in both]


def _told(
    exercise: Exercise,
    result: TestResult,
    record: RecordingStudent,
    diagnosis: Diagnosis | None,
    begun: bool,
) -> TestResult:
    """A result with its cause: where neither a diagnosis nor the test itself knows of one, what
    kind of difference it met, and of an error where it came from.

    Args:
        begun: another test passed, so what is missing was not left for later.
    """
    if result.outcome is Outcome.NOT_ATTEMPTED and record.record:
        name, first = record.record[-1][1][0], exercise.answers[0]
        further = name in exercise.answers[1:] and callable(exercise.reference[first])
        if further or (begun and name in exercise.answers):
            return replace(result, cause=ASKED_FOR_AS_WELL.format(name=name))
    if result.outcome is Outcome.CRASHED:
        return replace(result, checked=record.last_call(), cause=usual_cause(result.actual))
    if result.outcome is not Outcome.FAILED or result.cause or diagnosis:
        return result
    return replace(result, cause=in_words(exercise, record))


def run_test(exercise: Exercise, test: Test, student: Student, seed: int) -> TestResult:
    """Run one test. What goes wrong earns 0 with a reason, unless the fault is the grader's.

    Raises:
        GraderFault: nobody can be asked.
    """
    lost = partial(TestResult, title=test.title, points=0.0, max_points=test.points)
    try:
        test.function(student, generator(exercise, test, seed))
    except Mismatch as error:
        return lost(
            outcome=Outcome.FAILED,
            checked=shortened(error.checked, LONGEST_WORDS),
            expected=shortened(error.expected, LONGEST_WORDS),
            actual=shortened(error.actual, LONGEST_WORDS),
            cause=error.cause,
        )
    except tuple(OUTCOME_OF) as error:
        words = shortened(str(error), LONGEST_WORDS)
        return lost(outcome=OUTCOME_OF[type(error)], actual=words)
    except GraderFault:
        raise
    except Exception as error:
        words = f"the answer could not be judged ({type(error).__name__}: {error})"
        words = shortened(words, LONGEST_WORDS)
        return lost(outcome=Outcome.FAILED, actual=words)
    return TestResult(test.title, Outcome.PASSED, test.points, test.points)


def _stand_in_note(replaced: tuple[str, ...]) -> str:
    return f"Judged with the reference in place of {_names_of(replaced)}, which does not pass yet."


def _of_no_use_note(replaced: tuple[str, ...]) -> str:
    return (
        f"Judged with the reference in place of {_names_of(replaced)}: your own passes by itself, "
        "but this exercise earns less with it, perhaps because of the type of value it returns or "
        "the time it takes."
    )


def _names_of(exercise_ids: tuple[str, ...]) -> str:
    return ", ".join(
        f"`{name}` ({exercise_id})"
        for exercise_id in exercise_ids
        for name in registry.get(exercise_id).reference
    )
