"""What bench/where_it_runs.py makes machines of; most of it needs root and util-linux."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ENCODINGS = ("cp1252", "cp437", "cp932", "iso8859-1", "ascii")
LEAST_MB = 500
# As on Windows: no fork, none of POSIX's modules. `-m MODULE` and `FILE` follow as arguments.
WITHOUT_POSIX = """
import os, runpy, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty", "syslog"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "register_at_fork", "setsid", "sched_getaffinity", "geteuid"):
    if hasattr(os, name):
        delattr(os, name)
if sys.argv[1] == "-m":
    del sys.argv[1]
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
else:
    sys.argv.pop(0)
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


def hung_names() -> list[str]:
    """A name server that never answers."""
    return _in_own_mounts(
        "echo nameserver 192.0.2.1 > /tmp/resolv.hung",
        "mount --bind /tmp/resolv.hung /etc/resolv.conf",
    )


def small_disk() -> list[str]:
    """The folder of work on a disk of 1 MB; what does not fit was left out."""
    return _in_own_mounts(
        "here=$PWD",
        "keep=$(mktemp -d)",
        'cp -r "$here"/. "$keep"',
        'mount -t tmpfs -o size=1m,mode=777 tmpfs "$here"',
        'cd "$here"',
        'cp -r "$keep"/. .',
        "rm -r $keep",
        "head -c 2m /dev/zero > filled 2>/dev/null || true",
    )


def limited_memory() -> list[str]:
    """A shell's limit of `LEAST_MB`, which has to be told before TensorFlow is imported."""
    return ["bash", "-c", f'ulimit -v {LEAST_MB * 1000}; exec "$@"', "bash"]


def environment_of(name: str, folder: Path, refusal: type[Exception]) -> str:
    """The Python of a fresh environment with the course as learners install it.

    Raises:
        refusal: no such Python here, or the course cannot be installed.
    """
    found = shutil.which(name)
    if found is None or subprocess.run([found, "-c", ""], capture_output=True).returncode:
        raise refusal(f"there is no {name}")
    python, course = str(folder / "bin" / "python"), f"{REPOSITORY}[local]"
    steps = [[found, "-m", "venv", str(folder)], [python, "-m", "pip", "install", "-q", course]]
    if shutil.which("uv"):  # shares what it downloaded between environments
        steps = [
            ["uv", "venv", "-q", "--python", found, str(folder)],
            ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", python, course],
        ]
    for step in steps:
        _do(step, refusal)
    return python


@contextmanager
def debian(root: Path | None, refusal: type[Exception], machine: Callable) -> Iterator:
    """Debian 13 with its own Python 3.13, in a root that is there or is made by debootstrap.

    Raises:
        refusal: neither is possible.
    """
    with tempfile.TemporaryDirectory() as folder:
        if root is None:
            if shutil.which("debootstrap") is None:
                raise refusal("there is no debootstrap; give a root with --root")
            root = Path(folder) / "root"
            parts = "--include=python3,python3-venv,python3-pip,ca-certificates"
            _do(["debootstrap", "--variant=minbase", parts, "trixie", str(root)], refusal)
        if not (root / "usr/bin/python3").exists():
            raise refusal(f"{root} is no Debian with Python")
        inside = root / "opt" / "course"
        shutil.rmtree(inside, ignore_errors=True)
        left_out = shutil.ignore_patterns(".git", ".venv", "out", "__pycache__", ".*_cache")
        shutil.copytree(REPOSITORY, inside / "source", ignore=left_out)
        chroot = ["chroot", str(root)]
        _do([*chroot, "python3", "-m", "venv", "/opt/course/env"], refusal)
        pip = [*chroot, "/opt/course/env/bin/pip", "install", "-q"]
        _do([*pip, "/opt/course/source[local]"], refusal)
        # The folder of work is mounted below the root; /proc and /dev are the machine's.
        wrap = _in_own_mounts(
            f"root={root}",
            'mkdir -p "$root/work"',
            'mount --bind "$PWD" "$root/work"',
            'mount --rbind /proc "$root/proc"',
            'mount --rbind /dev "$root/dev"',
            'exec chroot "$root" sh -c \'cd /work && exec "$@"\' sh "$@"',
        )
        yield machine(
            "Debian 13", ["/opt/course/env/bin/python"], wrap, {"PYTHONPATH": ""}, refuses=""
        )


def _in_own_mounts(*lines: str) -> list[str]:
    script = "\n".join(["set -e", "mount --make-rprivate /", *lines, 'exec "$@"'])
    return ["unshare", "--mount", "bash", "-c", script, "bash"]


def _do(words: list[str], refusal: type[Exception]) -> None:
    done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:] or [f"{words[0]} failed"]
        raise refusal(last[0][:200])
