"""A run grades what is missing, keeps what is finished, and loses nothing however it ends."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from batchwork import FULL, FakeService, class_folder, notebook_bytes, put

from autograder.batch import run as run_module
from autograder.batch import store as store_module
from autograder.batch.run import Batch, run_batch

TESTS = Path(__file__).resolve().parent
PARTIAL = {"level": "partial", "layers": {"files": False}, "missing": ["files"]}
# A run in a process of its own, which a test may kill; every call of the grader is logged.
SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from batchwork import FakeService
from autograder.batch.run import Batch, run_batch
service = FakeService(Path({log!r}), {seconds})
try:
    print(run_batch(Batch({submissions!r}, {out!r}, workers=2), lambda: service).graded_now)
except RuntimeError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def batch(tmp_path) -> Batch:
    """Six notebooks to be graded by two workers."""
    return Batch(class_folder(tmp_path / "in", 6), tmp_path / "out", workers=2)


def grade(batch: Batch, service: FakeService | None = None, **changes):
    """Run a batch; return the summary and the service that was asked."""
    service = service or FakeService()
    return run_batch(replace(batch, **changes), lambda: service, lambda words: None), service


def points(batch: Batch) -> dict[str, float]:
    lines = (Path(batch.out) / "results.jsonl").read_text().splitlines()
    return {record["key"]: record["points"] for record in map(json.loads, lines)}


def process(batch: Batch, log: Path, seconds: float) -> subprocess.Popen:
    script = SCRIPT.format(
        tests=str(TESTS),
        log=str(log),
        seconds=seconds,
        submissions=str(batch.submissions),
        out=str(batch.out),
    )
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_submission_has_one_result_and_every_report_is_there(batch):
    summary, service = grade(batch)
    out = Path(batch.out)
    assert (summary.submissions, summary.graded_now, summary.failed) == (6, 6, 0)
    assert len(service.calls) == len(set(service.calls)) == 6 and service.closed
    keys = [f"learner0{n}.lesson_1" for n in range(6)]
    assert list(points(batch)) == keys
    for folder, ending in (("results", "json"), ("pages", "html"), ("gradescope", "json")):
        names = sorted(path.name for path in (out / folder).iterdir())
        assert names == [f"{key}.{ending}" for key in keys]
    for name in ("index.html", "grades.csv", "junit.xml", "run.json"):
        assert (out / name).stat().st_size > 0
    assert not list(out.rglob("*.partial"))


def test_a_second_run_grades_nothing_and_does_not_start_the_grader(batch):
    grade(batch)
    before = points(batch)
    summary = run_batch(batch, lambda: pytest.fail("started"), lambda words: None)
    assert summary.graded_now == 0 and points(batch) == before


def test_only_what_is_missing_changed_or_new_is_graded(batch):
    grade(batch)
    folder = Path(batch.submissions)
    put(folder / "learner00.ipynb", notebook_bytes(1, "changed"))
    put(folder / "learner99.ipynb", notebook_bytes(1, "new"))
    (Path(batch.out) / "results" / "learner01.lesson_1.json").write_text('{"half')
    (Path(batch.out) / "results" / "learner02.lesson_1.json").unlink()
    (folder / "learner05.ipynb").unlink()
    summary, service = grade(batch)
    asked = {name.split("/")[0] for name in service.calls}
    assert asked == {"learner00", "learner99", "learner01", "learner02"}
    assert summary.submissions == 6 and "learner05.lesson_1" not in points(batch)
    assert not (Path(batch.out) / "pages" / "learner05.lesson_1.html").exists()


def test_another_version_of_the_course_grades_anew(batch, monkeypatch):
    grade(batch)
    monkeypatch.setattr(store_module, "course_version", lambda: "another")
    assert grade(batch)[0].graded_now == 6


def test_the_same_seed_gives_the_same_grades_and_another_others(batch, tmp_path):
    grade(batch, seed=7)
    grade(batch, seed=7, out=tmp_path / "again", workers=1)
    grade(batch, seed=8, out=tmp_path / "other")
    assert points(batch) == points(replace(batch, out=tmp_path / "again"))
    assert points(batch) != points(replace(batch, out=tmp_path / "other"))


def test_a_drawn_seed_is_kept_private_and_used_again(batch):
    grade(batch)
    path = Path(batch.out) / "run.json"
    seed = json.loads(path.read_text())["seed"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    put(Path(batch.submissions) / "learner00.ipynb", notebook_bytes(1, "changed"))
    grade(batch)
    assert json.loads(path.read_text())["seed"] == seed
    grade(batch, out=Path(batch.out).with_name("twin"))
    assert json.loads((Path(batch.out).with_name("twin") / "run.json").read_text())["seed"] != seed


def test_the_seed_and_its_plain_digest_are_in_no_file_but_run_json(batch):
    seed = 918273645918273
    grade(batch, seed=seed)
    salt = json.loads((Path(batch.out) / "run.json").read_text())["salt"]
    for path in Path(batch.out).rglob("*"):
        if path.is_file() and path.name != "run.json":
            content = path.read_text()
            assert str(seed) not in content and salt not in content, path


def test_equal_seeds_of_two_runs_cannot_be_told_from_their_results(batch, tmp_path):
    grade(batch, seed=7)
    grade(batch, seed=7, out=tmp_path / "again")
    digests = [
        json.loads((out / "results" / "learner00.lesson_1.json").read_text())["graded"]["seed"]
        for out in (Path(batch.out), tmp_path / "again")
    ]
    assert digests[0] != digests[1]


def test_another_seed_is_refused_unless_everything_is_to_be_graded_anew(batch):
    grade(batch, seed=7)
    before = points(batch)
    with pytest.raises(ValueError, match=r"another seed.*--regrade"):
        grade(batch, seed=8)
    assert points(batch) == before and grade(batch, seed=7)[0].graded_now == 0
    assert grade(batch, seed=8, regrade=True)[0].graded_now == 6
    assert points(batch) != before and grade(batch)[0].graded_now == 0


def test_regrade_keeps_the_seed_and_asks_again_for_every_result(batch):
    grade(batch)
    before = points(batch)
    assert grade(batch, regrade=True)[0].graded_now == 6 and points(batch) == before


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed, batch):
    with pytest.raises(ValueError, match="give a whole number"):
        grade(batch, seed=seed)


def test_a_grader_that_fails_costs_one_result_and_is_asked_again_next_time(batch):
    put(Path(batch.submissions) / "boom.ipynb", notebook_bytes(1, "RAISE"))
    put(Path(batch.submissions) / "bust.ipynb", notebook_bytes(1, "FAIL"))
    summary, _ = grade(batch)
    assert (summary.graded_now, summary.failed) == (8, 2)
    summary, service = grade(batch)
    assert {name.split("/")[0] for name in service.calls} == {"boom", "bust"}


def test_what_is_no_notebook_gets_a_result_of_0_with_the_reason(batch):
    put(Path(batch.submissions) / "eve.pdf", "%PDF")
    os.symlink("/etc/passwd", Path(batch.submissions) / "mallory.ipynb")
    summary, _ = grade(batch)
    assert summary.unreadable == 2 and summary.failed == 0
    lines = (Path(batch.out) / "results.jsonl").read_text().splitlines()
    reasons = {r["learner"]: r["reason"] for r in map(json.loads, lines) if r["status"] != "graded"}
    assert "is a PDF" in reasons["eve"] and "links are not followed" in reasons["mallory"]
    assert "root:" not in "".join(lines)
    assert grade(batch)[0].graded_now == 0


def test_a_file_that_goes_away_while_others_are_graded_is_unreadable(batch, monkeypatch):
    def vanishing(tasks, service, workers):
        (Path(batch.submissions) / "learner03.ipynb").unlink()
        return original(tasks, service, workers)

    original = run_module.grade_here
    monkeypatch.setattr(run_module, "grade_here", vanishing)
    assert grade(batch)[0].unreadable == 1


def test_results_under_lesser_isolation_do_not_count_where_it_is_required(batch):
    grade(batch, FakeService(isolation=PARTIAL))
    assert "ran only partly isolated" in (Path(batch.out) / "index.html").read_text()
    assert grade(batch)[0].graded_now == 0
    assert grade(batch, FakeService(isolation=FULL), require_isolation=True)[0].graded_now == 6
    assert "in full isolation" in (Path(batch.out) / "index.html").read_text()


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda b: replace(b, submissions=b.submissions / "none"), "There is nothing at"),
        (lambda b: replace(b, out=b.submissions / "out"), "lies inside the submissions"),
        (lambda b: replace(b, out=b.submissions), "lies inside the submissions"),
        (lambda b: replace(b, out=put(b.out / "file", "x")), "is a file"),
        (lambda b: replace(b, out=put(b.out / "file", "x") / "out"), "cannot be made"),
        (lambda b: replace(b, out=put(b.out / "thesis.tex", "x").parent), "holds other things"),
        (lambda b: replace(b, out=put(b.out / "run.json", "{}").parent), "is damaged"),
        (lambda b: replace(b, out=put(b.out / "run.json", "[").parent), "is damaged"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_graded(prepare, words, batch):
    bad = prepare(batch)
    with pytest.raises(ValueError, match=words):
        run_batch(bad, lambda: pytest.fail("started"), lambda said: None)


def test_a_full_disk_leaves_whole_files_only_and_the_next_run_goes_on(batch, monkeypatch):
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bvae_ref.writing.os.fsync", full)
    with pytest.raises(OSError, match=r"No space left on device.*what is finished is kept"):
        grade(batch)
    assert not list(Path(batch.out).rglob("*.partial"))
    finished = list((Path(batch.out) / "results").iterdir())
    assert len(finished) == 3 and all(json.loads(path.read_text()) for path in finished)
    monkeypatch.undo()
    assert grade(batch)[0].graded_now == 3


def test_a_run_killed_in_the_middle_is_resumed_with_nothing_twice_and_nothing_lost(tmp_path):
    batch = Batch(class_folder(tmp_path / "in", 24), tmp_path / "out", workers=2)
    log = tmp_path / "calls"
    results = tmp_path / "out" / "results"
    kept: set[str] = set()
    for wanted in (5, 12):
        running = process(batch, log, 0.05)
        wait_for(lambda wanted=wanted: len(list(results.glob("*.json"))) >= wanted)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        now = {path.name: path.read_bytes() for path in results.glob("*.json")}
        assert kept <= set(now) and len(now) < 24
        assert all(json.loads(content)["result"] for content in now.values())
        kept = set(now)
    running = process(batch, log, 0.0)
    out, err = running.communicate()
    assert running.returncode == 0 and int(out.split()[-1]) == 24 - len(kept), err
    assert len(points(batch)) == 24 and not list(results.glob("*.partial"))
    # Under way when a run was killed: at most one a worker, and without a result.
    calls = Counter(log.read_text().split("\n")[:-1])
    assert len(calls) == 24 and sum(calls.values()) <= 24 + 2 * 2


def test_ctrl_c_keeps_what_is_finished_and_writes_the_reports(tmp_path):
    batch = Batch(class_folder(tmp_path / "in", 30), tmp_path / "out", workers=2)
    running = process(batch, tmp_path / "calls", 0.1)
    results = tmp_path / "out" / "results"
    wait_for(lambda: len(list(results.glob("*.json"))) >= 4)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert "KeyboardInterrupt" in err
    finished = len(list(results.glob("*.json")))
    assert 4 <= finished < 30 and len(points(batch)) == finished
    assert "waiting" in (tmp_path / "out" / "index.html").read_text()
    assert grade(batch)[0].graded_now == 30 - finished


def test_two_runs_into_one_folder_refuse_and_a_killed_run_holds_nothing(tmp_path):
    batch = Batch(class_folder(tmp_path / "in", 8), tmp_path / "out", workers=2)
    first = process(batch, tmp_path / "calls", 0.3)
    wait_for(lambda: list((tmp_path / "out" / "results").glob("*.json")))
    second = process(batch, tmp_path / "calls", 0.0)
    _, err = second.communicate()
    assert second.returncode == 1 and f"process {first.pid} is grading into it" in err
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert (tmp_path / "out" / "lock").read_text() == str(first.pid)
    assert grade(batch)[0].graded_now > 0 and len(points(batch)) == 8
