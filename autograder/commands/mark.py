"""`bvae mark`: written answers, marked on a page of this machine."""

from __future__ import annotations

import argparse
import webbrowser
from contextlib import suppress
from pathlib import Path

from bvae_ref.console import say


def add_mark(subparsers) -> None:
    """Add the `mark` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "mark",
        help="mark written answers on a page in your browser",
        description="Open a page that goes through the written answers of a class, one question "
        "at a time, with the items of its marking guide as buttons. OUT is a folder of `bvae "
        "grade`; every mark is saved there at once, in written.csv. The page can be reached from "
        "this machine only, and only by its address. Ctrl-C ends it.",
    )
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--port", type=int, default=0, help="(default: any that is free)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.set_defaults(run=run_mark, draws=False)


def run_mark(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C; return the exit code.

    Raises:
        ValueError: nothing to mark there, or a damaged table.
        RuntimeError: a run of `bvae grade` holds the folder.
        OSError: the port is taken.
    """
    from autograder.batch.marking import MarkingTable
    from autograder.batch.marking_server import MarkingServer
    from autograder.batch.store import LOCK_FILE
    from autograder.intake.course_texts import rubrics
    from bvae_ref.folder_lock import FolderLock

    folder = Path(arguments.out)
    MarkingTable(folder, rubrics())  # says what is wrong before a lock is made
    with (
        FolderLock(folder / LOCK_FILE, "is marking in it", "OUT"),
        MarkingServer(MarkingTable(folder, rubrics()), arguments.port) as server,
        suppress(KeyboardInterrupt),
    ):
        # At once, also into a pipe: whoever reads it waits for the address.
        say(
            f"Mark at {server.address}\nCtrl-C ends it; all marks are saved as you give them.",
            flush=True,
        )
        if not arguments.no_browser:
            webbrowser.open(server.address)
        server.serve_forever()
    say(f"Marks are in {folder / 'written.csv'}. `bvae grade` puts them into pages and tables.")
    return 0
