"""nbgrader's Validate on the notebook that would be graded."""

from __future__ import annotations

import json
from textwrap import wrap
from typing import Any

import nbformat
from nbgrader.preprocessors import Execute

from autograder.intake.reading import UnreadableNotebook, parse
from autograder.intake.released import essence, release
from autograder.intake.repairing import Repaired, repair
from autograder.notebook.validating import WIDTH, is_validating

NOT_AS_RELEASED = "This notebook is not as it was handed out."
PUT_RIGHT = (
    "It was put right before it was checked here, and will be when it is graded; in the file "
    "nothing was changed. If you did not mean it, fetch the lesson again and copy your answers "
    "over."
)


def put_right_for_validate(notebook: Any, **_: Any) -> None:
    """Put a notebook right in place as grading does, and leave out what grading leaves out.

    For `Execute.on_notebook_start`, which is called before the first cell runs; Validate has no
    setting of its own. It would call a notebook whose marks or checks are gone a success, since
    nothing in it fails. Notebooks of other courses stay as they are, and so does all else that
    nbgrader runs.
    """
    if not is_validating():
        return
    try:
        repaired = repair(parse(nbformat.writes(notebook).encode()))
    except UnreadableNotebook:
        return
    cells = nbformat.reads(json.dumps(repaired.notebook), as_version=4).cells
    _leave_out_demonstrations(cells, repaired)
    if repaired.repairs:
        cells.insert(0, _told(repaired))
    notebook.cells[:] = cells


def _leave_out_demonstrations(cells: list, repaired: Repaired) -> None:
    """Have released figures and long trainings not run: no answer rests on them."""
    shown = {essence(cell.source) for cell in release(repaired.lesson).cells if cell.role == "demo"}
    for cell in cells:
        if cell.cell_type == "code" and essence(cell.source) in shown:
            _skip(cell)


def _told(repaired: Repaired):
    """A cell that nbgrader lists as failed, with a sentence for each repair."""
    sentences = (NOT_AS_RELEASED, *repaired.repairs, PUT_RIGHT)
    words = "\n".join(line for words in sentences for line in wrap(words, WIDTH))
    error = nbformat.v4.new_output("error", ename="Repaired", evalue="", traceback=[words])
    roles = {"grade": True, "solution": False, "locked": False, "task": False, "points": 0.0}
    marks = {**roles, "grade_id": "as-released", "schema_version": 3, "cell_type": "code"}
    cell = nbformat.v4.new_code_cell("# The notebook as a whole", outputs=[error])
    cell.metadata["nbgrader"] = nbformat.from_dict(marks)
    _skip(cell)
    return cell


def _skip(cell) -> None:
    tag = Execute.skip_cells_with_tag.default_value
    cell.metadata["tags"] = [*cell.metadata.get("tags", []), tag]
