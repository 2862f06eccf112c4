"""The plugin's classes by themselves: nbconvert runs them, a stand-in grades."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import nbformat
import pytest
from coursework import ROOT, grade_id, notebook, run
from nbconvert.preprocessors import Preprocessor
from traitlets.config import Configurable

from autograder.exercise import registry
from autograder.grading import shared_service
from autograder.judging.verdict import Outcome, TestResult, Verdict
from autograder.judging.verdict_data import verdict_data
from autograder.nbgrader_plugin import (
    FailClosed,
    Grade,
    NotGraded,
    RepairNotebook,
    SubmissionExporter,
)

HOSTILE = nbformat.v4.new_output("execute_result", {"text/plain": "99", "text/html": "<script>"})


class Course(Configurable):
    """What the exporter asks of nbgrader's converter: the folders, in a course of two."""

    force = False

    def __init__(self, root):
        super().__init__()
        self.folders = [root / "submitted" / name / "lesson_1" for name in ("ann", "bob")]
        for folder in self.folders:
            folder.mkdir(parents=True)
        self.assignments = {str(f): [str(f / "lesson_1.ipynb")] for f in self.folders}
        self.coursedir = SimpleNamespace(
            autograded_directory=str(root / "autograded"),
            format_path=lambda step, student, assignment: f"{step}/{student}/{assignment}",
        )
        self.db_url = f"sqlite:///{root / 'gradebook.db'}"

    def init_single_notebook_resources(self, filename):
        ids = {"student": filename.split("/")[-3], "assignment": "lesson_1"}
        return {"nbgrader": {**ids, "notebook": "lesson_1", "db_url": self.db_url}}

    def converted(self, exporter, path):
        """The notebook and resources that the exporter makes of a file."""
        text, resources = exporter.from_filename(
            str(path), self.init_single_notebook_resources(str(path))
        )
        return nbformat.reads(text, as_version=4), resources


class Service:
    """Passes 1.1 with half of its points and says nothing of the other exercises."""

    def __init__(self, *statuses: str):
        self.statuses, self.asked, self.closed = list(statuses), [], 0

    def grade(self, name, content, seed, lesson):
        self.asked.append((name, seed, lesson))
        status = self.statuses.pop(0) if self.statuses else "graded"
        test = TestResult("a property", Outcome.PASSED, 1.0, 2.0)
        verdict = Verdict("1.1", "title", Outcome.FAILED, 2.0, (test,))
        reason = "" if status == "graded" else "the judge ended"
        return {"status": status, "reason": reason, "exercises": [verdict_data(verdict)]}

    def close(self):
        self.closed += 1


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def service(monkeypatch):
    stand_in = Service()
    monkeypatch.setattr(shared_service, "start_service", lambda *settings: stand_in)
    yield stand_in
    shared_service.restart()


def exporter(course, *preprocessors):
    made = SubmissionExporter(parent=course)
    made._preprocessors = []
    for preprocessor in preprocessors:
        made.register_preprocessor(preprocessor, enabled=True)
    return made


def submit(course, data: dict, student: int = 0):
    path = course.folders[student] / "lesson_1.ipynb"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def points(nb) -> dict[str, str]:
    """Exercise id → the number in its check cell's one output."""
    checks = [cell for cell in nb.cells if grade_id(cell).startswith("check-")]
    return {grade_id(cell)[6:].replace("-", "."): shown(cell) for cell in checks}


def shown(cell) -> str:
    (output,) = cell.outputs
    return output.data["text/plain"]


