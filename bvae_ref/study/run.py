"""One run of a study: run what is missing, and keep each result as it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from bvae_ref.study.folder import StudyFolder
from bvae_ref.study.plan import Cell
from bvae_ref.study.processes import Runner
from bvae_ref.study.progress import Progress, Say


class Summary(NamedTuple):
    """How a run of the study ended.

    Attributes:
        results: (cell, result) of all finished cells, in the order of the plan.
        ran: how many cells this run finished.
        failed: (cell, reason) of those that could not be run.
    """

    results: list[tuple[Cell, dict[str, Any]]]
    ran: int
    failed: list[tuple[Cell, str]]


class StudyInterrupted(KeyboardInterrupt):
    """Ctrl-C during a study; the message says what is kept and how to continue."""


def run_study(cells: Sequence[Cell], folder: StudyFolder, runner: Runner, say: Say) -> Summary:
    """Run the cells that `folder` does not hold yet.

    Args:
        cells: of the plan.
        folder: where finished cells are and come to be.
        runner: `processes.on_this_machine(…)` or `cluster.on_cluster(…)`.
        say: takes lines for people.

    Raises:
        StudyInterrupted: Ctrl-C.
        OSError: the folder cannot be written any more.
        RuntimeError: the cluster is lost.
    """
    results = {cell.key: folder.kept(cell) for cell in cells}
    missing = [cell for cell in cells if results[cell.key] is None]
    if len(missing) < len(cells):
        say(f"{len(cells) - len(missing)} of {len(cells)} cells are already finished and are kept.")
    progress = Progress(len(cells), len(cells) - len(missing), say)
    failed: list[tuple[Cell, str]] = []
    try:
        if missing:
            with closing(runner(missing)) as ended:
                for cell, outcome, reason in ended:
                    if outcome is None:
                        failed.append((cell, reason))
                    else:
                        folder.keep(cell, *outcome)
                        results[cell.key] = outcome[0]
                    progress.step(_told(cell, outcome, reason))
    except KeyboardInterrupt:
        kept = sum(result is not None for result in results.values())
        raise StudyInterrupted(
            f"Interrupted; {kept} of {len(cells)} cells are finished and kept in {folder.path}. "
            "The same command continues from there."
        ) from None
    finished = [(cell, result) for cell in cells if (result := results[cell.key]) is not None]
    return Summary(finished, len(missing) - len(failed), failed)


def _told(cell: Cell, outcome: tuple[dict, dict] | None, reason: str) -> str:
    if outcome is None:
        return f"{cell.title}: FAILED, {reason}"
    result = outcome[0]
    if result.get("diverged"):
        return f"{cell.title}: diverged; its scores are left out of all means"
    numbers = {
        "MIG": (result.get("mig"), ".3f"),
        "rate": (result.get("rate"), ".1f"),
        "distortion": (result.get("distortion"), ".1f"),
    }
    words = [
        f"{name} {value:{form}}"
        for name, (value, form) in numbers.items()
        if value is not None and math.isfinite(value)
    ]
    return f"{cell.title}: {', '.join(words)}"
