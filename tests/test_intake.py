"""Whatever arrives is either a notebook of a lesson, or refused in words."""

from __future__ import annotations

import json

import pytest
from coursework import LESSONS, path_of

from autograder.intake import UnreadableNotebook, read_submission


def cell(source, **others) -> dict:
    return {"cell_type": "code", "source": source, "metadata": {}, **others}


@pytest.fixture
def submitted(tmp_path):
    """Read a file of some name with this content (bytes, or data that becomes JSON)."""

    def read(content, name: str = "mine.ipynb"):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(data)
        return read_submission(path)

    return read


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lessons_notebook_is_recognised(folder, lesson):
    submission = read_submission(path_of(folder, lesson))
    assert submission.lesson == lesson and submission.cells
    assert any(cell.demo for cell in submission.cells)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableNotebook, match=r"There is no file .*none\.ipynb; give the path"):
        read_submission(tmp_path / "none.ipynb")
    with pytest.raises(UnreadableNotebook, match="cannot be read"):
        read_submission(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is not JSON"),
        (b"<html>Sign in</html>", "it is not JSON .* Download it again"),
        (b"\xff\xfe\x00\x01", "expected a notebook file in UTF-8"),
        ([1, 2], "JSON, but not a notebook of format 4"),
        ({"worksheets": []}, "no list of cells"),
        ({"cells": []}, "of no lesson: it has no call such as check"),
        ({"cells": [cell("print('hello')")]}, "of no lesson"),
    ],
)
def test_what_is_no_lessons_notebook_is_refused_with_a_reason(submitted, content, words):
    with pytest.raises(UnreadableNotebook, match=words):
        submitted(content)


def test_the_checks_decide_the_lesson_and_the_file_name_only_without_them(submitted):
    calls = [cell('check("2.1")'), cell("check( '2.3' )"), cell('check("1.1")')]
    assert submitted({"cells": calls}, "lesson_4.ipynb").lesson == 2
    assert submitted({"cells": [cell("x = 1")]}, "lesson_4 (1).ipynb").lesson == 4


def test_odd_cells_are_tolerated(submitted):
    cells = [
        cell(["a = 1\n", 'check("1.1")']),
        cell("b = 2", metadata={"tags": ["demo"]}),
        cell("c = 3", metadata=None),
        cell("d = 4", metadata={"tags": None}),
        {"cell_type": "markdown", "source": "words"},
        {"cell_type": "code"},
        "not a cell",
        None,
    ]
    found = submitted({"cells": cells}).cells
    assert [(c.number, c.source, c.demo) for c in found] == [
        (1, 'a = 1\ncheck("1.1")', False),
        (2, "b = 2", True),
        (3, "c = 3", False),
        (4, "d = 4", False),
        (6, "", False),
    ]


def test_a_byte_order_mark_does_not_matter(submitted):
    content = json.dumps({"cells": [cell('check("1.1")')]}).encode("utf-8-sig")
    assert submitted(content).lesson == 1
