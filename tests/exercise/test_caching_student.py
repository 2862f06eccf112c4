"""No question is put twice, and what is kept of an answer is small."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.exercise import caching_student
from autograder.exercise.caching_student import Remembering


class Answering:
    """Gives a large answer, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def probe(self, probe, *args, summary=None):
        self.asked += 1
        value = np.full(1000, float(len(args)))
        return summary(value) if summary else value


def somebody() -> tuple[Answering, Remembering]:
    student = Answering()
    return student, Remembering(student, "9.9", {"answer": student}, set())


def scaled(factor):
    return lambda value: float(factor * value.sum())


def twice(function):
    return lambda value: 2 * function(value)


def share(whole, value):
    return float(value.sum() / whole)


def test_a_summary_is_kept_in_place_of_the_answer_it_is_made_of():
    student, remembering = somebody()
    assert [remembering.probe("big", 1, summary=scaled(2)) for _ in range(3)] == [2000.0] * 3
    assert student.asked == 1
    kept = next(reversed(caching_student._memory.values()))
    assert kept[1] == 2000.0


def test_summaries_that_were_made_with_other_values_are_other_questions():
    student, remembering = somebody()
    assert remembering.probe("big", 1, summary=scaled(2)) == 2000.0
    assert remembering.probe("big", 1, summary=scaled(3)) == 3000.0
    assert remembering.probe("big", 1, summary=partial(share, 10)) == 100.0
    assert remembering.probe("big", 1, summary=partial(share, 100)) == 10.0
    assert remembering.probe("big", 1, summary=lambda value: len(value)) == 1000
    assert student.asked == 5


def test_a_summary_made_with_a_function_is_told_by_what_that_was_made_with():
    student, remembering = somebody()
    for factor in (2, 2, 3):
        assert remembering.probe("big", 1, summary=twice(scaled(factor))) == 2000.0 * factor
    assert student.asked == 2


def test_a_summary_made_with_itself_is_worked_out_anew():
    def halved(value, times=3):
        return halved(value[::2], times - 1) if times else len(value)

    student, remembering = somebody()
    assert [remembering.probe("big", 1, summary=halved) for _ in range(2)] == [125, 125]
    assert student.asked == 1


def test_where_summaries_cannot_be_told_apart_the_answer_is_kept_whole():
    student, remembering = somebody()
    for factor in (2, 3):
        assert remembering.probe("big", summary=scaled(Unknown(factor))) == 0.0
    assert remembering.probe("big", summary=len) == 1000
    assert student.asked == 1


class Unknown:
    """A factor that cannot be pickled."""

    def __init__(self, factor):
        self.factor = factor

    def __reduce__(self):
        raise TypeError("not to be kept")

    def __mul__(self, other):
        return self.factor * other


def test_nothing_is_prepared_for_answers_that_may_be_kept():
    student, remembering = somebody()
    remembering.prepare("big", 1, times=5)
    assert not student.asked
