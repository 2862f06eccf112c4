"""Calls to the Linux kernel that Python's library does not wrap: namespaces, Landlock, prctl.

Numbers and structures are those of the kernel's own headers (linux/sched.h, linux/mount.h,
linux/landlock.h, linux/prctl.h). Every function raises `OSError` when the kernel refuses.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_BIND, _MS_MOVE, _MS_REC, _MS_PRIVATE = 4096, 8192, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_PR_CAPBSET_DROP, _LAST_CAPABILITY = 24, 63
# These three have one number on every architecture.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522

_FS_EXECUTE, _FS_WRITE_FILE, _FS_READ_FILE, _FS_READ_DIR = 1, 2, 4, 8
_FS_TRUNCATE, _FS_IOCTL = 1 << 14, 1 << 15
_FS_OF_A_FILE = _FS_EXECUTE | _FS_WRITE_FILE | _FS_READ_FILE | _FS_TRUNCATE | _FS_IOCTL
_FS_READ = _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR

# Elsewhere there is none, and `landlock_version` alone may be called.
_libc: ctypes.CDLL
if sys.platform == "linux":
    _libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave the given namespaces for new ones."""
    _demand(_libc.unshare(ctypes.c_int(flags)), "unshare")


def map_own_ids(uid: int, gid: int) -> None:
    """Let the ids of before stand for themselves in a new user namespace."""
    _prctl(_PR_SET_DUMPABLE, 1)  # who has changed user owns its files in /proc only then
    maps = {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
    for name, text in maps.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount_privately() -> None:
    """Keep what is mounted from now on inside this mount namespace."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE, None)


def mount_scratch(path: str, megabytes: int, uid: int, gid: int) -> None:
    """Put an empty folder in memory of limited size at `path`; it goes with its namespace."""
    options = f"size={megabytes}m,nr_inodes=4096,mode=700,uid={uid},gid={gid}"
    _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)


def mount_proc() -> None:
    """Show the processes of this process namespace in /proc, and no others."""
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None)


def mount_way_through(closed: str, inside: list[str], stage: str) -> None:
    """Let everyone reach the folders `inside` a closed one, and nothing else of it.

    In this mount namespace alone, an empty folder takes the place of `closed`, with the
    folders `inside` bound where they were. `stage` is an empty folder to do it in.
    """
    for number, path in enumerate(inside):
        place = os.path.join(stage, str(number))
        os.mkdir(place)
        _mount(path, place, None, _MS_BIND | _MS_REC, None)
    _mount("tmpfs", closed, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
    for number, path in enumerate(inside):
        os.makedirs(path)
        _mount(os.path.join(stage, str(number)), path, None, _MS_MOVE, None)
        os.rmdir(os.path.join(stage, str(number)))


def die_with_parent(signal: int) -> None:
    """Get `signal` when the process that made this one ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def no_new_privileges() -> None:
    """Gain nothing by running set-uid programs; Landlock and seccomp ask for it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, and the right to get one back."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break  # beyond the last one that this kernel knows, or not ours to drop
    machine = os.uname().machine
    if machine not in _CAPSET:
        raise OSError(f"no system call number of capset is known for {machine}")
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _demand(_libc.syscall(_CAPSET[machine], header, struct.pack("6I", *[0] * 6)), "capset")


def landlock_version() -> int:
    """The version of Landlock that this kernel offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def landlock(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Forbid this process every file but these, every TCP port, and signals to outsiders.

    Args:
        readable: files and folders that may be read; those that do not exist are left out.
        writable: the same for reading and writing.
    """
    version = landlock_version()
    if not version:
        raise OSError("this kernel has no Landlock")
    file_rights = (1 << (13 + (version >= 2) + (version >= 3))) - 1
    if version >= 5:
        file_rights |= _FS_IOCTL
    # Without a single rule that allows one: no port to bind or connect to (version 4), no
    # abstract socket and no signal outside (version 6).
    attributes = struct.pack("QQQ", file_rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _demand(
        _libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)),
        "landlock_create_ruleset",
    )
    try:
        for path in readable:
            _allow(ruleset, path, _FS_READ & file_rights)
        for path in writable:
            _allow(ruleset, path, file_rights)
        no_new_privileges()
        _demand(
            _libc.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint32(0)), "landlock_restrict_self"
        )
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FS_OF_A_FILE
        rule = struct.pack("=Qi", rights, where)
        _demand(
            _libc.syscall(_LANDLOCK_ADD, ruleset, ctypes.c_int(1), rule, ctypes.c_uint32(0)),
            f"landlock_add_rule for {path}",
        )
    finally:
        os.close(where)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    arguments = [item.encode() if item is not None else None for item in (source, target, kind)]
    data = options.encode() if options is not None else None
    _demand(_libc.mount(*arguments, ctypes.c_ulong(flags), data), f"mount {target}")


def _prctl(option: int, value: int) -> None:
    _demand(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def _demand(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
