"""How much memory the course takes: each lesson's kernel, a training, the grading of a class.

    python bench/memory_needs.py                     everything; a quarter of an hour on two cores
    python bench/memory_needs.py --lessons 3 --only lessons

A lesson is its solved notebook, run from top to bottom on strokes; its figure is the most that its
kernel ever held, and a training's the most that its process held. Grading has several processes:
looked at ten times a second, with what they share counted once (so nothing else may use TensorFlow
meanwhile). MB are millions of bytes; Linux alone tells them. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "BVAE_DATA": "strokes"}

from run_all import run_all
from submissions import KINDS, submission

LESSONS = range(8)
KIB = 1024
# The cell that is put below a lesson's last one.
PEAK = """
import re
with open("/proc/self/status") as file:
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", file.read())[1])
"""
SMALL = ("--split", "train[:8000]", "--held-out", "test[:1000]")


def say(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr, flush=True)


def peak_of_lesson(lesson: int) -> int:
    """The most that the kernel of a solved lesson held, MB."""
    notebook, _ = submission(lesson, "solved", random.Random(0))
    cell = {"cell_type": "code", "id": "peak", "metadata": {}, "execution_count": None}
    notebook["cells"].append({**cell, "outputs": [], "source": PEAK})
    seen = run_all(notebook)
    if seen.stops:
        raise RuntimeError(f"lesson {lesson} stopped, at {'; '.join(seen.stops)}.")
    (output,) = seen.notebook.cells[-1].outputs
    return round(int(output.text.split()[1]) * KIB / 1e6)


def bvae(folder: Path, *arguments: str) -> subprocess.Popen:
    """`bvae` with these arguments, started in a folder; what it says goes to log.txt there."""
    command = [str(Path(sys.executable).with_name("bvae")), *arguments]
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def peak_of_training(folder: Path, *arguments: str) -> int:
    """The most that `bvae train` held, MB."""
    running = bvae(folder, "train", *arguments)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    _expect_success(running, folder)
    return round(used.ru_maxrss * KIB / 1e6)


def peak_of_grading(folder: Path) -> int:
    """The most that `bvae grade` of eight notebooks and its children held at once, MB."""
    running, most = bvae(folder, "grade", a_class(folder), "-o", "out"), 0
    while running.poll() is None:
        most = max(most, held_now(running.pid))
        time.sleep(0.1)
    _expect_success(running, folder)
    return round(most / 1e6)


def held_now(ancestor: int) -> int:
    """Bytes of a process and all that it started, shared pages counted once."""
    parents, shares = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            stat = (path / "stat").read_text(encoding="utf-8", errors="replace")
            parents[int(path.name)] = int(stat.rpartition(")")[2].split()[1])
            lines = (path / "smaps_rollup").read_text(encoding="utf-8").splitlines()
            shares[int(path.name)] = next(int(v.split()[1]) for v in lines if v.startswith("Pss:"))
    found = {ancestor}
    while grown := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= grown
    return sum(shares.get(pid, 0) for pid in found) * KIB


def _expect_success(ended: subprocess.Popen, folder: Path) -> None:
    if ended.returncode:
        said = (folder / "log.txt").read_text(encoding="utf-8")
        raise RuntimeError(f"{' '.join(ended.args)}: {said}")


def a_class(folder: Path) -> str:
    """Eight notebooks of lesson 1 in a folder; its name."""
    (folder / "class").mkdir()
    for number, kind in enumerate(KINDS * 2):
        notebook, _ = submission(1, kind, random.Random(number))
        path = folder / "class" / f"learner{number}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return "class"


def peaks(lessons: list[int], only: str | None) -> Iterator[tuple[str, int]]:
    """Name of what was run, and its MB, one after the other."""
    if only != "commands":
        for lesson in lessons:
            yield f"lesson {lesson}", peak_of_lesson(lesson)
    if only != "lessons":
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            yield "train", peak_of_training(folder, "--out", "run")
            yield "train, 8,000 images", peak_of_training(folder, *SMALL, "--out", "small")
            yield "grade 8", peak_of_grading(folder)


def main() -> None:
    """Print a line for each, and all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", type=int, nargs="+", choices=LESSONS, default=list(LESSONS))
    parser.add_argument("--only", choices=("lessons", "commands"))
    options = parser.parse_args()
    found = {}
    for name, found[name] in peaks(options.lessons, options.only):
        say(f"{name:<20} {found[name]:>6,} MB")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
