"""`bvae term`: what a class did over all lessons."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bvae_ref.console import say


def add_term(subparsers) -> None:
    """Add the `term` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "term",
        help="learners by lessons: totals, progress, and who stopped",
        description="Put the results of several lessons together. Each GRADED is a folder that "
        "`bvae grade` wrote, with nbgrader's points or its own. TERM gets totals.csv, with the sum "
        "of all lessons, and a page.",
    )
    parser.add_argument("graded", metavar="GRADED", nargs="+")
    parser.add_argument("-o", "--out", metavar="TERM", required=True)
    parser.add_argument(
        "--roster",
        metavar="FILE.csv",
        help="the class list, perhaps with a column `section`; says who never handed in",
    )
    parser.add_argument("--excel", action="store_true", help="as in `bvae grade`")
    parser.set_defaults(run=run_term, draws=False)


def run_term(arguments: argparse.Namespace) -> int:
    """Write the table and the page; return the exit code.

    Raises:
        ValueError, OSError: bad input, or a full disk.
    """
    from autograder.batch.roster import Roster
    from autograder.batch.store import save_private
    from autograder.batch.term import read_term, refuse_out
    from autograder.views.term_page import term_page
    from autograder.views.totals import term_csv

    out = Path(arguments.out)
    refuse_out(out)
    roster = Roster(arguments.roster) if arguments.roster else None
    term, warnings = read_term([Path(folder) for folder in arguments.graded], out, roster)
    for sentence in warnings:
        say(f"bvae term: {sentence}", file=sys.stderr)
    before = os.umask(0o077)
    try:
        out.mkdir(parents=True, exist_ok=True)
    finally:
        os.umask(before)
    start = "\ufeff" if arguments.excel else ""
    save_private(out / "totals.csv", (start + term_csv(term)).encode("utf-8", "replace"))
    save_private(out / "index.html", term_page(term, warnings).encode("utf-8", "replace"))
    lessons = f"{len(term.lessons)} lesson{'' if len(term.lessons) == 1 else 's'}"
    say(
        f"{len(term.learners)} learners and {lessons}; {len(term.stopped())} handed in nothing for "
        "the newest lesson. "
        f"The page is {out / 'index.html'}, the table totals.csv beside it."
    )
    return 0
