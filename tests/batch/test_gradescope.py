"""The autograder zip: what Gradescope unpacks, builds and runs, and a result whatever happens."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from batchwork import put
from coursework import path_of, save, with_answers

from autograder.batch.gradescope_run import learner_name
from autograder.batch.gradescope_zip import write_gradescope_zip

LOCK = "autograder/batch/grader_lock.txt"
LEAVES = "import os\nos._exit(0)\n"
REQUIRED = {"score", "execution_time", "output", "visibility", "stdout_visibility", "tests"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """An autograder zip of lesson 1."""
    return write_gradescope_zip(tmp_path_factory.mktemp("zip") / "autograder.zip", 7, 1)


@pytest.fixture
def root(archive, tmp_path) -> Path:
    """/autograder as Gradescope lays it out, without what setup.sh installs."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "source")
    script = put(tmp_path / "run_autograder", (tmp_path / "source" / "run_autograder").read_bytes())
    script.chmod(0o755)
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    return tmp_path


def run_autograder(root: Path, python: str = sys.executable) -> dict:
    """Run the script as Gradescope does; return what it wrote."""
    subprocess.run(
        [root / "run_autograder"],
        cwd=root / "submission",
        env={**os.environ, "AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": python},
        check=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    data = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert data.keys() >= REQUIRED
    return data


def test_the_zip_has_both_scripts_at_its_root_for_unix_and_the_course_beside_them(archive):
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        for name in ("setup.sh", "run_autograder"):
            content = opened.read(name)
            assert content.startswith(b"#!/usr/bin/env bash\n") and b"\r" not in content
            assert opened.getinfo(name).external_attr >> 16 & 0o777 == 0o755
        assert stat.S_IMODE(opened.getinfo("grading.json").external_attr >> 16) == 0o600
        assert json.loads(opened.read("grading.json"))["seed"] == 7
        setup = opened.read("setup.sh").decode()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert '"$COURSE[grader]"' in setup and f"$COURSE/{LOCK}" in setup
    for name in (
        *("pyproject.toml", LOCK),
        *("autograder/grading/service.py", "autograder/views/pages.css"),
    ):
        assert f"course/{name}" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("/")]


def test_the_same_course_and_seed_give_the_same_zip(archive, tmp_path):
    again = write_gradescope_zip(tmp_path / "again.zip", 7, 1)
    assert again.read_bytes() == archive.read_bytes()


def test_both_scripts_are_bash_that_parses(root):
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n", root / "source" / name], check=True)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.zip"):
        write_gradescope_zip(tmp_path / "autograder.tar", 1)


@pytest.mark.slow
def test_a_good_a_hostile_and_a_broken_submission_each_have_their_result(root):
    put(root / "submission_metadata.json", '{"users": [{"name": "Jane Doe"}]}')
    # A module of this name beside the submission must not be the one that grades.
    put(root / "submission" / "json.py", "raise SystemExit")
    place = root / "submission" / "anything.ipynb"
    put(place, path_of("solutions", 1).read_bytes())
    good = run_autograder(root)
    assert good["score"] == 8 and {test["status"] for test in good["tests"]} == {"passed"}

    save(with_answers(1, "1.2", "1.3", replace={"1.1": LEAVES}), place)
    hostile = run_autograder(root)
    assert 0 < hostile["score"] < 8
    assert hostile["score"] == sum(test["score"] for test in hostile["tests"])

    put(place, '{"cells": [')
    broken = run_autograder(root)
    assert broken["score"] == 0 and "not JSON" in broken["output"]
    assert {test["max_score"] for test in broken["tests"]} == {2.0, 3.0, 1.5}


def test_no_notebook_is_a_result_with_a_reason(root):
    data = run_autograder(root)
    assert data["score"] == 0 and "No notebook was submitted" in data["output"]


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python"])
def test_a_grader_that_does_not_start_leaves_a_result_with_a_reason(root, python):
    data = run_autograder(root, python)
    assert data["score"] == 0 and "stopped before there was a result" in data["output"]


def test_damaged_settings_leave_a_result_with_a_reason_and_no_traceback(root):
    put(root / "source" / "grading.json", "{")
    put(root / "submission" / "lesson_1.ipynb", "{}")
    data = run_autograder(root)
    assert data["score"] == 0 and "Traceback" not in json.dumps(data)


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ('{"users": [{"name": "Jane"}, {"name": "Jo"}]}', "Jane, Jo"),
        ('{"users": []}', "submission"),
        ('{"users": [1]}', "submission"),
        ("[", "submission"),
        (None, "submission"),
    ],
)
def test_the_learners_name_comes_from_gradescope_where_it_says_it(metadata, name, tmp_path):
    path = tmp_path / "submission_metadata.json"
    if metadata is not None:
        put(path, metadata)
    assert learner_name(path) == name
