"""`bvae grade`: grade a class from the shell, without nbgrader."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

from autograder.commands.grade_options import add_choices, add_limits, add_platforms
from autograder.commands.late_options import add_lateness, late_rules
from bvae_ref.console import say
from bvae_ref.memory import TENSORFLOW_MB

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
        "were graded and files were set aside that might have been somebody's work, or are not in "
        "the gradebook.",
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS", nargs="?")
    parser.add_argument("-o", "--out", metavar="OUT", help="folder for results and pages")
    parser.add_argument(
        "--excel",
        action="store_true",
        help="begin CSV files with the mark by which Excel knows UTF-8, for names with accents",
    )
    add_choices(parser)
    add_limits(parser)
    add_platforms(parser)
    add_lateness(parser)
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
    if arguments.only and (arguments.regrade or arguments.from_gradebook):
        raise ValueError(
            "--only grades one learner again; --regrade is for everybody, and --from-gradebook "
            "grades nobody. Leave one of them out."
        )
    if arguments.workers < 1:
        raise ValueError(f"--workers is {arguments.workers}; it must be at least 1.")
    return _grade(arguments)


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.batch.run import Batch, run_batch, run_with

    batch = Batch(
        submissions=arguments.submissions,
        out=arguments.out,
        workers=arguments.workers,
        seed=arguments.seed,
        lesson=arguments.lesson,
        assignment=arguments.assignment,
        layout=arguments.layout,
        regrade=arguments.regrade,
        only=arguments.only,
        require_isolation=arguments.require_isolation,
        back=_way_back(arguments),
        grades=_grades(arguments),
        rules=late_rules(arguments),
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


def _way_back(arguments: argparse.Namespace):
    """Which tables to fill in, and how; None where there are none."""
    from autograder.batch.way_back import WayBack

    canvas, moodle = arguments.canvas, arguments.moodle
    if arguments.overwrite and not (canvas or moodle):
        raise ValueError("--overwrite needs --canvas or --moodle, a table that was exported.")
    if arguments.canvas_column and not canvas:
        raise ValueError("--canvas-column needs --canvas, the gradebook that Canvas exported.")
    if arguments.moodle_column and not moodle:
        raise ValueError("--moodle-column needs --moodle, the worksheet that Moodle exported.")
    if not (canvas or moodle):
        return None
    return WayBack(
        canvas=Path(canvas) if canvas else None,
        canvas_column=arguments.canvas_column,
        moodle=Path(moodle) if moodle else None,
        moodle_column=arguments.moodle_column,
        lesson=arguments.lesson,
        overwrite=arguments.overwrite,
    )


def _grades(arguments: argparse.Namespace):
    """nbgrader's grades; None where this command grades itself."""
    if not arguments.from_gradebook:
        return None
    if arguments.written:
        raise ValueError(
            "--written is for `bvae grade`'s own marks; nbgrader's formgrader has its."
        )
    from autograder.batch.from_gradebook import GradebookGrades
    from autograder.nbgrader_plugin.gradebook import read_grades

    path = Path(arguments.from_gradebook)
    return GradebookGrades(read_grades(path), path.parent / "feedback")


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
