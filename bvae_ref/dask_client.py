"""A client of an existing Dask cluster, for whatever there is to spread: cells or submissions."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 20


def dask() -> ModuleType:
    """The module `distributed`, kept from printing tracebacks about a lost connection.

    Raises:
        RuntimeError: it is not installed.
    """
    try:
        import distributed
    except ImportError:
        raise RuntimeError(
            "--scheduler needs Dask: pip install 'beyond-pixels[cluster]', here and on the workers."
        ) from None
    # What matters about a lost connection is said in one sentence, not in its tracebacks.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    return distributed


def connected(address: str) -> Client:
    """A client of the scheduler at this address, such as "tcp://10.0.0.5:8786".

    Raises:
        RuntimeError: Dask is not installed, or nothing answers there.
    """
    try:
        return dask().Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RuntimeError(
            f"There is no Dask scheduler at {address} ({error}); give an address such as "
            "tcp://10.0.0.5:8786."
        ) from None


def wait_for_workers(client: Client, address: str, start: str) -> None:
    """Wait until the scheduler has a worker.

    Raises:
        RuntimeError: it has none in time; names the command `start`, which starts one.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise RuntimeError(
            f"The scheduler at {address} has no workers; start some with `{start}`."
        ) from None
