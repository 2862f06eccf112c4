"""One run at a time in an output folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Far behind the text: Windows refuses to read the bytes that are locked.
_LOCKED_BYTE = 1 << 20


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
            self._take()
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

    def _take(self) -> None:
        if sys.platform == "win32":
            os.lseek(self._descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        else:
            # Record locks, unlike flock's, are not kept alive by children of a killed run.
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
