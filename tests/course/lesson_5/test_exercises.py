"""Lesson 5's exercises: right answers pass however they are written, wrong ones are named."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from learner import judged_over as verdict

from autograder.exercise import registry
from autograder.exercise.declaration import together
from autograder.exercise.live_student import LiveStudent
from autograder.judging.judge import judge
from autograder.judging.verdict import Relation

LESSON = registry.of_lesson(5)
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.id} {mistake.name}")
    for exercise in LESSON
    for mistake in exercise.misconceptions
]


def reference(exercise_id: str, **instead) -> dict:
    return {**registry.get(exercise_id).reference, **instead}


def words(result) -> str:
    return " ".join(f"{test.actual} {test.cause}" for test in result.tests)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise_id", "one", "other"),
    [
        ("5.1", "the end is missing", "the length is normalised away"),
        ("5.1", "the length of start is kept", "the direction turns backwards"),
        ("5.2", "the ends are swapped", "sigmoid forgotten"),
        ("5.3", "upside down", "from 0 to extent"),
        ("5.3", "values added, not set", "written into the code itself"),
        ("5.4", "the root is missing", "distance first"),
        ("5.5", "the loop is blamed", "a sum, not a mean"),
    ],
)
def test_two_mistakes_at_once_are_both_named(exercise_id, one, other):
    mistakes = {mistake.name: mistake for mistake in registry.get(exercise_id).misconceptions}
    answers = together(mistakes[one], mistakes[other])
    found = verdict(exercise_id, reference(exercise_id, **answers))
    assert found.diagnosis.relation is Relation.BOTH
    assert {mistake.name for mistake in found.diagnosis.mistakes} == {one, other}


def test_codes_may_come_as_a_list_also_where_there_is_nothing_to_turn():
    right = registry.get("5.1").reference

    def listed(start, end, steps):
        return list(right["slerp"](start, end, steps))

    assert verdict("5.1", reference("5.1", slerp=listed)).passed


def test_a_slerp_that_works_in_place_is_judged_by_the_codes_it_was_given():
    right = registry.get("5.1").reference["slerp"]

    def in_place(start, end, steps):
        path = right(start, end, steps)
        start /= 2
        end -= start
        return path

    assert verdict("5.1", reference("5.1", slerp=in_place)).passed


def test_a_slerp_without_a_way_out_is_told_what_it_divides_by():
    def bare(start, end, steps):
        u, v = start / np.linalg.norm(start), end / np.linalg.norm(end)
        theta, t = np.arccos(u @ v), np.linspace(0, 1, steps)[:, None]
        length = (1 - t) * np.linalg.norm(start) + t * np.linalg.norm(end)
        return length * (np.sin((1 - t) * theta) * u + np.sin(t * theta) * v) / np.sin(theta)

    with np.errstate(all="ignore"):
        found = verdict("5.1", reference("5.1", slerp=bare))
    assert found.points == 2.5 and "division by 0" in words(found)


@pytest.mark.slow
def test_a_strip_with_noise_is_told_so():
    def noisy(encoder, decoder, image_a, image_b, steps):
        mean, log_var = encoder(np.stack([image_a, image_b]))
        z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        return tf.sigmoid(decoder(np.linspace(z[0], z[1], steps)))

    found = verdict("5.2", {"morph_strip": noisy})
    assert found.points == 0.5 and "drawn with noise" in words(found)


@pytest.mark.slow
def test_a_strip_is_not_charged_for_a_wrong_lerp():
    namespace = {"np": np, "tf": tf, "lerp": lambda start, end, steps: np.stack([end] * steps)}
    source = (
        "def morph_strip(encoder, decoder, image_a, image_b, steps):\n"
        "    mean, log_var = encoder(tf.stack([image_a, image_b]))\n"
        "    return tf.sigmoid(decoder(lerp(mean[0], mean[1], steps)))\n"
    )
    exec(source, namespace)
    student = LiveStudent(namespace, registry.owners(5))
    found = judge("5.2", student)
    assert found.passed and "`lerp` (5.1)" in found.notes[0]


def test_the_line_counts_with_the_repair_and_the_repair_by_itself():
    assert verdict("5.5", reference("5.5", faulty_line_5_5=4)).points == 1.0
    assert verdict("5.5", {"faulty_line_5_5": 5}).points == 0


def test_an_image_without_its_batch_axis_is_refused_as_a_real_encoder_would():
    def unbatched(encoder, decoder, image_a, image_b, steps):
        codes = np.linspace(encoder(image_a)[0][0], encoder(image_b)[0][0], steps)
        return tf.sigmoid(decoder(codes))

    found = verdict("5.2", {"morph_strip": unbatched})
    assert found.points == 0 and "takes a batch of images" in words(found)


def test_an_index_beyond_the_gallery_points_at_the_axis():
    def over_pixels(image, gallery):
        distances = np.linalg.norm(gallery - image, axis=0)
        return distances.argmax(), distances.min()

    found = verdict("5.4", {"nearest_training_image": over_pixels})
    assert found.points == 0 and "check its `axis`" in words(found)


def test_right_ends_with_uneven_steps_between_are_not_a_lerp():
    def eased(start, end, steps):
        t = np.linspace(0, 1, steps)[:, None] ** 2
        return (1 - t) * start + t * end

    assert verdict("5.1", reference("5.1", lerp=eased)).points <= 2.0


def test_the_index_and_the_distance_are_marked_apart():
    def off_by_one(image, gallery):
        index, distance = registry.get("5.4").reference["nearest_training_image"](image, gallery)
        return (index + 1) % len(gallery), distance

    assert verdict("5.4", {"nearest_training_image": off_by_one}).points == 0.5
