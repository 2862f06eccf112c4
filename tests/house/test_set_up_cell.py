"""The set-up cell installs the course where it is missing, or says in one message what to do."""

from __future__ import annotations

import importlib.util
import subprocess
from types import SimpleNamespace

import pytest
from coursework import grade_id, notebook


def install() -> str:
    """The part of the set-up cell before the first import of the course."""
    cells = notebook("lessons", 1)["cells"]
    source = next("".join(cell["source"]) for cell in cells if grade_id(cell) == "setup")
    return source.split("import bvae_ref")[0]


@pytest.fixture
def missing(monkeypatch, tmp_path):
    """A machine without the course; what pip was asked for."""
    found = SimpleNamespace(returncode=0, commands=[])

    def run(command, **options):
        found.commands.append(command)
        assert options == {"capture_output": True, "text": True}
        return found

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", run)
    return found


def test_a_wheel_beside_the_notebook_comes_before_the_address(missing, tmp_path, capsys):
    exec(install(), {})
    assert "git+https://" in missing.commands[0][-1]
    (tmp_path / "beyond_pixels-1.0-py3-none-any.whl").touch()
    exec(install(), {})
    assert missing.commands[1][-1] == str(tmp_path / "beyond_pixels-1.0-py3-none-any.whl")
    assert capsys.readouterr().out == ""


def test_what_cannot_be_installed_is_one_message_with_a_way_out(missing):
    missing.returncode = 1
    with pytest.raises(SystemExit, match=r"Put its wheel, .* beside this notebook or into your Dr"):
        exec(install(), {})


def test_where_the_course_is_nothing_is_installed(missing, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: "there")
    exec(install(), {})
    assert missing.commands == []
