"""`make setup` keeps an environment that works, and makes any other anew with a reason."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from coursework import ROOT

SCRIPT = ROOT / ".ci" / "environment.py"
PYTHONS = [f"python3.{minor}" for minor in range(10, 14) if minor != sys.version_info.minor]


def made(folder: Path, *options: str, python: str = sys.executable, path: str | None = None):
    """Run the script; what it said, and its exit code."""
    environment = {**os.environ, "PATH": os.environ["PATH"] if path is None else path}
    done = subprocess.run(
        [python, str(SCRIPT), str(folder), *options],
        cwd=folder.parent,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout + done.stderr, done.returncode


def works(folder: Path) -> bool:
    """Whether the environment's Python is the one that runs this."""
    code = "import sys; print(sys.version_info[:2], sys.prefix != sys.base_prefix)"
    done = subprocess.run(
        [str(folder / "bin" / "python"), "-c", code], capture_output=True, encoding="utf-8"
    )
    return done.stdout == f"{sys.version_info[:2]} True\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / ".venv"
    assert made(folder) == ("", 0) and works(folder)
    return folder


def test_one_that_works_is_kept(environment):
    (environment / "mark").touch()
    for options in ((), ("--mine",)):
        assert made(environment, *options) == ("", 0)
        assert (environment / "mark").exists()


def no_python(folder: Path) -> None:
    (folder / "lib").mkdir(parents=True)


def python_is_gone(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to("/nowhere/python3")


def a_file(folder: Path) -> None:
    folder.write_text("", encoding="utf-8")


@pytest.mark.parametrize("half_made", [no_python, python_is_gone, a_file])
def test_a_half_made_one_is_made_anew(half_made, tmp_path):
    folder = tmp_path / ".venv"
    half_made(folder)
    said, code = made(folder)
    assert code == 0 and "has no Python that runs: it is made anew." in said
    assert works(folder)


@pytest.mark.slow
def test_without_uv_one_that_has_no_pip_is_made_anew(tmp_path):
    folder = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    said, code = made(folder, path="/usr/bin:/bin")
    assert code == 0 and "has no pip that runs: it is made anew." in said
    assert made(folder, path="/usr/bin:/bin") == ("", 0)


def test_another_python_is_taken_when_it_is_asked_for(tmp_path):
    other = next((path for name in PYTHONS if runs(path := shutil.which(name) or "")), "")
    if not other:
        pytest.skip("there is no second supported Python here")
    folder = tmp_path / ".venv"
    assert made(folder, python=other) == ("", 0)
    assert made(folder) == ("", 0) and not works(folder), "any supported one is kept"
    said, code = made(folder, "--mine")
    assert code == 0 and "has Python 3." in said and works(folder)


def runs(python: str) -> bool:
    """Whether this is a Python and no shim that leads nowhere."""
    return bool(python) and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def test_where_the_course_cannot_be_installed_nothing_is_touched(tmp_path, monkeypatch, capsys):
    folder = tmp_path / ".venv"
    no_python(folder)
    module = runpy.run_path(str(SCRIPT))
    monkeypatch.setattr(module["supported"], "here", lambda: "Not on this machine.")
    assert module["main"](str(folder), False) == "Not on this machine."
    assert folder.is_dir() and not (folder / "bin").exists()


def test_a_python_without_ensurepip_is_told_what_to_install(tmp_path, monkeypatch):
    module = runpy.run_path(str(SCRIPT))
    monkeypatch.setattr(module["subprocess"], "call", lambda words: 1)
    assert "sudo apt install python3-venv" in module["main"](str(tmp_path / ".venv"), False)
