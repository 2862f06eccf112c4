"""Limits on memory are read, and one that is too small is told before the work."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys

import pytest
from coursework import ROOT, path_of

from autograder.commands import grade_options
from bvae_ref import commands, memory
from bvae_ref.cli import main
from bvae_ref.memory import MB, cgroup_limit, too_small, training_mb


def groups(folder, membership: str, limits: dict[str, str]):
    """The limit that a kernel with these groups tells."""
    (folder / "cgroup").write_text(membership, encoding="utf-8")
    for path, text in limits.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"{text}\n", encoding="utf-8")
    return cgroup_limit(folder / "cgroup", folder)


@pytest.mark.parametrize(
    ("membership", "limits", "found"),
    [
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": "1000"}, 1000),
        ("0::/a/b\n", {"a/b/memory.max": "900", "a/memory.max": "1000"}, 900),
        ("0::/\n", {"memory.max": "700"}, 700),
        ("0::/\n", {"memory.max": "max"}, None),
        ("0::/gone\n", {}, None),
        ("4:cpu,memory:/x\n", {"memory/x/memory.limit_in_bytes": "500"}, 500),
        ("4:memory:/x\n", {"memory/memory.limit_in_bytes": "400"}, 400),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": str(2**63 - 4096)}, None),
        ("strange", {}, None),
        ("", {}, None),
    ],
)
def test_the_least_limit_of_all_groups_counts(membership, limits, found, tmp_path):
    assert groups(tmp_path, membership, limits) == found


def test_a_sentence_names_the_need_the_limit_and_what_to_do(monkeypatch):
    monkeypatch.setattr(memory, "address_limit", lambda: None)
    monkeypatch.setattr(memory, "cgroup_limit", lambda: 800 * MB)
    assert too_small(850) == "", "peaks differ a little"
    words = too_small(1200, "Take fewer images.")
    assert "about 1,200 MB" in words and "800 MB" in words and words.endswith("fewer images.")
    monkeypatch.setattr(memory, "cgroup_limit", lambda: None)
    assert too_small(1_000_000) == ""
    monkeypatch.setattr(memory, "address_limit", lambda: 2000 * MB)
    assert too_small(1200) == "" and "ulimit -v" in too_small(1200, mapped_mb=1700)


def test_fewer_images_and_no_xla_need_less():
    assert training_mb(60_000, 784, True) == pytest.approx(1205, rel=0.05)
    assert training_mb(9_000, 784, True) == pytest.approx(1003, rel=0.05)
    assert training_mb(9_000, 784, False) == pytest.approx(767, rel=0.05)


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        (["train"], 1000),
        (["train", "--split", "train[:8000]", "--held-out", "test[:1000]"], 800),
        (["morph"], 800),
        (["figures"], 400),
        (["check", str(path_of("solutions", 1))], 400),
        (["grade", "class", "-o", "out"], 400),
        (["doctor"], 400),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, list) else str(value),
)
def test_a_command_says_so_before_its_work(words, limit, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "cgroup_limit", lambda: limit * MB)
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"bvae {words[0]}: This needs about ") and f"{limit} MB" in err.replace(
        ",", ""
    )
    assert err.count("\n") == 1 and not any(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell's ulimit")
def test_a_shells_own_limit_is_told_too(tmp_path):
    line = f"ulimit -v 2000000; exec {sys.executable} -m bvae_ref.cli train --out {tmp_path}/run"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 2 and "`ulimit -v`" in done.stderr and "--no-xla" in done.stderr


def test_a_training_that_fits_is_not_held_up(monkeypatch):
    from bvae_ref.settings import TrainConfig

    monkeypatch.setattr(memory, "cgroup_limit", lambda: 800 * MB)
    monkeypatch.setattr(memory, "address_limit", lambda: None)
    config = TrainConfig(split="train[:8000]", held_out="test[:1000]", jit_compile=False)
    commands._expect_memory(config)


@pytest.mark.parametrize(
    ("limit_mb", "workers"), [(None, 8), (100_000, 8), (1_300, 4), (1_000, 2), (500, 1)]
)
def test_as_many_are_graded_at_once_as_there_is_memory_for(limit_mb, workers, monkeypatch):
    monkeypatch.setattr(grade_options, "_processors", lambda: 8)
    monkeypatch.setattr(grade_options, "cgroup_limit", lambda: limit_mb and limit_mb * MB)
    assert grade_options._workers("auto") == workers and grade_options._workers("3") == 3


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell's ulimit")
def test_tensorflow_is_not_even_imported_where_its_import_would_be_the_end():
    code = "import bvae_ref, tensorflow"
    line = f"ulimit -v 900000; exec {sys.executable} -c '{code}'"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ImportError: TensorFlow is not imported. This")


HOLES = """
import numpy as np
from bvae_ref.memory import return_large_blocks

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

return_large_blocks()
np.ones(1 << 21)  # freed at once: by itself, glibc keeps blocks of this size from now on
blocks = [np.ones(1 << 20) for _ in range(40)]
full = resident()
del blocks[::2]
print(full - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own setting")
def test_blocks_that_are_freed_between_others_go_back_to_the_system():
    # Without the setting nearly nothing does, unless the heap had no room to grow in one piece.
    command = [sys.executable, "-c", HOLES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert int(done.stdout) > 0.9 * 20 * 8 * (1 << 20)
