"""Grade one submission: notebook bytes in, a result as plain data out, whatever comes in."""

from __future__ import annotations

import time
from functools import cache

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.exercise.plain_text import printable_data
from autograder.exercise.values import shortened
from autograder.grading.hidden_run import merged, needs_visible_run
from autograder.grading.result import result_data
from autograder.intake import RUN, Submission, UnreadableNotebook, read_content
from autograder.intake.course_texts import solutions
from autograder.intake.handed_out import given_modules, set_up_imports
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.jail.limits import Limits
from autograder.jail.parents import JailError, Parent
from autograder.jail.student import JailedStudent, Work
from autograder.judging.judge import judge
from autograder.judging.verdict import Outcome, TestResult, Verdict

VISIBLE_SEED = 0
# Honest notebooks are read in well under one second of processor time.
READING_SECONDS = 20.0
# What of a learner's own words a result holds at most: characters, and cells with errors.
LONGEST_TEXT = 20_000
LONGEST_REPAIR = 1000
MOST_ERRORS = 40
TOO_MUCH = (
    "The notebook contains too much to be read in reasonable time. Hand in the lesson's own "
    "notebook with your answers in it, and nothing large besides."
)


def grade(
    parent: Parent, name: str, content: bytes, seed: int, lesson: int | None, limits: Limits
) -> dict:
    """Grade a notebook file in jailed processes of `parent`.

    Args:
        parent: who makes processes (`autograder.jail.parents`).
        name: what messages call the file.
        content: its bytes.
        seed: of the hidden run.
        lesson: which lesson it is, where the notebook does not say.
        limits: bounds on the submission.

    Returns:
        A result (see `docs/instructors.md`); status "graded", "unreadable" (0 points, with the
        reason) or "failed" (the grader's fault, to be graded again).
    """
    start = time.monotonic()
    try:
        with at_most(READING_SECONDS):
            submission = read_content(content, name, lesson)
        result = _graded(parent, name, submission, seed, limits)
    except (UnreadableNotebook, registry.UnknownExercise) as error:
        result = without_grade(name, lesson, "unreadable", shortened(str(error), LONGEST_REPAIR))
    except TookTooLong:
        result = without_grade(name, lesson, "unreadable", TOO_MUCH)
    except JailError as error:
        result = without_grade(name, lesson, "failed", str(error))
    except Exception as error:
        result = without_grade(name, lesson, "failed", f"{type(error).__name__}: {error}")
    return printable_data({**result, "seconds": round(time.monotonic() - start, 3)})


def without_grade(name: str, lesson: int | None, status: str, reason: str) -> dict:
    """A result without a judgement: 0 points in each exercise of the lesson, and the reason."""
    items = registry.of_lesson(lesson) if lesson in registry.course().lessons else ()
    verdicts = [_unjudged(exercise, reason) for exercise in items]
    return result_data(name, lesson, status, reason, verdicts)


def work_of(submission: Submission) -> Work:
    """What a submission brings to the jail."""
    cells = [(cell.name, cell.source) for cell in submission.cells if cell.role in RUN]
    return work_on(submission.lesson, cells)


def work_on(lesson: int, cells: list[tuple[str, str]]) -> Work:
    """Cells of a lesson, by name and source, with what goes with them into the jail."""
    return Work(
        cells=cells,
        owners=registry.owners(lesson),
        modules=(*given_modules(lesson), *registry.probe_modules(lesson)),
        preamble=set_up_imports(lesson),
        stand_ins=_stand_ins(lesson),
    )


@cache
def _stand_ins(lesson: int) -> dict[str, tuple[str, ...]]:
    """Answer name → sources of its solution and of what that calls, in order."""
    texts = solutions()
    return {
        name: tuple(texts[exercise_id] for exercise_id in with_needs(exercise.id))
        for exercise in registry.of_lesson(lesson)
        for name in exercise.answers
    }


def judge_lesson(student: JailedStudent, lesson: int, seed: int) -> list[Verdict]:
    """The verdicts of a lesson: points by `seed`, words by the seed that `check` uses.

    The words are asked of a process that was never asked for the points, and can tell nothing
    of those questions.
    """
    hidden: dict[str, Verdict] = {}
    shown = seed == VISIBLE_SEED
    verdicts = [
        judge(item.id, student, seed, hidden, explained=shown)
        for item in registry.of_lesson(lesson)
    ]
    if shown:
        return verdicts
    if not any(map(needs_visible_run, verdicts)):
        return [merged(verdict, None) for verdict in verdicts]
    student.afresh()
    visible: dict[str, Verdict] = {}
    return [
        merged(
            verdict,
            judge(verdict.exercise_id, student, VISIBLE_SEED, visible)
            if needs_visible_run(verdict)
            else None,
        )
        for verdict in verdicts
    ]


def _graded(parent: Parent, name: str, submission: Submission, seed: int, limits: Limits) -> dict:
    numbers = {cell.name: cell.number for cell in submission.cells}
    with JailedStudent(parent, work_of(submission), limits) as student:
        verdicts = judge_lesson(student, submission.lesson, seed)
        errors = [
            {"cell": numbers[cell], "error": words}
            for cell, words in student.failures.items()
            if not words.startswith("NotImplementedError")
        ][:MOST_ERRORS]
    return result_data(
        name,
        submission.lesson,
        "graded",
        verdicts=verdicts,
        repairs=[shortened(sentence, LONGEST_REPAIR) for sentence in submission.repairs],
        cell_errors=errors,
        written={name: shortened(t, LONGEST_TEXT) for name, t in submission.written.items()},
    )


def _unjudged(exercise: Exercise, reason: str) -> Verdict:
    tests = tuple(
        TestResult(test.title, Outcome.NOT_ATTEMPTED, 0.0, test.points, actual=reason)
        for test in exercise.tests
    )
    return Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, exercise.points, tests)


def with_needs(exercise_id: str) -> list[str]:
    """An exercise's id after those of everything it builds on."""
    found: list[str] = []
    for need in registry.get(exercise_id).needs:
        found += [item for item in with_needs(need) if item not in found]
    return [*found, exercise_id]
