"""Lesson 0's exercises: right answers pass however they are written, wrong ones are named."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over as verdict

from autograder import exercises
from autograder.verdict import Outcome

LESSON = exercises.of_lesson(0)
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.id} {mistake.name}")
    for exercise in LESSON
    for mistake in exercise.misconceptions
]


def reference(exercise_id: str, **instead) -> dict:
    return {**exercises.get(exercise_id).reference, **instead}


def words(result) -> str:
    return " ".join(f"{test.actual} {test.cause}" for test in result.tests)


@pytest.mark.parametrize("exercise", LESSON, ids=lambda exercise: exercise.id)
def test_the_reference_gets_full_marks_whatever_the_seed(exercise):
    for seed in range(20):
        found = verdict(exercise.id, exercise.reference, seed)
        assert found.passed and found.points == exercise.points, found


@pytest.mark.parametrize("exercise", LESSON, ids=lambda exercise: exercise.id)
def test_the_alternative_that_learners_are_shown_gets_full_marks(exercise):
    cell = {"np": np, "tf": tf}
    exec(exercise.alternative, cell)
    assert verdict(exercise.id, cell).passed


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_misconception_loses_points_and_is_named(exercise, mistake):
    for seed in range(3):
        found = verdict(exercise.id, reference(exercise.id, **mistake.answers), seed)
        assert found.outcome is Outcome.FAILED and found.points < exercise.points
        assert found.diagnosis.name == mistake.name


@pytest.mark.parametrize("exercise", LESSON, ids=lambda exercise: exercise.id)
def test_an_empty_notebook_earns_nothing(exercise):
    found = verdict(exercise.id, {})
    assert found.points == 0 and found.outcome is Outcome.NOT_ATTEMPTED


def test_images_may_be_prepared_in_any_style():
    def by_steps(images):
        images = images.astype(np.float32)
        if images.ndim == 3:
            images = np.expand_dims(images, -1)
        images /= 255.0
        return images

    def by_keras(images):
        return keras.ops.reshape(keras.ops.cast(images, "float32") / 255, (-1, 28, 28, 1))

    def by_loop(images):
        return np.stack([np.float32(image.reshape(28, 28, 1)) / 255 for image in images])

    def by_tf_image(images):
        return tf.image.convert_image_dtype(tf.reshape(images, (-1, 28, 28, 1)), tf.float32)

    for style in (by_steps, by_keras, by_loop, by_tf_image):
        assert verdict("0.1", {"prepare_images": style}).passed, style.__name__


def test_floors_may_be_computed_in_any_style(capfd):
    def masked_after(images):
        x = images.astype("float64")
        cost = -x * np.log(x) - (1 - x) * np.log(1 - x)
        return np.nan_to_num(cost).sum(axis=(1, 2, 3))

    def clipped_finely(images):
        x = np.clip(images, 1e-7, 1 - 1e-7)
        return -(x * np.log(x) + (1 - x) * np.log(1 - x)).reshape(len(x), -1).sum(axis=1)

    def small_number_inside(images):
        x = keras.ops.convert_to_tensor(images)
        cost = x * keras.ops.log(x + 1e-7) + (1 - x) * keras.ops.log(1 - x + 1e-7)
        return -keras.ops.sum(cost, axis=(1, 2, 3))

    def by_keras_loss(images):
        return tf.reduce_sum(keras.losses.binary_crossentropy(images, images), axis=[1, 2])

    def by_loop(images):
        def entropy(x):
            return 0.0 if x in (0.0, 1.0) else -x * np.log(x) - (1 - x) * np.log(1 - x)

        return [sum(entropy(float(x)) for x in image.ravel()) for image in images]

    styles = (masked_after, clipped_finely, small_number_inside, by_keras_loss, by_loop)
    for style in styles:
        assert verdict("0.2", {"bce_floor": style}).passed, style.__name__
    # A check cell with anything on stderr is worth nothing to nbgrader.
    assert "RuntimeWarning" not in capfd.readouterr().err


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


def test_axes_may_be_moved_in_any_style():
    def by_loop(stack):
        return np.array([stack[:, :, i][..., None] for i in range(stack.shape[-1])])

    def by_einsum(stack):
        return np.einsum("hwn->nhw", stack)[..., np.newaxis]

    def by_keras(stack):
        return keras.ops.expand_dims(keras.ops.moveaxis(stack, -1, 0), -1)

    for style in (by_loop, by_einsum, by_keras):
        assert verdict("0.3", reference("0.3", to_nhwc=style)).passed, style.__name__


def test_a_wrong_line_costs_only_its_own_points():
    assert verdict("0.3", reference("0.3", faulty_line_0_3=2)).points == 1.0
    assert verdict("0.3", reference("0.3", faulty_line_0_3="4")).points == 1.0


def test_a_wrong_repair_is_named_even_beside_a_wrong_line():
    mistake = exercises.get("0.3").misconceptions[0]
    found = verdict("0.3", {"faulty_line_0_3": 2, **mistake.answers})
    assert found.points == 0 and found.diagnosis.name == mistake.name


def test_a_forgotten_return_is_told_as_such():
    found = verdict("0.1", {"prepare_images": lambda images: None})
    assert found.points == 0 and "Is there a `return`" in words(found)


def test_a_missing_axis_costs_only_its_own_points():
    def without_channel(images):
        return np.float32(images) / 255

    found = verdict("0.1", {"prepare_images": without_channel})
    assert found.points == 1.5
    assert "one channel is still an axis" in words(found)
