"""The `bvae` command: subcommands come from the entry points of group "bvae.commands"."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, entry_points, version

from bvae_ref import __version__, supported
from bvae_ref.console import forgive, say
from bvae_ref.drawing import draw_files_alone
from bvae_ref.memory import return_large_blocks, too_small

RESTS_ON = ("tensorflow", "tensorflow-cpu", "keras", "numpy")


def build_parser() -> argparse.ArgumentParser:
    """The parser with every installed subcommand."""
    parser = argparse.ArgumentParser(
        prog="bvae", description="Train, use and teach a β-VAE on Japanese calligraphy."
    )
    parser.add_argument("--version", action="version", version=versions())
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for entry_point in sorted(entry_points(group="bvae.commands"), key=lambda e: e.name):
        entry_point.load()(subparsers)
    return parser


def versions() -> str:
    """This package's version, and those of the libraries its numbers depend on."""
    found = [f"bvae {__version__}", f"Python {platform.python_version()}"]
    for name in RESTS_ON:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


def main(arguments: list[str] | None = None) -> int:
    """Run `bvae`; return the exit code. Expected failures are one line on stderr and code 2."""
    forgive()
    if sys.version_info < supported.FIRST:
        say(f"bvae: {supported.here()}", file=sys.stderr)
        return 2
    parsed = build_parser().parse_args(arguments)
    if getattr(parsed, "draws", True):
        draw_files_alone()
    least_mb = getattr(parsed, "least_mb", 0)
    if words := too_small(least_mb) if least_mb else "":
        say(f"bvae {parsed.command}: {words}", file=sys.stderr)
        return 2
    return_large_blocks()
    try:
        return parsed.run(parsed)
    except KeyboardInterrupt as stop:
        message = str(stop) or "Interrupted; everything finished so far is kept."
        say(f"\n{message}", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        if error.name != "tensorflow" or os.environ.get("BVAE_DEBUG"):
            raise
        say(f"bvae {parsed.command}: {error.msg}", file=sys.stderr)
        return 2
    except (ValueError, OSError, RuntimeError) as error:
        if os.environ.get("BVAE_DEBUG"):
            raise
        say(f"bvae {parsed.command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
