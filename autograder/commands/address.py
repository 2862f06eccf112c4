"""`bvae address`: set the course's repository once, in every place that names it."""

from __future__ import annotations

import argparse
import configparser
from pathlib import Path

from bvae_ref.console import say


def add_address(subparsers) -> None:
    """Add the `address` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "address",
        help="set the address of the course's repository everywhere (for its owners)",
        description="Set the address of the course's repository in the package, the notebooks, the "
        "README and the docs of this checkout.",
    )
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="https://github.com/OWNER/REPO (default: that of git's remote `origin`)",
    )
    parser.set_defaults(run=run_address)


def run_address(arguments: argparse.Namespace) -> int:
    """Change the files and name them; return the exit code.

    Raises:
        ValueError: no such address, or no remote to take it from.
        FileNotFoundError: the course does not run from a checkout.
    """
    from autograder.authoring.course_address import move

    root = _checkout()
    done = move(arguments.url or origin(root), root)
    for path in done.files:
        say(path)
    if not done.files:
        say(f"The address already is {done.after} everywhere.")
    else:
        say(f"{len(done.files)} files now name {done.after} instead of {done.before}.")
        say("`make lessons` renews the checksums of the lessons' locked cells.")
    return 0


def origin(root: Path) -> str:
    """The address of git's remote `origin`.

    Raises:
        ValueError: there is none.
    """
    git = configparser.ConfigParser(strict=False, interpolation=None)
    git.read(root / ".git" / "config", encoding="utf-8")
    url = git.get('remote "origin"', "url", fallback="")
    if not url:
        raise ValueError(
            "This checkout has no remote `origin`; give the address: bvae address "
            "https://github.com/OWNER/REPO."
        )
    return url


def _checkout() -> Path:
    from autograder.exercise import registry

    root = registry.package_folder(registry.ENGINE).parent
    if not (root / "pyproject.toml").is_file() or not (root / "solutions").is_dir():
        raise FileNotFoundError(
            f"The course is installed in {root}; run this in a clone of its repository, installed "
            "with `pip install -e .`."
        )
    return root
