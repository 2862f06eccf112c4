"""Submissions on a Dask cluster: every one graded once, also when a worker dies."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from batchwork import FakeService, class_folder, fake_work, notebook_bytes, put

from autograder.batch import cluster
from autograder.batch.cluster import grade_on_cluster
from autograder.batch.grading import grade_here
from autograder.batch.run import Batch, run_with
from bvae_ref import dask_client

distributed = pytest.importorskip("distributed")
LIMITS = {"call_seconds": 5.0}


@pytest.fixture(scope="module")
def address():
    """A scheduler with two worker processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as workers:
        yield workers.scheduler_address


def run_on(address: str, batch: Batch, limits: dict):
    return run_with(
        batch,
        lambda tasks: grade_on_cluster(tasks, address, limits, work=fake_work),
        lambda words: None,
    )


@pytest.mark.slow
def test_a_worker_that_dies_costs_nothing(address, tmp_path):
    folder = class_folder(tmp_path / "in", 12)
    put(folder / "mallory.ipynb", notebook_bytes(1, "DIE"))
    put(folder / "boom.ipynb", notebook_bytes(1, "RAISE"))
    put(folder / "link.pdf", "PDF")
    log, died = tmp_path / "log", tmp_path / "died"
    limits = {"log": str(log), "died": str(died), "seconds": 0.05}
    batch = Batch(folder, tmp_path / "out", seed=7)
    summary = run_on(address, batch, limits)
    assert died.exists()
    assert (summary.submissions, summary.graded_now, summary.failed) == (15, 15, 1)
    lines = [line.split(" ", 1) for line in log.read_text(encoding="utf-8").splitlines()]
    assert len({process for process, _ in lines}) >= 2
    results = sorted(path.name for path in (tmp_path / "out" / "results").iterdir())
    assert len(results) == 15
    names = Counter(name for _, name in lines)
    assert len(names) == 15
    # Here and there the same grades: the seed decides, not the machine.
    here = replace(batch, out=tmp_path / "here")
    run_with(here, _here, lambda words: None)
    for name in results:
        if name != "boom.lesson_1.json":
            assert _points(tmp_path / "out", name) == _points(tmp_path / "here", name)


def _here(tasks):
    return grade_here(tasks, FakeService(), 2)


def _points(out: Path, name: str) -> float:
    return json.loads((out / "results" / name).read_text(encoding="utf-8"))["result"]["points"]


@pytest.mark.slow
def test_a_lost_scheduler_keeps_what_is_finished_and_says_so(tmp_path):
    workers = distributed.LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", silence_logs=50
    )
    limits = {"log": str(tmp_path / "log"), "seconds": 0.02}

    def losing(tasks):
        for number, graded in enumerate(
            grade_on_cluster(tasks, workers.scheduler_address, limits, work=fake_work)
        ):
            yield graded
            if number == 3:
                workers.close()

    batch = Batch(class_folder(tmp_path / "in", 40), tmp_path / "out")
    with pytest.raises(RuntimeError, match="connection to the Dask scheduler was lost"):
        run_with(batch, losing, lambda words: None)
    finished = len(list((tmp_path / "out" / "results").iterdir()))
    assert 4 <= finished < 40
    summary = run_with(batch, _here, lambda words: None)
    assert summary.graded_now == 40 - finished


@pytest.mark.slow
def test_a_scheduler_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 1)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=":0", silence_logs=50
        ) as empty,
        pytest.raises(RuntimeError, match="has no workers; start some"),
    ):
        list(grade_on_cluster([], empty.scheduler_address, LIMITS))


def test_workers_with_another_version_of_the_course_are_refused():
    with pytest.raises(RuntimeError, match="install the same version on both"):
        cluster.grade_there("a", b"", 1, None, None, LIMITS, False, "another")


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 1)
    with pytest.raises(RuntimeError, match="There is no Dask scheduler at tcp"):
        list(grade_on_cluster([], "tcp://127.0.0.1:9", LIMITS))
    with pytest.raises(RuntimeError, match="There is no Dask scheduler at nonsense"):
        list(grade_on_cluster([], "nonsense://x", LIMITS))


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RuntimeError, match=r"beyond-pixels\[cluster\]"):
        list(grade_on_cluster([], "tcp://127.0.0.1:9", LIMITS))
