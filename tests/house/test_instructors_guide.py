"""The instructor's guide: every command in it runs, in order, in a course of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from coursework import ROOT, save, with_answers

from autograder.jail.limits import Limits
from autograder.jail.seal import LAYERS

GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
]
# Done by the environment that runs the tests, which is made by the first of them.
SET_UP = ("make setup", "source .venv/bin/activate")
GRADEBOOK = (
    "Student,ID,SIS Login ID,Section,Lesson 1 (1234)\r\n"
    "    Points Possible,,,,8\r\n"
    '"Alice, A.",11,alice,All,\r\n'
    '"Bob, B.",12,bob,All,\r\n'
)
WORKSHEET = (
    "Identifier,Full name,Grade,Maximum Grade\n"
    "Participant 11,Alice X,,8.00\n"
    "Participant 12,Bob X,,8.00\n"
)


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course's root as an instructor has it when submissions are in."""
    root = tmp_path_factory.mktemp("course")
    for name in ("solutions", "lessons", "autograder", "bvae_ref"):
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("nbgrader_config.py", "pyproject.toml", "README.md", "LICENSE", "Makefile"):
        shutil.copy2(ROOT / name, root)
    full = with_answers(1, "1.1", "1.2", "1.3", "1.4")
    half = with_answers(1, "1.1", "1.3")
    with (
        zipfile.ZipFile(root / "submissions.zip", "w") as canvas,
        zipfile.ZipFile(root / "moodle.zip", "w") as moodle,
    ):
        for number, (name, data) in enumerate((("alice", full), ("bob", half)), start=11):
            path = save(data, root / "submitted" / name / "lesson_1" / "lesson_1.ipynb")
            canvas.write(path, f"{name}_{number}_777{number}_lesson_1.ipynb")
            moodle.write(path, f"{name.title()} X_{number}_assignsubmission_file_/lesson_1.ipynb")
    (root / "gradebook.csv").write_text(GRADEBOOK, encoding="utf-8")
    (root / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8")
    roster = "id,name,section\nalice,Alice X,A\nbob,Bob X,B\ncy,Cy X,B\n"
    (root / "class.csv").write_text(roster, encoding="utf-8")
    extensions = "learner,until\nbob,2026-11-20\n"
    (root / "extensions.csv").write_text(extensions, encoding="utf-8")
    (root / "late.ini").write_text("[late]\npenalty = 10% per day\n", encoding="utf-8")
    when = root / "submitted" / "alice" / "lesson_1" / "timestamp.txt"
    when.write_text("2026-11-04 12:00:00 UTC", encoding="utf-8")
    return root


@pytest.mark.nightly
def test_every_command_runs_and_does_what_it_says(course):
    script = "set -e\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    for command in COMMANDS:
        if command not in SET_UP:
            allowed = " || test $? = 1" if command == "bvae doctor" else ""
            script += f"echo '+ {command}'\n{command.removesuffix(' &')}{allowed}"
            script += " > /dev/null 2>&1 &\n" if command.endswith(" &") else "\n"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "BVAE_STATE": "off",
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    for made in (
        "gradebook.db",
        ".hidden_seed",
        "feedback/alice/lesson_1/lesson_1.html",
        "grades.csv",
        "graded/index.html",
        "graded/pages/alice.lesson_1.html",
        "graded/run.json",
        "graded/results.jsonl",
        "graded/grades.csv",
        "graded/junit.xml",
        "graded-strictly/index.html",
        "graded-moodle/index.html",
        "graded-moodle/feedback.zip",
        "graded-late/index.html",
        "term/index.html",
        "similar.html",
        "graded-by-many/index.html",
        "autograder.zip",
    ):
        assert (course / made).exists(), made
    assert "Success! Your notebook passes all the tests." in done.stdout
    assert '"seed": 4711' in (course / "graded" / "run.json").read_text(encoding="utf-8")
    merged = (course / "graded-canvas" / "canvas.csv").read_text(encoding="utf-8")
    assert re.search(r"Alice.*\b8\b", merged) and re.search(r"Bob.*\b3\.5\b", merged)
    merged = (course / "graded-moodle" / "moodle.csv").read_text(encoding="utf-8")
    assert "Alice X,8,8.00" in merged and "Bob X,3.5,8.00" in merged
    merged = (course / "returned" / "canvas.csv").read_text(encoding="utf-8")
    assert re.search(r"Alice.*\b8\b", merged) and re.search(r"Bob.*\b3\.5\b", merged)
    late = (course / "graded-late" / "grades.csv").read_text(encoding="utf-8")
    assert '"lateness","-0.8"' in late and '"bob"' in late
    totals = (course / "term" / "totals.csv").read_text(encoding="utf-8")
    assert '"Alice X","alice","A"' in totals and '"Cy X","cy","B"' in totals
    exported = (course / "grades.csv").read_text(encoding="utf-8")
    assert re.search(r'alice.*,"8","8"', exported) and re.search(r'bob.*,"3\.5","8"', exported)


def test_set_up_is_the_makefiles_own():
    assert all(command in COMMANDS for command in SET_UP)
    done = subprocess.run(
        ["make", "-n", "-B", "setup"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert ".venv" in done.stdout


def test_the_guide_names_every_layer_and_the_limits_defaults():
    for name, purpose in LAYERS.items():
        row = re.search(rf"^\| {name} \| (.+) \|$", GUIDE, re.MULTILINE)
        assert row, f"the guide has no row for the layer {name}"
        assert purpose.split()[0] in row[1]
    for name in ("call_seconds", "cell_seconds", "submission_seconds", "memory_gb"):
        default = getattr(Limits(), name)
        assert re.search(rf"`Grade\.{name}` \| {default:g} \|", GUIDE), name