def test_outputs_and_foreign_metadata_do_not_reach_the_pages(course):
    data = notebook("solutions", 1)
    data["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"x": 1}}
    for cell in data["cells"]:
        cell["metadata"]["raw_mimetype"] = "text/html"
        if cell["cell_type"] == "code":
            cell["outputs"] = [HOSTILE]
    nb, _ = course.converted(exporter(course, RepairNotebook), submit(course, data))
    assert not [cell for cell in nb.cells if cell.get("outputs")]
    assert "widgets" not in nb.metadata and nb.metadata["beyond_pixels"]["repairs"] == []
    allowed = {"nbgrader", "tags", "deletable", "editable"}
    assert all(set(cell.metadata) <= allowed for cell in nb.cells)


def test_a_repair_is_listed_in_the_notebooks_metadata(course):
    data = notebook("solutions", 1)
    data["cells"] = [cell for cell in data["cells"] if grade_id(cell) != "check-1-2"]
    nb, _ = course.converted(exporter(course, RepairNotebook), submit(course, data))
    assert "check-1-2" in [grade_id(cell) for cell in nb.cells]
    assert nb.metadata["beyond_pixels"]["repairs"]


def test_a_notebook_that_nbgrader_cannot_take_is_shown_as_released(course, service):
    class Chokes(Preprocessor):
        """Stands for whatever in nbgrader breaks on a learner's cell."""

        def preprocess(self, nb, resources):
            if any("chokes on this" in cell.source for cell in nb.cells):
                raise RecursionError("too deep")
            return nb, resources

    path = submit(course, solved_with("chokes on this"))
    made = exporter(course, RepairNotebook, Chokes)
    nb, _ = course.converted(made, path)
    assert "NotImplementedError" in cell_of(nb, "solution-1-1").source
    made._preprocessors = [Grade(parent=made, hidden_seed=1)]
    nb, _ = made.from_notebook_node(nb, resources_of(course, made, path))
    assert points(nbformat.reads(nb, as_version=4))["1.1"] == "1.0", "it is graded all the same"


def solved_with(words: str) -> dict:
    data = notebook("solutions", 1)
    for cell in data["cells"]:
        if grade_id(cell) == "solution-1-1":
            cell["source"] = f"def reparameterize(mean, log_var, eps):\n    return '{words}'"
    return data


def cell_of(nb, wanted: str):
    return next(cell for cell in nb.cells if grade_id(cell) == wanted)


def resources_of(course, made, path) -> dict:
    return {**course.init_single_notebook_resources(str(path)), "arrival": made._arrival}


def graded(course, path, **settings):
    """The notebook after both passes, as nbgrader makes them."""
    made = exporter(course, RepairNotebook)
    nb, _ = course.converted(made, path)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = [HOSTILE]
    made._preprocessors = [Grade(parent=made, **settings), FailClosed(parent=made)]
    text, _ = made.from_notebook_node(nb, resources_of(course, made, path))
    return nbformat.reads(text, as_version=4)


def test_grade_writes_each_points_once_and_clears_everything_else(course, service):
    nb = graded(course, submit(course, notebook("solutions", 1)), hidden_seed=7)
    assert points(nb) == {"1.1": "1.0", "1.2": "0.0", "1.3": "0.0", "1.4": "0.0"}
    assert "<script>" not in nbformat.writes(nb)
    assert service.asked == [("ann/lesson_1/lesson_1.ipynb", 7, 1)]


def test_without_a_seed_one_is_kept_beside_the_gradebook(course, service, tmp_path):
    path = submit(course, notebook("lessons", 1))
    graded(course, path)
    graded(course, path)
    seeds = {seed for _, seed, _ in service.asked}
    assert seeds == {int((tmp_path / ".hidden_seed").read_text(encoding="utf-8"))}


def test_the_next_in_turn_begin_meanwhile_but_not_those_already_done(course, service, tmp_path):
    first = submit(course, notebook("lessons", 1))
    submit(course, notebook("solutions", 1), student=1)
    graded(course, first, hidden_seed=7)
    assert sorted(name[:3] for name, *_ in service.asked) == ["ann", "bob"]
    (tmp_path / "autograded" / "bob" / "lesson_1").mkdir(parents=True)
    service.asked.clear()
    graded(course, first, hidden_seed=8)
    assert [name[:3] for name, *_ in service.asked] == ["ann"]


def test_a_service_that_failed_is_replaced_and_asked_once_more(course, service):
    service.statuses = ["failed"]
    nb = graded(course, submit(course, notebook("solutions", 1)), hidden_seed=7)
    assert points(nb)["1.1"] == "1.0" and len(service.asked) == 2 and service.closed == 1


def test_what_the_service_cannot_grade_has_no_points(course, service):
    service.statuses = ["failed", "failed"]
    with pytest.raises(NotGraded, match=r"ann/.*the judge ended.*bvae doctor"):
        graded(course, submit(course, notebook("solutions", 1)), hidden_seed=7)


def test_a_missing_notebook_asks_no_service(course, service):
    nb = graded(course, course.folders[0] / "lesson_1.ipynb", hidden_seed=7)
    assert set(points(nb)) == {exercise.id for exercise in registry.of_lesson(1)}
    assert set(points(nb).values()) == {"0.0"} and not service.asked


@pytest.mark.parametrize(
    ("execution", "refused"), [("autograde", True), ("validate", False), ("", False)]
)
def test_the_course_does_not_judge_where_nbgrader_runs_cells_itself(execution, refused, tmp_path):
    judge = "import sys; sys.path.insert(0, sys.argv[1]); from autograder import check"
    done = run(sys.executable, "-c", judge, str(ROOT), cwd=tmp_path, NBGRADER_EXECUTION=execution)
    assert (done.returncode != 0) == refused, done.stderr
    assert ("nbgrader_config.py" in done.stderr) == refused
