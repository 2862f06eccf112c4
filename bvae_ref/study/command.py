"""The subcommand `bvae study`."""

from __future__ import annotations

import argparse
import importlib.util
import os
from functools import partial

from bvae_ref.console import say
from bvae_ref.study import PARTS


def add_study(subparsers) -> None:
    """Add `bvae study`."""
    parser = subparsers.add_parser(
        "study",
        help="measure what β does to disentanglement, over many seeds",
        description="Train a model for every weight and seed, score each on images with known "
        "factors, and write a table, figures and a page that says what the intervals "
        "allow. Takes about an hour on two cores; --short takes a minute. An "
        "interrupted study continues where it stopped.",
    )
    parser.add_argument("--out", default="out/study", help="folder (default: %(default)s)")
    parser.add_argument(
        "--only", nargs="+", default=PARTS, metavar="PART", help=f"some of {', '.join(PARTS)}"
    )
    parser.add_argument("--seeds", type=int, help="how many, at least 2 (default: 5)")
    parser.add_argument("--workers", type=int, help="processes side by side (default: all cores)")
    parser.add_argument("--scheduler", help="address of a Dask scheduler, to run on its workers")
    parser.add_argument("--short", action="store_true", help="few images, one epoch, two seeds")
    parser.add_argument("--data-dir", help="folder of official KMNIST files")
    parser.set_defaults(run=_study)


def _study(options: argparse.Namespace) -> int:
    from bvae_ref.folder_lock import FolderLock
    from bvae_ref.study.folder import StudyFolder
    from bvae_ref.study.page import write_report
    from bvae_ref.study.plan import FULL, SHORT, planned
    from bvae_ref.study.processes import on_this_machine
    from bvae_ref.study.run import run_study

    if options.workers is not None and options.workers < 1:
        raise ValueError(f"--workers is {options.workers}; it must be at least 1.")
    if options.workers and options.scheduler:
        raise ValueError(
            "--workers and --scheduler exclude each other: the cluster has its own workers."
        )
    data_dir = os.path.abspath(options.data_dir) if options.data_dir else None
    amount = SHORT if options.short else FULL
    cells = planned(options.only, options.seeds, amount)
    cells = _possible(cells, data_dir)
    work = partial(_work, data_dir=data_dir)
    if options.scheduler:
        from bvae_ref.study.cluster import on_cluster

        runner = on_cluster(work, options.scheduler)
    else:
        runner = on_this_machine(work, options.workers or _cores())
    folder = StudyFolder(options.out, amount)
    with FolderLock(folder.lock_path, "runs a study in it", "--out"):
        summary = run_study(cells, folder, runner, partial(say, flush=True))
        if summary.results:
            page = write_report(summary, folder, amount, _command(options))
            say(f"The results are in {page}.")
    for cell, reason in summary.failed:
        say(f"Not run: {cell.title} ({reason}). The same command tries it again.")
    return 1 if summary.failed else 0


def _possible(cells: list, data_dir: str | None) -> list:
    """The cells that can be run here; where KMNIST is missing, a message says so.

    Raises:
        DataUnavailable: KMNIST alone was asked for, and is missing.
        RuntimeError: scikit-learn is missing, which DCI needs.
    """
    from bvae_ref.data.errors import DataUnavailable
    from bvae_ref.data.loading import load

    kmnist = [cell for cell in cells if cell.part == "kmnist"]
    others = [cell for cell in cells if cell.part != "kmnist"]
    if others and importlib.util.find_spec("sklearn") is None:
        raise RuntimeError("DCI needs scikit-learn: pip install 'beyond-pixels[metrics]'.")
    if not kmnist:
        return cells
    try:
        load("kmnist", "test[:1]", data_dir=data_dir, download=False, quiet=True)
    except DataUnavailable:
        if not others:
            raise
        say("KMNIST is not available (give --data-dir), so its rate–distortion curve is left out.")
        return others
    return cells


def _command(options: argparse.Namespace) -> str:
    """The command that decides the numbers, without what only says where it runs."""
    words = ["bvae study"]
    if set(options.only) != set(PARTS):
        words += ["--only", *options.only]
    if options.seeds is not None:
        words += ["--seeds", str(options.seeds)]
    if options.short:
        words.append("--short")
    return " ".join(words)


def _work(cell, data_dir: str | None) -> tuple[dict, dict]:
    """Run one cell; TensorFlow is imported only in the process that does."""
    from bvae_ref.study.cell import run_cell

    # A plain pair: to unpickle the other would import TensorFlow where the cells come from.
    result, arrays = run_cell(cell, data_dir)
    return result, arrays


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
