"""Thin nbgrader preprocessors: what this course adds to nbgrader's own pipeline.

The only module that imports nbgrader.
"""

from __future__ import annotations

import math
import re

from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder import course
from autograder.verdict import clamped
from autograder.views.html import panel, prose

PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")


class FillAddress(NbGraderPreprocessor):
    """Put the course's address in the place of {{repository}} and {{colab}} on release."""

    repository = Unicode(course.REPOSITORY, help="Address of the course's repository").tag(
        config=True
    )
    branch = Unicode(course.BRANCH, help="Branch that learners' notebooks are opened from").tag(
        config=True
    )

    def preprocess_cell(self, cell, resources, cell_index):
        colab = self.repository.replace(
            "https://github.com/", "https://colab.research.google.com/github/"
        )
        cell.source = cell.source.replace("{{repository}}", self.repository).replace(
            "{{colab}}", f"{colab}/blob/{self.branch}"
        )
        return cell, resources


class FailClosed(NbGraderPreprocessor):
    """Leave exactly one plain number in every test cell, between 0 and its points.

    nbgrader reads full marks from a test cell without output, with text, with NaN or a
    negative number, refuses the whole submission above the maximum, and zero from any
    warning on stderr. This runs after execution: no clear number means 0 and says why,
    and stderr becomes ordinary output.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            maximum = float(cell.metadata["nbgrader"]["points"])
            cell.outputs = sealed(cell.outputs, maximum)
        return cell, resources


def sealed(outputs: list, maximum: float) -> list:
    """The outputs of a test cell with one clamped number among them, or zero with a reason."""
    results = [output for output in outputs if output.output_type == "execute_result"]
    others = [_on_stdout(output) for output in outputs if output.output_type == "stream"]
    errors = [output for output in outputs if output.output_type == "error"]
    if errors:
        last = errors[-1]
        reason = f"The check stopped with {last.get('ename')}: {last.get('evalue')}"
        return [*others, _zero(reason)]
    if len(results) != 1:
        return [*others, _zero(f"The check left {len(results)} results where one is expected.")]
    shown = "".join(results[0].data.get("text/plain", ""))
    if not PLAIN_NUMBER.fullmatch(shown) or not math.isfinite(float(shown)):
        return [
            *others,
            _zero(f"The check's result is {shown[:80]!r}, which is not a plain number."),
        ]
    if float(shown) > maximum + 1e-6:
        return [*others, _zero(f"The check's result {shown} is above the maximum {maximum:g}.")]
    results[0].data["text/plain"] = repr(clamped(float(shown), maximum))
    return [*others, results[0]]


def _zero(reason: str):
    words = f"No points: {reason}"
    return new_output(
        "execute_result",
        data={"text/plain": "0.0", "text/html": panel(prose(words))},
        execution_count=None,
    )


def _on_stdout(output):
    output.name = "stdout"
    return output
