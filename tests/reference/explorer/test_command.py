"""`bvae explore`, and `bvae train` with several β, which leaves what it shows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from explorer_page import data_of

from bvae_ref.cli import main
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.saved_models import save_json, save_model


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder as `bvae train --beta 1 16` leaves it."""
    folder = tmp_path_factory.mktemp("runs")
    for beta in (16.0, 1.0):
        model = DisentangledVAE(build_encoder(2, hidden=8), build_decoder(2, hidden=8), beta=beta)
        own = folder / f"beta-{beta:g}"
        own.mkdir()
        save_model(model, own / "model.keras")
        save_json({"beta": beta, "data": "strokes", "held_out": "test[:60]"}, own / "config.json")
    return folder


def test_the_command_shows_a_folder_of_runs_by_beta(runs, tmp_path, capsys):
    out = tmp_path / "deep" / "page.html"
    assert main(["explore", "--model", str(runs), "-o", str(out)]) == 0
    told = data_of(out.read_text("utf-8"))
    assert [one["name"] for one in told["models"]] == ["β = 1", "β = 16"]
    assert f"{out}: Latent explorer: β = 1, β = 16; 60 held-out images" in capsys.readouterr().out


def test_the_command_takes_more_models(runs, tmp_path):
    out = tmp_path / "page.html"
    one, other = (str(runs / name) for name in ("beta-16", "beta-1"))
    assert main(["explore", "--model", one, "--models", other, "-o", str(out)]) == 0
    names = [m["name"] for m in data_of(out.read_text("utf-8"))["models"]]
    assert names == ["β = 16", "β = 1"]


REFUSED = {
    "ends in .html": lambda runs: ["--model", str(runs / "beta-1"), "-o", "page.txt"],
    "there is no model at": lambda runs: ["--model", "nowhere"],
    "given twice": lambda runs: ["--model", str(runs / "beta-1"), "--models", str(runs / "beta-1")],
}


@pytest.mark.parametrize("reason", REFUSED)
def test_the_command_refuses_in_one_line(reason, runs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", *REFUSED[reason](runs)]) == 2
    err = capsys.readouterr().err
    assert reason in err and err.count("\n") == 1 and not list(tmp_path.iterdir())


def test_several_betas_are_trained_into_folders_of_their_own(tmp_path, monkeypatch, capsys):
    from bvae_ref import training

    asked = []

    def train(config, out, **_):
        asked.append((config.beta, out))
        model = SimpleNamespace(beta=config.beta, image_shape=(28, 28, 1), latent_dim=2)
        held_out = {"loss": 3.0, "recon": 1.0, "kl": 2.0, "elbo": -3.0}
        return SimpleNamespace(held_out=held_out, model=model)

    monkeypatch.setattr(training, "train", train)
    assert main(["train", "--beta", "1", "0.5", "--out", str(tmp_path)]) == 0
    assert asked == [(1.0, str(tmp_path / "beta-1")), (0.5, str(tmp_path / "beta-0.5"))]
    asked.clear()
    assert main(["train", "--beta", "2", "--out", str(tmp_path)]) == 0
    assert asked == [(2.0, str(tmp_path))]
    # A bad one stops before any is trained.
    assert main(["train", "--beta", "1", "-1", "--out", str(tmp_path)]) == 2
    assert len(asked) == 1
