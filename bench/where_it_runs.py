"""Walk the same short path on every machine that can be made here, and print one table.

python bench/where_it_runs.py                      all of them; each takes a minute or more
python bench/where_it_runs.py cp1252 "no network"  these alone
python bench/where_it_runs.py --root /srv/trixie   Debian's root is there already (else debootstrap)
python bench/where_it_runs.py --out docs/machines.md

The path: `bvae check` on a solved lesson, a small `bvae train`, `bvae grade` of three, and a
script with `check` and `progress()`. A machine that cannot be made here is listed with the reason.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from machine_parts import (
    ENCODINGS,
    LEAST_MB,
    WITHOUT_POSIX,
    debian,
    environment_of,
    hung_names,
    limited_memory,
    small_disk,
)

from bvae_ref.console import say

REPOSITORY = Path(__file__).resolve().parent.parent
STEP_SECONDS = 900
SCRIPT = """\
import bvae_ref, tensorflow as tf
from autograder import check, progress
def reparameterize(mean, log_var, eps):
    return mean + tf.exp(0.5 * log_var) * eps
print(repr(check("1.1")))
progress()
"""
TRAIN = "--data strokes --split train[:300] --held-out test[:100] --epochs 2 --hidden 8"


class NotHere(Exception):
    """A machine that cannot be made here; `str()` says why."""


@dataclass(frozen=True)
class Machine:
    """One machine.

    Attributes:
        name: as the table has it.
        python: the interpreter, course installed.
        wrap: words before every command, such as those that enter a namespace.
        environment: variables.
        refuses: what may be said in place of working, or "".
    """

    name: str
    python: list[str] = field(default_factory=lambda: [sys.executable])
    wrap: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    refuses: str = ""


def path_of(machine: Machine) -> dict[str, list[str]]:
    """Step → command line."""
    bvae = [*machine.python, "-m", "bvae_ref.cli"]
    return {
        "check": [*bvae, "check", "lesson.ipynb"],
        "train": [*bvae, "train", *TRAIN.split(), "--out", "run"],
        "grade of three": [*bvae, "grade", "class", "-o", "graded", "--workers", "1"],
        "progress": [*machine.python, "script.py"],
    }


def prepare(folder: Path) -> None:
    """A solved lesson, a class of three, and a script."""
    solved = REPOSITORY / "solutions" / "lesson_1" / "lesson_1.ipynb"
    shutil.copy(solved, folder / "lesson.ipynb")
    (folder / "class").mkdir()
    for name in ("ada", "José", "山田"):
        shutil.copy(solved, folder / "class" / f"{name}.ipynb")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")


def walked(machine: Machine) -> dict[str, str]:
    """Step → "✔ 12 s", or what was said instead."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        # Whoever works inside need not own it.
        folder.chmod(0o777)
        return {step: took(machine, words, folder) for step, words in path_of(machine).items()}


def took(machine: Machine, words: list[str], folder: Path) -> str:
    """Run one step of the path."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **machine.environment}
    start = time.monotonic()
    try:
        done = subprocess.run(
            [*machine.wrap, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=STEP_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"✘ no end in {STEP_SECONDS} s"
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if machine.refuses and machine.refuses in last_line(said):
        return "says why not"
    if done.returncode or "Traceback" in said:
        return f"✘ {last_line(said)}"
    return f"✔ {time.monotonic() - start:.0f} s"


def last_line(said: str) -> str:
    """What a table's cell has room for."""
    return re.sub(r"[|`]", " ", (said.splitlines() or ["nothing said"])[-1])[:160]


def pythons() -> Iterator[tuple[str, Callable]]:
    """An environment of each supported Python that is found here."""
    for minor in range(10, 14):

        @contextmanager
        def made(name: str = f"python3.{minor}") -> Iterator[Machine]:
            with tempfile.TemporaryDirectory() as folder:
                python = environment_of(name, Path(folder) / "env", NotHere)
                yield Machine(name, [python])

        yield f"Python 3.{minor}", made


def machines(root: Path | None) -> dict[str, Callable]:
    """Name → a context manager that makes the machine."""

    def plain(name: str, **parts) -> Callable:
        @contextmanager
        def made() -> Iterator[Machine]:
            yield Machine(name, **parts)

        return made

    found = {"this machine": plain("this machine")}
    found.update(pythons())
    found["Debian 13"] = lambda: debian(root, NotHere, Machine)
    for encoding in ENCODINGS:
        found[encoding] = plain(encoding, environment={"PYTHONIOENCODING": encoding})
    inline = "module://matplotlib_inline.backend_inline"
    found["Jupyter's terminal"] = plain("x", environment={"MPLBACKEND": inline})
    found["no home"] = plain("x", wrap=["env", "-u", "HOME"])
    found["without POSIX parts"] = plain("x", python=[sys.executable, "-c", WITHOUT_POSIX])
    found["no network"] = plain("x", wrap=["unshare", "--net"])
    found["hung DNS"] = plain("x", wrap=hung_names())
    found["disk of 1 MB"] = plain("x", wrap=small_disk(), refuses="No space left on device")
    found[f"{LEAST_MB} MB of memory"] = plain(
        "x", wrap=limited_memory(), refuses="This needs about"
    )
    return found


def table(rows: dict[str, dict[str, str] | str]) -> str:
    """All machines as Markdown."""
    steps = ("check", "train", "grade of three", "progress")
    lines = [f"| machine | {' | '.join(steps)} |", "|---" * (len(steps) + 1) + "|"]
    for name, row in rows.items():
        cells = [row, "", "", ""] if isinstance(row, str) else [row[step] for step in steps]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Walk the path; 0 when no machine failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="(default: all)")
    parser.add_argument("--root", type=Path, help="folder of a Debian trixie that is there already")
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    known = machines(options.root)
    if unknown := sorted(set(options.names) - known.keys()):
        parser.error(f"no machine {unknown[0]!r}; there are {', '.join(known)}")
    rows: dict[str, dict[str, str] | str] = {}
    for name in options.names or known:
        say(f"{name} …", flush=True)
        try:
            with known[name]() as machine:
                rows[name] = walked(machine)
        except NotHere as reason:
            rows[name] = f"not made here: {reason}"
        say(f"  {rows[name]}", flush=True)
    say(table(rows))
    if options.out:
        options.out.write_text(page(rows), encoding="utf-8")
    failed = [row for row in rows.values() if isinstance(row, dict) and "✘" in str(row)]
    return 1 if failed else 0


def page(rows: dict[str, dict[str, str] | str]) -> str:
    """The table with what it means."""
    return (
        "# Where it runs\n\nWritten by `make machines`. Each machine walks one path: `bvae check` "
        "on a solved lesson, a small `bvae train`, `bvae grade` of three notebooks, and a script "
        "with `check` and `progress()`.\n\n"
        f"{table(rows)}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
