"""`bvae proof`: show that the tests accept every right answer and name every wrong one."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from pathlib import Path

from bvae_ref.console import say


def add_proof(subparsers) -> None:
    """Add the `proof` subcommand to the `bvae` command line."""
    parser = subparsers.add_parser(
        "proof",
        help="prove the tests right: variants pass, misconceptions fail and are named",
        description="Try every right and every wrong answer in the bank, pairs of wrong ones, "
        "rewrites in another style, mutants of the solutions and the statistical "
        "tolerances. An interrupted run continues where it stopped.",
        epilog="Exit codes: 0 everything holds, 1 something does not, 2 nothing was done.",
    )
    parser.add_argument("--json", action="store_true", help="print the totals and rows as JSON")
    parser.add_argument(
        "--short",
        action="store_true",
        help="few seeds, only the bank, a few entries of slow exercises (takes minutes)",
    )
    parser.add_argument(
        "--only", nargs="+", metavar="ID", help="only these exercises (2.1) or lessons (2)"
    )
    parser.add_argument(
        "--kinds", nargs="+", metavar="KIND", help="only these kinds of evidence, such as pair"
    )
    parser.add_argument(
        "--open",
        nargs="+",
        metavar="CASES.json",
        help="instead: judge answers from outside, and show what learners would read about them",
    )
    parser.add_argument(
        "--json-line", action="store_true", help="with --open: end with one JSON object"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=3,
        metavar="N",
        help="with --open: on how many seeds right answers are judged (default: 3)",
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="begin nothing new after this long; 0 only reports what is already known",
    )
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        help="write the table as Markdown, and beside it, as .jsonl.xz, what was found, from which "
        "another machine can start",
    )
    parser.set_defaults(run=run_proof)


def run_proof(arguments: argparse.Namespace) -> int:
    """Run the proof; return the exit code.

    Raises:
        ValueError, OSError: bad input.
    """
    if arguments.open:
        return _run_open(arguments)
    from autograder.proof.run import Plan, prove

    plan = Plan.of(arguments.only, arguments.kinds, arguments.short)
    publish = Path(arguments.out).with_suffix(".jsonl.xz") if arguments.out else None
    report = prove(plan, arguments.workers, minutes=arguments.minutes, publish=publish)
    if arguments.out:
        report.write(arguments.out)
    if arguments.json:
        say(json.dumps(report.as_data(), indent=1))
    else:
        say(report.as_text())
    for sentence in report.failures():
        say(f"bvae proof: {sentence}", file=sys.stderr)
    return 1 if report.failures() else 0


def _run_open(arguments: argparse.Namespace) -> int:
    """Judge answers from outside; 1 where a wrong one passes or a right one loses a point."""
    from autograder.proof.open_cases import as_text, met, read_cases, totals

    cases = [case for path in arguments.open for case in read_cases(path)]
    rows = met(cases, arguments.workers, seeds=arguments.seeds)
    found = totals(rows)
    if arguments.json:
        say(json.dumps({**found, "rows": rows}, indent=1))
    else:
        say(as_text(rows))
    if arguments.json_line:
        say(json.dumps(found))
    return 1 if found["passed"] or found["right_refused"] else 0
