"""What is worth saying about an answer that passes here but will cause trouble later."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from autograder.exercise.declaration import Exercise
from autograder.exercise.expect import Mismatch
from autograder.exercise.student import Examinee, StudentError
from autograder.intake.course_texts import solutions

# Of a solution that a network could be trained through.
TRACED = ("tf.", "keras.ops.")
LEAVES_TENSORFLOW = (
    "Right, but `{call}` leaves TensorFlow, and no gradient passes through NumPy. When a network "
    "is trained through a function like this, use `tf` or `keras.ops` throughout."
)


def remarks(exercise: Exercise, student: Examinee, seed: int) -> Iterator[str]:
    """Sentences to go with a pass; nothing is said about what cannot be found out."""
    for remark in exercise.remarks:
        try:
            words = remark(student, np.random.default_rng(seed))
        except (StudentError, Mismatch):
            continue
        if words:
            yield words
    if any(name in solutions().get(exercise.id, "") for name in TRACED):
        source = exercise.source_of(student)
        call = next(_calls_of_numpy(source, exercise.answers), "")
        if call:
            yield LEAVES_TENSORFLOW.format(call=call)


def _calls_of_numpy(source: str, names: tuple[str, ...]) -> Iterator[str]:
    """Calls in these functions that turn what was passed in into an array of NumPy's."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return
    for function in body:
        if not isinstance(function, ast.FunctionDef) or function.name not in names:
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            owner = call.func.value
            if call.func.attr == "numpy" and not call.args:
                yield f"{ast.unparse(owner)}.numpy()"
            elif isinstance(owner, ast.Name) and owner.id == "np" and _takes_values(call):
                yield f"np.{call.func.attr}"


def _takes_values(call: ast.Call) -> bool:
    """Whether more goes in than numbers, names of modules and the lengths of axes."""
    nodes = [node for item in call.args for node in ast.walk(item)]
    about_shapes = any(getattr(node, "attr", "") in ("shape", "ndim") for node in nodes)
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - {"np", "tf", "len"}
    return bool(names) and not about_shapes
