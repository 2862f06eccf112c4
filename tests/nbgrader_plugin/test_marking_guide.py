"""The marking guide beside a written answer: for formgrader's pages, and no others."""

from __future__ import annotations

import json

import nbformat
import pytest
from coursework import LESSONS, grade_id, notebook
from nbconvert.exporters import HTMLExporter

from autograder.intake.course_texts import rubrics
from autograder.nbgrader_plugin import ShowMarkingGuide
from autograder.views.markdown import passive_markdown

WRITTEN = [lesson for lesson in LESSONS if f"written-{lesson}" in rubrics()]


def shown(lesson: int, **resources: str) -> nbformat.NotebookNode:
    node = nbformat.reads(json.dumps(notebook("lessons", lesson)), as_version=4)
    changed, _ = ShowMarkingGuide().preprocess(node, resources)
    nbformat.validate(changed)
    return changed


@pytest.mark.parametrize("lesson", WRITTEN)
def test_every_item_stands_right_below_the_answer(lesson):
    cells = shown(lesson, submission_id="x").cells
    (place,) = [n for n, cell in enumerate(cells) if grade_id(cell) == f"written-{lesson}"]
    guide = cells[place + 1]
    assert guide.cell_type == "markdown" and not grade_id(guide)
    assert "1 point for each" in guide.source
    assert all(item in guide.source for item in rubrics()[f"written-{lesson}"]["items"])
    others = [cell.source for cell in cells[: place + 1] + cells[place + 2 :]]
    assert others == [cell.source for cell in shown(lesson).cells]


@pytest.mark.parametrize("lesson", WRITTEN)
def test_pages_that_are_not_formgraders_have_none(lesson):
    assert not any("Marking guide" in cell.source for cell in shown(lesson).cells)


def test_the_page_lists_the_items_one_by_one():
    exporter = HTMLExporter(
        template_name="classic",
        preprocessors=[ShowMarkingGuide],
        filters={"markdown2html": passive_markdown},
    )
    node = nbformat.reads(json.dumps(notebook("lessons", 2)), as_version=4)
    html, _ = exporter.from_notebook_node(node, resources={"submission_id": "x"})
    listed = html[html.index("Marking guide") :]
    assert listed[: listed.index("</ol>")].count("<li>") == len(rubrics()["written-2"]["items"])
