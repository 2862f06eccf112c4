"""Stock nbgrader, nbgrader with this course's jail, and `bvae grade`, on the same notebooks.

python bench/grading.py [--submissions 32] [--lessons 1 2 3] [--scaling 32 1024]

Stock means nbgrader's own pipeline with a kernel for every submission. All three start from
nothing: what a command has to import or to start is in its time. The last line is one JSON
object; ratios are stock's seconds over ours.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from submissions import KINDS, REPOSITORY, submission

STOCK = """
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
c.Execute.timeout = 300
"""
# The course refuses to judge in a kernel of nbgrader's; here that is what is measured.
JUDGE_ALL_THE_SAME = 'import os\n\nos.environ["NBGRADER_EXECUTION"] = "stock"\n'
FIRST_UID = 2_000_000_000


def say(words: str) -> None:
    """Progress, on stderr."""
    print(words, file=sys.stderr, flush=True)


def lay_out(folder: Path, stock: bool, lessons: list[int], count: int) -> None:
    """A course folder with `count` submissions spread over the lessons."""
    folder.mkdir(parents=True)
    for lesson in lessons:
        name = f"lesson_{lesson}"
        source = json.loads(
            (REPOSITORY / "solutions" / name / f"{name}.ipynb").read_text(encoding="utf-8")
        )
        put(folder / "solutions" / name / f"{name}.ipynb", source, stock)
    if stock:
        (folder / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    else:
        shutil.copy2(REPOSITORY / "nbgrader_config.py", folder)
    for lesson in lessons:
        nbgrader(folder, "generate_assignment", f"lesson_{lesson}", "--force")
    rng = random.Random(7)
    for number in range(count):
        lesson = lessons[number % len(lessons)]
        notebook, _ = submission(lesson, KINDS[number // len(lessons) % len(KINDS)], rng)
        place = folder / "submitted" / f"learner{number:04}" / f"lesson_{lesson}"
        put(place / f"lesson_{lesson}.ipynb", notebook, stock)


def put(path: Path, notebook: dict, stock: bool) -> None:
    """Write a notebook; for the stock pipeline, one that is judged in a kernel."""
    if stock:
        first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        first["source"] = JUDGE_ALL_THE_SAME + "".join(first["source"])
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run an nbgrader command."""
    run(folder, sys.executable, "-m", "nbgrader", *arguments)


def run(folder: Path, *command: str) -> float:
    """Run a command; its wall-clock seconds."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "BVAE_DATA": "strokes",
        "BVAE_STATE": "off",
    }
    start = time.perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{(ended.stdout + ended.stderr)[-3000:]}")
    return time.perf_counter() - start


def autograde(folder: Path, lessons: list[int], name: str) -> float:
    """Seconds of `nbgrader autograde` over all lessons, a command each."""
    seconds = 0.0
    for lesson in lessons:
        seconds += run(folder, sys.executable, "-m", "nbgrader", "autograde", f"lesson_{lesson}")
        say(f"{name}: lesson {lesson} done after {seconds:.1f} s")
    return seconds


def grade(folder: Path, out: str, workers: int) -> float:
    """Seconds of `bvae grade` over the same submissions."""
    command = (str(Path(sys.executable).with_name("bvae")), "grade", "submitted", "-o", out)
    seconds = run(folder, *command, "--workers", str(workers), "--seed", "11")
    say(f"bvae grade, {workers} workers: {seconds:.1f} s")
    return seconds


class Watch:
    """Samples the processes of submissions while others work: their memory and scratch."""

    def __init__(self):
        self.memory_mb, self.scratch_mb, self.samples = 0.0, 0.0, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(0.05):
            for path in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, IndexError, ValueError):
                    if path.stat().st_uid < FIRST_UID:
                        continue
                    rollup = (path / "smaps_rollup").read_text(encoding="utf-8")
                    own = sum(
                        int(line.split()[1])
                        for line in rollup.splitlines()
                        if line.startswith("Private_")
                    )
                    disk = os.statvfs(path / "cwd")
                    used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
                    self.memory_mb = max(self.memory_mb, own / 1024)
                    self.scratch_mb = max(self.scratch_mb, used / 2**20)
                    self.samples += 1


def compare(folder: Path, lessons: list[int], count: int) -> dict:
    """The three ways over the same submissions."""
    lay_out(folder / "stock", True, lessons, count)
    lay_out(folder / "ours", False, lessons, count)
    ours = autograde(folder / "ours", lessons, "nbgrader with the jail")
    batch = grade(folder / "ours", "out", 2)
    stock = autograde(folder / "stock", lessons, "stock nbgrader")
    with Watch() as watch:  # in a run of its own: looking takes time from what is looked at
        grade(folder / "ours", "watched", 2)
    found = {
        "submissions": count,
        "lessons": lessons,
        "stock_s": round(stock, 1),
        "nbgrader_s": round(ours, 1),
        "batch_s": round(batch, 1),
        "nbgrader_ratio": round(stock / ours, 1),
        "batch_ratio": round(stock / batch, 1),
    }
    if watch.samples:  # readable by root alone
        found["child_private_mb"] = round(watch.memory_mb)
        found["scratch_mb"] = round(watch.scratch_mb, 1)
    return found


def scaling(folder: Path, lessons: list[int], counts: list[int]) -> dict:
    """Seconds of `bvae grade` for growing numbers of submissions."""
    seconds = {}
    for count in counts:
        lay_out(folder / f"scale{count}", False, lessons, count)
        seconds[count] = grade(folder / f"scale{count}", "out", 2)
    per_submission = {count: round(value / count, 3) for count, value in seconds.items()}
    return {"scaling_s": seconds, "seconds_per_submission": per_submission}


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=32)
    parser.add_argument("--lessons", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--scaling", type=int, nargs="*", default=[], help="numbers to time alone")
    parser.add_argument("--no-stock", action="store_true", help="only what --scaling asks for")
    given = parser.parse_args(arguments)
    found: dict = {}
    with tempfile.TemporaryDirectory() as name:
        if not given.no_stock:
            found |= compare(Path(name), given.lessons, given.submissions)
        if given.scaling:
            found |= scaling(Path(name), given.lessons, given.scaling)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
