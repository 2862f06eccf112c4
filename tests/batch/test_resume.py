"""However a run ends, nothing that was finished is lost and nothing is graded twice."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from batchwork import class_folder, points_of, run_fake

from autograder.batch.run import Batch

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parents[1]
# A run in a process of its own, which a test may kill; every call of the grader is logged.
SCRIPT = """
import signal
# A shell's background jobs ignore Ctrl-C, and so would what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
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


def process(batch: Batch, log: Path, seconds: float) -> subprocess.Popen:
    script = SCRIPT.format(
        tests=str(TESTS),
        log=str(log),
        seconds=seconds,
        submissions=str(batch.submissions),
        out=str(batch.out),
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_full_disk_leaves_whole_files_only_and_the_next_run_goes_on(tmp_path, monkeypatch):
    batch = Batch(class_folder(tmp_path / "in", 6), tmp_path / "out", workers=2)
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bvae_ref.writing.os.fsync", full)
    with pytest.raises(OSError, match=r"No space left on device.*finished results are kept"):
        run_fake(batch)
    assert not list(Path(batch.out).rglob("*.partial"))
    finished = list((Path(batch.out) / "results").iterdir())
    assert len(finished) == 3 and all(
        json.loads(path.read_text(encoding="utf-8")) for path in finished
    )
    monkeypatch.undo()
    assert run_fake(batch)[0].graded_now == 3


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
    assert len(points_of(batch)) == 24 and not list(results.glob("*.partial"))
    # Under way when a run was killed: at most one a worker, and not kept.
    calls = Counter(log.read_text(encoding="utf-8").split("\n")[:-1])
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
    assert 4 <= finished < 30 and len(points_of(batch)) == finished
    assert "waiting" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert run_fake(batch)[0].graded_now == 30 - finished


def test_two_runs_into_one_folder_refuse_and_a_killed_run_holds_nothing(tmp_path):
    batch = Batch(class_folder(tmp_path / "in", 8), tmp_path / "out", workers=2)
    # Long enough to be still at it when the second has started, on a busy machine too.
    first = process(batch, tmp_path / "calls", 4.0)
    wait_for(lambda: list((tmp_path / "out" / "results").glob("*.json")))
    second = process(batch, tmp_path / "calls", 0.0)
    _, err = second.communicate()
    assert second.returncode == 1 and f"process {first.pid} is grading into it" in err
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert (tmp_path / "out" / "lock").read_text(encoding="utf-8") == str(first.pid)
    assert run_fake(batch)[0].graded_now > 0 and len(points_of(batch)) == 8
