"""What can be found out about a wrong answer that no named mistake of the bank explains.

Readers run in order of certainty and usefulness; each reports only what it has verified, and the
first that finds something is used: what the answer computes, which change would mend it, what its
text shows. A function that never ends, or returns nothing, is reported first.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence

from autograder.exercise.declaration import Exercise
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import Examinee
from autograder.intake.course_texts import solutions
from autograder.judging.arguments import matter
from autograder.judging.mending import Passes, mended
from autograder.judging.text_facts import DECISIVE, facts
from autograder.judging.verdict import Diagnosis, Mistake, Relation


def read(
    exercise: Exercise,
    student: Examinee,
    failed: Sequence[RecordingStudent],
    passed: Sequence[RecordingStudent],
    passes: Passes,
    lost: Collection[str],
) -> Diagnosis | None:
    """What the first reader that is sure has to say, or None.

    Args:
        student: who can be asked more, and whose code can be read and tried.
        failed: what was asked in the tests that did not pass.
        passed: the same of those that passed.
        passes: whether somebody passes a test of an exercise on a seed.
        lost: titles of the tests that did not pass.
    """
    over = time.monotonic() + student.seconds_to_explain
    source = exercise.source_of(student)
    shown = list(_shown(exercise, source))
    if shown and shown[0].name in DECISIVE:
        return _diagnosis(Relation.SHOWS, shown[0])
    found = None if exercise.slow else matter(exercise, student, failed, passed)
    if found:
        return _diagnosis(Relation.COMPUTES, found)
    if source:
        workshop, wait = student.workshop(), student.ask_for_patience
        found = mended(exercise, source, workshop, passes, lost, over, wait) if workshop else None
        if found:
            return _diagnosis(Relation.MENDS, found)
    return _diagnosis(Relation.SHOWS, shown[0]) if shown else None


def _shown(exercise: Exercise, source: str) -> Iterator[Mistake]:
    """Facts of the text that are not also those of the solution's."""
    right = {item.name for item in facts(solutions()[exercise.id], exercise.answers)}
    return (item for item in facts(source, exercise.answers) if item.name not in right)


def _diagnosis(relation: Relation, found: Mistake) -> Diagnosis:
    return Diagnosis(relation, (found,))
