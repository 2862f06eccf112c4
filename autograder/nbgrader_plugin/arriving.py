"""What arrives in nbgrader's pipeline: read it, whatever it is, and repair it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder.exercise import registry
from autograder.intake.submitted_folder import (
    Arrival,
    arrived,
    left_unfinished,
    lesson_number,
    shown,
    unfit_to_copy,
)
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.nbgrader_plugin.times import unfit_timestamp

# Kept of a submitted cell's metadata; the rest is for editors, and pages would render some.
CELL_METADATA = ("nbgrader", "tags", "deletable", "editable")

# Folders behind the present one that are looked at for work to begin.
LOOK_AHEAD = 8
# Processor time for making the notebook that pages show of a submission.
SHOWING_SECONDS = 20.0


class SubmissionExporter(NotebookExporter):
    """Hands every submission on, whatever was submitted; for `Autograde.exporter_class`.

    nbgrader reads the file before its first preprocessor, and loses a submission whose file
    is missing, misnamed or no notebook. This reads bytes only, and leaves it to
    `RepairNotebook` to make a notebook of them.
    """

    # Validate a notebook once a pass, not after every preprocessor.
    optimistic_validation = Bool(True).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._arrival: Arrival | None = None
        if isinstance(self.parent, Autograde):
            _expect_notebooks(self.parent)

    def from_filename(self, filename, resources=None, **kwargs):
        if os.path.dirname(filename) not in self.parent.assignments:
            # The second pass, over what the first one wrote.
            return super().from_filename(filename, {**resources, "arrival": self._arrival})
        path = Path(filename)
        self._arrival = replace(arrived(path), upcoming=tuple(_upcoming(self.parent, filename)))
        resources = {**resources, "metadata": {"name": path.stem, "path": str(path.parent)}}
        try:
            with at_most(SHOWING_SECONDS):
                return self._convert(resources)
        except (Exception, TookTooLong) as error:
            self.log.warning("%s: shown as released, because %r", path, error)
            self._arrival = replace(self._arrival, showable=False)
            return self._convert(resources)

    def _convert(self, resources):
        blank = nbformat.v4.new_notebook()
        return self.from_notebook_node(blank, {**resources, "arrival": self._arrival})


def _upcoming(converter: Autograde, filename: str) -> Iterator[Path]:
    """The few notebooks whose turn comes next, without those nbgrader will skip as done."""
    folders = sorted(converter.assignments)
    next_one = folders.index(os.path.dirname(filename)) + 1
    for folder in folders[next_one : next_one + LOOK_AHEAD]:
        for notebook in converter.assignments[folder]:
            if converter.force or not _graded_path(converter, notebook).parent.exists():
                yield Path(notebook)


def _expect_notebooks(converter: Autograde) -> None:
    """Have every submitted folder converted, with the released notebooks' names and no others.

    nbgrader skips what has a folder under autograded/, so what a killed run left there goes.
    """
    where = converter.coursedir
    _copy_only_what_is_fit(converter)
    try:
        with Gradebook(where.db_url, where.course_id) as gradebook:
            released = [n.name for n in gradebook.find_assignment(where.assignment_id).notebooks]
    except MissingEntry:
        return  # nbgrader itself says what to do about it
    names = [name for name in released if fnmatch(name, where.notebook_id)]
    pattern = where.format_path(where.submitted_directory, where.student_id, where.assignment_id)
    for folder in filter(os.path.isdir, glob(pattern)):
        converter.assignments[folder] = [os.path.join(folder, f"{name}.ipynb") for name in names]
        for notebook in converter.assignments[folder]:
            done = _graded_path(converter, notebook)
            if left_unfinished(done):
                converter.log.warning("Removing what a killed run left: %s", done.parent)
                shutil.rmtree(done.parent)


def _copy_only_what_is_fit(converter: Autograde) -> None:
    """Have nbgrader see an empty folder in place of one that it would choke on.

    It copies whatever lies beside a notebook, through links and at any depth, and ends the whole
    batch over a timestamp that is none. Such a folder's notebook alone is taken.
    """
    copy_all = converter.init_assignment

    def init_assignment(assignment_id: str, student_id: str) -> None:
        source = converter._format_source
        folder = Path(source(assignment_id, student_id))
        problem = unfit_to_copy(folder) or unfit_timestamp(folder / "timestamp.txt")
        if not problem:
            return copy_all(assignment_id, student_id)
        converter.log.warning("%s: only the notebook is taken, because %s", folder, problem)
        with TemporaryDirectory() as empty:
            converter._format_source = lambda *_, **__: empty
            try:
                copy_all(assignment_id, student_id)
            finally:
                converter._format_source = source

    converter.init_assignment = init_assignment


def _graded_path(converter: Autograde, notebook: str) -> Path:
    """Where nbgrader puts a submitted notebook that it has graded."""
    ids = converter.init_single_notebook_resources(notebook)["nbgrader"]
    folder = converter.coursedir.format_path(
        converter.coursedir.autograded_directory, ids["student"], ids["assignment"]
    )
    return Path(folder, os.path.basename(notebook))


class RepairNotebook(NbGraderPreprocessor):
    """Put a submitted notebook right, and list what was done in its metadata.

    First of `Autograde.sanitize_preprocessors`. What is no notebook at all becomes the
    release, not attempted. Outputs, and whatever pages would render of foreign metadata, go.
    """

    def preprocess(self, nb, resources):
        lesson = lesson_number(resources["nbgrader"]["notebook"])
        arrival = resources["arrival"]
        content = arrival.content if arrival else nbformat.writes(nb).encode()
        repaired = shown(content if not arrival or arrival.showable else None, lesson)
        notebook = nbformat.reads(json.dumps(repaired.notebook), as_version=4)
        notebook.metadata = nbformat.from_dict(
            {registry.course().mark: {"repairs": list(repaired.repairs)}}
        )
        for cell in notebook.cells:
            kept = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
            cell.metadata = nbformat.from_dict(kept)
        return notebook, resources
