"""The study's plan, folder, processes, table and statistics, without training anything."""

from __future__ import annotations

import errno
import json
import math
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import study_work

from bvae_ref.study import folder as folders
from bvae_ref.study.folder import StudyFolder
from bvae_ref.study.plan import BETAS, CAPACITIES, FULL, PARTS, SHORT, planned
from bvae_ref.study.processes import Ended, on_this_machine
from bvae_ref.study.progress import Progress
from bvae_ref.study.run import StudyInterrupted, run_study
from bvae_ref.study.statistics import difference, mean_interval, t_quantile, variance_shares
from bvae_ref.study.table import COLUMNS, read_table, scores, table_text, write_table

BETA = planned(["beta"], seeds=2, amount=SHORT)


def fake_result(cell) -> dict:
    """What a cell might have measured, its numbers from its settings."""
    config = cell.config
    names = [name for name in COLUMNS if name not in ("data", "objective")]
    result = dict.fromkeys(names, config.beta + config.seed / 10)
    capacity = config.capacity if config.objective == "capacity" else None
    return {
        **result,
        **{"data": config.data, "objective": config.objective, "beta": config.beta},
        **{"capacity": capacity, "seed": config.seed, "diverged": False},
    }


def run_here(tmp_path, cells=BETA, fails: str = ""):
    """Run cells in this process, noting each; one may fail."""

    def runner(missing):
        for cell in missing:
            with open(tmp_path / "log", "a", encoding="utf-8") as file:
                file.write(f"{cell.key}\n")
            if cell.key == fails:
                yield Ended(cell, None, "ValueError: the dog ate it")
            else:
                yield Ended(cell, (fake_result(cell), {"values": np.arange(3)}))

    said: list[str] = []
    folder = StudyFolder(tmp_path / "out", SHORT)
    return run_study(cells, folder, runner, said.append), said, folder


