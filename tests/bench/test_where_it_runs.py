"""`make machines`: the path names what there is, and the table tells what was said."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from coursework import ROOT

from bvae_ref.cli import build_parser

sys.path.insert(0, str(ROOT / "bench"))
import machine_parts
import where_it_runs
from where_it_runs import Machine, NotHere

STEPS = ("check", "train", "grade of three", "progress")


def test_every_step_of_the_path_is_a_command_that_parses(tmp_path):
    where_it_runs.prepare(tmp_path)
    path = where_it_runs.path_of(Machine("x", ["python"]))
    assert tuple(path) == STEPS
    for words in path.values():
        if words[1] == "-m":
            assert words[2] == "bvae_ref.cli" and build_parser().parse_args(words[3:])
        else:
            assert (tmp_path / words[1]).is_file()
    assert len(list((tmp_path / "class").iterdir())) == 3


def test_there_is_a_machine_of_each_kind():
    names = where_it_runs.machines(None).keys()
    assert {"Python 3.10", "Python 3.13", "Debian 13", "no network", "hung DNS"} <= names
    assert {*machine_parts.ENCODINGS, "without POSIX parts", "disk of 1 MB"} <= names


@pytest.mark.parametrize(
    ("code", "refuses", "seen"),
    [
        ("print('fine')", "", "✔ "),
        ("raise SystemExit('bvae: too | bad')", "", "✘ bvae: too   bad"),
        ("raise SystemExit('bvae: No space left: x')", "No space left", "says why not"),
        ("raise SystemExit('bvae: other')", "No space left", "✘ bvae: other"),
        ("print('Traceback (most recent call last)')", "", "✘ Traceback"),
    ],
)
def test_a_step_works_says_why_not_or_fails(code, refuses, seen, tmp_path):
    machine = Machine("x", refuses=refuses)
    assert where_it_runs.took(machine, [sys.executable, "-c", code], tmp_path).startswith(seen)


def test_the_table_has_a_row_for_what_could_not_be_made():
    rows = {"a": dict.fromkeys(STEPS, "✔ 1 s"), "b": "not made here: there is no python3.9"}
    lines = where_it_runs.table(rows).splitlines()
    assert lines[2] == "| a | ✔ 1 s | ✔ 1 s | ✔ 1 s | ✔ 1 s |"
    assert lines[3].startswith("| b | not made here") and len({x.count("|") for x in lines}) == 1


def test_what_is_missing_for_a_machine_is_said(tmp_path):
    with pytest.raises(NotHere, match="there is no python3"):
        machine_parts.environment_of("python3.99", tmp_path, NotHere)
    with (
        pytest.raises(NotHere, match="no Debian"),
        machine_parts.debian(tmp_path, NotHere, Machine),
    ):
        pass


def test_an_interpreter_without_posix_parts_runs_modules_and_files(tmp_path):
    code = "import os, sys; print(hasattr(os, 'fork'), sys.argv[1:])\nimport fcntl\n"
    (tmp_path / "script.py").write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for words in (["script.py", "a"], ["-m", "script", "a"]):
        done = subprocess.run(
            [sys.executable, "-c", machine_parts.WITHOUT_POSIX, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.stdout == "False ['a']\n" and "fcntl" in done.stderr.splitlines()[-1]


def test_progress_is_kept_without_posix_parts(tmp_path):
    (tmp_path / "script.py").write_text(
        "from pathlib import Path\nfrom autograder.notebook.record import Progress\n"
        "Progress(Path('p.json')).call_learner('Ada')\nprint(Progress(Path('p.json')).name)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", machine_parts.WITHOUT_POSIX, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stdout == "Ada\n", done.stderr
