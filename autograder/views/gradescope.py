"""Results as Gradescope reads them: the `results.json` of its autograder contract.

Source: Gradescope's documentation, "Autograder Specifications", Output Format.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import verdict_of
from autograder.views import total
from autograder.views.html import prose, verdict_html

# Far above any lesson's, and short enough to open in a browser.
LONGEST_OUTPUT = 200_000


def gradescope_results(results: Sequence[dict]) -> dict:
    """One learner's results, usually of one lesson, as the data of `results.json`.

    `score` is the sum of the exercises' points and those of written answers that are marked;
    each exercise is one entry of `tests` with its verdict as HTML, each written answer another.
    """
    return {
        "score": _finite(sum(_finite(total(result)[0]) for result in results)),
        "execution_time": math.ceil(sum(_finite(result["seconds"]) for result in results)),
        "output": _cut("".join(map(_overview, results))),
        "output_format": "html",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            *(_test(exercise) for result in results for exercise in result["exercises"]),
            *(_written(mark) for result in results for mark in result.get("marks", ())),
        ],
    }


def gradescope_failure(reason: str) -> dict:
    """The data of a `results.json` for a submission that was not judged: 0 points and why."""
    return {
        "score": 0.0,
        "execution_time": 0,
        "output": f"<p>{prose(reason)}</p>",
        "output_format": "html",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def _test(exercise: dict) -> dict:
    return {
        "score": _finite(exercise["points"]),
        "max_score": _finite(exercise["max_points"]),
        "status": "passed" if exercise["outcome"] == Outcome.PASSED.value else "failed",
        "name": f"{exercise['id']} {exercise['title']}",
        "number": exercise["id"],
        "output": _cut(verdict_html(verdict_of(exercise))),
        "output_format": "html",
        "visibility": "visible",
    }


def _written(mark: dict) -> dict:
    words = "It waits for its points." if mark["pending"] else mark["comment"]
    return {
        "score": _finite(mark["points"]),
        "max_score": _finite(mark["max_points"]),
        "name": f"{mark['question']}, a written answer",
        "output": _cut(f"<p>{escape(words)}</p>"),
        "output_format": "html",
        "visibility": "visible",
    }


def _overview(result: dict) -> str:
    parts = [f"<p>{prose(result['reason'])}</p>"] if result["reason"] else []
    if result["repairs"]:
        items = "".join(f"<li>{prose(sentence)}</li>" for sentence in result["repairs"])
        parts.append(f"<p>Corrected in the notebook before grading:</p><ul>{items}</ul>")
    if result["cell_errors"]:
        items = "".join(
            f"<li>Cell {escape(str(item['cell']))}: {prose(str(item['error']))}</li>"
            for item in result["cell_errors"]
        )
        parts.append(f"<p>Cells that stopped with an error:</p><ul>{items}</ul>")
    return "".join(parts)


def _cut(html: str) -> str:
    if len(html) <= LONGEST_OUTPUT:
        return html
    return "<p>The text of this result is too long to be shown here.</p>"


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 0.0
