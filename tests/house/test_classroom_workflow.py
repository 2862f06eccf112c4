"""The workflow that a teacher copies into learners' repositories: its steps run here, save one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import pytest
import yaml
from coursework import ROOT, save, with_answers

from autograder.exercise import registry

WORKFLOW = yaml.safe_load((ROOT / "docs" / "classroom.yml").read_text(encoding="utf-8"))
(JOB,) = WORKFLOW["jobs"].values()
INSTALL, JUDGE = (step["run"] for step in JOB["steps"] if "run" in step)
GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")


def pushed(repository: Path) -> tuple[int, str, str]:
    """What judging says in a learner's repository: exit code, log and summary."""
    summary = repository / "summary.md"
    environment = {
        **os.environ,
        **WORKFLOW["env"],
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    # As GitHub runs a step on Linux.
    done = subprocess.run(
        ["bash", "-e", "-c", JUDGE],
        cwd=repository,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    return done.returncode, done.stdout, summary.read_text(encoding="utf-8")


def test_it_runs_at_a_push_may_only_read_and_ends():
    # YAML takes `on` for a truth value.
    assert set(WORKFLOW[True]) == {"push", "workflow_dispatch"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOB["timeout-minutes"] <= 30
    used = [step["uses"] for step in JOB["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)
    assert int(WORKFLOW["env"]["LESSON"]) in registry.course().lessons


def test_it_installs_what_there_is_from_the_courses_own_address():
    name, extra, address = re.search(r'"([\w-]+)\[(\w+)\] @ git\+(\S+)"', INSTALL).groups()
    assert extra in metadata(name).get_all("Provides-Extra")
    assert address == registry.course().repository


def test_the_guide_says_where_it_is():
    assert "[classroom.yml](classroom.yml)" in GUIDE


@pytest.mark.slow
def test_a_push_is_judged_and_the_summary_says_what_the_log_says(tmp_path):
    lesson = WORKFLOW["env"]["LESSON"]
    path = tmp_path / "lessons" / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
    # What a clone of the whole course would have beside it, changed by its owner.
    shadow = tmp_path / "autograder" / "__init__.py"
    shadow.parent.mkdir()
    shadow.write_text("raise SystemExit(0)", encoding="utf-8")
    ids = [exercise.id for exercise in registry.of_lesson(int(lesson))]
    save(with_answers(int(lesson), *ids), path)
    code, log, summary = pushed(tmp_path)
    assert code == 0 and "8 / 8" in log
    assert summary == f"~~~~text\n{log}~~~~\n"
    save(with_answers(int(lesson), ids[0]), path)
    code, log, summary = pushed(tmp_path)
    assert code == 1 and "2 / 8" in log and "Not attempted" in summary
    path.unlink()
    code, log, summary = pushed(tmp_path)
    assert code == 2 and "There is no file" in summary