def logged(tmp_path) -> list[str]:
    path = tmp_path / "log"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_the_full_plan_has_every_weight_and_capacity_for_five_seeds():
    cells = planned()
    count = 5 * (len(BETAS) + 5 + len(CAPACITIES) + len(BETAS))
    assert len(cells) == len({cell.key for cell in cells}) == count
    assert {cell.part for cell in cells} == set(PARTS)
    assert {cell.config.latent_dim for cell in cells} == {10}
    assert cells[0].key == "strokes-beta-0.5-seed-0"
    # Seed by seed: what is there after a while is whole for some of them.
    assert [cell.config.seed for cell in cells] == sorted(cell.config.seed for cell in cells)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"parts": ["gamma"]}, "no part 'gamma' of the study; give some of beta, tc"),
        ({"parts": []}, "no part of the study was named"),
        ({"seeds": 1}, "seeds is 1; expected a whole number of at least 2"),
        ({"seeds": True}, "seeds is True"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        planned(**arguments)


def test_every_cell_is_run_once_and_a_second_run_finds_them_all(tmp_path):
    summary, said, _ = run_here(tmp_path)
    assert (summary.ran, summary.failed) == (4, [])
    assert sorted(logged(tmp_path)) == sorted(cell.key for cell in BETA)
    assert said[-1].startswith("4/4, 0 s left · strokes, β = ")
    again, said, folder = run_here(tmp_path)
    assert again.ran == 0 and len(logged(tmp_path)) == 4
    assert said == ["4 of 4 cells are already finished and are kept."]
    assert [result for _, result in again.results] == [fake_result(cell) for cell in BETA]
    assert folder.arrays(BETA[0])["values"].tolist() == [0, 1, 2]


def test_more_seeds_and_parts_come_into_the_same_folder(tmp_path):
    run_here(tmp_path)
    more = planned(["beta", "capacity"], seeds=3, amount=SHORT)
    summary, _, _ = run_here(tmp_path, more)
    assert len(summary.results) == 9 and len(logged(tmp_path)) == 9


def test_a_cell_that_fails_is_named_and_stops_no_other(tmp_path):
    summary, said, _ = run_here(tmp_path, fails=BETA[1].key)
    assert summary.failed == [(BETA[1], "ValueError: the dog ate it")]
    assert len(summary.results) == 3
    assert any("FAILED, ValueError: the dog ate it" in line for line in said)
    summary, _, _ = run_here(tmp_path)
    assert (summary.ran, summary.failed) == (1, [])


def test_processes_run_every_cell_and_a_failing_one_is_named(tmp_path):
    runner = on_this_machine(partial(study_work.work, folder=tmp_path), 2)
    ended = {cell: (outcome, reason) for cell, outcome, reason in runner(["a", "raise", "b", "c"])}
    assert ended.pop("raise") == (None, "ValueError: the dog ate it")
    assert ended == {name: (({"name": name}, {}), "") for name in "abc"}
    with pytest.raises(ValueError, match="workers is 0"):
        on_this_machine(study_work.work, 0)


@pytest.mark.slow
def test_a_process_that_dies_takes_no_other_cell_with_it(tmp_path):
    runner = on_this_machine(partial(study_work.work, folder=tmp_path), 2)
    ended = {cell: reason for cell, _, reason in runner(["a", "die once", "b", "die", "c"])}
    assert ended.pop("die") == "its process died twice; is there enough memory?"
    assert ended == dict.fromkeys(["a", "b", "c", "die once"], "")
    # Run more than once was at most what was under way beside one that died.
    assert sorted(set(logged(tmp_path))) == ["a", "b", "c", "die once"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_no_processes_behind(tmp_path, number):
    words = [sys.executable, study_work.__file__, str(tmp_path), str(int(number))]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120, encoding="utf-8")
    assert ended.returncode == -number, ended.stderr
    children = [int(word) for word in ended.stdout.split()]
    assert children
    for _ in range(600):
        if not any(map(_alive, children)):
            break
        time.sleep(0.1)
    assert not any(map(_alive, children))
    assert 2 <= len(logged(tmp_path)) < 200


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    def interrupted(cells):
        yield Ended(cells[0], (fake_result(cells[0]), {}))
        raise KeyboardInterrupt

    folder = StudyFolder(tmp_path / "out", SHORT)
    with pytest.raises(StudyInterrupted, match=r"1 of 4 cells are finished and kept in .*out"):
        run_study(BETA, folder, interrupted, lambda words: None)
    assert sum(folder.kept(cell) is not None for cell in BETA) == 1


def test_a_result_of_other_settings_or_a_damaged_one_does_not_count(tmp_path, monkeypatch):
    folder = StudyFolder(tmp_path, SHORT)
    folder.keep(BETA[0], fake_result(BETA[0]), {})
    path = tmp_path / "cells" / f"{BETA[0].key}.json"
    assert folder.kept(BETA[0]) == fake_result(BETA[0])
    record = json.loads(path.read_text(encoding="utf-8"))
    record["settings"]["learning_rate"] = 0.123
    path.write_text(json.dumps(record), encoding="utf-8")
    assert folder.kept(BETA[0]) is None
    path.write_text(path.read_text(encoding="utf-8")[:100], encoding="utf-8")
    assert folder.kept(BETA[0]) is None
    folder.keep(BETA[0], fake_result(BETA[0]), {})
    monkeypatch.setattr(folders, "MEASURE", folders.MEASURE + 1)
    assert folder.kept(BETA[0]) is None


def test_a_folder_of_another_study_or_of_other_things_is_refused(tmp_path):
    StudyFolder(tmp_path / "short", SHORT)
    StudyFolder(tmp_path / "short", SHORT)
    with pytest.raises(ValueError, match="holds another study: name was short, now full"):
        StudyFolder(tmp_path / "short", FULL)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=r"contains other things \(notes.txt"):
        StudyFolder(tmp_path, SHORT)
    with pytest.raises(ValueError, match="is a file"):
        StudyFolder(tmp_path / "notes.txt", SHORT)
    (tmp_path / "short" / "study.json").write_text('{"what": "bvae grade"}', encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as a study's"):
        StudyFolder(tmp_path / "short", SHORT)


def test_a_full_disk_is_told_and_finished_cells_stay(tmp_path, monkeypatch):
    written = folders.write_whole

    def full(path, content):
        if path.name.startswith(BETA[1].key):
            raise OSError(errno.ENOSPC, "No space left on device")
        written(path, content)

    monkeypatch.setattr(folders, "write_whole", full)
    with pytest.raises(OSError, match=r"No space left.*run the same command again"):
        run_here(tmp_path)
    monkeypatch.undo()
    summary, said, _ = run_here(tmp_path)
    assert said[0].startswith("1 of 4 cells") and len(summary.results) == 4


def test_progress_tells_the_time_left_from_this_runs_cells_alone():
    said: list[str] = []
    ticks = iter([0.0, 60.0, 120.0])
    progress = Progress(100, 90, said.append, clock=lambda: next(ticks))
    progress.step("a")
    progress.step("b")
    assert said == ["91/100, 9 min left · a", "92/100, 8 min left · b"]


def test_a_table_comes_back_as_it_was_written(tmp_path):
    rows = [fake_result(cell) for cell in planned(["beta", "capacity"], 2, SHORT)]
    rows[0]["mig"] = math.nan
    rows[1]["sap"] = None
    write_table(rows, tmp_path / "table.csv")
    back = read_table(tmp_path / "table.csv")
    assert math.isnan(back[0].pop("mig")) and math.isnan(rows[0].pop("mig"))
    assert back[1]["sap"] is None and back[0]["capacity"] is None
    assert back[0]["data"] == "strokes" and isinstance(back[0]["seed"], float)
    assert back == [{name: row[name] for name in COLUMNS if name in row} for row in rows]


def test_the_outcome_that_is_shipped_has_every_cell_of_the_full_study():
    settings = ("data", "objective", "beta", "seed")
    wanted = {tuple(getattr(cell.config, name) for name in settings) for cell in planned()}
    rows = read_table()
    assert len(rows) == len(planned())
    assert {tuple(row[name] for name in settings) for row in rows} == wanted


def test_scores_are_one_a_seed_for_every_setting_rising():
    rows = [fake_result(cell) for cell in planned(["beta", "capacity"], 3, SHORT)]
    found = scores(reversed(rows), "mig")
    assert list(found) == [1.0, 4.0]
    np.testing.assert_allclose(found[4.0], [4.0, 4.1, 4.2])
    assert list(scores(rows, "mig", objective="capacity")) == [10.0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("beauty",), "no score 'beauty'; there are recon"),
        (("seed",), "no score 'seed'"),
        (("mig", "kmnist", "tc"), "no rows of data 'kmnist' with objective 'tc'; there are kmnist"),
        (("mig", "kmnist"), r"mig was not measured on kmnist \(it has no known factors\)"),
    ],
)
def test_scores_that_are_not_there_are_refused(arguments, told):
    rows = [fake_result(cell) for cell in planned(["beta", "kmnist"], 2, SHORT)]
    for row in rows:
        row["mig"] = None if row["data"] == "kmnist" else row["mig"]
    with pytest.raises(ValueError, match=told):
        scores(rows, *arguments)


