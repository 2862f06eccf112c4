"""Many cells: what is missing gets run, in processes of its own, and is kept as it ends."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from bvae_ref.study.folder import StudyFolder
from bvae_ref.study.plan import Cell
from bvae_ref.study.progress import Progress, Say

# One thread a process: TensorFlow and the libraries below NumPy read these when they begin.
_WORKERS_ENVIRONMENT = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


class Ended(NamedTuple):
    """A cell that has ended: with an outcome (result, arrays), or with the reason why not."""

    cell: Cell
    outcome: tuple[dict[str, Any], dict] | None
    reason: str = ""


Runner = Callable[[Sequence[Cell]], Iterator[Ended]]


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
    """Ctrl-C during a study; the message says what is kept and how to go on."""


def run_study(cells: Sequence[Cell], folder: StudyFolder, runner: Runner, say: Say) -> Summary:
    """Run the cells that `folder` does not hold yet.

    Args:
        cells: of the plan.
        folder: where finished cells are and come to be.
        runner: `on_this_machine(…)` or `cluster.on_cluster(…)`.
        say: takes lines for people.

    Raises:
        StudyInterrupted: Ctrl-C.
        OSError: the folder cannot be written any more.
        RuntimeError: the cluster is lost.
    """
    results = {cell.key: folder.kept(cell) for cell in cells}
    missing = [cell for cell in cells if results[cell.key] is None]
    if len(missing) < len(cells):
        say(f"{len(cells) - len(missing)} of {len(cells)} cells are finished already and are kept.")
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
            "The same command goes on from there."
        ) from None
    finished = [(cell, results[cell.key]) for cell in cells if results[cell.key] is not None]
    return Summary(finished, len(missing) - len(failed), failed)


def on_this_machine(work: Callable[[Cell], tuple[dict, dict]], workers: int) -> Runner:
    """A runner with `workers` processes side by side, one thread each.

    A process that dies, for want of memory perhaps, takes with it what ran beside it. Those
    cells are tried once more, each alone; one that dies again has failed.

    Args:
        work: runs one cell; a function that another process can import.
        workers: at least 1.

    Raises:
        ValueError: no workers.
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}; at least 1 process has to work.")

    def runner(cells: Sequence[Cell]) -> Iterator[Ended]:
        suspects: list[Cell] = []
        waiting = list(cells)
        while waiting:
            waiting, broken = yield from _side_by_side(work, waiting, workers)
            suspects += broken
        for cell in suspects:
            _, broken = yield from _side_by_side(work, [cell], 1)
            for _ in broken:
                yield Ended(cell, None, "its process died twice; is there enough memory?")

    return runner


def _side_by_side(work, cells: Sequence[Cell], workers: int):
    """Run cells until all have ended or a process dies.

    Returns:
        Cells that were not begun, and those that were under way when a process died.
    """
    waiting = list(cells)
    running: dict[Future, Cell] = {}
    with _processes(min(workers, len(waiting))) as pool:
        while waiting or running:
            # Never more than can run, so that a death leaves few suspects.
            while waiting and len(running) < workers:
                cell = waiting.pop(0)
                running[pool.submit(work, cell)] = cell
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    return waiting, list(running.values())
                cell = running.pop(future)
                if error is None:
                    yield Ended(cell, future.result())
                else:
                    yield Ended(cell, None, f"{type(error).__name__}: {error}")
    return [], []


@contextmanager
def _processes(workers: int):
    """A pool whose processes end with the block, whatever they are doing."""
    before = {name: os.environ.get(name) for name in _WORKERS_ENVIRONMENT}
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    os.environ.update(_WORKERS_ENVIRONMENT)
    pool = ProcessPoolExecutor(workers, context, initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _begin() -> None:
    """Make a worker: it leaves Ctrl-C to its parent, and ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # TensorFlow warns of new functions in a loop; here every model is a new one.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


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
