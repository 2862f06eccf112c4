"""One run at a time in an output folder."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    try:
        import fcntl
    except ImportError:  # an interpreter without POSIX's parts, in a browser for instance
        fcntl = None  # type: ignore[assignment]

# Far behind the text: Windows refuses to read the bytes that are locked.
_LOCKED_BYTE = 1 << 20
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class FolderLock:
    """Context manager: holds a folder for this process.

    The operating system keeps the lock and drops it when the process ends, however it ends;
    the file that stays behind a killed run means nothing and is used again.

    Args:
        path: of the lock's file, in the folder itself.
        doing: what a run does there, such as "is grading into it".
        option: the one that gives another folder.

    Raises:
        RuntimeError: another run holds the folder; the message names its process.
    """

    def __init__(self, path: Path, doing: str, option: str):
        self.path, self._doing, self._option = path, doing, option
        self._descriptor = -1

    def __enter__(self) -> FolderLock:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._descriptor)
        except OSError:
            holder = os.read(self._descriptor, 100).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise RuntimeError(
                f"{self.path.parent} is in use: process {holder or 'unknown'} {self._doing}. Wait "
                f"for it, end it, or give another folder with {self._option}."
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())
        return self

    def __exit__(self, *exception) -> None:
        os.close(self._descriptor)


@contextmanager
def turn(path: Path, patience: float = 5.0) -> Iterator[None]:
    """Hold a file's lock, and wait for it while another process does.

    Where files have no locks, or nobody lets go for so long, the block runs all the same.

    Args:
        path: of the lock's file.
        patience: seconds.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        _wait(descriptor, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, deadline: float) -> None:
    while time.monotonic() < deadline:
        try:
            return _take(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                return None
        time.sleep(0.005)
    return None


def _take(descriptor: int) -> None:
    """Lock an open file, where that is possible; OSError where another process holds it."""
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    elif fcntl is not None:
        # Record locks, unlike flock's, are not kept alive by children of a killed run.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
