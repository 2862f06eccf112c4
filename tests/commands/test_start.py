"""`bvae start`: lessons in a folder of the learner's, and JupyterLab on the one to begin with."""

from __future__ import annotations

import sys
import types

import pytest

from bvae_ref.cli import main


@pytest.fixture(autouse=True)
def user(monkeypatch):
    """Whoever runs the tests, the command is run by an ordinary user."""
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)


@pytest.fixture
def launched(monkeypatch) -> list:
    """What JupyterLab was started with."""
    calls = []
    lab = types.ModuleType("jupyterlab.labapp")
    lab.LabApp = types.SimpleNamespace(launch_instance=lambda argv: calls.append(argv))
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", lab)
    return calls


def test_it_copies_the_lessons_and_opens_the_first(tmp_path, capsys, launched):
    folder = tmp_path / "mine"
    assert main(["start", str(folder)]) == 0
    assert (folder / "lesson_7" / "lesson_7.ipynb").is_file()
    assert launched == [
        [f"--ServerApp.root_dir={folder}", "--LabApp.default_url=/lab/tree/lesson_0/lesson_0.ipynb"]
    ]
    assert "lesson_0.ipynb: copied" in capsys.readouterr().out


def test_it_says_what_it_left_alone(tmp_path, capsys, launched):
    main(["start", str(tmp_path), "--copy-only"])
    (tmp_path / "lesson_1" / "lesson_1.ipynb").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert main(["start", str(tmp_path), "--lesson", "1"]) == 0
    out = capsys.readouterr().out
    assert "lesson_1.ipynb: kept (your work, left as it is)" in out
    assert launched[0][1].endswith("/lesson_1/lesson_1.ipynb")


def test_an_unknown_lesson_copies_nothing(tmp_path, capsys):
    assert main(["start", str(tmp_path / "new"), "--lesson", "12"]) == 2
    assert "There is no lesson 12; the lessons are 0, 1" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_without_jupyterlab_one_sentence_says_what_to_do(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("autograder.commands.start.find_spec", lambda name: None)
    assert main(["start", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "pip install jupyterlab" in err and "Traceback" not in err


def test_the_version_names_what_the_numbers_rest_on(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    out = capsys.readouterr().out
    assert stop.value.code == 0 and out.startswith("bvae 0.") and "keras" in out


def test_root_is_told_what_jupyterlab_asks_of_it(tmp_path, capsys, launched, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    assert main(["start", str(tmp_path)]) == 2 and launched == []
    assert f"bvae start {tmp_path} --allow-root" in capsys.readouterr().err
    assert main(["start", str(tmp_path), "--allow-root"]) == 0
    assert launched[0][-1] == "--allow-root"
