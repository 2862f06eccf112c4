"""The jail's grades in nbgrader's pipeline, and none that arose by accident."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from autograder.exercise import registry
from autograder.grading import shared_service
from autograder.grading.course_folder import keep_private
from autograder.intake.submitted_folder import (
    Arrival,
    arrived,
    lesson_number,
)
from autograder.jail.limits import Limits
from autograder.views.cells import check_output, sealed, summary_output


class NotGraded(RuntimeError):
    """The grader is at fault: no points, rather than points that nobody earned or lost.

    nbgrader then removes what it had begun of the submission, goes on with the next one, and
    exits with an error; the formgrader goes on saying "needs autograding".
    """


class Grade(NbGraderPreprocessor):
    """Grade in the jail and write each check's points and verdict into its cell.

    First of `Autograde.autograde_preprocessors`, in place of Execute.

    Raises:
        NotGraded: by `preprocess`; the message says why and what to do.
    """

    hidden_seed = Integer(
        None,
        allow_none=True,
        help="Seed of the numbers that graded runs draw. None: one is drawn once and kept in "
        ".hidden_seed next to the gradebook, so that regrades agree; a file "
        ".hidden_seed.lesson_1 there, if you make one, applies to lesson 1.",
    ).tag(config=True)
    require_isolation = Bool(
        False, help="Refuse to grade on a machine where a layer of the jail is missing"
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
        2, min=1, help="How many submissions are graded at once, including the next ones in line"
    ).tag(config=True)

    def preprocess(self, nb, resources):
        name = resources["nbgrader"]["notebook"]
        arrival = resources["arrival"] or Arrival(name, nbformat.writes(nb).encode(), name)
        result = self._result(arrival, resources)
        if result["status"] == "failed":
            raise NotGraded(
                f"{arrival.name} could not be graded: {result['reason']} It has no points yet. Run "
                "the same command again; if that fails too, `bvae doctor` looks for the cause."
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
        folder = shared_service.gradebook_folder(resources["nbgrader"]["db_url"])
        keep_private(folder, self.log.warning)
        seed = self.hidden_seed
        if seed is None:
            seed = shared_service.kept_seed(folder, resources["nbgrader"]["assignment"])
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
