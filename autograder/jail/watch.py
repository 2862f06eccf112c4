"""What the processes of one submission use together; the kernel's own limits count each alone.

Read from /proc by the warm parent, a few times a second. Where control groups are delegated the
kernel counts too (`control_groups.py`); most machines that grade delegate none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
MOST_FILES = 5_000


def memory_of(pid: int) -> int:
    """Bytes of memory of a process's own (no files' pages); 0 when it has gone."""
    try:
        resident, of_files = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1:3]
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(of_files)) * PAGE


def child_of(keeper: int) -> int | None:
    """The process that a keeper keeps, if this kernel tells."""
    try:
        children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text("ascii").split()
    except OSError:
        return None
    return int(children[0]) if children else None


def grown(keepers: Iterable[int], inherited: int) -> dict[int, int]:
    """Keeper → bytes that its process has taken beyond the `inherited` ones it shares."""
    found = {}
    for keeper in keepers:
        child = child_of(keeper)
        found[keeper] = max(0, memory_of(child) - inherited) if child else 0
    return found


def size_of(folder: Path) -> int:
    """Bytes of a folder's files, as far as they can be counted in a moment."""
    waiting, count, size = [str(folder)], 0, 0
    while waiting and count < MOST_FILES:
        try:
            for entry in os.scandir(waiting.pop()):
                count += 1
                size += entry.stat(follow_symlinks=False).st_size
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        except OSError:
            continue
    return size
