"""Files that are written whole or not at all, and errors that name them."""

from __future__ import annotations

import os

import pytest

from bvae_ref.cli import main
from bvae_ref.writing import write_whole


@pytest.fixture
def full(monkeypatch):
    """A disk that has no room left, which the system says without a name."""

    def no_room(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)


def test_a_full_disk_leaves_the_old_file_and_names_it(tmp_path, full):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=r"No space left on device: '.*/file'"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["file"]


def test_a_command_on_a_full_disk_names_the_file(tmp_path, full, capsys):
    assert main(["start", str(tmp_path / "mine"), "--copy-only"]) == 2
    err = capsys.readouterr().err
    assert "No space left on device" in err and "lesson_0.ipynb" in err and err.count("\n") == 1
