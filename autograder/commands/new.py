"""`bvae new exercise`: write the skeleton of an exercise into the course's checkout."""

from __future__ import annotations

import argparse

from bvae_ref.console import say


def add_new(subparsers) -> None:
    """Add the `new` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "new",
        help="write the skeleton of a new exercise (for authors of the course)",
        description="Write a new exercise's skeleton: cells in the instructor's notebook, and two "
        "files in the lesson's folder. Tests fail until everything is filled in, and "
        "say what comes next.",
    )
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    exercise = kinds.add_parser("exercise", help="an exercise, for instance: bvae new exercise 2.6")
    exercise.add_argument("id", metavar="ID", help="the next id in its lesson, such as 2.6")
    exercise.add_argument("--answer", default="", help="the name that the learner defines")
    exercise.add_argument("--title", default="", help="the title, in a few words")
    exercise.set_defaults(run=run_new)


def run_new(arguments: argparse.Namespace) -> int:
    """Write the files and say what to do next; return the exit code.

    Raises:
        ValueError, OSError: bad input, or no checkout here.
    """
    from autograder.authoring.new_exercise import write_new_exercise

    written = write_new_exercise(arguments.id, arguments.answer, arguments.title)
    say(f"Written: {written.module}\n         {written.cells}\n         {written.notebook}")
    say(
        "Fill in every place marked WRITE:, then run `make lessons`. Until then, this says what "
        "is missing:\n"
        f"  pytest tests/course/test_every_exercise.py -k '{arguments.id}'"
    )
    return 0
