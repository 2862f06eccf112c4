"""`bvae collect`: a platform's zip into nbgrader's `submitted/`."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from autograder.batch.layout import LAYOUTS
from autograder.commands.late_options import add_lateness, late_rules
from bvae_ref.console import say


def add_collect(subparsers) -> None:
    """Add the `collect` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "collect",
        help="fill nbgrader's submitted/ from a platform's zip",
        description="Write each learner's newest notebook, unchanged, to "
        "TREE/STUDENT/lesson_N/lesson_N.ipynb, where `nbgrader autograde` looks for it, with the "
        "time at which it was handed in, where the platform says it. "
        "SUBMISSIONS is what `bvae grade` takes. No code is run.",
        epilog="Exit codes: 0 all were collected, 2 nothing was done, 3 all were collected and "
        "files were set aside that might have been somebody's work.",
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS")
    parser.add_argument("-o", "--out", metavar="TREE", default="submitted")
    parser.add_argument("--lesson", type=int, metavar="N", help="everything is of lesson N")
    parser.add_argument("--layout", choices=LAYOUTS, help="as in `bvae grade`")
    parser.add_argument("--roster", metavar="FILE.csv", help="as in `bvae grade`")
    parser.add_argument(
        "--replace", action="store_true", help="put newer notebooks in place of those there"
    )
    add_lateness(parser)
    parser.set_defaults(run=run_collect)


def run_collect(arguments: argparse.Namespace) -> int:
    """Collect; return the exit code.

    Raises:
        ValueError, OSError: bad input, other notebooks in the way, or a full disk.
    """
    from autograder.batch.collect import collect
    from autograder.batch.files import open_source
    from autograder.batch.nbgrader_tree import fill_tree
    from autograder.batch.penalties import refuse_one_for_all
    from autograder.batch.roster import Roster

    rules = late_rules(arguments)
    if rules and rules.attempt == "best":
        raise ValueError(
            "`attempt = best` in --late needs all attempts graded, and nbgrader's tree has room "
            "for one; grade with `bvae grade`, or write `attempt = newest on time`."
        )
    roster = Roster(arguments.roster) if arguments.roster else None
    with closing(open_source(arguments.submissions)) as source:
        collection = collect(source, arguments.lesson, None, arguments.layout, rules)
        refuse_one_for_all(rules, collection)
        placed = fill_tree(collection, source, Path(arguments.out), arguments.replace)
        notes = [*source.notes, *collection.set_aside, *placed.left_out]
    if roster:
        notes += roster.compare((s.learner, s.learner_id) for s in collection.submissions)
    for sentence in notes:
        say(f"bvae collect: {sentence}", file=sys.stderr)
    already = f", {placed.same} were there already" if placed.same else ""
    say(f"{len(placed.written)} notebooks collected into {arguments.out}{already}.")
    return 3 if collection.unexplained or placed.left_out else 0
