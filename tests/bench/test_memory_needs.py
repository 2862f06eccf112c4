"""The bench of memory counts a process and all that it started."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from coursework import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import memory_needs

HOLDS = "held = b'x' * 60_000_000; print('ready', flush=True); input()"
STARTS = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it")
def test_what_a_grandchild_holds_is_counted_and_a_strangers_is_not():
    command = [sys.executable, "-c", STARTS, HOLDS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        running.stdout.readline()
        held, stranger = memory_needs.held_now(running.pid), memory_needs.held_now(1 << 30)
        ours = memory_needs.held_now(os.getpid())
        running.communicate(b"\n")
    assert 60e6 < held < 160e6 and ours > held and stranger == 0


def test_a_class_has_every_kind_of_notebook(tmp_path):
    folder = tmp_path / memory_needs.a_class(tmp_path)
    assert len(list(folder.glob("learner*.ipynb"))) == 8
