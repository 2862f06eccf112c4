"""`bvae start`: a learner's own folder of lessons, opened in JupyterLab."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from bvae_ref.console import say


def add_start(subparsers) -> None:
    """Add the `start` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "start",
        help="copy the lessons into a folder of yours and open JupyterLab",
        description="Copy the lessons into a folder and open JupyterLab there. Run it again at "
        "any time: your work is never overwritten, and lessons you have not touched "
        "are brought up to date.",
    )
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="(default: a folder with the course's name)"
    )
    parser.add_argument("--lesson", type=int, metavar="N", help="the lesson to open (default: 0)")
    parser.add_argument("--copy-only", action="store_true", help="do not open JupyterLab")
    parser.add_argument(
        "--allow-root",
        action="store_true",
        help=("let JupyterLab run as root, for instance in a container"),
    )
    # Its kernels show figures in notebooks.
    parser.set_defaults(run=run_start, draws=False)


def run_start(arguments: argparse.Namespace) -> int:
    """Copy, and open; return the exit code.

    Raises:
        ValueError, OSError: bad input, or a folder that cannot be written.
        RuntimeError: JupyterLab is not installed.
    """
    from autograder.exercise import registry
    from autograder.notebook.own_copies import Fate, copy_lessons

    lessons = registry.course().lessons
    first = next(iter(lessons)) if arguments.lesson is None else arguments.lesson
    if first not in lessons:
        known = ", ".join(map(str, lessons))
        raise ValueError(f"There is no lesson {first}; the lessons are {known}.")
    folder = Path(arguments.folder or registry.course().id)
    copies = copy_lessons(folder)
    for copy in copies:
        yours = " (your work, left as it is)" if copy.fate is Fate.KEPT else ""
        say(f"{copy.path}: {copy.fate.value}{yours}")
    (opened,) = (copy.path for copy in copies if copy.lesson == first)
    if arguments.copy_only:
        say(f"To begin: jupyter lab {opened}")
        return 0
    return _open(folder, opened, arguments.allow_root)


def _open(folder: Path, notebook: Path, allow_root: bool) -> int:
    """Run JupyterLab in this process until it is stopped."""
    if find_spec("jupyterlab") is None:
        raise RuntimeError(
            "JupyterLab is not installed here. Install it with `pip install jupyterlab`, or open "
            f"{notebook} in any notebook editor."
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not allow_root:
        raise RuntimeError(
            f"JupyterLab does not run as root unless you allow it: bvae start {folder} --allow-root"
        )
    from jupyterlab.labapp import LabApp

    inside = notebook.relative_to(folder).as_posix()
    say(f"Opening {notebook} in JupyterLab. Press Ctrl-C to end it; your work is in {folder}.")
    sys.stdout.flush()
    options = [
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{inside}",
        *(["--allow-root"] if allow_root else []),
    ]
    LabApp.launch_instance(argv=options)
    return 0
