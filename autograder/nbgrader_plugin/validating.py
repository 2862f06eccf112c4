"""nbgrader's Validate on the notebook that would be graded."""

from __future__ import annotations

import json

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.preprocessors.execute import Execute

from autograder.intake.reading import UnreadableNotebook, parse
from autograder.intake.released import essence, release
from autograder.intake.repairing import Repaired, repair

NOT_AS_RELEASED = "This notebook is not as it was handed out."
PUT_RIGHT = (
    "It was put right before it was checked here, and will be when it is graded; in the file "
    "nothing was changed. If you did not mean it, fetch the lesson again and copy your answers "
    "over."
)


class RepairForValidate(NbGraderPreprocessor):
    """Put a notebook right as grading does, say so, and leave out what grading leaves out.

    First of `Validator.preprocessors`. nbgrader calls a notebook whose marks or checks are gone
    a success, since nothing in it fails. Notebooks of other courses stay as they are.
    """

    def preprocess(self, nb, resources):
        try:
            repaired = repair(parse(nbformat.writes(nb).encode()))
        except UnreadableNotebook:
            return nb, resources
        notebook = nbformat.reads(json.dumps(repaired.notebook), as_version=4)
        notebook.metadata = nb.metadata
        _leave_out_demonstrations(notebook, repaired)
        if repaired.repairs:
            notebook.cells.insert(0, _told(repaired))
        return notebook, resources


def _leave_out_demonstrations(notebook, repaired: Repaired) -> None:
    """Have released figures and long trainings not run: no answer rests on them."""
    shown = {essence(cell.source) for cell in release(repaired.lesson).cells if cell.role == "demo"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and essence(cell.source) in shown:
            _skip(cell)


def _told(repaired: Repaired):
    """A cell that nbgrader lists as failed, with a sentence for each repair."""
    words = "\n".join(["", NOT_AS_RELEASED, *repaired.repairs, PUT_RIGHT])
    error = nbformat.v4.new_output("error", ename="Repaired", evalue="", traceback=[words])
    marks = {"grade": True, "solution": False, "locked": False, "task": False, "points": 0.0}
    marks |= {"grade_id": "as-released", "schema_version": 3, "cell_type": "code"}
    cell = nbformat.v4.new_code_cell("# The notebook as a whole", outputs=[error])
    cell.metadata["nbgrader"] = nbformat.from_dict(marks)
    _skip(cell)
    return cell


def _skip(cell) -> None:
    tag = Execute.skip_cells_with_tag.default_value
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), tag]
