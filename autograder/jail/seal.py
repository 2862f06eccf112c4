"""The layers that close a process in, and the order in which they are put on.

Each layer is tried once when the warm parent starts (`warm.py`); the ones that hold are put
on every child, and a child on which one of them fails refuses to run anything.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from autograder.jail import kernel, private_root
from autograder.jail.limits import Limits
from autograder.jail.private_root import PrivateRoot
from autograder.jail.reach import DEVICES, MACHINE_FACTS, readable_paths
from autograder.jail.system_calls import allow_system_calls

# Name → what it keeps from happening; the order is that of `enter` and `close_in`.
LAYERS = {
    "user namespace": "gaining rights over the machine",
    "network": "reaching any network, this machine's own included",
    "processes": "seeing, signalling or outliving into other processes",
    "private root": "finding any file but Python's own, filling the disk, leaving files behind",
    "limits": "using up memory, processor, processes or file handles",
    "user": "acting as the instructor's user",
    "files": "reading or writing any file but Python's own and the scratch folder",
    "system calls": "asking the kernel for anything that computing does not need",
}
# Users of their own, one a child, far above those that systems hand out.
FIRST_UID = 2_000_000_000


@dataclass(frozen=True)
class Confinement:
    """What one child gets: its layers, limits, scratch folder, user id, and private root."""

    layers: frozenset[str]
    limits: Limits
    scratch: str
    uid: int
    root: PrivateRoot | None = None

    @property
    def folder(self) -> str:
        """The scratch folder, as the child calls it."""
        return self.root.scratch if self.root else self.scratch


class Refused(RuntimeError):
    """A layer that should hold does not; nothing of the learner's may run."""


class Layers:
    """Puts layers on one by one and keeps which ones held, and why the others did not."""

    def __init__(self, wanted: Iterable[str]):
        self.wanted = frozenset(wanted)
        self.missing: dict[str, str] = {}
        self._tried: set[str] = set()

    @property
    def held(self) -> set[str]:
        """Those of which every step so far succeeded."""
        return self._tried - self.missing.keys()

    def put_on(self, name: str, *steps: Callable[[], object]) -> None:
        """Take the steps of a layer, if it is wanted and has not failed before."""
        if name not in self.wanted or name in self.missing:
            return
        self._tried.add(name)
        try:
            for step in steps:
                step()
        except (OSError, ValueError, ImportError, AttributeError, RuntimeError) as error:
            self.missing[name] = str(error) or type(error).__name__


def hands_out_users() -> bool:
    """Whether this process may become users of its own choice, as root of a machine may.

    Root of a user namespace, as in a container without root, has few users or one.
    """
    if os.geteuid() != 0:
        return False
    with open("/proc/self/uid_map", encoding="ascii") as file:
        ranges = [tuple(map(int, line.split())) for line in file]
    return any(first <= FIRST_UID and first + count > FIRST_UID for first, _, count in ranges)


def enter(confinement: Confinement, layers: Layers) -> None:
    """Leave the namespaces of the system: first half, before the fork that makes the child."""
    uid, gid = os.geteuid(), os.getegid()
    user = confinement.root.user if confinement.root else None
    if user is not None:
        layers.put_on("user namespace", lambda: kernel.enter_namespace(user, kernel.CLONE_NEWUSER))
    elif not hands_out_users():
        layers.put_on(
            "user namespace",
            lambda: kernel.unshare(kernel.CLONE_NEWUSER),
            lambda: kernel.map_own_ids(uid, gid),
        )
    layers.put_on("network", lambda: kernel.unshare(kernel.CLONE_NEWNET))
    apart = kernel.CLONE_NEWPID | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    layers.put_on("processes", lambda: kernel.unshare(apart))


def close_in(confinement: Confinement, layers: Layers) -> None:
    """Second half, in the child: mounts, limits, user, files, system calls; no way back."""
    limits, root, over_users = confinement.limits, confinement.root, hands_out_users()
    other_user = "user" in layers.wanted
    uid = confinement.uid if other_user else os.geteuid()
    gid = uid if other_user else os.getegid()
    if root:
        size, own = int(limits.scratch_mb), "processes" in layers.held
        layers.put_on("private root", lambda: private_root.enter(root, size, uid, gid, own))
    elif other_user:
        os.chown(confinement.scratch, uid, gid)
    inside = "private root" in layers.held
    os.chdir(confinement.folder)
    layers.put_on("limits", lambda: limit(limits))
    layers.put_on("user", lambda: _become(uid, gid))
    if over_users or "user namespace" in layers.held:
        # Without root a second one, of this child alone: the limit on processes counts in it.
        layers.put_on(
            "user namespace",
            lambda: kernel.unshare(kernel.CLONE_NEWUSER),
            lambda: kernel.map_own_ids(uid, gid),
        )
    if other_user or "user namespace" in layers.held:
        # Only now: a namespace keeps the limit that it was made under as one for the namespace
        # around it, where the submissions of an ordinary user are all counted together.
        layers.put_on("limits", lambda: limit_processes(limits))
    _succeeds(kernel.drop_capabilities)
    _succeeds(lambda: kernel.die_with_parent(signal.SIGKILL))
    readable = ["/"] if inside else [*readable_paths(), *DEVICES, *MACHINE_FACTS]
    writable = [confinement.folder, "/dev/null"]
    layers.put_on("files", lambda: kernel.landlock(readable, writable))
    layers.put_on("system calls", kernel.no_new_privileges, allow_system_calls)


def limit(limits: Limits) -> None:
    """Set the resource limits of this process but for processes, as far as the system has them."""
    cpu, memory = int(limits.cpu_seconds) + 1, int(limits.memory_gb * 2**30)
    size = int(limits.scratch_mb * 2**20)
    _set_limits(
        RLIMIT_CPU=(cpu, cpu + 2),
        RLIMIT_AS=(memory, memory),
        RLIMIT_FSIZE=(size, size),
        RLIMIT_NOFILE=(256, 256),
        RLIMIT_CORE=(0, 0),
        RLIMIT_MSGQUEUE=(0, 0),
    )


def limit_processes(limits: Limits) -> None:
    """Limit the processes and threads of this process's user in its user namespace.

    Only for a process whose user, or namespace, is its own: all of the user's processes count,
    where the grader's user runs it. There memory alone bounds its threads, and processes are a
    refused system call.
    """
    _set_limits(RLIMIT_NPROC=(limits.processes, limits.processes))


def _set_limits(**wanted: tuple[int, int]) -> None:
    import resource

    for name, bounds in wanted.items():
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), bounds)


def _become(uid: int, gid: int) -> None:
    if uid < FIRST_UID:
        raise OSError("no user id of its own was given")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def _succeeds(step) -> bool:
    try:
        step()
    except OSError:
        return False
    return True
