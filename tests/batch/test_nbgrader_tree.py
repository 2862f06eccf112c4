"""What a platform gives becomes nbgrader's tree: every notebook as it came, nobody's lost."""

from __future__ import annotations

import json
import zipfile

from batchwork import notebook_bytes

from bvae_ref.cli import main

CANVAS = ["doejane_11_901_lesson_1.ipynb", "roejoe_12_902_lesson_1-1.ipynb"]


def zipped(folder, files: dict[str, bytes]):
    path = folder / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def collected(path, tree, *options: str) -> int:
    return main(["collect", str(path), "-o", str(tree), *options])


def tree_of(folder) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_each_notebook_stands_where_nbgrader_looks_for_it(tmp_path, capsys):
    files = {name: notebook_bytes(1, name) for name in CANVAS}
    older = {"roejoe_12_900_lesson_1.ipynb": notebook_bytes(1, "older")}
    assert collected(zipped(tmp_path, files | older), tmp_path / "submitted") == 0
    assert tree_of(tmp_path / "submitted") == {
        "11/lesson_1/lesson_1.ipynb": files[CANVAS[0]],
        "12/lesson_1/lesson_1.ipynb": files[CANVAS[1]],
    }
    said = capsys.readouterr()
    assert said.out.startswith("2 notebooks collected into ")
    assert "roejoe_12_900_lesson_1.ipynb was not graded: a newer attempt counts." in said.err


def test_names_that_no_folder_or_pattern_can_have_are_made_fit(tmp_path):
    names = ["[x]", "é ü", "..", "a/b*", "Sam", "sam"]
    files = {f"{name}_lesson_1.ipynb".replace("/", "_"): b"" for name in names}
    files = {name: notebook_bytes(1, name) for name in files}
    assert collected(zipped(tmp_path, files), tmp_path / "tree") == 0
    found = tree_of(tmp_path / "tree")
    assert sorted(found.values()) == sorted(files.values())
    students = {path.partition("/")[0] for path in found}
    assert len({student.casefold() for student in students}) == len(names)
    assert not any(sign in student for student in students for sign in "[]*?")
    assert "é ü" in students


def test_a_second_time_changes_nothing_and_says_so(tmp_path, capsys):
    path = zipped(tmp_path, {name: notebook_bytes(1) for name in CANVAS})
    collected(path, tmp_path / "tree")
    before = tree_of(tmp_path / "tree")
    assert collected(path, tmp_path / "tree") == 0
    assert "0 notebooks collected" in capsys.readouterr().out
    assert tree_of(tmp_path / "tree") == before


def test_other_notebooks_are_not_replaced_without_being_asked(tmp_path, capsys):
    path = zipped(tmp_path, {name: notebook_bytes(1) for name in CANVAS})
    collected(path, tmp_path / "tree")
    before = tree_of(tmp_path / "tree")
    zipped(tmp_path, {name: notebook_bytes(1, "newer") for name in [*CANVAS, "ek_13_903_a.ipynb"]})
    assert collected(path, tmp_path / "tree") == 2
    assert "already has 2 of these notebooks" in capsys.readouterr().err
    assert tree_of(tmp_path / "tree") == before, "nothing half-written"
    assert collected(path, tmp_path / "tree", "--replace") == 0
    assert set(tree_of(tmp_path / "tree").values()) == {notebook_bytes(1, "newer")}


def test_what_has_no_place_in_the_tree_is_named(tmp_path, capsys):
    files = {
        "a_11_901_x.ipynb": notebook_bytes(1),
        "b_12_902_y.ipynb": json.dumps({"cells": []}).encode(),
        "c_13_903_notes.txt": b"hello",
    }
    assert collected(zipped(tmp_path, files), tmp_path / "tree") == 3
    assert list(tree_of(tmp_path / "tree")) == ["11/lesson_1/lesson_1.ipynb"]
    said = capsys.readouterr().err
    assert "b_12_902_y.ipynb was not collected: it belongs to no lesson" in said
    assert "c_13_903_notes.txt was not collected" in said


BLACKBOARD = "Week 1_{}_attempt_2026-11-03-{}-00-00_lesson_1.ipynb"


def test_of_several_attempts_the_rules_one_comes_with_its_time(tmp_path):
    """nbgrader reads `timestamp.txt` as its exchange writes it, `%Y-%m-%d %H:%M:%S.%f %Z`."""
    early, late = BLACKBOARD.format("ann", "11"), BLACKBOARD.format("ann", "13")
    other = BLACKBOARD.format("bo", "10")
    path = zipped(tmp_path, {name: notebook_bytes(1, name) for name in (early, late, other)})
    rules = tmp_path / "late.ini"
    rules.write_text("[deadlines]\nlesson_1 = 2026-11-03 12:00\n[late]\nzone = UTC\n", "utf-8")
    assert collected(path, tmp_path / "tree", "--late", str(rules)) == 0
    found = tree_of(tmp_path / "tree")
    assert found["ann/lesson_1/lesson_1.ipynb"] == notebook_bytes(1, early)
    assert found["ann/lesson_1/timestamp.txt"] == b"2026-11-03 11:00:00.000000 UTC\n"


def test_the_best_attempt_is_nothing_that_a_tree_can_hold(tmp_path, capsys):
    rules = tmp_path / "late.ini"
    rules.write_text("[late]\nattempt = best\n", "utf-8")
    path = zipped(tmp_path, {name: notebook_bytes(1, name) for name in CANVAS})
    assert collected(path, tmp_path / "tree", "--late", str(rules)) == 2
    assert "needs all attempts graded" in capsys.readouterr().err
    assert not (tmp_path / "tree").exists()
