"""Cells side by side, in separate processes on this machine.

What a cell is does not matter here, and this module imports nothing large: what a process needs
beyond it comes with its first cell.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, NamedTuple

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

    cell: Any
    outcome: tuple[dict[str, Any], dict] | None
    reason: str = ""


# Takes cells and yields each as it ends; closing it ends those that still run.
Runner = Callable[[Sequence], Generator[Ended, None, None]]


def on_this_machine(work: Callable, workers: int) -> Runner:
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
        raise ValueError(f"workers is {workers}; it must be at least 1.")

    def runner(cells: Sequence) -> Generator[Ended, None, None]:
        suspects: list = []
        waiting = list(cells)
        while waiting:
            waiting, broken = yield from _side_by_side(work, waiting, workers)
            suspects += broken
        for cell in suspects:
            _, broken = yield from _side_by_side(work, [cell], 1)
            for _ in broken:
                yield Ended(cell, None, "its process died twice; is there enough memory?")

    return runner


def _side_by_side(
    work: Callable, cells: Sequence, workers: int
) -> Generator[Ended, None, tuple[list, list]]:
    """Run cells until all have ended or a process dies.

    Returns:
        Cells that were not begun, and those that were under way when a process died.
    """
    waiting = list(cells)
    running: dict[Future, Any] = {}
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
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
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
    end_with_parent()
    # TensorFlow warns of new functions in a loop; here every model is a new one.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def end_with_parent() -> None:
    """From now on, end this worker as soon as the process that made it has ended."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # a worker's is the process that made it
    parent.join()
    os._exit(1)
