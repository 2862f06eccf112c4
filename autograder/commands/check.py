"""`bvae check`: judge a notebook file from the shell."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from autograder.judging.verdict import Verdict
from bvae_ref.console import say
from bvae_ref.memory import TENSORFLOW_MB

if TYPE_CHECKING:
    from autograder.intake import Submission


def add_check(subparsers) -> None:
    """Add the `check` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "check",
        help="judge a lesson's notebook; exit 0 only when every exercise passes",
        description="Run a lesson's notebook and judge every exercise in it. The notebook's code "
        "runs on this machine, so use it for your own work, not for work you do not "
        "trust.",
    )
    parser.add_argument("file", metavar="FILE", help="a lesson's notebook, .ipynb")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed for the numbers that the checks draw (default: 0)"
    )
    parser.set_defaults(run=run_check, least_mb=TENSORFLOW_MB)


def run_check(arguments: argparse.Namespace) -> int:
    """Judge `arguments.file`; return the exit code: 0 all passed, 1 not all, 2 unreadable."""
    from autograder.intake import UnreadableNotebook, read_submission

    if arguments.seed < 0:
        say(f"bvae check: --seed is {arguments.seed}; give a whole number ≥ 0.", file=sys.stderr)
        return 2
    try:
        submission = read_submission(arguments.file)
        verdicts, failures = judge_submission(submission, arguments.seed)
    except (UnreadableNotebook, KeyError) as error:
        say(f"bvae check: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        say(json.dumps(as_json(submission.lesson, verdicts, failures)))
    else:
        _print_table(verdicts, failures)
    return 0 if verdicts and all(verdict.passed for verdict in verdicts) else 1


def judge_submission(
    submission: Submission, seed: int = 0
) -> tuple[list[Verdict], list[tuple[int, str]]]:
    """Run a notebook's cells and judge every exercise of its lesson."""
    from autograder.exercise import registry
    from autograder.exercise.live_student import LiveStudent
    from autograder.judging.judge import judge
    from autograder.judging.running import run_submission
    from autograder.notebook.face import suspended

    lesson = registry.of_lesson(submission.lesson)
    namespace, failures = run_submission(submission, suspended())
    student = LiveStudent(namespace, registry.owners(submission.lesson))
    return [judge(exercise.id, student, seed) for exercise in lesson], failures


def as_json(lesson: int, verdicts: list[Verdict], failures: list[tuple[int, str]]) -> dict:
    """The result of one notebook as plain data."""
    from autograder.judging.verdict_data import verdict_data

    return {
        "lesson": lesson,
        "points": sum(verdict.points for verdict in verdicts),
        "max_points": sum(verdict.max_points for verdict in verdicts),
        "passed": all(verdict.passed for verdict in verdicts),
        "exercises": [verdict_data(verdict) for verdict in verdicts],
        "cell_errors": [{"cell": number, "error": error} for number, error in failures],
    }


def _print_table(verdicts: list[Verdict], failures: list[tuple[int, str]]) -> None:
    from autograder.judging.verdict import Outcome
    from autograder.views.text import table_text, verdict_text

    say(table_text(verdicts))
    for verdict in verdicts:
        if verdict.outcome not in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
            say(f"\n{verdict_text(verdict)}")
    errors = [(n, e) for n, e in failures if not e.startswith("NotImplementedError")]
    if errors:
        say("\nCells that stopped with an error:")
        for number, error in errors:
            say(f"  cell {number}: {error}")
