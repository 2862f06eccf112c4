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
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_ATTR_READ_ONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_PR_SET_SECCOMP, _SECCOMP_FILTER, _BPF_INSTRUCTION_BYTES = 22, 2, 8
_PR_CAPBSET_DROP, _LAST_CAPABILITY = 24, 63
# These three have one number on every architecture.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_MOUNT_SETATTR = 442
_CAPSET = {"x86_64": 126, "aarch64": 91}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPABILITY_VERSION_3 = 0x20080522

_FS_EXECUTE, _FS_WRITE_FILE, _FS_READ_FILE, _FS_READ_DIR = 1, 2, 4, 8
_FS_TRUNCATE, _FS_IOCTL = 1 << 14, 1 << 15
_FS_OF_A_FILE = _FS_EXECUTE | _FS_WRITE_FILE | _FS_READ_FILE | _FS_TRUNCATE | _FS_IOCTL
_FS_READ = _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR

NEWEST_LANDLOCK = 7
_landlock_limit = NEWEST_LANDLOCK

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
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def enter_namespace(descriptor: int, kind: int) -> None:
    """Go into an existing namespace."""
    _demand(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def mount_private() -> None:
    """Keep what is mounted from now on inside this mount namespace."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE, None)


def mount_tree(path: str) -> None:
    """Put an empty folder in memory at `path`, to bind files and folders into."""
    _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=8m,mode=755")


def mount_scratch(path: str, megabytes: int, uid: int, gid: int) -> None:
    """Put an empty folder in memory of limited size at `path`; it goes with its namespace."""
    options = f"size={megabytes}m,nr_inodes=4096,mode=700,uid={uid},gid={gid}"
    _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)


def mount_proc() -> None:
    """Show the processes of this process namespace in /proc: no others, and nothing else."""
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _mount("proc", "/proc", "proc", flags, "subset=pid")


def bind(source: str, target: str) -> None:
    """Show a file or a folder in another place too."""
    _mount(source, target, None, _MS_BIND | _MS_REC, None)


def unmount(path: str) -> None:
    """Take away what is mounted at `path`, also while something of it is in use."""
    _demand(_libc.umount2(path.encode(), ctypes.c_int(_MNT_DETACH)), f"umount {path}")


def make_read_only(path: str, below: bool = True, device: bool = False) -> None:
    """Forbid writing to the mount at `path`, and set-uid programs; devices unless it is one."""
    flags = _ATTR_READ_ONLY | _ATTR_NOSUID | (0 if device else _ATTR_NODEV)
    attributes = struct.pack("4Q", flags, 0, 0, 0)
    result = _libc.syscall(
        _MOUNT_SETATTR,
        ctypes.c_int(_AT_FDCWD),
        path.encode(),
        ctypes.c_uint(_AT_RECURSIVE if below else 0),
        attributes,
        ctypes.c_size_t(len(attributes)),
    )
    _demand(result, f"mount_setattr {path}")


def change_root(path: str) -> None:
    """Make `path`, which something is mounted on, the root; nothing of the old one stays."""
    os.chdir(path)
    _demand(_libc.syscall(_number(_PIVOT_ROOT, "pivot_root"), b".", b"."), "pivot_root")
    unmount(".")
    os.chdir("/")


def die_with_parent(signal: int) -> None:
    """Get `signal` when the process that made this one ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def no_new_privileges() -> None:
    """Gain nothing by running set-uid programs; Landlock and seccomp ask for it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls(program: bytes) -> None:
    """Load a filter of system calls, in the form of `struct sock_filter`s, for good."""
    room = ctypes.create_string_buffer(program, len(program))
    parts = struct.pack("HP", len(program) // _BPF_INSTRUCTION_BYTES, ctypes.addressof(room))
    header = ctypes.create_string_buffer(parts, len(parts))
    result = _libc.prctl(
        _PR_SET_SECCOMP,
        ctypes.c_ulong(_SECCOMP_FILTER),
        ctypes.c_ulong(ctypes.addressof(header)),
        0,
        0,
    )
    _demand(result, "seccomp")


def drop_capabilities() -> None:
    """Give up every capability, and the right to get one back."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break  # beyond the last one that this kernel knows, or not ours to drop
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    number = _number(_CAPSET, "capset")
    _demand(_libc.syscall(number, header, struct.pack("6I", *[0] * 6)), "capset")


def landlock_version() -> int:
    """The version of Landlock that this kernel offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    offered = _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, min(offered, _landlock_limit))


def use_landlock_up_to(version: int) -> None:
    """Do as an older kernel would, to see what holds there."""
    global _landlock_limit
    _landlock_limit = version


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


def _number(numbers: dict[str, int], call: str) -> int:
    machine = os.uname().machine
    if machine not in numbers:
        raise OSError(f"no system call number of {call} is known for {machine}")
    return numbers[machine]


def _prctl(option: int, value: int) -> None:
    _demand(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def _demand(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
