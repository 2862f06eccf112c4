"""The form of an untrained capstone model's codes and pixels."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7 import facts
from autograder.exercise import evidence
from autograder.exercise.values import same


def forms_of(answers) -> list[dict]:
    """Facts of two models, from what the probe `lesson_7.forms` returned."""
    return [_form(answer) for answer in facts.several(answers, 2)]


def _form(answer) -> dict:
    pair = facts.part(answer, "codes")
    if not isinstance(pair, (list, tuple)) or not all(_is_numbers(item) for item in pair):
        raise evidence.unreadable("what `encode` returns", "two arrays, (mean, log_var)")
    again, pixels = facts.part(answer, "codes_again"), np.asarray(facts.part(answer, "pixels"))
    moved = facts.part(answer, "moved")
    low, high = (float(pixels.min()), float(pixels.max())) if pixels.size else (0.0, 1.0)
    return {
        "codes": [list(item.shape) for item in pair],
        "again": same(again, pair, 1e-4, 1e-5),
        "pixels": list(pixels.shape),
        "range": "beyond 0 or 1" if not (low >= 0 and high <= 1) else "from 0 to 1",
        "looks": _tells_apart(facts.part(moved, "codes")),
        "draws": _tells_apart(facts.part(moved, "pixels")),
    }


def _tells_apart(answer) -> bool:
    """Whether any of the arrays tells its rows apart."""
    arrays = answer if isinstance(answer, (list, tuple)) else [answer]
    return any(_is_numbers(item) and facts.tells_apart(item) for item in arrays)


def _is_numbers(item) -> bool:
    return isinstance(item, np.ndarray) and item.dtype.kind == "f" and item.ndim > 0
