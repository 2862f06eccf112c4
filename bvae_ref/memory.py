"""How much memory this process may use, and one sentence where that is too little.

Only limits that the system enforces count: control groups (containers, hubs, batch systems) and the
address space (`ulimit -v`). Whoever passes the former is killed without a word.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

MB = 1_000_000
# Peaks on Linux, x86-64: after TensorFlow's import; training without images or XLA; what XLA adds.
# The address space is larger by what is mapped and never touched: at import, in training.
TENSORFLOW_MB = 600
TRAINING_MB = 720
XLA_MB = 230
MAPPED_MB = 600
TRAINING_MAPPED_MB = 1_700
# Peaks differ a little from machine to machine.
TOLERANCE = 0.9
_UNLIMITED = 1 << 60
# glibc's number for the size from which a block is mapped by itself; the size, in bytes.
_M_MMAP_THRESHOLD = -3
_LARGE = 1 << 20


def too_small(
    needed_mb: float, advice: str = "Raise the limit.", mapped_mb: float = MAPPED_MB
) -> str:
    """A sentence where a limit is below what is needed, else "".

    Args:
        needed_mb: resident memory, in MB.
        advice: what to do about it.
        mapped_mb: address space beyond that.
    """
    for kind, limit, needed in (
        ("its control group's memory", cgroup_limit(), needed_mb),
        ("its address space (`ulimit -v`)", address_limit(), needed_mb + mapped_mb),
    ):
        if limit is not None and limit < TOLERANCE * needed * MB:
            return (
                f"This needs about {needed:,.0f} MB, and {kind} is limited to {limit / MB:,.0f} "
                f"MB. {advice}"
            )
    return ""


def return_large_blocks() -> None:
    """From here on, memory in blocks of 1 MB and more goes back to the system once it is free.

    glibc keeps what is freed for later, in blocks of up to 32 MB once there have been such, and
    XLA and NumPy leave it in pieces. See `mallopt(3)`. Other C libraries are left as they are.
    """
    if sys.platform == "linux":
        setting = getattr(ctypes.CDLL(None), "mallopt", None)
        if setting is not None:
            setting(_M_MMAP_THRESHOLD, _LARGE)


def training_mb(images: int, pixels: int, xla: bool) -> float:
    """About how much a training takes, with its images as float32, in MB."""
    return TRAINING_MB + XLA_MB * xla + 1.2 * images * pixels * 4 / MB


def cgroup_limit(
    membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> int | None:
    """Bytes that the control groups of this process allow, the least of all; None for any.

    Args:
        membership: the kernel's list of this process's groups.
        root: where the groups are mounted; both versions are read.
    """
    found = []
    for line in _text(membership).splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            found += _limits(root, path, "memory.max")
        elif "memory" in controllers.split(","):
            found += _limits(root / "memory", path, "memory.limit_in_bytes")
    return min(found, default=None)


def address_limit() -> int | None:
    """Bytes of address space that this process may have; None for any."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _limits(mount: Path, path: str, name: str) -> list[int]:
    """The limits of a group and of those above it."""
    group = mount / path.strip("/")
    folders = [folder for folder in (group, *group.parents) if folder.is_relative_to(mount)]
    words = [_text(folder / name).strip() for folder in folders]
    return [int(word) for word in words if word.isdigit() and int(word) < _UNLIMITED]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