def test_a_table_that_is_none_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no table"):
        read_table(tmp_path / "none.csv")
    path = tmp_path / "bad.csv"
    path.write_text("data,beta\nstrokes,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column 'objective'"):
        read_table(path)
    path.write_text(
        table_text([{**fake_result(BETA[0]), "mig": None}]).replace("1,", "one,", 1),
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="line 2: beta is 'one'"):
        read_table(path)


# Tables of Student's t, to four digits.
@pytest.mark.parametrize(
    ("probability", "freedom", "t"),
    [
        (0.95, 1, 12.7062),
        (0.95, 4, 2.7764),
        (0.99, 4, 4.6041),
        (0.95, 30, 2.0423),
        (0.5, 2, 0.8165),
    ],
)
def test_quantiles_of_t_are_those_of_the_tables(probability, freedom, t):
    assert t_quantile(probability, freedom) == pytest.approx(t, abs=5e-5)


@pytest.mark.slow
def test_quantiles_of_t_with_fractions_of_freedom_agree_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    for freedom in (1.0, 1.7, 5.3, 400.0):
        expected = stats.t.ppf(0.995, freedom)
        assert t_quantile(0.99, freedom) == pytest.approx(expected, rel=1e-8)
    a, b = np.array([1.0, 2.0, 4.0]), np.array([3.0, 3.5, 9.0, 4.0])
    welch = stats.ttest_ind(b, a, equal_var=False)
    found, ends = difference(a, b), welch.confidence_interval(0.95)
    assert found.freedom == pytest.approx(welch.df)
    np.testing.assert_allclose([found.low, found.high], [ends.low, ends.high])


def test_an_interval_of_five_numbers_is_the_one_worked_by_hand():
    found = mean_interval([1, 2, 3, 4, 5, math.nan])
    reach = 2.776445 * math.sqrt(2.5 / 5)
    assert found[:3] == pytest.approx((3, 3 - reach, 3 + reach), abs=1e-5)
    assert (found.n, found.left_out) == (5, 1)
    assert math.isnan(mean_interval([1.0]).low) and mean_interval([]).n == 0


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    draws = np.random.default_rng(0).normal(7.0, 2.0, (2000, 5))
    held = np.mean([found.low < 7 < found.high for found in map(mean_interval, draws)])
    # Four standard errors of a share of 0.95 in 2,000.
    assert abs(held - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2000)


def test_differences_are_told_only_where_the_interval_leaves_out_nothing():
    a = np.array([1.0, 1.1, 0.9, 1.0])
    assert difference(a, a + 1).verdict == "higher"
    assert difference(a + 1, a).verdict == "lower"
    assert difference(a, a + 0.01).verdict == "cannot be told"
    assert difference([1.0, 1.0], [2.0, 2.0]).verdict == "higher"
    assert difference(a, a + 0.3, 0.95).verdict == "higher"
    assert difference(a, a + 0.3, 0.9999).verdict == "cannot be told"
    with pytest.raises(ValueError, match="train more seeds"):
        difference([1.0, math.nan], a)


def test_variance_lies_between_settings_or_between_seeds():
    only_settings = variance_shares({1.0: np.array([1.0, 1.0]), 2.0: np.array([5.0, 5.0])})
    assert only_settings[:2] == (1.0, 0.0)
    only_seeds = variance_shares({1.0: np.array([1.0, 5.0]), 2.0: np.array([5.0, 1.0])})
    assert only_seeds == (0.0, 1.0, pytest.approx(1 / 3))
    noise = np.random.default_rng(0).normal(size=(500, 6, 5))
    shares = [variance_shares(dict(enumerate(group))) for group in noise]
    assert np.mean([s.between for s in shares]) == pytest.approx(shares[0].by_chance, abs=0.02)
    with pytest.raises(ValueError, match="at least two settings"):
        variance_shares({1.0: np.array([1.0, 2.0])})


def _alive(process: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        return (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
            != "Z"
        )
    except (FileNotFoundError, ProcessLookupError):
        return False
