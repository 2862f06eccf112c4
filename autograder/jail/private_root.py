"""A file system of a submission's own: Python's files, read-only, and nothing else of the machine.

Made once by the warm parent, in a mount namespace that it keeps a descriptor of; every child
enters a copy of that namespace, with a scratch folder in memory and a /proc of its own. What
is not mounted does not exist there: it can be neither opened nor counted, whatever its mode.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass

from autograder.jail import kernel
from autograder.jail.reach import DEVICES, Tree

SCRATCH = "/tmp"
# Where the scratch folder is instead if Python itself, or one of its packages, lies below /tmp.
SCRATCH_BESIDE = "/scratch"
# A user namespace may mount a /proc only where it sees one; that one goes before anything runs.
SYSTEM_PROC = "/system-proc"


@dataclass(frozen=True)
class PrivateRoot:
    """Descriptors of the namespaces to enter; `user` is None where root made them.

    `scratch` is the one folder that a child may write to, as it is called inside.
    """

    mounts: int
    user: int | None
    scratch: str = SCRATCH


def make(tree: Tree, stage: str, as_root: bool) -> PrivateRoot:
    """Make the tree in a process of its own, and keep its namespaces.

    Args:
        tree: what to show, where it is.
        stage: an empty folder to make it on.
        as_root: whether this process is root of the machine; another one makes a user
            namespace first, in which it may mount.

    Raises:
        OSError: the kernel does not allow it; `str()` names the step.
    """
    ours, theirs = socket.socketpair()
    maker = os.fork()
    if maker == 0:
        try:
            ours.close()
            _build(tree, stage, as_root)
            theirs.sendall(b"\0")
            theirs.recv(1)  # until the namespaces have been taken hold of
        except Exception as error:
            theirs.sendall(str(error).encode() or type(error).__name__.encode())
        finally:
            os._exit(0)
    theirs.close()
    try:
        words = ours.recv(1 << 12)
        if words != b"\0":
            raise OSError(words.decode() or "the process that mounts ended")
        user = None if as_root else _namespace(maker, "user")
        return PrivateRoot(_namespace(maker, "mnt"), user, _scratch_of(tree))
    finally:
        ours.close()
        os.waitpid(maker, 0)
        os.rmdir(stage)  # what was mounted there is the root of the namespaces now


def enter(root: PrivateRoot, megabytes: int, uid: int, gid: int, own_processes: bool) -> None:
    """Go into a copy of the tree, with a scratch folder of `megabytes` for this user."""
    kernel.enter_namespace(root.mounts, kernel.CLONE_NEWNS)
    os.close(root.mounts)
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount_private()
    kernel.mount_scratch(root.scratch, megabytes, uid, gid)
    if own_processes:
        with suppress(OSError):  # in a container that hides parts of /proc there may be none
            kernel.mount_proc()
    kernel.unmount(SYSTEM_PROC)


def _build(tree: Tree, stage: str, as_root: bool) -> None:
    uid, gid = os.geteuid(), os.getegid()
    os.umask(0o022)  # folders of the tree are for every user, whatever the grader's own are
    if not as_root:
        kernel.unshare(kernel.CLONE_NEWUSER)
        kernel.map_own_ids(uid, gid)
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount_private()
    kernel.mount_tree(stage)
    for name in (_scratch_of(tree), "/proc", "/dev", SYSTEM_PROC):
        os.mkdir(stage + name, 0o755)
    kernel.bind("/proc", stage + SYSTEM_PROC)
    # A folder comes before what is shown or emptied inside it.
    for path in sorted((*tree.shown, *tree.emptied, *DEVICES)):
        if path in tree.emptied:
            _empty(path, stage)
        else:
            _show(path, stage, device=path in DEVICES)
    for path in tree.emptied:
        kernel.make_read_only(stage + path, below=False)
    kernel.change_root(stage)
    kernel.make_read_only("/", below=False)


def _scratch_of(tree: Tree) -> str:
    """A name that hides nothing of the tree when something is mounted there."""
    below = (f"{SCRATCH}/", f"{os.path.realpath(SCRATCH)}/")
    hides = any(path.startswith(below) for path in (*tree.shown, *tree.emptied))
    return SCRATCH_BESIDE if hides else SCRATCH


def _show(path: str, stage: str, device: bool) -> None:
    """Bind a file or folder where it is, with the symbolic links on the way to it."""
    real = _with_links(path, stage)
    place = stage + real
    if os.path.lexists(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    if os.path.isdir(real):
        os.mkdir(place)
    elif os.path.exists(real):
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o444))
    else:
        return
    kernel.bind(real, place)
    kernel.make_read_only(place, device=device)


def _empty(path: str, stage: str) -> None:
    """Put an empty folder where a shown one has this one."""
    os.makedirs(stage + path, exist_ok=True)
    kernel.mount_tree(stage + path)


def _with_links(path: str, stage: str) -> str:
    """The real path; the links that lead to it are made below `stage` as they are."""
    for _ in range(40):
        at = "/"
        parts = path.strip("/").split("/")
        for number, part in enumerate(parts, 1):
            at = os.path.join(at, part)
            if os.path.islink(at):
                target = os.readlink(at)
                if not os.path.lexists(stage + at):
                    os.makedirs(os.path.dirname(stage + at), exist_ok=True)
                    os.symlink(target, stage + at)
                rest = parts[number:]
                path = os.path.normpath(os.path.join(os.path.dirname(at), target, *rest))
                break
        else:
            return path
    raise OSError(f"too many symbolic links on the way to {path}")


def _namespace(pid: int, kind: str) -> int:
    return os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)
