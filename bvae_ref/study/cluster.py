"""The study on more than one machine: cells handed to an existing Dask cluster.

Results come back to the client, which alone keeps them, so that a worker that dies costs a
repetition of the cell it was at and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from bvae_ref import dask_client
from bvae_ref.study.plan import Cell
from bvae_ref.study.processes import Ended, Runner


def on_cluster(work: Callable[[Cell], tuple[dict, dict]], address: str) -> Runner:
    """A runner on the workers of a Dask scheduler.

    Args:
        work: runs one cell; a function that the workers can import.
        address: of the scheduler, such as "tcp://10.0.0.5:8786". Workers with one thread each
            are best: a process trains one cell at a time.

    The runner raises RuntimeError where Dask is not installed, the scheduler does not answer or
    is lost, or it has no workers.
    """

    def runner(cells: Sequence[Cell]) -> Generator[Ended, None, None]:
        client = dask_client.connected(address)
        try:
            dask_client.wait_for_workers(client, address, f"dask worker {address} --nthreads 1")
            futures = {client.submit(work, cell, pure=False): cell for cell in cells}
            for future in dask_client.dask().as_completed(list(futures), loop=client.loop):
                yield _ended(future, futures.pop(future))
                future.release()
        finally:
            client.close(timeout=dask_client.CONNECT_SECONDS)

    return runner


def _ended(future, cell: Cell) -> Ended:
    if future.cancelled():
        raise RuntimeError(
            "The connection to the Dask scheduler was lost; start it and run the same command "
            "again. Finished cells are kept."
        )
    error = future.exception()
    if error is None:
        return Ended(cell, future.result())
    return Ended(cell, None, f"{type(error).__name__}: {error}")
