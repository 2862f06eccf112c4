"""Progress is kept beside the notebook, and nothing that happens to the file stops a lesson."""

from __future__ import annotations

import json

import pytest

from autograder.record import FRESH, Progress
from autograder.verdict import Outcome, TestResult, Verdict


def verdict(outcome: Outcome, points: float) -> Verdict:
    return Verdict("1.1", "title", outcome, 2.0, (TestResult("a", outcome, points, 2.0),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "progress.json"


def test_results_and_hints_are_there_again_after_a_restart(path):
    first = Progress(path)
    first.record(verdict(Outcome.PASSED, 2.0))
    assert [first.next_hint("1.2", 3) for _ in range(5)] == [1, 2, 3, 3, 3]
    again = Progress(path)
    assert again.entry("1.1") == {"outcome": "passed", "points": 2.0, "hints": 0, "passed": True}
    assert again.entry("1.2")["hints"] == 3
    assert again.entry("5.1") == FRESH
    assert [file.name for file in path.parent.iterdir()] == ["progress.json"], "no leftovers"


def test_a_pass_is_remembered_after_a_later_failure(path):
    record = Progress(path)
    record.record(verdict(Outcome.PASSED, 2.0))
    record.record(verdict(Outcome.FAILED, 0.5))
    entry = Progress(path).entry("1.1")
    assert entry["passed"] and entry["outcome"] == "failed" and entry["points"] == 0.5


@pytest.mark.parametrize(
    "content",
    [
        b"{ half a fi",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"1.1": 3}',
        b'{"1.1": {}}',
        b'{"1.1": {"outcome": "splendid", "points": 0.0, "hints": 0, "passed": true}}',
        b'{"1.1": {"outcome": "passed", "points": "2", "hints": 0, "passed": true}}',
    ],
)
def test_a_damaged_file_starts_empty_and_is_replaced(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    record = Progress(path)
    assert record.entry("1.1") == FRESH
    record.record(verdict(Outcome.PASSED, 2.0))
    assert json.loads(path.read_text(encoding="utf-8"))["1.1"]["passed"] is True


def test_a_folder_that_cannot_be_made_leaves_progress_in_memory(tmp_path):
    (tmp_path / "new").write_text("a file where the folder should be")
    record = Progress(tmp_path / "new" / "progress.json")
    record.record(verdict(Outcome.PASSED, 2.0))
    assert record.next_hint("1.1", 3) == 1
    assert record.entry("1.1")["passed"] and record.path is None


def test_the_file_lies_beside_the_notebook_and_nowhere_while_grading(monkeypatch):
    monkeypatch.delenv("BVAE_STATE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert Progress.local().path.as_posix() == ".bvae/progress.json"
    monkeypatch.setenv("BVAE_STATE", "elsewhere")
    assert Progress.local().path.as_posix() == "elsewhere/progress.json"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert Progress.local().path is None
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.setenv("BVAE_STATE", "off")
    assert Progress.local().path is None
