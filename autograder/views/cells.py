"""Results as the outputs of a notebook's cells, which nbgrader reads and people see.

nbgrader takes a check cell's points from the text of its one result, and fails open: full
marks from no output, from text, from NaN or a negative number, and no grade for the whole
submission above the maximum. So every output made here holds one plain, clamped number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.judging.verdict import clamped
from autograder.judging.verdict_data import verdict_of
from autograder.views.html import EDGES, panel, prose, verdict_html

PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
ERRORS_SHOWN = 8
WORDS_SHOWN = 300


def check_output(result: dict, exercise_id: str, maximum: float) -> NotebookNode:
    """The output of an exercise's check cell: its points, and the verdict to read.

    Args:
        result: what the service found in one submission.
        exercise_id: such as "2.1"; one that the result lacks earns 0 with the reason.
        maximum: the cell's points in the gradebook.
    """
    if result.get("status") != "graded":
        return zero(str(result.get("reason") or "the submission could not be graded."))
    for exercise in result.get("exercises", ()):
        if exercise["id"] == exercise_id:
            points = clamped(exercise["points"], maximum)
            return scored(points, verdict_html(verdict_of(exercise)))
    return zero(f"the grader has no verdict on exercise {exercise_id}.")


def scored(points: float, html: str) -> NotebookNode:
    """One execute_result: points that nbgrader reads, HTML that people read."""
    # Formgrader sets the next cell close below.
    html = f'<div style="margin-bottom:1em">{html}</div>'
    data = {"text/plain": repr(float(points)), "text/html": html}
    return new_output("execute_result", data=data, execution_count=None)


def zero(reason: str) -> NotebookNode:
    """One execute_result of 0 points and the reason."""
    return scored(0.0, panel(f"<b>No points:</b> {prose(reason)}", EDGES["stopped"]))


def summary_output(result: dict, notes: Sequence[str] = ()) -> NotebookNode | None:
    """What concerns the whole submission, as an output of its first cell, or None.

    Args:
        result: what the service found in one submission.
        notes: sentences to put before the result's own, such as on the file's name.
    """
    unread = result.get("status") != "graded"
    sections = [
        ("Not graded", [str(result.get("reason"))] if unread and result.get("reason") else []),
        ("Corrected before grading", [*notes, *result.get("repairs", ())]),
        ("Cells that stopped with an error", _errors(result.get("cell_errors", ()))),
        ("How this was graded", isolation_words(result.get("isolation") or {})),
    ]
    html = "".join(_section(head, sentences) for head, sentences in sections if sentences)
    if not html:
        return None
    text = "\n".join(f"{head}: {'; '.join(sentences)}" for head, sentences in sections if sentences)
    data = {"text/html": panel(html, EDGES["stopped" if unread else "open"]), "text/plain": text}
    return new_output("display_data", data=data)


def isolation_words(isolation: dict) -> list[str]:
    """Which parts of the jail were missing, as sentences; none when it was complete."""
    level = isolation.get("level", "full")
    if level == "full":
        return []
    missing = ", ".join(map(str, isolation.get("missing", ()))) or "unknown"
    held = "without isolation" if level == "none" else "with a part of the isolation"
    return [f"The code ran {held} on the grading machine; missing: {missing}."]


def sealed(outputs: list[NotebookNode], maximum: float) -> list[NotebookNode]:
    """The outputs of a check cell with one clamped number among them, or zero with a reason."""
    results = [output for output in outputs if output.output_type == "execute_result"]
    others = [_on_stdout(output) for output in outputs if output.output_type == "stream"]
    errors = [output for output in outputs if output.output_type == "error"]
    if errors:
        last = errors[-1]
        return [*others, zero(f"the check stopped with {last.get('ename')}: {last.get('evalue')}")]
    if len(results) != 1:
        return [*others, zero(f"the check left {len(results)} results where one is expected.")]
    shown = "".join(results[0].data.get("text/plain", ""))
    if not PLAIN_NUMBER.fullmatch(shown) or not math.isfinite(float(shown)):
        return [*others, zero(f"the check's result is {shown[:80]!r}, not a plain number.")]
    if float(shown) > maximum + 1e-6:
        return [*others, zero(f"the check's result {shown} is above the maximum {maximum:g}.")]
    results[0].data["text/plain"] = repr(clamped(float(shown), maximum))
    return [*others, results[0]]


def _on_stdout(output: NotebookNode) -> NotebookNode:
    output.name = "stdout"
    return output


def _errors(errors: Sequence[dict]) -> list[str]:
    raised = [f"cell {error['cell']}: {str(error['error'])[:WORDS_SHOWN]}" for error in errors]
    more = len(raised) - ERRORS_SHOWN
    return raised[:ERRORS_SHOWN] + ([f"and {more} more"] if more > 0 else [])


def _section(head: str, sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{prose(sentence)}</li>" for sentence in sentences)
    return f'<div><b>{head}</b><ul style="margin:.2em 0 .6em">{items}</ul></div>'
