"""What the study says of its numbers, and how it draws them; then the whole way, for real."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bvae_ref.cli import main
from bvae_ref.data.strokes import FACTOR_NAMES
from bvae_ref.settings import TrainConfig
from bvae_ref.study import claims
from bvae_ref.study.folder import StudyFolder
from bvae_ref.study.page import SHARED, page, settings_of, write_report
from bvae_ref.study.plan import FULL, PARTS, planned
from bvae_ref.study.run import Summary
from bvae_ref.study.sheets import traversal_sheet, what_changes
from bvae_ref.study.table import COLUMNS, FACTOR_SCORES, SETTINGS, read_table

NOISE = np.random.default_rng(0)


def invented(cell) -> dict:
    """Scores that rise up to β = 4 and fall after it, by far more than their noise."""
    config, capacity = cell.config, cell.config.objective == "capacity"
    peak = 0.0 if capacity else -abs(math.log2(config.beta) - 2)
    numbers = {name: 1 + 0.155 * peak + 0.001 * NOISE.normal() for name in COLUMNS[len(SETTINGS) :]}
    if not cell.has_factors:
        numbers |= dict.fromkeys(FACTOR_SCORES)
    return {
        **numbers,
        **{"data": config.data, "objective": config.objective, "beta": config.beta},
        **{"capacity": config.capacity if capacity else None, "seed": config.seed},
        **{"diverged": False, "versions": {"keras": "3.0"}, "per_latent_kl": list(range(10))},
        "factor_names": list(FACTOR_NAMES),
    }


def results(parts, seeds: int = 3) -> dict[str, dict]:
    """Invented results of some parts, by the keys of their cells."""
    return {cell.key: invented(cell) for cell in planned(parts, seeds)}


def page_of(found: dict[str, dict], failed=()) -> str:
    """The page of such results, with words in place of figures."""
    names = ("scores", "kl_parts", "objectives", "rate_distortion", "traversals_beta_4")
    drawn = {name: SimpleNamespace(alt=name, caption=name) for name in names}
    return page(list(found.values()), drawn, FULL, "bvae study", failed)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple[Path, str]:
    """A whole report, figures and all."""
    path, cells = tmp_path_factory.mktemp("report"), planned(PARTS, 3)
    folder, found = StudyFolder(path, FULL), [(cell, invented(cell)) for cell in cells]
    arrays = {
        "traversal": np.zeros((10, 7, 28, 28), np.uint8),
        "values": np.linspace(-2, 2, 7),
        "known": np.zeros((10, 8), np.float32),
    }
    for cell, result in found:
        if cell.key == "strokes-beta-4-seed-0":
            folder.keep(cell, result, arrays)
    return path, write_report(Summary(found, 0, []), folder, FULL, "bvae study").read_text("utf-8")


@pytest.mark.slow
def test_the_page_tells_what_it_should_from_numbers_that_are_plain(written):
    _, text = written
    assert "| 2 → 4 | +0.15" in text and "| higher |" in text
    assert "| 4 → 8 | -0.15" in text and "| lower |" in text
    assert "5 of 5 steps can be told from no change." in text
    assert "is that of β = 4. It is told from every rival." in text
    assert "Here the claim holds on every score." in text
    assert "min(d, F)/F" in text and "Locatello et al. 2019" in text
    assert "no factors" in text and "Trained on `test[:8000]`" in text
    assert "One training length was tried (20 epochs), one architecture" in text


@pytest.mark.slow
def test_every_figure_of_the_page_is_a_file_with_alt_text_and_caption(written):
    folder, text = written
    shown = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)\n\n\*([^*]+)\*", text)
    assert [name for _, name, _ in shown] == [
        *("scores.png", "objectives.png", "kl_parts.png", "rate_distortion.png"),
        "traversals_beta_4.png",
    ]
    for alt, name, caption in shown:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert len(alt) > 80 and len(caption) > 80
    told = {name: alt for alt, name, _ in shown}
    assert "at β = 16" in told["scores.png"] and "kmnist: β = 0.5" in told["rate_distortion.png"]
    for words in ("MIG of β-VAE", "MIG of β-TCVAE", "MIG at capacity", "at β = 0.5", "at C = 25"):
        assert words in told["objectives.png"]


@pytest.mark.slow
def test_the_table_beside_the_page_holds_every_cell(written):
    folder, _ = written
    assert len(read_table(folder / "outcome.csv")) == len(planned(PARTS, 3))


def test_equal_settings_cannot_be_told_and_no_best_is_named():
    series = {beta: np.array([0.1, 0.2, 0.3]) + 0.001 * beta for beta in (1.0, 4.0, 16.0)}
    assert "cannot be told" in claims.neighbours(series)[2]
    sentence = claims.best(series)[0]
    assert "**cannot be told** from β = 1 and 4: this study names no best β." in sentence
    words = claims.claim({"mig": series, "sap": {k: -v for k, v in series.items()}})[0]
    assert "**cannot be told** on MIG and SAP. The claim does not hold" in words


def test_the_other_objective_is_compared_at_its_own_weight_and_with_the_plain_vae():
    plain = np.array([0.1, 0.11, 0.12])
    lines = claims.against(
        {1.0: plain, 4.0: plain - 0.05}, {1.0: plain, 2.0: plain, 4.0: plain + 0.01}
    )
    assert len(lines) == 3
    assert lines[2].startswith("| 4 | +0.060 (") and lines[2].endswith("| cannot be told |")
    assert lines[2].count("higher") == 1


def test_a_claim_that_turns_around_is_told_as_lower():
    down = {1.0: np.array([0.5, 0.51, 0.49]), 4.0: np.array([0.1, 0.11, 0.09])}
    up = {1.0: down[4.0], 4.0: down[1.0]}
    words = claims.claim({"mig": up, "sap": down})[0]
    assert "a higher score on MIG; a **lower** score on SAP. The claim does not hold" in words


def test_intervals_widen_with_the_number_of_comparisons():
    rng = np.random.default_rng(1)
    series = {float(beta): rng.normal(size=5) for beta in range(1, 7)}
    one = claims.neighbours({beta: series[beta] for beta in (1.0, 2.0)})[2]
    five = claims.neighbours(series)[2]
    assert _width(five) > 1.3 * _width(one)


def test_models_that_diverged_are_counted_and_left_out():
    found = results(["beta"])
    for seed in (0, 1):
        nan = dict.fromkeys([*FACTOR_SCORES, "rate", "distortion"], math.nan)
        found[f"strokes-beta-16-seed-{seed}"] |= {"diverged": True, **nan}
    text = page_of(found)
    assert "Models that diverged: 2. Their scores are left out of all means." in text
    assert "2 diverged" in text and "nan" not in text
    assert "Too few models of β = 16 are finite to compare." in text


@pytest.mark.parametrize("part", PARTS)
def test_a_page_of_one_part_alone_says_what_is_there(part):
    failed = [(planned(["beta"])[0], "ImportError: gone")]
    text = page_of(results([part]), failed)
    assert "could not be run: strokes, β = 0.5, seed 0 (ImportError: gone)." in text
    assert ("## Seeds against β" in text) == (part == "beta")
    assert ("## Other objectives" in text) == (part in ("tc", "capacity"))
    assert ("KMNIST was not at hand" in text) == (part == "beta")


def test_a_rate_beyond_what_the_sample_can_show_is_pointed_out():
    found = results(["beta"])
    for key, result in found.items():
        result["rate"] = 20.0 if "beta-0.5" in key else 2.0
    assert "At β = 0.5 the rate is near or above that" in page_of(found)


def test_a_sheet_sorts_latents_by_kl_and_names_what_they_know():
    known = np.zeros((3, 8))
    known[1, [2, 0]] = 0.4, 0.1
    arrays = {
        "traversal": np.zeros((3, 5, 28, 28), np.uint8),
        "values": np.linspace(-2, 2, 5),
        "known": known,
    }
    alt = traversal_sheet("a model", arrays, [0.1, 3.0, 1.0], FACTOR_NAMES).alt
    assert "3.00 nats, rotation 40%, class 10%; 1.00 nats, no factor over 5%; 0.10" in alt
    assert what_changes(np.full(8, 0.2), FACTOR_NAMES) == "class 20%, slant 20%, rotation 20%"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "gamma"], "no part 'gamma'"),
        (["--seeds", "1"], "seeds is 1"),
        (["--workers", "0"], "--workers is 0"),
        (["--workers", "2", "--scheduler", "tcp://x"], "exclude each other"),
        (["--out", "file"], "file is a file"),
        (["--out", "file/below"], "cannot write to file"),
    ],
)
def test_bad_input_is_one_line_before_anything_is_trained(
    words, told, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    assert main(["study", "--short", *words]) == 2
    err = capsys.readouterr().err
    assert err.startswith("bvae study: ") and err.count("\n") == 1 and told in err


def test_without_kmnist_its_part_is_left_out_aloud_or_refused(tmp_path, monkeypatch, capsys):
    from bvae_ref.study import command

    monkeypatch.setenv("BVAE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("bvae_ref.data.tfds_source.read_prepared", _nothing)
    cells = command._possible(planned(seeds=2), None)
    assert {cell.part for cell in cells} == {"beta", "tc", "capacity"}
    assert "KMNIST is not available (give --data-dir)" in capsys.readouterr().out
    assert main(["study", "--only", "kmnist", "--out", str(tmp_path / "out")]) == 2


@pytest.mark.nightly
def test_a_killed_study_goes_on_and_ends_in_a_table_and_a_page(tmp_path, capsys):
    words = ["study", "--short", "--only", "beta", "--out", str(tmp_path), "--workers", "2"]
    code = f"from bvae_ref.cli import main\nif __name__ == '__main__': main({words!r})"
    first = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    try:
        while not list((tmp_path / "cells").glob("*.json")):
            assert first.poll() is None, "it ended before any cell did"
            time.sleep(0.1)
        assert main(words) == 2
        assert f"process {first.pid} runs a study in it" in capsys.readouterr().err
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cells").glob("*.json")}
    assert main(words) == 0
    out = capsys.readouterr().out
    assert f"{len(kept)} of 4 cells are already finished and are kept." in out
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())
    rows = read_table(tmp_path / "outcome.csv")
    assert len(rows) == 4
    for row in rows:
        measured = {name: row[name] for name in COLUMNS if name not in SETTINGS}
        assert all(isinstance(n, float) and math.isfinite(n) for n in measured.values()), measured
        assert row["rate"] == pytest.approx(row["kl"], rel=1e-3)
        parts = ("mutual_information", "total_correlation", "dimension_wise_kl")
        # One draw for each of 2,000 images estimates what `rate` has in closed form.
        assert sum(row[name] for name in parts) == pytest.approx(row["rate"], rel=0.1)
        assert row["elbo"] == pytest.approx(-row["recon"] - row["kl"], rel=1e-3)
    text = (tmp_path / "study.md").read_text("utf-8")
    assert "**A short run:**" in text and "traversals_beta_4.png" in text
    assert "Written by `bvae study --only beta --short`" in text


def _nothing(splits):
    from bvae_ref.data.errors import SourceFailed

    raise SourceFailed("nothing here")


def _width(line: str) -> float:
    low, high = re.search(r"\| (\S+) to (\S+) \|", line).groups()
    return float(high) - float(low)


def test_the_published_page_states_every_setting_of_its_models(root):
    """The sentence follows from the plan, and no setting is left out of it or of the page."""
    published = (root / "docs" / "study.md").read_text(encoding="utf-8")
    sentence = settings_of(FULL)
    assert sentence in published and "All else as" not in published
    assert "hidden 128 (256)" in sentence and "weight_decay 0 (0.1), clip_norm 0 (200)" in sentence
    configs = [cell.config for cell in planned(amount=FULL)]
    for name in SHARED:
        values = {getattr(config, name) for config in configs}
        assert len(values) == 1 or name == "learning_rate", f"{name} differs between cells"
    # Named elsewhere on the page, or without an effect on these models.
    elsewhere = {"data", "split", "held_out", "beta", "epochs", "seed", "objective", "capacity"}
    idle = {
        "checkpoint_every",
        "strategy",
        "resident",
        "beta_cycles",
        "sigma",
        "extends",
        "samples",
    }
    assert {field.name for field in fields(TrainConfig)} == {*SHARED, *elsewhere, *idle}
