"""Lesson 0's exercises: right answers pass however they are written, wrong ones are named."""

from __future__ import annotations

import numpy as np
import pytest
from learner import judged_over as verdict

from autograder.course.lesson_0 import wrong_fault
from autograder.exercise import registry
from autograder.judging import bank
from autograder.judging.verdict import Relation

LESSON = registry.of_lesson(0)
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.id} {mistake.name}")
    for exercise in LESSON
    for mistake in exercise.misconceptions
]


def reference(exercise_id: str, **instead) -> dict:
    return {**registry.get(exercise_id).reference, **instead}


def words(result) -> str:
    return " ".join(f"{test.actual} {test.cause}" for test in result.tests)


@pytest.mark.parametrize("exercise", LESSON, ids=lambda exercise: exercise.id)
def test_answers_in_other_styles_get_full_marks_and_leave_stderr_empty(exercise, capfd):
    for variant in bank.variants(exercise.id):
        assert verdict(exercise.id, bank.namespace(variant)).passed, variant.title
    # A check cell with anything on stderr is worth nothing to nbgrader.
    assert "Warning" not in capfd.readouterr().err


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_nan_from_black_pixels_is_explained_without_a_warning():
    def careless(images):
        cost = images * np.log(images) + (1 - images) * np.log(1 - images)
        return -cost.sum(axis=(1, 2, 3))

    found = verdict("0.2", {"bce_floor": careless})
    assert found.points == 1.0
    assert "log 0 is −∞" in words(found)


def test_a_clip_of_any_coarseness_is_told_what_it_costs():
    for smallest in (1e-2, 1e-4, 1e-5):

        def clipped(images, smallest=smallest):
            x = np.clip(images.astype("float64"), smallest, 1 - smallest)
            return -(x * np.log(x) + (1 - x) * np.log(1 - x)).sum(axis=(1, 2, 3))

        found = verdict("0.2", {"bce_floor": clipped})
        assert not found.passed
        assert "it is too large" in words(found)


def test_a_wrong_line_costs_only_its_own_points():
    assert verdict("0.3", reference("0.3", faulty_line_0_3=2)).points == 1.0
    assert verdict("0.3", reference("0.3", faulty_line_0_3="4")).points == 1.0


def test_a_wrong_repair_and_a_wrong_line_are_both_named():
    answers = {"faulty_line_0_3": 2, **wrong_fault.TO_NHWC[0].answers}
    found = verdict("0.3", answers)
    assert found.points == 0 and found.diagnosis.relation is Relation.BOTH
    assert found.diagnosis.name == "still a reshape and line 2 taken for the fault"


def test_a_pixel_that_went_astray_can_be_followed_by_its_number():
    found = verdict("0.3", reference("0.3", **wrong_fault.TO_NHWC[0].answers))
    assert "pixel (y, x) of image i holds" in found.tests[0].checked
    assert found.tests[0].expected == "110 at index (0, 1, 0, 0)"
    assert found.tests[0].actual.startswith("400 there")


def test_a_forgotten_return_is_told_as_such():
    found = verdict("0.1", {"prepare_images": lambda images: None})
    assert found.points == 0 and "Is there a `return`" in words(found)


def test_a_missing_axis_costs_only_its_own_points():
    def without_channel(images):
        return np.float32(images) / 255

    found = verdict("0.1", {"prepare_images": without_channel})
    assert found.points == 1.5
    assert "one channel is still an axis" in words(found)
