"""This course inside nbgrader: read what arrives, repair it, and let the jail grade it.

The only module that imports nbgrader. nbgrader_config.py puts these classes into the
pipeline of `nbgrader autograde`; nothing here runs learners' code in nbgrader's process.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import parse_utc
from traitlets import Bool, Float, Integer, Unicode

from autograder.exercise import registry
from autograder.grading import shared_service
from autograder.intake.submitted_folder import (
    Arrival,
    arrived,
    left_unfinished,
    lesson_number,
    shown,
    unfit_to_copy,
)
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.jail.limits import Limits
from autograder.views.cells import check_output, sealed, summary_output

# Kept of a submitted cell's metadata; the rest is for editors, and pages would render some.
CELL_METADATA = ("nbgrader", "tags", "deletable", "editable")

# Folders behind the present one that are looked at for work to begin.
LOOK_AHEAD = 8
# Processor time for making the notebook that pages show of a submission.
SHOWING_SECONDS = 20.0


class FillAddress(NbGraderPreprocessor):
    """Put the course's address in the place of {{repository}} and {{colab}} on release."""

    repository = Unicode(
        registry.course().repository, help="Address of the course's repository"
    ).tag(config=True)
    branch = Unicode(
        registry.course().branch, help="Branch that learners' notebooks are opened from"
    ).tag(config=True)

    def preprocess_cell(self, cell, resources, cell_index):
        colab = self.repository.replace(
            "https://github.com/", "https://colab.research.google.com/github/"
        )
        cell.source = cell.source.replace("{{repository}}", self.repository).replace(
            "{{colab}}", f"{colab}/blob/{self.branch}"
        )
        return cell, resources


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
    """Have nbgrader see an empty folder in the place of one that it would choke on.

    It copies whatever lies beside a notebook, through links and at any depth, and ends the whole
    batch over a timestamp that is none. Such a folder's notebook alone is taken.
    """
    copy_all = converter.init_assignment

    def init_assignment(assignment_id: str, student_id: str) -> None:
        source = converter._format_source
        folder = Path(source(assignment_id, student_id))
        problem = unfit_to_copy(folder) or _unfit_timestamp(folder / "timestamp.txt")
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


def _unfit_timestamp(path: Path) -> str:
    """Why nbgrader could not read this file, as a sentence's end; "" also where there is none."""
    if not path.exists():
        return ""
    try:
        text = path.read_bytes()[:200].decode().strip()
        if text:
            parse_utc(text)
    except ValueError:
        return f"{path.name} holds no time"
    return ""


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


class Grade(NbGraderPreprocessor):
    """Grade in the jail and write each check's points and verdict into its cell.

    First of `Autograde.autograde_preprocessors`, in the place of Execute.
    """

    hidden_seed = Integer(
        None,
        allow_none=True,
        help="Seed of the numbers that graded runs draw. None: one is drawn once and kept in "
        ".hidden_seed beside the gradebook, so that regrades agree; .hidden_seed.lesson_1 there, "
        "if you make one, is lesson 1's.",
    ).tag(config=True)
    require_isolation = Bool(
        False, help="Grade nothing on a machine where a layer of the jail is missing"
    ).tag(config=True)
    call_seconds = Float(
        Limits.call_seconds, help="Wall-clock limit of one question to a learner's code"
    ).tag(config=True)
    cell_seconds = Float(
        Limits.cell_seconds, help="Wall-clock limit of one cell of the notebook"
    ).tag(config=True)
    submission_seconds = Float(
        Limits.submission_seconds, help="Wall-clock limit of one whole submission"
    ).tag(config=True)
    memory_gb = Float(Limits.memory_gb, help="Address space of a learner's process in GB").tag(
        config=True
    )
    workers = Integer(
        2, min=1, help="Submissions in work at once, those next in turn among them"
    ).tag(config=True)

    def preprocess(self, nb, resources):
        name = resources["nbgrader"]["notebook"]
        arrival = resources["arrival"] or Arrival(name, nbformat.writes(nb).encode(), name)
        result = self._result(arrival, resources)
        if result["status"] == "failed":
            self.log.error(
                "%s could not be graded and has 0 points: %s Grade it again with --force.",
                arrival.name,
                result["reason"],
            )
        codes = [cell for cell in nb.cells if cell.cell_type == "code"]
        for cell in codes:
            cell.outputs, cell.execution_count = [], None
            if utils.is_grade(cell) and not utils.is_solution(cell):
                about = cell.metadata["nbgrader"]
                exercise_id = re.sub(r"^check-(\d+)-(\d+)$", r"\1.\2", about["grade_id"])
                cell.outputs = [check_output(result, exercise_id, float(about["points"]))]
        summary = summary_output(result, arrival.notes)
        if summary and codes:
            codes[0].outputs = [summary, *codes[0].outputs]
        nb.metadata.setdefault(registry.course().mark, nbformat.from_dict({}))["graded"] = True
        return nb, resources

    def _result(self, arrival: Arrival, resources) -> dict:
        if arrival.content is None:
            return {"status": "unreadable", "reason": arrival.reason}
        seed = self.hidden_seed
        if seed is None:
            seed = shared_service.kept_seed(
                shared_service.gradebook_folder(resources["nbgrader"]["db_url"]),
                resources["nbgrader"]["assignment"],
            )
        job = _job(arrival, arrival.content, seed)
        result = self._graded(job, arrival.upcoming)
        if result["status"] == "failed":
            # The service may have died, for want of memory perhaps: once more with a new one.
            shared_service.restart()
            result = self._graded(job, arrival.upcoming)
        return result

    def _graded(self, job: shared_service.Job, upcoming: Iterable[Path]) -> dict:
        ahead = shared_service.ahead(
            self.workers,
            self.require_isolation,
            call_seconds=self.call_seconds,
            cell_seconds=self.cell_seconds,
            submission_seconds=self.submission_seconds,
            memory_gb=self.memory_gb,
        )
        others = (
            _job(other, other.content, job.seed)
            for other in map(arrived, upcoming)
            if other.content is not None
        )
        return ahead.result(job, others)


def _job(arrival: Arrival, content: bytes, seed: int) -> shared_service.Job:
    return shared_service.Job(arrival.name, content, lesson_number(arrival.wanted), seed)


class FailClosed(NbGraderPreprocessor):
    """Leave exactly one plain number in every check cell, between 0 and its points.

    Behind whatever fills the check cells: no clear number means 0 and says why, and stderr,
    from which nbgrader reads 0, becomes ordinary output.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            cell.outputs = sealed(cell.outputs, float(cell.metadata["nbgrader"]["points"]))
        return cell, resources
