"""The marking guide of a written answer, where an instructor grades it: on formgrader's pages.

nbgrader keeps a marking scheme only for cells of its kind "task", in which a learner's text stands
below the instructor's. Written answers here are cells of their own, so the guide comes along when a
page is made: nothing of it is in a notebook, and feedback has none.
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.intake.course_texts import rubrics
from autograder.views import number


class ShowMarkingGuide(Preprocessor):
    """Put the guide's items below each written answer; for `HTMLExporter.preprocessors`."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as formgrader shows it; any other page's is left as it is."""
        if "submission_id" in resources:  # which formgrader alone hands over
            guides = rubrics()
            cells = []
            for cell in nb.cells:
                cells.append(cell)
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                if grade_id in guides:
                    shown = new_markdown_cell(_words(guides[grade_id]), id=f"guide-{grade_id}")
                    cells.append(shown)
            nb.cells = cells
        return nb, resources


def _words(guide: dict) -> str:
    each = guide["points"] / len(guide["items"])
    plural = "" if each == 1 else "s"
    items = "\n".join(f"1. {item}" for item in guide["items"])
    head = f"**Marking guide**, {number(each)} point{plural} for each; learners don't see it"
    return f"{head}\n\n{items}\n"
