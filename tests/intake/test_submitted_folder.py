"""Which file of a submitted folder is the lesson's notebook."""

from __future__ import annotations

import json
import os

import pytest

from autograder.exercise import registry
from autograder.intake import submitted_folder
from autograder.intake.submitted_folder import arrived, left_unfinished, lesson_number

MARK = registry.course().mark


@pytest.fixture
def expected(tmp_path):
    folder = tmp_path / "alice" / "lesson_1"
    folder.mkdir(parents=True)
    return folder / "lesson_1.ipynb"


def test_the_expected_file_is_read_without_a_word(expected):
    expected.write_bytes(b"content")
    (expected.parent / "other.ipynb").write_bytes(b"not this")
    found = arrived(expected)
    assert (found.content, found.notes, found.reason) == (b"content", (), "")
    assert (found.name, found.wanted) == ("alice/lesson_1/lesson_1.ipynb", "lesson_1")


@pytest.mark.parametrize(
    "name", ["lesson_1 (2).ipynb", "Lesson_1.ipynb", "lesson_1-Copy1.IPYNB", "final.ipynb"]
)
def test_the_one_notebook_that_is_there_is_taken_and_named(expected, name):
    (expected.parent / name).write_bytes(b"content")
    (expected.parent / "helpers.py").write_bytes(b"x = 1")
    found = arrived(expected)
    assert found.content == b"content" and name in found.notes[0]


def test_of_several_one_that_begins_alike_wins_then_the_newest(expected):
    names = {"lesson_1 (1).ipynb": 100, "lesson_1 (2).ipynb": 200, "draft.ipynb": 300}
    for name, changed in names.items():
        (expected.parent / name).write_bytes(name.encode())
        os.utime(expected.parent / name, (changed, changed))
    assert arrived(expected).content == b"lesson_1 (2).ipynb"


def test_files_that_would_shadow_a_module_are_named(expected):
    expected.write_bytes(b"content")
    (expected.parent / "numpy.py").write_bytes(b"raise SystemExit")
    (expected.parent / "notes.txt").write_bytes(b"")
    (note,) = arrived(expected).notes
    assert note.startswith("numpy.py has the name of a module")


def test_without_a_notebook_there_is_a_reason_and_no_content(expected):
    (expected.parent / "lesson_1.py").write_bytes(b"x = 1")
    (expected.parent / "folder.ipynb").mkdir()
    found = arrived(expected)
    assert found.content is None and "no notebook lesson_1.ipynb" in found.reason


def test_a_folder_that_is_not_there_is_no_crash(expected):
    assert arrived(expected.parent / "gone" / "lesson_1.ipynb").content is None


def test_a_file_beyond_all_bounds_is_not_read(expected, monkeypatch):
    monkeypatch.setattr(submitted_folder, "LARGEST", 10)
    expected.write_bytes(b"x" * 11)
    found = arrived(expected)
    assert found.content is None and "MB" in found.reason


@pytest.mark.parametrize(
    ("name", "lesson"), [("lesson_0", 0), ("lesson_12", 12), ("lesson_x", None), ("", None)]
)
def test_the_lesson_is_read_off_the_released_name(name, lesson):
    assert lesson_number(name) == lesson


@pytest.mark.parametrize(
    ("metadata", "unfinished"),
    [
        ({MARK: {"repairs": []}}, True),
        ({MARK: {"repairs": [], "graded": True}}, False),
        ({"kernelspec": {}}, False),
    ],
)
def test_a_repaired_notebook_without_grades_was_left_by_a_killed_run(
    expected, metadata, unfinished
):
    expected.write_text(json.dumps({"cells": [], "metadata": metadata}), encoding="utf-8")
    assert left_unfinished(expected) is unfinished


def test_half_a_file_or_a_folder_without_a_notebook_was_left_by_a_killed_run(expected):
    assert left_unfinished(expected)
    expected.write_text('{"cells": [', encoding="utf-8")
    assert left_unfinished(expected)
    assert not left_unfinished(expected.parent / "gone" / "lesson_1.ipynb")
    assert not left_unfinished(expected.with_name("another.ipynb")), "its neighbour is there"
