"""`bvae grade`: grade a class from the shell, without nbgrader."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

from autograder.batch.layout import LAYOUTS
from bvae_ref.console import say
from bvae_ref.memory import MB, TENSORFLOW_MB, cgroup_limit

# The grader with its judge, and one submission beside it: about 1,000 MB for two at once.
GRADER_MB, WORKER_MB = 700, 150
LIMITS = ("call_seconds", "submission_seconds", "memory_gb")


def add_grade(subparsers) -> None:
    """Add the `grade` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "grade",
        help="grade a class: a folder or zip of notebooks in, results and pages out",
        description="Grade notebooks in a jail. SUBMISSIONS is a folder of notebooks, nbgrader's "
        "submitted/ tree, a zip downloaded from Canvas, Moodle, Blackboard, Brightspace or ILIAS, "
        "clones from GitHub Classroom, or one notebook. An "
        "interrupted run continues where it stopped.",
        epilog="Exit codes: 0 all were graded, 1 some could not be, 2 nothing was done, 3 all "
        "were graded and files were set aside that might have been somebody's work.",
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS", nargs="?")
    parser.add_argument("-o", "--out", metavar="OUT", help="folder for results and pages")
    parser.add_argument(
        "--excel",
        action="store_true",
        help="begin CSV files with the mark by which Excel knows UTF-8, for names with accents",
    )
    _add_choices(parser)
    _add_limits(parser)
    _add_platforms(parser)
    parser.set_defaults(run=run_grade, least_mb=TENSORFLOW_MB)


def run_grade(arguments: argparse.Namespace) -> int:
    """Grade, or write Gradescope's zip; return the exit code.

    Raises:
        ValueError, OSError, RuntimeError: bad input, or a machine that cannot grade.
    """
    from autograder.exercise.registry import course

    lessons = course().lessons
    if arguments.lesson is not None and arguments.lesson not in lessons:
        known = ", ".join(map(str, lessons))
        raise ValueError(f"There is no lesson {arguments.lesson}; the lessons are {known}.")
    if arguments.gradescope_zip:
        return _write_zip(arguments)
    if not arguments.submissions or not arguments.out:
        raise ValueError(
            "Say what to grade and where the results should go: bvae grade SUBMISSIONS -o OUT."
        )
    if arguments.workers < 1:
        raise ValueError(f"--workers is {arguments.workers}; it must be at least 1.")
    return _grade(arguments)


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.batch.reports import CanvasRequest
    from autograder.batch.run import Batch, run_batch, run_with

    if arguments.overwrite and not arguments.canvas:
        raise ValueError("--overwrite needs --canvas, the gradebook that Canvas exported.")
    if arguments.canvas_column and not arguments.canvas:
        raise ValueError("--canvas-column needs --canvas, the gradebook that Canvas exported.")
    canvas = None
    if arguments.canvas:
        canvas = CanvasRequest(
            Path(arguments.canvas), arguments.canvas_column, arguments.lesson, arguments.overwrite
        )
    batch = Batch(
        submissions=arguments.submissions,
        out=arguments.out,
        workers=arguments.workers,
        seed=arguments.seed,
        lesson=arguments.lesson,
        assignment=arguments.assignment,
        layout=arguments.layout,
        regrade=arguments.regrade,
        require_isolation=arguments.require_isolation,
        canvas=canvas,
        roster=arguments.roster,
        written=arguments.written,
        excel=arguments.excel,
    )
    if arguments.scheduler:
        summary = run_with(batch, _on_cluster(arguments), _say)
    else:
        summary = run_batch(batch, lambda: _service(arguments), _say)
    for sentence in (*summary.set_aside, *summary.warnings):
        _say(sentence)
    say(_sentence(summary))
    if summary.failed:
        return 1
    return 3 if summary.unexplained else 0


def _write_zip(arguments: argparse.Namespace) -> int:
    from autograder.batch.gradescope_zip import write_gradescope_zip
    from autograder.batch.store import checked_seed, drawn_seed

    if arguments.lesson is None:
        raise ValueError(
            "An autograder belongs to one assignment; give --lesson N. Without it, notebooks of "
            "other lessons in a submission would earn points too."
        )
    seed = drawn_seed() if arguments.seed is None else checked_seed(arguments.seed)
    path = write_gradescope_zip(
        arguments.gradescope_zip,
        seed,
        arguments.lesson,
        _limits(arguments).as_data(),
        arguments.require_isolation,
    )
    say(
        f"{path} is ready for Gradescope (Configure Autograder, Zip file upload; base image Ubuntu "
        "22.04 or newer). It holds the hidden run's seed: keep it to yourself."
    )
    return 0


def _service(arguments: argparse.Namespace):
    from autograder.grading.service import Service

    service = Service(arguments.workers, _limits(arguments), arguments.require_isolation)
    if service.isolation["level"] != "full":
        missing = ", ".join(service.isolation["missing"])
        _say(f"Isolation is {service.isolation['level']}; missing: {missing}. See `bvae doctor`.")
    return service


def _on_cluster(arguments: argparse.Namespace):
    from autograder.batch.cluster import grade_on_cluster

    limits = _limits(arguments).as_data()

    def grade(tasks: Iterable) -> Generator:
        finished = grade_on_cluster(tasks, arguments.scheduler, limits, arguments.require_isolation)
        with closing(finished):
            yield from finished

    return grade


def _limits(arguments: argparse.Namespace):
    from autograder.jail.limits import Limits

    given = {name: getattr(arguments, name) for name in LIMITS}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def _sentence(summary) -> str:
    words = [f"{summary.submissions} submissions, {summary.graded_now} of them graded in this run"]
    if summary.unreadable:
        words.append(f"{summary.unreadable} unreadable")
    if summary.set_aside:
        words.append(f"{len(summary.set_aside)} files set aside")
    if summary.failed:
        words.append(f"{summary.failed} NOT GRADED (run the command again)")
    return (
        f"{'; '.join(words)}. The class page is {summary.index}; the learners' pages are next to "
        "it."
    )


def _say(sentence: str) -> None:
    say(f"bvae grade: {sentence}", file=sys.stderr)


def _add_choices(parser: argparse.ArgumentParser) -> None:
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
        "--regrade", action="store_true", help="grade everything again, with --seed if given"
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
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


def _add_platforms(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("learning platforms")
    group.add_argument(
        "--canvas", metavar="GRADEBOOK.csv", help="fill in this exported gradebook as canvas.csv"
    )
    group.add_argument(
        "--canvas-column", metavar="NAME", help='the column to fill in, such as "Lesson 1 (1234)"'
    )
    group.add_argument(
        "--overwrite",
        action="store_true",
        help="replace points in the gradebook also where they are higher",
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
