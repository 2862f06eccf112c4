"""Control groups, version 2: the kernel counts what the processes of one submission use together.

They are taken where they were delegated to the grader: in a unit or scope with `Delegate=yes`
(systemd, "Control Group APIs and Delegation"), and at the root of a container's own namespace of
groups, if it is writable. Elsewhere a group belongs to somebody else, and `watch.py` counts.
The files and the rule that only leaves hold processes: Linux, "Control Group v2".
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from autograder.jail.limits import Limits

NEEDED = ("memory", "pids")
ALSO = ("cpu",)
LEAF = "grader"
MARKS = ("user.delegate", "trusted.delegate")
# Of 10,000; the grader's own processes keep 100, so that no submission slows the judges down.
WEIGHT = 50


class ControlGroups:
    """One group for each client that has a submission in work, below a group that is ours.

    Args:
        base: a group that was delegated, and whose controllers are on for its children.
        prefix: how the groups' names begin, so that two graders can share the base.
    """

    def __init__(self, base: Path, prefix: str):
        self.base, self.prefix = base, prefix

    def made(self, client: int, limits: Limits) -> Path:
        """The group of a client's submission, made with its limits if it is not there.

        Raises:
            OSError: the kernel refuses.
        """
        group = self.base / f"{self.prefix}-{client}"
        if not group.is_dir():
            group.mkdir()
            _write(group / "memory.max", int(limits.memory_gb * 2**30))
            _write(group / "pids.max", int(limits.processes))
            # Kernels without swap have no such file, and the third controller may be kept back.
            for name, value in (("memory.swap.max", 0), ("cpu.weight", WEIGHT)):
                if (group / name).is_file():
                    _write(group / name, value)
        return group

    def remove(self, client: int) -> None:
        """Remove a client's group, whose processes have ended; one that is not there is fine."""
        with suppress(FileNotFoundError):
            (self.base / f"{self.prefix}-{client}").rmdir()


def join(group: Path) -> None:
    """Move this process into a group; the processes it forks from now on are in it too."""
    _write(group / "cgroup.procs", 0)


def claim(
    proc: Path = Path("/proc"),
    limits: Limits = Limits(),  # noqa: B008 (it cannot be changed)
) -> ControlGroups | None:
    """The groups that this process may make, or None where no group was delegated to it.

    All processes of the delegated group move into a leaf of it, since a group with
    processes of its own cannot hand its controllers on.
    """
    base = own_group(proc)
    if base is not None and base.name == LEAF:  # an earlier grader has moved us
        base = base.parent
    if base is None or not _is_delegated(base):
        return None
    groups = ControlGroups(base, f"submissions-{os.getpid()}")
    try:
        offered = (base / "cgroup.controllers").read_text("ascii").split()
        if not set(NEEDED) <= set(offered):
            return None
        leaf = base / LEAF
        leaf.mkdir(exist_ok=True)
        for process in (base / "cgroup.procs").read_text("ascii").split():
            with suppress(ProcessLookupError):  # it has just ended
                _write(leaf / "cgroup.procs", int(process))
        for name in NEEDED:
            _write(base / "cgroup.subtree_control", f"+{name}")
        for name in set(ALSO) & set(offered):
            with suppress(OSError):
                _write(base / "cgroup.subtree_control", f"+{name}")
        groups.made(0, limits)
        groups.remove(0)
    except OSError:
        return None
    return groups


def own_group(proc: Path = Path("/proc")) -> Path | None:
    """The folder of this process's group, or None where there is no version 2 or no way to it."""
    try:
        groups = (proc / "self" / "cgroup").read_text("utf-8").splitlines()
        mounts = (proc / "self" / "mountinfo").read_text("utf-8").splitlines()
    except OSError:
        return None
    path = next((line[3:] for line in groups if line.startswith("0::/")), None)
    for mount in mounts:
        fields, _, kind = mount.partition(" - ")
        if path is None or kind.split()[0] != "cgroup2":
            continue
        root, point = fields.split()[3:5]
        if ".." not in path and Path(path).is_relative_to(root):
            return Path(point) / Path(path).relative_to(root)
    return None


def _is_delegated(group: Path) -> bool:
    if not all(os.access(group / name, os.W_OK) for name in ("", "cgroup.procs")):
        return False
    for mark in MARKS:
        with suppress(OSError, AttributeError):
            if os.getxattr(group, mark) == b"1":
                return True
    # The machine's own root has no limits; the root of a container's namespace does.
    return os.path.ismount(group) and (group / "memory.max").is_file()


def _write(path: Path, value: object) -> None:
    path.write_text(str(value), "ascii")
