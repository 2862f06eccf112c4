"""The commands: what they write, what they say, and how they refuse."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from bvae_ref import commands, training
from bvae_ref.cli import main
from bvae_ref.data.dataset import CLASS_NAMES
from bvae_ref.saved_models import load_model

SMALL = [
    *("--data", "strokes", "--split", "train[:400]", "--held-out", "test[:100]"),
    *("--epochs", "1", "--hidden", "8", "--no-xla"),
]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run trained through the command, with what it printed."""
    folder = tmp_path_factory.mktemp("command") / "run"
    assert main(["train", *SMALL, "--out", str(folder)]) == 0
    return folder


@pytest.mark.slow
def test_train_writes_a_model_and_says_the_figures_in_nats(tmp_path, capsys):
    folder = tmp_path / "run"
    assert main(["train", *SMALL, "--latents", "3", "--beta", "2", "--out", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for words in ("strokes train[:400]+test[:100]", "CPU", "Epoch 1/1", "nats per image", "β = 2,"):
        assert words in out
    assert f"β_norm = {2 * 3 / 784:.4g}" in out
    saved = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (saved["latent_dim"], saved["beta"], saved["data"]) == (3, 2.0, "strokes")


@pytest.mark.slow
def test_morph_of_a_trained_model_writes_a_png(run_folder, tmp_path, capsys):
    out = tmp_path / "deep" / "strip.png"
    words = ["morph", "--model", str(run_folder), "--from", "3", "--to", "ya", "--steps", "4"]
    assert main([*words, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "4 images in which tsu" in capsys.readouterr().out


@pytest.mark.slow
def test_figures_are_png_files_listed_with_alt_text_and_caption(run_folder, tmp_path):
    assert main(["figures", "--model", str(run_folder), "--out", str(tmp_path)]) == 0
    index = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert set(index) == {
        *("contact_sheet", "losses", "reconstructions", "latent_space", "latent_grid"),
        *("traversals", "morphing_result", "kl_by_latent", "aggregate_posterior"),
        "reconstructions_by_class",
    }
    for entry in index.values():
        assert (tmp_path / entry["file"]).read_bytes().startswith(b"\x89PNG")
        assert len(entry["alt"]) > 30 and len(entry["caption"]) > 30


# In a process of its own: deterministic operations cannot be switched off again.
TWICE = """
import sys
from bvae_ref.cli import main
for folder in sys.argv[1:3]:
    assert main(["train", *sys.argv[3:], "--deterministic", "--out", folder]) == 0
"""


@pytest.mark.slow
def test_two_deterministic_runs_end_with_the_same_bits(tmp_path, root):
    folders = [tmp_path / "one", tmp_path / "two"]
    options = [word for word in SMALL if word != "--no-xla"]
    told = subprocess.run(
        [sys.executable, "-c", TWICE, *map(str, folders), *options],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "no XLA" in told.stdout and told.stderr == ""
    assert (
        json.loads((folders[0] / "config.json").read_text(encoding="utf-8"))["jit_compile"] is False
    )
    first, second = (load_model(folder).get_weights() for folder in folders)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_deterministic_asks_tensorflow_for_it_before_training(monkeypatch, tmp_path):
    from bvae_ref import runtime, training

    asked = []
    monkeypatch.setattr(runtime, "use_deterministic_ops", lambda: asked.append("ops"))

    def stop(config, *args, **kwargs):
        asked.append(config.jit_compile)
        raise ValueError("far enough")

    monkeypatch.setattr(training, "train", stop)
    assert main(["train", "--deterministic", "--out", str(tmp_path)]) == 2
    assert asked == ["ops", False]


@pytest.mark.slow
def test_morph_alone_trains_a_model_and_writes_morphing_result(tmp_path, monkeypatch, capsys):
    """On fewer images than it takes; test_training.py trains such a model on all of them."""

    train = training.train

    def train_on_few(config, images, held_out):
        assert len(images) == 8000 and config.epochs == 20
        return train(config, images=images[:256], held_out=held_out[:64])

    monkeypatch.setattr(training, "train", train_on_few)
    monkeypatch.chdir(tmp_path)
    assert main(["morph"]) == 0
    assert (tmp_path / "morphing_result.png").read_bytes().startswith(b"\x89PNG")
    assert "training a small one first" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train", "--beta", "-1"], "beta is -1"),
        (["train", "--epochs", "0"], "epochs is 0"),
        (["train", "--data", "mnist"], "auto, kmnist, strokes"),
        (["train", "--split", "valid"], "split"),
        (["train", "--data", "strokes", "--split", "test"], "share rows"),
        (["train", "--held-out", "2"], "held_out is 2"),
        (["morph", "--from", "xx"], "6 ma"),
        (["morph", "--to", "10"], "9 wo"),
        (["morph", "--steps", "1"], "--steps is 1"),
        (["morph", "--method", "cubic"], "slerp or lerp"),
        (["morph", "--out", "strip.jpg"], "ends in .png"),
        (["morph", "--model", "nowhere"], "no model at nowhere"),
        (["figures", "--model", "nowhere"], "no model at nowhere"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_exit_code_2(
    words, told, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"bvae {words[0]}: ") and err.count("\n") == 1
    assert told in err


def test_a_word_that_is_no_option_exits_with_code_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["train", "--nonsense"])
    assert stop.value.code == 2


def test_ctrl_c_says_one_line_and_exits_with_130(monkeypatch, tmp_path, capsys):
    from bvae_ref import training

    def interrupted(*args, **kwargs):
        raise training.TrainingInterrupted("Interrupted; epoch 2 of 4 is kept.")

    monkeypatch.setattr(training, "train", interrupted)
    assert main(["train", "--out", str(tmp_path)]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted; epoch 2 of 4 is kept."


def test_classes_are_named_in_romaji_or_by_digit():
    from bvae_ref.gallery import class_index

    assert [class_index(name) for name in CLASS_NAMES] == list(range(10))
    assert [class_index(str(digit)) for digit in range(10)] == list(range(10))
    assert class_index(" MA ") == class_index(6)


def test_the_held_out_line_names_both_betas():
    model = SimpleNamespace(beta=4.0, latent_dim=2, image_shape=(28, 28, 1))
    line = commands.held_out_line({"loss": 9.0, "recon": 5, "kl": 1, "elbo": -6}, model)
    assert "β = 4, β_norm = 0.0102" in line and "ELBO -6.00" in line


def test_help_answers_without_tensorflow():
    program = (
        "import sys\nfrom bvae_ref.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
