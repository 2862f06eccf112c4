"""Progress is kept beside the notebook, and nothing that happens to the file stops a lesson."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from coursework import ROOT

from autograder.judging.verdict import Outcome, TestResult, Verdict
from autograder.notebook import progress_file
from autograder.notebook.progress_file import FRESH, VERSION, write_alone
from autograder.notebook.record import Progress

# The file, and the one that holds its lock.
LEFT = ["progress.json", "progress.lock"]


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
    entry = again.entry("1.1")
    assert (entry["outcome"], entry["points"], entry["hints"]) == ("passed", 2.0, 0)
    assert entry["passed"] and entry["passed_on"] == date.today().isoformat()
    assert again.entry("1.2")["hints"] == 3
    assert again.entry("5.1") == FRESH
    assert sorted(file.name for file in path.parent.iterdir()) == LEFT, "no leftovers"


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
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_kept_as_bak_and_the_learner_is_told(path, content):
    path.parent.mkdir()
    for aside in ("progress.json.bak", "progress.json.bak2"):
        path.write_bytes(content)
        record = Progress(path)
        assert record.entry("1.1") == FRESH
        record.record(verdict(Outcome.PASSED, 2.0))
        assert json.loads(path.read_text(encoding="utf-8"))["1.1"]["passed"] is True
        assert path.with_name(aside).read_bytes() == content
        (words,) = record.take_news()
        assert words.endswith(f"{aside}, and a new one begins.") and record.take_news() == []


@pytest.mark.parametrize(
    "content",
    [
        b'{"1.1": 3}',
        b'{"1.1": {}}',
        b'{"1.1": {"outcome": "splendid", "points": 0.0, "hints": 0, "passed": true}}',
        b'{"1.1": {"outcome": "passed", "points": "2", "hints": 0, "passed": true}}',
        b'{"1.1": {"outcome": "passed", "points": NaN, "hints": 0, "passed": true}}',
        b'{"1.1": {"outcome": "passed", "points": 2.0, "hints": 0, "passed": true, '
        b'"seconds": -1.0}}',
        b'{"1.1": {"outcome": "passed", "points": 2.0, "hints": 0, "passed": true, '
        b'"passed_on": "once"}}',
    ],
)
def test_a_record_that_makes_no_sense_counts_for_nothing_and_is_replaced(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    record = Progress(path)
    assert record.entry("1.1") == FRESH
    record.touch("1.2")
    assert json.loads(path.read_bytes())["1.1"] == json.loads(content)["1.1"] or b"NaN" in content
    record.record(verdict(Outcome.PASSED, 2.0))
    assert json.loads(path.read_bytes())["1.1"]["passed"] is True
    assert record.take_news() == []


def folder_is_a_file(path, monkeypatch):
    path.parent.write_text("a file where the folder should be", encoding="utf-8")


def disk_is_full(path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress_file.os, "replace", full)


def folder_is_closed(path, monkeypatch):
    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(progress_file.tempfile, "mkstemp", closed)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (folder_is_a_file, "File exists"),
        (disk_is_full, "No space left on device"),
        (folder_is_closed, "Permission denied"),
    ],
)
def test_what_cannot_be_saved_goes_on_in_memory_and_is_told_once(
    path, trouble, reason, monkeypatch
):
    with monkeypatch.context() as patches:
        trouble(path, patches)
        record = Progress(path)
        record.record(verdict(Outcome.PASSED, 2.0))
        (words,) = record.take_news()
        assert f"cannot be saved in {path} ({reason})" in words and "progress()" in words
        assert record.next_hint("1.1", 3) == 1 and record.take_news() == []
        assert record.entry("1.1")["passed"]
    if path.parent.is_file():
        path.parent.unlink()
    record.touch("1.2")
    assert Progress(path).entry("1.1")["passed"], "once it can be saved, everything is"


def test_what_a_later_version_added_is_kept(path):
    path.parent.mkdir()
    later = {"badges": ["ink"], "1.1": {**FRESH, "mood": "good"}, "9.1": {"outcome": "brilliant"}}
    path.write_text(json.dumps(later), encoding="utf-8")
    Progress(path).next_hint("1.1", 3)
    found = json.loads(path.read_bytes())
    assert found["version"] == VERSION and found["1.1"]["hints"] == 1
    assert found["1.1"]["mood"] == "good"
    assert (found["badges"], found["9.1"]) == (later["badges"], later["9.1"])


def test_a_file_of_a_later_form_is_read_and_never_overwritten(path):
    path.parent.mkdir()
    content = json.dumps({"version": VERSION + 1, "1.1": {**FRESH, "hints": 2}})
    path.write_text(content, encoding="utf-8")
    record = Progress(path)
    assert record.entry("1.1")["hints"] == 2
    record.record(verdict(Outcome.PASSED, 2.0))
    (words,) = record.take_news()
    assert "newer version" in words and "update the course" in words
    assert path.read_text(encoding="utf-8") == content


def test_two_notebooks_at_one_exercise_take_nothing_from_each_other(path):
    one, other = Progress(path), Progress(path)
    one.record(verdict(Outcome.PASSED, 2.0))
    one.next_hint("1.1", 3)
    other.record(verdict(Outcome.FAILED, 0.5))
    entry = Progress(path).entry("1.1")
    assert entry["passed"] and entry["passed_on"] and entry["hints"] == 1
    assert entry["outcome"] == "failed"


WRITER = """
import sys
from pathlib import Path
from autograder.notebook.record import Progress
for n in range(30):
    Progress(Path(sys.argv[1])).keep_guess(f"{sys.argv[2]}-{n}", {"said": "yes", "value": None})
