"""What nbgrader hands back: grades as a table that a spreadsheet takes as it is, and feedback for
everybody, whatever their name."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

from jinja2 import Environment
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.plugins import ExportPlugin

from autograder.nbgrader_plugin.feedback_page import (
    TEMPLATE,
    TEMPLATES,
    below_the_page,
    code_of,
    is_check,
    whole_page,
)
from autograder.nbgrader_plugin.gradebook import is_graded
from autograder.views.csv import table

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class CsvExport(ExportPlugin):
    """The columns of nbgrader's own export, every field quoted, and no name a formula.

    nbgrader writes `Doe, Jane` into two columns, and leaves `=1+1` for the spreadsheet to compute.
    Work that was handed in and has not been graded, or could not be, has no score: its fields are
    empty, where nbgrader writes 0.
    """

    def export(self, gradebook: Gradebook) -> None:
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        rows = [
            _row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            if not self.assignment or assignment.name in map(str, self.assignment)
            for student in gradebook.students
            if not self.student or student.id in map(str, self.student)
        ]
        path.write_text(table(COLUMNS, rows), encoding="utf-8")


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> list:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        when, penalty = "", 0.0
        score: float | None = 0.0
    else:
        when, score = str(submission.timestamp or ""), float(submission.score)
        penalty = float(submission.late_submission_penalty or 0.0)
        if not is_graded(submission):
            score = None
    points = ("", "", "") if score is None else (score, penalty, max(0.0, score - penalty))
    return [
        *(assignment.name, str(assignment.duedate or ""), when, student.id),
        *(student.last_name, student.first_name, student.email),
        *(*points, float(assignment.max_score)),
    ]


class FeedbackExporter(HTMLExporter):
    """Feedback as a page of this course, for learners called `[x]` too; for `GenerateFeedback`.

    nbgrader looks for notebooks by patterns, and a name with brackets is one that fits no file.
    Formulas are drawn when a page is written, so that it loads no script to draw them.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        # These count more than what nbgrader sets for every exporter.
        ours = {"extra_template_basedirs": [str(TEMPLATES)], "template_name": TEMPLATE}
        super().__init__(*args, **{**kwargs, **ours})
        if isinstance(self.parent, GenerateFeedback):
            _find_everybodys(self.parent)

    def _create_environment(self) -> Environment:
        made = super()._create_environment()
        made.filters["below_the_page"] = below_the_page
        made.globals |= {"whole_page": whole_page, "is_check": is_check, "code_of": code_of}
        return made


def _find_everybodys(converter: GenerateFeedback) -> None:
    """Have every graded folder converted with its own notebooks, and no others."""
    where = converter.coursedir
    pattern = where.format_path(where.autograded_directory, where.student_id, where.assignment_id)
    wanted = f"{where.notebook_id}.ipynb"
    for folder in glob(pattern):
        names = sorted(name for name in os.listdir(folder) if fnmatch(name, wanted))
        if names:
            converter.assignments[folder] = [os.path.join(folder, name) for name in names]
