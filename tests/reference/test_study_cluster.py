"""The study on a Dask cluster: every cell once, also when a worker dies."""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import study_work

from bvae_ref import dask_client
from bvae_ref.study.cluster import on_cluster

distributed = pytest.importorskip("distributed")
TESTS = str(Path(__file__).resolve().parents[1])


@pytest.mark.slow
def test_a_worker_that_dies_costs_nothing_that_was_finished(tmp_path, monkeypatch):
    path = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", TESTS + os.pathsep + path)
    cells = [*(f"cell {number}" for number in range(12)), "die once", "raise"]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as workers:
        runner = on_cluster(partial(study_work.work, folder=tmp_path), workers.scheduler_address)
        ended = list(runner(cells))
    assert (tmp_path / "died").exists()
    outcomes = {cell: (outcome, reason) for cell, outcome, reason in ended}
    assert len(outcomes) == len(ended) == 14
    assert outcomes.pop("raise") == (None, "ValueError: the dog ate it")
    assert outcomes == {cell: (({"name": cell}, {}), "") for cell in cells[:-1]}
    assert Counter((tmp_path / "log").read_text(encoding="utf-8").splitlines()) == Counter(
        cells[:-1]
    )


def test_a_lost_scheduler_is_told_after_what_had_arrived(tmp_path):
    workers = distributed.LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", silence_logs=50
    )
    runner = on_cluster(partial(study_work.work, folder=tmp_path), workers.scheduler_address)
    arrived = 0
    with pytest.raises(RuntimeError, match="connection to the Dask scheduler was lost"):
        for _ in runner([f"cell {number}" for number in range(60)]):
            arrived += 1
            if arrived == 3:
                workers.close()
    assert 3 <= arrived < 60


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_or_has_no_workers_is_named(monkeypatch):
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 1)
    with pytest.raises(RuntimeError, match="There is no Dask scheduler at tcp"):
        list(on_cluster(study_work.work, "tcp://127.0.0.1:9")(["a"]))
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=":0", silence_logs=50
        ) as empty,
        pytest.raises(RuntimeError, match="has no workers; start some"),
    ):
        list(on_cluster(study_work.work, empty.scheduler_address)(["a"]))


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RuntimeError, match=r"beyond-pixels\[cluster\]"):
        list(on_cluster(study_work.work, "tcp://127.0.0.1:9")(["a"]))
