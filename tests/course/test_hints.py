"""The third hint is nearly the code: it leaves something to write."""

from __future__ import annotations

import ast
import re

import pytest

from autograder.exercise import registry
from autograder.intake.course_texts import solutions

# Calls that any code needs and that say nothing about the exercise.
PLAIN = {"__init__", "asarray", "astype", "enumerate", "float", "int", "len", "linspace", "range"}
GAP = re.compile(r"<[^>]+>|…")

WITH_CODE = [
    item
    for item in registry.every()
    if not any(name.startswith("faulty_line") for name in item.answers)
]


def calls_of(source: str) -> set[str]:
    """The functions and methods that a solution calls, plain ones left out."""
    called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
    return names - PLAIN - {""}


def tells_all(hint: str, source: str) -> bool:
    """Whether a hint's code names every call of a solution and leaves at most one gap."""
    code = " ".join(re.findall(r"`([^`]*)`", hint))
    calls = calls_of(source)
    named = set(re.findall(r"\w+", code))
    return bool(calls) and calls <= named and len(GAP.findall(code)) < 2


@pytest.mark.parametrize("exercise", WITH_CODE, ids=lambda exercise: exercise.id)
def test_the_third_hint_leaves_something_to_write(exercise):
    assert not tells_all(exercise.hints[2], solutions()[exercise.id]), (
        f"hint 3 of {exercise.id} is the whole answer: leave out a call, or put `<what is "
        "wanted>` in two places of its code"
    )


def test_a_hint_that_is_the_answer_is_noticed():
    source = "def f(image, gallery):\n    return np.argmin(np.sum((gallery - image) ** 2, axis=1))"
    assert tells_all(
        "`return np.argmin(np.sum((gallery - image) ** 2, axis=<all but one>))`", source
    )
    assert not tells_all(
        "`squares = <one number per image>`, then `return np.argmin(<them>)`", source
    )
    assert not tells_all("Where does the smallest stand? See `np.argmin`.", source)
