"""Files that are written completely or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(
    path: Path, content: bytes, *, lasting: bool = True, partial: Path | None = None
) -> None:
    """Write a file so that at every moment either the old or the new one is complete.

    Args:
        path, content: the file.
        lasting: wait for the disk, so that the new one survives a power cut.
        partial: where it is written first; by default beside it, with ".partial" at the end.

    Raises:
        OSError: it cannot be written, on a full disk for instance, and names the file; the old
            one stays, and nothing half-written is left to take up space.
    """
    partial = partial or path.with_name(path.name + ".partial")
    try:
        with named(path), open(partial, "wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def named(path: str | os.PathLike) -> Iterator[None]:
    """Let an OSError in the block name this file: that of a full disk names none."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = os.fspath(path)
        raise
