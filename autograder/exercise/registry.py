"""The one place where the engine finds the course that is being taught.

A course is a package with a `COURSE` (`autograder.exercise.course`) and a folder for each lesson.
The environment variable BVAE_COURSE says which one; without it, it is this repository's own.
Nothing is registered by hand: exercises, probes and statistical checks are found by where they
lie.
"""

from __future__ import annotations

import importlib
import importlib.resources
import os
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from autograder.exercise.chance import Chance
from autograder.exercise.course import Course
from autograder.exercise.declaration import Exercise

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

VARIABLE = "BVAE_COURSE"
ENGINE = "autograder"
OWN_COURSE = "autograder.course"
# Modules of a lesson by the beginning of their names; all others are looked through for exercises.
PROBES, CHANCE, EQUIVALENT, WRONG = "probes", "chance", "equivalent", "wrong_"


class UnknownExercise(KeyError):
    """No exercise has this id; `str()` lists those there are."""

    def __str__(self) -> str:
        return self.args[0]


class BadCourse(RuntimeError):
    """What BVAE_COURSE names is no course, or its lessons contradict each other."""


def course_package() -> str:
    """The name of the course's package."""
    return os.environ.get(VARIABLE) or OWN_COURSE


@cache
def course() -> Course:
    """The course that is taught.

    Raises:
        BadCourse: no such package, or it declares no course.
    """
    name = course_package()
    try:
        declared = getattr(importlib.import_module(name), "COURSE", None)
    except ModuleNotFoundError as error:
        raise BadCourse(f"{VARIABLE} is {name!r}, and {error}.") from None
    if not isinstance(declared, Course):
        raise BadCourse(
            f"{VARIABLE} is {name!r}; expected a package that declares COURSE = Course(…)."
        )
    return declared


def package_folder(name: str) -> Path:
    """The folder of a package that is written in Python, such as the course's own.

    Raises:
        BadCourse: there is no such package.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise BadCourse(f"There is no package {name} with an __init__.py.")
    return Path(spec.origin).parent


def course_file(name: str) -> Traversable:
    """A file of the course's package, as a resource that can be read.

    Raises:
        BadCourse: there is no course.
    """
    course()
    return importlib.resources.files(course_package()).joinpath(name)


def lesson_package(lesson: int) -> str:
    """The name of the package that holds a lesson's exercises."""
    return f"{course_package()}.lesson_{lesson}"


@cache
def of_lesson(lesson: int) -> tuple[Exercise, ...]:
    """The exercises of one lesson, in order: all that a module in its folder declares.

    Raises:
        UnknownExercise: no such lesson.
        BadCourse: an exercise of another lesson lies in its folder, or two have one id.
    """
    if lesson not in course().lessons:
        known = ", ".join(map(str, course().lessons))
        raise UnknownExercise(f"There is no lesson {lesson}; the lessons are {known}.")
    found: dict[str, Exercise] = {}
    for name in modules_of(lesson):
        if name.startswith((PROBES, CHANCE, EQUIVALENT, WRONG)):
            continue
        module = importlib.import_module(f"{lesson_package(lesson)}.{name}")
        for item in vars(module).values():
            if isinstance(item, Exercise) and found.setdefault(item.id, item) is not item:
                raise BadCourse(f"Two exercises have the id {item.id}; the second is in {name}.py.")
    strangers = [item.id for item in found.values() if item.lesson != lesson]
    if strangers:
        raise BadCourse(
            f"{strangers[0]} is declared in lesson {lesson} but is not one of its exercises."
        )
    return tuple(sorted(found.values(), key=lambda item: item.item))


def get(exercise_id: str) -> Exercise:
    """The exercise with this id.

    Raises:
        UnknownExercise: naming the id given and the ids of the nearest lesson.
    """
    lesson, _, _ = str(exercise_id).partition(".")
    if not (lesson.isascii() and lesson.isdigit()) or int(lesson) not in course().lessons:
        ids = ", ".join(exercise.id for exercise in every())
        raise UnknownExercise(f"There is no exercise {exercise_id!r}. The exercises are {ids}.")
    for exercise in of_lesson(int(lesson)):
        if exercise.id == exercise_id:
            return exercise
    ids = ", ".join(exercise.id for exercise in of_lesson(int(lesson)))
    raise UnknownExercise(f"There is no exercise {exercise_id!r}. Lesson {lesson} has {ids}.")


