"""`bvae similar`: which notebooks of a class are closer to each other than to all others."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from autograder.batch.layout import LAYOUTS
from bvae_ref.console import say


def add_similar(subparsers) -> None:
    """Add the `similar` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "similar",
        help="which notebooks are closer to each other than to the whole class's",
        description="Compare the notebooks of a class with each other and write a page, which only "
        "you can read, of those that share what few others have. What the lessons hand out and "
        "what the course's own answers look like counts for nothing; names, comments and layout "
        "play no part. The page shows evidence, not a verdict. SUBMISSIONS is what `bvae grade` "
        "takes. No code is run.",
        epilog="Exit codes: 0 all were compared, 2 nothing was done, 3 some files were not "
        "compared, or set aside though they might have been somebody's work.",
    )
    parser.add_argument("submissions", metavar="SUBMISSIONS")
    parser.add_argument("-o", "--out", metavar="PAGE.html", required=True)
    parser.add_argument("--lesson", type=int, metavar="N", help="everything is of lesson N")
    parser.add_argument("--layout", choices=LAYOUTS, help="as in `bvae grade`")
    parser.set_defaults(run=run_similar, draws=False)


def run_similar(arguments: argparse.Namespace) -> int:
    """Compare and write the page; return the exit code.

    Raises:
        ValueError, OSError: bad input, or a full disk.
    """
    from autograder.batch.collect import collect
    from autograder.batch.files import open_source
    from autograder.batch.similar import similar
    from autograder.batch.store import save_private
    from autograder.intake.released import lessons
    from autograder.views.similar_page import similar_page

    if arguments.lesson is not None and arguments.lesson not in lessons():
        known = ", ".join(map(str, lessons()))
        raise ValueError(f"There is no lesson {arguments.lesson}; the lessons are {known}.")
    out = Path(arguments.out)
    _refuse(out, Path(arguments.submissions))
    with closing(open_source(arguments.submissions)) as source:
        collection = collect(source, arguments.lesson, None, arguments.layout)
        found, notes = similar(source, collection)
        said = [*source.notes, *collection.set_aside, *notes]
    for sentence in said:
        say(f"bvae similar: {sentence}", file=sys.stderr)
    save_private(out, similar_page(found, notes).encode("utf-8", "replace"))
    pairs = sum(len(lesson.pairs) for lesson in found)
    compared = sum(lesson.notebooks for lesson in found)
    say(
        f"{compared} notebooks compared; {pairs} pair{'' if pairs == 1 else 's'} to look at in "
        f"{out}. It is evidence, not a verdict."
    )
    return 3 if collection.unexplained or notes else 0


def _refuse(out: Path, submissions: Path) -> None:
    """Say at once what would keep the page from being written where it should be.

    Raises:
        ValueError: no page's name, a folder that is not there, or one of the submissions.
    """
    if out.suffix.lower() != ".html" or out.is_dir():
        raise ValueError(f"{out} is no page's name; give one that ends in .html with -o.")
    if not out.parent.is_dir():
        raise ValueError(f"There is no folder {out.parent} for the page; make it first.")
    if submissions.is_dir() and submissions.resolve() in out.resolve().parents:
        raise ValueError(
            f"{out} is inside the submissions, and would be taken for one; give a place elsewhere "
            "with -o."
        )
