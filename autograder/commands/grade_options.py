"""The options of `bvae grade`."""

from __future__ import annotations

import argparse
import os

from autograder.batch.layout import LAYOUTS
from bvae_ref.memory import MB, cgroup_limit

# The grader with its judge, and one submission beside it: about 1,000 MB for two at once.
GRADER_MB, WORKER_MB = 700, 150


def add_choices(parser: argparse.ArgumentParser) -> None:
    """What to grade, and how."""
    parser.add_argument("--lesson", type=int, metavar="N", help="grade everything as lesson N")
    parser.add_argument(
        "--assignment", metavar="NAME", help="only this assignment of nbgrader's tree"
    )
    parser.add_argument(
        "--layout",
        choices=LAYOUTS,
        help="how to tell who handed in what: file names as a platform writes them, nbgrader's "
        "tree, clones of the repository (GitHub Classroom), or one folder or one file per learner "
        "(default: whatever fits most of the class)",
    )
    parser.add_argument(
        "--roster",
        metavar="FILE.csv",
        help="the class list: say who handed in nothing, and who is not on it",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="seed of the hidden run (default: drawn at random); it is stored in OUT/run.json",
    )
    parser.add_argument(
        "--written",
        metavar="FILE.csv",
        help="a written.csv with points for written answers (default: OUT/written.csv)",
    )
    parser.add_argument(
        "--only",
        metavar="NAME",
        help="grade this learner again (name or id), and leave all other results as they are",
    )
    parser.add_argument(
        "--regrade", action="store_true", help="grade everything again, with --seed if given"
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """This machine, and the limits of one submission."""
    group = parser.add_argument_group("machine and limits")
    group.add_argument(
        "--workers",
        type=_workers,
        default="auto",
        metavar="N",
        help="how many submissions to grade at once (default: auto, as many as this machine has "
        "processors, and memory for them)",
    )
    group.add_argument("--call-seconds", type=float, metavar="S", help="for one call of an answer")
    group.add_argument("--submission-seconds", type=float, metavar="S", help="for one submission")
    group.add_argument("--memory-gb", type=float, metavar="GB", help="for one submission")
    group.add_argument(
        "--require-isolation",
        action="store_true",
        help="refuse to grade when a layer of the jail is missing (see bvae doctor)",
    )
    group.add_argument(
        "--scheduler", metavar="ADDRESS", help="grade on the workers of this Dask scheduler"
    )


def add_platforms(parser: argparse.ArgumentParser) -> None:
    """Where grades go."""
    group = parser.add_argument_group("learning platforms")
    group.add_argument(
        "--canvas", metavar="GRADEBOOK.csv", help="fill in this exported gradebook as canvas.csv"
    )
    group.add_argument(
        "--canvas-column", metavar="NAME", help='the column to fill in, such as "Lesson 1 (1234)"'
    )
    group.add_argument(
        "--moodle", metavar="WORKSHEET.csv", help="fill in this grading worksheet as moodle.csv"
    )
    group.add_argument(
        "--moodle-column",
        metavar="NAME",
        help='its column of grades, where Moodle does not call it "Grade"',
    )
    group.add_argument(
        "--overwrite",
        action="store_true",
        help="replace points in these tables also where they are higher",
    )
    group.add_argument(
        "--from-gradebook",
        metavar="gradebook.db",
        help="grade nothing: take the points from nbgrader's gradebook, and the pages from "
        "feedback/ beside it",
    )
    group.add_argument(
        "--gradescope-zip",
        metavar="FILE.zip",
        help="write an autograder for Gradescope instead of grading",
    )


def _workers(text: str) -> int:
    """A number, or for "auto" one that fits the processors and the memory's limit."""
    if text != "auto":
        return int(text)
    limit = cgroup_limit()
    if limit is None:
        return _processors()
    room = int((limit / MB - GRADER_MB) // WORKER_MB)
    return max(1, min(_processors(), room))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