def every() -> tuple[Exercise, ...]:
    """All exercises, in course order."""
    return tuple(exercise for lesson in course().lessons for exercise in of_lesson(lesson))


def owners(lesson: int) -> dict[str, str]:
    """Answer name → exercise id for one lesson."""
    return {name: exercise.id for exercise in of_lesson(lesson) for name in exercise.answers}


@cache
def modules_of(lesson: int) -> tuple[str, ...]:
    """The names of the modules in a lesson's folder."""
    spec = find_spec(lesson_package(lesson))
    if spec is None:
        raise BadCourse(f"Lesson {lesson} is listed, but there is no {lesson_package(lesson)}.")
    return tuple(
        sorted(item.name for item in pkgutil.iter_modules(spec.submodule_search_locations))
    )


@cache
def closed_packages() -> tuple[str, ...]:
    """Top-level packages that hold answers: the engine, the course, and what the course names."""
    own = course_package().partition(".")[0]
    return tuple(dict.fromkeys((ENGINE, own, *course().closed)))


def probe_modules(lesson: int) -> tuple[str, ...]:
    """The modules of a lesson that run in the learner's process, by their full names."""
    names = (name for name in modules_of(lesson) if name.startswith(PROBES))
    return tuple(f"{lesson_package(lesson)}.{name}" for name in names)


def chances(lesson: int) -> tuple[Chance, ...]:
    """What a lesson's modules `chance…` declare as CHECKS: its statistical checks."""
    return tuple(check for module in _modules(lesson, CHANCE) for check in module.CHECKS)


def equivalent_mutants(lesson: int) -> dict[tuple[str, str], str]:
    """What a lesson's modules `equivalent…` declare as EQUIVALENT.

    Edits of its solutions that are right answers too: (exercise id, "old → new") → why.
    """
    return {
        change: reason
        for module in _modules(lesson, EQUIVALENT)
        for change, reason in getattr(module, "EQUIVALENT", {}).items()
    }


def equivalent_forms(lesson: int) -> tuple[tuple[str, str, str], ...]:
    """What a lesson's modules `equivalent…` declare as FORMS.

    Edits that are right answers too, by their form: an exercise's id and "old → new" as regular
    expressions, and why.
    """
    modules = _modules(lesson, EQUIVALENT)
    return tuple(form for module in modules for form in getattr(module, "FORMS", ()))


def deserved(exercise_id: str) -> tuple[float, str]:
    """Points that a shortcut to an exercise deserves, and why; from `equivalent…`'s DESERVED."""
    lesson = get(exercise_id).lesson
    for module in _modules(lesson, EQUIVALENT):
        if exercise_id in getattr(module, "DESERVED", {}):
            return module.DESERVED[exercise_id]
    return 0.0, ""


def _modules(lesson: int, beginning: str) -> tuple[ModuleType, ...]:
    names = (name for name in modules_of(lesson) if name.startswith(beginning))
    return tuple(importlib.import_module(f"{lesson_package(lesson)}.{name}") for name in names)


def probe(name: str) -> Callable:
    """The probe "lesson_N.name": a function in one of the lesson's probe modules.

    Raises:
        BadCourse: there is none.
    """
    lesson, _, function = name.partition(".")
    return find_probe(function, probe_modules(int(lesson.removeprefix("lesson_"))))


def find_probe(function: str, modules: tuple[str, ...]) -> Callable:
    """The function of this name in the first of the modules that has it."""
    for module in map(importlib.import_module, modules):
        if hasattr(module, function):
            return getattr(module, function)
    raise BadCourse(f"No probe is called {function!r} in {', '.join(modules) or 'no module'}.")
