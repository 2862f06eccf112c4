"""The layers that close a process in, and the order in which they are put on.

Each layer is tried once when the warm parent starts (`warm.py`); the ones that hold are put
on every child, and a child on which one of them fails refuses to run anything.
"""

from __future__ import annotations

import os
import signal
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.exercise import registry
from autograder.jail import kernel
from autograder.jail.limits import Limits
from autograder.jail.system_calls import forbid_system_calls

# Name → what it keeps from happening; the order is that of `enter` and `close_in`.
LAYERS = {
    "user namespace": "gaining rights over the machine",
    "network": "reaching any network, this machine's own included",
    "processes": "seeing, signalling or outliving into other processes",
    "scratch": "filling the disk, or leaving files behind",
    "limits": "using up memory, processor, processes or file handles",
    "user": "acting as the instructor's user",
    "files": "reading or writing any file but Python's own and the scratch folder",
    "system calls": "starting programs or processes, opening sockets, tracing, mounting",
}
# Users of their own, one a child, far above those that systems hand out.
FIRST_UID = 2_000_000_000
SYSTEM_PATHS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl", "/sys")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
MACHINE_FACTS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version")
# Beside packages that hold answers, what a checkout of a course has besides.
OWN_FOLDERS = ("lessons", "solutions", "tests")


@dataclass(frozen=True)
class Confinement:
    """What one child gets: its layers, limits, scratch folder and user id."""

    layers: frozenset[str]
    limits: Limits
    scratch: str
    uid: int


class Refused(RuntimeError):
    """A layer that should hold does not; nothing of the learner's may run."""


class Layers:
    """Puts layers on one by one and keeps which ones held, and why the others did not."""

    def __init__(self, wanted: Iterable[str]):
        self.wanted = frozenset(wanted)
        self.held: set[str] = set()
        self.missing: dict[str, str] = {}

    def put_on(self, name: str, *steps: Callable[[], object]) -> None:
        """Take the steps of a layer, if it is wanted."""
        if name not in self.wanted:
            return
        try:
            for step in steps:
                step()
            self.held.add(name)
        except (OSError, ValueError, ImportError, AttributeError) as error:
            self.missing[name] = str(error) or type(error).__name__


def enter(layers: Layers) -> None:
    """Leave the namespaces of the system: first half, before the fork that makes the child."""
    root, uid, gid = os.geteuid() == 0, os.geteuid(), os.getegid()
    if not root:
        layers.put_on(
            "user namespace",
            lambda: kernel.unshare(kernel.CLONE_NEWUSER),
            lambda: kernel.map_own_ids(uid, gid),
        )
        layers.missing["user"] = "only root hands out users; the user namespace takes its place"
    layers.put_on("network", lambda: kernel.unshare(kernel.CLONE_NEWNET))
    layers.put_on("processes", lambda: kernel.unshare(kernel.CLONE_NEWPID))
    apart = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    layers.put_on("scratch", lambda: kernel.unshare(apart), kernel.mount_privately)


def close_in(confinement: Confinement, layers: Layers) -> None:
    """Second half, in the child: mounts, limits, user, files, system calls; no way back."""
    root, limits = os.geteuid() == 0, confinement.limits
    uid = confinement.uid if root and "user" in layers.wanted else os.geteuid()
    gid = uid if root and "user" in layers.wanted else os.getegid()
    own_proc = False
    if "scratch" in layers.held:
        size = int(limits.scratch_mb)
        if root and "user" in layers.wanted:
            layers.put_on("user", lambda: _open_the_way(confinement.scratch))
        layers.put_on("scratch", lambda: kernel.mount_scratch(confinement.scratch, size, uid, gid))
        own_proc = "processes" in layers.held and _succeeds(kernel.mount_proc)
    elif root and uid:
        os.chown(confinement.scratch, uid, gid)
    layers.put_on("limits", lambda: limit(limits))
    if root:
        layers.put_on("user", lambda: _become(uid, gid))
        layers.put_on(
            "user namespace",
            lambda: kernel.unshare(kernel.CLONE_NEWUSER),
            lambda: kernel.map_own_ids(uid, gid),
        )
    os.chdir(confinement.scratch)
    _succeeds(kernel.drop_capabilities)
    _succeeds(lambda: kernel.die_with_parent(signal.SIGKILL))
    readable = [*readable_paths(), *(["/proc"] if own_proc else MACHINE_FACTS)]
    writable = [confinement.scratch, "/dev/null"]
    layers.put_on("files", lambda: kernel.landlock(readable, writable))
    layers.put_on("system calls", kernel.no_new_privileges, forbid_system_calls)


def _open_the_way(stage: str) -> None:
    """Make Python reachable for a user of its own where it lies in a closed home folder."""
    inside: dict[str, set[str]] = {}
    for path in {os.path.realpath(item) for item in (sys.base_prefix, *_package_folders())}:
        closed = [item for item in Path(path).parents if not item.stat().st_mode & 0o001]
        if closed:
            inside.setdefault(str(closed[-1]), set()).add(path)
    for folder, paths in inside.items():
        kernel.mount_way_through(folder, sorted(paths), stage)


@cache
def readable_paths() -> list[str]:
    """What Python and its packages need, this course's own packages left out."""
    prefixes = {os.path.realpath(path) for path in (sys.base_prefix, sys.exec_prefix)}
    paths = [*SYSTEM_PATHS, *DEVICES]
    for prefix in prefixes:
        paths += [f"{prefix}/pyvenv.cfg", f"{prefix}/bin"]
    for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}:
        paths += _entries(folder, without=("site-packages", "dist-packages"))
    paths += [str(path) for path in Path(sys.base_prefix, "lib").glob("*.so*")]
    for folder in _package_folders():
        paths += _entries(folder, without=(*registry.closed_packages(), *OWN_FOLDERS))
    return paths


def _package_folders() -> set[str]:
    """Folders of installed packages; a path that is a checkout of this course is none."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    if site.ENABLE_USER_SITE:
        folders.add(site.getusersitepackages())
    return {folder for folder in folders if os.path.isdir(folder)}


def _entries(folder: str, without: tuple[str, ...]) -> list[str]:
    return [str(entry) for entry in Path(folder).iterdir() if entry.name not in without]


def limit(limits: Limits) -> None:
    """Set the resource limits of this process, as far as the system has them."""
    import resource

    cpu, memory = int(limits.cpu_seconds) + 1, int(limits.memory_gb * 2**30)
    size = int(limits.scratch_mb * 2**20)
    for name, soft, hard in (
        ("RLIMIT_CPU", cpu, cpu + 2),
        ("RLIMIT_AS", memory, memory),
        ("RLIMIT_FSIZE", size, size),
        ("RLIMIT_NPROC", limits.processes, limits.processes),
        ("RLIMIT_NOFILE", 256, 256),
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_MSGQUEUE", 0, 0),
    ):
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (soft, hard))


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
