"""`bvae grade`: what it takes, says, writes and returns."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from batchwork import FakeService, class_folder, notebook_bytes, put
from coursework import path_of, save, with_answers
from learner import VARIANCE_AS_SPREAD

from autograder.commands.grade import add_grade
from autograder.jail.limits import Limits
from bvae_ref.cli import main

GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 1 (1234),Lesson 1b (99)\n"
    "    Points Possible,,,,,8,8\n"
    '"Doe, Jane",12345,u1,jdoe,A,,\n'
)


@pytest.fixture
def started(monkeypatch) -> list[tuple]:
    """Puts the fake service in place of the real one; lists how it was started."""
    calls = []

    def start(workers, limits, require_isolation):
        calls.append((workers, limits, require_isolation))
        return FakeService()

    monkeypatch.setattr("autograder.grading.service.Service", start)
    return calls


@pytest.fixture
def handed_in(tmp_path) -> Path:
    """Four notebooks in a folder."""
    return class_folder(tmp_path / "in", 4)


def bvae_grade(*arguments) -> int:
    """The exit code of `bvae grade` with these arguments, entry points aside."""
    parser = argparse.ArgumentParser(prog="bvae")
    add_grade(parser.add_subparsers())
    parsed = parser.parse_args(["grade", *map(str, arguments)])
    return parsed.run(parsed)


def records(out: Path) -> dict[str, dict]:
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["learner"]: record for record in map(json.loads, lines)}


def test_a_class_is_graded_and_the_last_line_says_where_the_pages_are(
    started, handed_in, tmp_path, capsys
):
    out = tmp_path / "out"
    limits = ["--call-seconds", 3, "--submission-seconds", 40, "--memory-gb", 5]
    assert bvae_grade(handed_in, "-o", out, "--workers", 2, *limits) == 0
    printed, progress = capsys.readouterr()
    assert printed.splitlines()[-1] == (
        f"4 submissions, 4 of them graded in this run. The class page is {out}/index.html; "
        "the learners' pages are next to it."
    )
    assert "graded 4/4 (100%)" in progress
    expected = Limits(call_seconds=3, submission_seconds=40, memory_gb=5)
    assert started == [(2, expected, False)]


@pytest.mark.slow
def test_what_the_grader_could_not_do_is_exit_code_1(started, handed_in, tmp_path, capsys):
    put(handed_in / "boom.ipynb", notebook_bytes(1, "RAISE"))
    put(handed_in / "eve.ipynb", "PDF")
    assert bvae_grade(handed_in, "-o", tmp_path / "out") == 1
    assert "1 unreadable; 1 NOT GRADED (run the command again)" in capsys.readouterr().out


def test_a_canvas_gradebook_is_filled_in(started, tmp_path, capsys):
    name = "doejane_12345_678901_lesson_1.ipynb"
    put(tmp_path / "in" / name, notebook_bytes(1))
    put(tmp_path / "in" / "eve_12_345_lesson_1.ipynb", notebook_bytes(1, "e"))
    book = put(tmp_path / "book.csv", GRADEBOOK)
    out = tmp_path / "out"
    command = [tmp_path / "in", "-o", out, "--canvas", book, "--canvas-column", "Lesson 1 (1234)"]
    assert bvae_grade(*command, "--seed", 3) == 0
    rows = list(csv.DictReader((out / "canvas.csv").open()))
    assert float(rows[1]["Lesson 1 (1234)"]) == records(out)["doejane"]["points"]
    said = capsys.readouterr().err
    assert "points for 1 in" in said and "Unknown to Canvas (1): eve." in said
    assert "Unknown to Canvas (1): eve." in (out / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Which column of the gradebook"),
        (["--canvas-column", "Essay (1)"], "not have exactly one column 'Essay \\(1\\)'"),
    ],
)
def test_a_gradebook_that_does_not_fit_is_refused_before_anything_is_graded(
    options, words, started, handed_in, tmp_path
):
    book = put(tmp_path / "book.csv", GRADEBOOK.replace("Lesson 1 (", "Test ("))
    with pytest.raises(ValueError, match=words):
        bvae_grade(handed_in, "-o", tmp_path / "out", "--canvas", book, *options)
    assert started == [] and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "bvae grade SUBMISSIONS -o OUT"),
        (["in"], "bvae grade SUBMISSIONS -o OUT"),
        (["in", "-o", "out", "--lesson", "17"], "There is no lesson 17"),
        (["in", "-o", "out", "--workers", "0"], "it must be at least 1"),
        (["in", "-o", "out", "--seed", "-4"], "give a whole number"),
        (["in", "-o", "out", "--memory-gb", "-1"], "memory_gb"),
        (["in", "-o", "out", "--canvas-column", "x"], "needs --canvas"),
        (["in", "-o", "out", "--canvas", "none.csv"], "none.csv cannot be read"),
        (["in", "-o", "out", "--moodle-column", "x"], "needs --moodle"),
        (["in", "-o", "out", "--moodle", "none.csv"], "none.csv cannot be read"),
        (["in", "-o", "out", "--overwrite"], "needs --canvas or --moodle"),
        (["in", "-o", "out", "--from-gradebook", "none.db"], "There is no gradebook at none.db"),
        (["in", "-o", "out", "--deadline", "03.11.2026"], "Write year-month-day"),
        (["in", "-o", "out", "--late", "none.ini"], "cannot be read as rules"),
        (["in", "-o", "out", "--only", "x", "--regrade"], "--only grades one learner again"),
        (["in", "-o", "out", "--only", "nobody"], "Nobody here is called 'nobody'"),
        (["in", "-o", "out", "--scheduler", "x://y"], "There is no Dask scheduler"),
        (["nowhere", "-o", "out"], "There is nothing at nowhere"),
        (["in", "-o", "in/out"], "is inside the submissions"),
        (["--gradescope-zip", "a.tar", "--lesson", "1"], "ends in .zip"),
        (["--gradescope-zip", "a.zip", "--lesson", "1", "--seed", "-1"], "give a whole number"),
        (["--gradescope-zip", "a.zip"], "give --lesson N"),
    ],
)
def test_bad_usage_is_one_line_on_stderr_and_exit_code_2(
    arguments, words, handed_in, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BVAE_DEBUG", raising=False)
    assert main(["grade", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and err.count("\n") == 1


def test_the_gradescope_zip_is_a_mode_of_its_own(tmp_path, capsys):
    path = tmp_path / "autograder.zip"
    assert bvae_grade("--gradescope-zip", path, "--lesson", 2, "--memory-gb", 5) == 0
    assert "keep it to yourself" in capsys.readouterr().out
    with zipfile.ZipFile(path) as archive:
        settings = json.loads(archive.read("grading.json"))
    assert settings["lesson"] == 2 and settings["limits"]["memory_gb"] == 5
    assert str(settings["seed"]) not in capsys.readouterr().out


@pytest.mark.slow
def test_a_canvas_zip_through_the_real_jail(tmp_path):
    """Solved, half solved, hostile, no notebook: each earns what it deserves, with its pages."""
    names = {
        "doejane_1001_2001_lesson_1.ipynb": path_of("solutions", 1),
        "roejoe_LATE_1002_2002_lesson_1-1.ipynb": save(
            with_answers(1, "1.2", "1.4", replace={"1.1": VARIANCE_AS_SPREAD}), tmp_path / "half"
        ),
        "malicious_1003_2003_lesson_1.ipynb": save(
            with_answers(1, "1.3", replace={"1.1": "import os\nos._exit(0)\n"}), tmp_path / "exit"
        ),
        "eve_1004_2004_lesson_1.pdf": put(tmp_path / "eve", b"%PDF-1.4"),
        "eve_1004_2005_numpy.py": put(tmp_path / "numpy", b"raise SystemExit"),
    }
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for name, path in names.items():
            archive.write(path, name)
    out = tmp_path / "out"
    command = [shutil.which("bvae") or str(Path(sys.executable).parent / "bvae"), "grade"]
    options = [str(tmp_path / "submissions.zip"), "-o", str(out), "--seed", "11", "--workers", "2"]
    put(tmp_path / "class.csv", b"id,name\n1001,Jane Doe\n1002,Joe Roe\n1005,Ann Ek\n")
    options += ["--roster", str(tmp_path / "class.csv")]
    first = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=300, encoding="utf-8"
    )
    # All are graded; a file was set aside that no rule of Canvas explains.
    assert first.returncode == 3, first.stderr
    said = [line for line in first.stderr.splitlines() if line.startswith("bvae grade: ")]
    assert said == [
        "bvae grade: eve_1004_2005_numpy.py was not graded: it is not a notebook.",
        "bvae grade: Handed in nothing (1): 1005 (Ann Ek).",
        "bvae grade: Not on the roster (2): eve (1004), malicious (1003).",
    ]
    assert "Handed in nothing (1): 1005 (Ann Ek)." in (out / "index.html").read_text(
        encoding="utf-8"
    )
    found = records(out)
    assert found["doejane"]["points"] == found["doejane"]["max_points"] == 8
    assert 0 < found["roejoe"]["points"] < 8 and found["roejoe"]["late"]
    assert 0 < found["malicious"]["points"] < 8
    assert found["eve"]["status"] == "unreadable" and found["eve"]["points"] == 0
    assert found["eve"]["max_points"] == 8 and "is a PDF" in found["eve"]["reason"]
    assert "numpy.py has the name of a module" in " ".join(found["eve"]["notes"])
    page = (out / "pages" / "roejoe_1002.lesson_1.html").read_text(encoding="utf-8")
    assert "variance used as standard deviation" in page and "handed in late" in page
    assert "variance used as standard deviation" in (out / "index.html").read_text(encoding="utf-8")
    # The same seed, from scratch: the same grades.
    options[options.index(str(out))] = str(tmp_path / "again")
    subprocess.run([*command, *options], capture_output=True, timeout=300)
    again = records(tmp_path / "again")
    assert {n: r["points"] for n, r in again.items()} == {n: r["points"] for n, r in found.items()}
