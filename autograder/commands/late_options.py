"""The options on deadlines, for every command that knows them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path


def add_lateness(parser: argparse.ArgumentParser) -> None:
    """When work is due, and what it costs to be late."""
    group = parser.add_argument_group("deadlines")
    group.add_argument(
        "--deadline",
        metavar="WHEN",
        help="when the lesson is due, such as 2026-11-03 or 2026-11-03T23:59",
    )
    group.add_argument(
        "--extensions",
        metavar="FILE.csv",
        help="later deadlines of single learners: columns learner, until and, if need be, lesson",
    )
    group.add_argument(
        "--late",
        metavar="RULES.ini",
        help="deadlines of several lessons, what lateness costs, and which attempt counts",
    )


def late_rules(arguments: argparse.Namespace):
    """The rules that were asked for; None where there are none.

    Raises:
        ValueError: a file that cannot be read, or a date that can be read in two ways.
    """
    if not (arguments.deadline or arguments.extensions or arguments.late):
        return None
    from autograder.grading.late_files import read_extensions, read_rules
    from autograder.grading.lateness import LateRules
    from autograder.grading.moments import moment

    rules = read_rules(Path(arguments.late)) if arguments.late else LateRules()
    if arguments.deadline:
        if rules.deadlines and arguments.lesson is None:
            raise ValueError(
                "--deadline and the deadlines in --late are two answers to one question; give one "
                "of them, or say with --lesson which lesson --deadline is about."
            )
        due = moment(arguments.deadline, "--deadline", rules.zone)
        rules = replace(rules, deadlines={**rules.deadlines, arguments.lesson: due})
    if arguments.extensions:
        extensions = read_extensions(Path(arguments.extensions), rules.zone)
        rules = replace(rules, extensions=extensions)
    return rules
