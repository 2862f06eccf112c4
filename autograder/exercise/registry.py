"""The exercises, one module a lesson, found by id."""

from __future__ import annotations

import importlib

from autograder.exercise import Exercise

LESSON_TITLES = {
    0: "Brush and pixels",
    1: "Sampling",
    2: "The KL term",
    3: "The β-weighted loss",
    4: "Training on calligraphy",
    5: "Interpolation",
    6: "Does β disentangle?",
    7: "Capstone",
}

# What the code of a lesson may import of the reference where its own is graded: the modules
# that the set-up cell imports, with what those import in turn. None holds an answer of its
# lesson.
GIVEN: dict[int, tuple[str, ...]] = {
    0: (),
    1: (),
    2: (),
    3: ("bvae_ref.kl", "bvae_ref.networks", "bvae_ref.sampling", "bvae_ref.shapes"),
    4: (
        "bvae_ref.kl",
        "bvae_ref.losses",
        "bvae_ref.model",
        "bvae_ref.sampling",
        "bvae_ref.shapes",
    ),
    5: (),
    6: (),
    7: (),
}


class UnknownExercise(KeyError):
    """No exercise has this id; `str()` lists those there are."""

    def __str__(self) -> str:
        return self.args[0]


def of_lesson(lesson: int) -> tuple[Exercise, ...]:
    """The exercises of one lesson, in order."""
    if lesson not in LESSON_TITLES:
        known = ", ".join(map(str, LESSON_TITLES))
        raise UnknownExercise(f"There is no lesson {lesson}; the lessons are {known}.")
    module = importlib.import_module(f"autograder.exercises.lesson_{lesson}")
    return module.EXERCISES


def get(exercise_id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        UnknownExercise: naming the id given and the ids of the nearest lesson.
    """
    lesson, _, _ = str(exercise_id).partition(".")
    if not lesson.isdigit() or int(lesson) not in LESSON_TITLES:
        ids = ", ".join(exercise.id for exercise in every())
        raise UnknownExercise(f"There is no exercise {exercise_id!r}. The exercises are {ids}.")
    for exercise in of_lesson(int(lesson)):
        if exercise.id == exercise_id:
            return exercise
    ids = ", ".join(exercise.id for exercise in of_lesson(int(lesson)))
    raise UnknownExercise(f"There is no exercise {exercise_id!r}. Lesson {lesson} has {ids}.")


def every() -> tuple[Exercise, ...]:
    """All exercises, in course order."""
    return tuple(exercise for lesson in LESSON_TITLES for exercise in of_lesson(lesson))


def owners(lesson: int) -> dict[str, str]:
    """Answer name → exercise id for one lesson."""
    return {name: exercise.id for exercise in of_lesson(lesson) for name in exercise.answers}