"""


@pytest.mark.slow
def test_six_notebooks_that_write_at_once_lose_nothing(path):
    words = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*words, str(n)], cwd=ROOT) for n in range(6)]
    assert [writer.wait(300) for writer in writers] == [0] * 6
    assert len(json.loads(path.read_bytes())["guesses"]) == 6 * 30


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


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def minutes(self, count: float) -> None:
        self.now += 60 * count


@pytest.fixture
def clock():
    return Clock()


def minutes(record: Progress, exercise_id: str) -> float:
    return record.entry(exercise_id)["seconds"] / 60


def test_the_time_between_two_calls_belongs_to_the_exercise_of_the_later_one(path, clock):
    record = Progress(path, clock=clock)
    clock.minutes(4)
    record.next_hint("1.1", 3)
    clock.minutes(6)
    record.record(verdict(Outcome.PASSED, 2.0))
    clock.minutes(3)
    record.touch("1.2")
    assert (minutes(record, "1.1"), minutes(record, "1.2")) == (10, 3)
    assert minutes(Progress(path), "1.1") == 10, "also after a restart"


def test_time_stops_at_the_first_pass(path, clock):
    record = Progress(path, clock=clock)
    clock.minutes(5)
    record.record(verdict(Outcome.PASSED, 2.0))
    clock.minutes(5)
    record.record(verdict(Outcome.FAILED, 0.0))
    record.touch("1.1")
    clock.minutes(2)
    record.touch("1.2")
    assert (minutes(record, "1.1"), minutes(record, "1.2")) == (5, 2)


@pytest.mark.parametrize(("pause", "counted"), [(14.9, 14.9), (15, 15), (15.1, 0), (9999, 0)])
def test_a_pause_of_more_than_a_quarter_of_an_hour_counts_for_none(path, clock, pause, counted):
    record = Progress(path, clock=clock)
    record.touch("1.1")
    clock.minutes(pause)
    record.touch("1.1")
    assert minutes(record, "1.1") == pytest.approx(counted)


def test_the_clock_can_have_started_before(path, clock):
    record = Progress(path, clock=clock, since=clock.now - 120)
    record.touch("1.1")
    assert minutes(record, "1.1") == 2


def test_a_clock_that_goes_back_takes_no_time_away(path, clock):
    record = Progress(path, clock=clock)
    clock.minutes(-60)
    record.touch("1.1")
    assert minutes(record, "1.1") == 0


def test_a_file_of_an_earlier_version_is_read_and_nothing_of_it_is_lost(path):
    old = {"outcome": "failed", "points": 0.5, "hints": 2, "passed": True}
    path.parent.mkdir()
    path.write_text(json.dumps({"1.1": old, "1.2": {**old, "points": 1.0}}), encoding="utf-8")
    record = Progress(path)
    assert record.entry("1.1") == {**old, "seconds": 0.0, "passed_on": ""}
    record.touch("1.1")
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert {key: kept["1.2"][key] for key in old} == {**old, "points": 1.0}


def test_a_file_of_a_later_version_is_read_too(path):
    later = {**FRESH, "hints": 2, "mood": "good"}
    path.parent.mkdir()
    path.write_text(json.dumps({"1.1": later}), encoding="utf-8")
    record = Progress(path)
    assert record.entry("1.1")["hints"] == 2
    record.touch("1.1")
    assert json.loads(path.read_text(encoding="utf-8"))["1.1"]["mood"] == "good"


def test_two_notebooks_with_one_file_keep_each_others_results(path):
    one, other = Progress(path), Progress(path)
    one.record(verdict(Outcome.PASSED, 2.0))
    other.next_hint("1.2", 3)
    one.next_hint("1.3", 3)
    read = Progress(path)
    assert read.entry("1.1")["passed"] and read.entry("1.2")["hints"] == 1
    assert read.entry("1.3")["hints"] == 1
    assert one.course()[1]["1.2"]["hints"] == 1


def test_a_file_that_disappears_is_written_again_in_full(path):
    record = Progress(path)
    record.record(verdict(Outcome.PASSED, 2.0))
    path.unlink()
    record.next_hint("1.2", 3)
    assert Progress(path).entry("1.1")["passed"]


def test_a_write_that_fails_half_way_leaves_the_old_file_and_no_other(path, monkeypatch):
    path.parent.mkdir()
    write_alone(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress_file.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_alone(path, "new")
    assert path.read_text(encoding="utf-8") == "old" and os.listdir(path.parent) == [
        "progress.json"
    ]


def test_the_course_counts_what_was_done_in_the_folders_of_other_lessons(tmp_path, monkeypatch):
    monkeypatch.delenv("BVAE_STATE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    for lesson in (1, 2):
        (tmp_path / f"lesson_{lesson}").mkdir()
    monkeypatch.chdir(tmp_path / "lesson_1")
    first = Progress.local()
    first.record(verdict(Outcome.PASSED, 2.0))
    first.call_learner("Ada")
    monkeypatch.chdir(tmp_path / "lesson_2")
    second = Progress.local()
    second.record(verdict(Outcome.FAILED, 0.5))
    second.next_hint("2.1", 3)
    name, entries = second.course()
    assert name == "Ada" and entries["1.1"]["passed"] and entries["2.1"]["hints"] == 1
    assert not second.entry("1.1")["passed"], "its own file says what was done here"


def test_a_name_is_kept_and_can_be_forgotten(path):
    Progress(path).call_learner("Ada")
    assert Progress(path).course() == ("Ada", {})
    Progress(path).touch("1.1")
    assert Progress(path).name == "Ada"
    Progress(path).call_learner("")
    assert Progress(path).name == ""
