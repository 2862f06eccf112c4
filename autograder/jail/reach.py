"""What a submission's process may read, and what it must not reach, whatever the install.

The course may lie in a checkout, in a virtual environment, or below /usr for all users: what is
readable is worked out entry by entry around it, never by a folder that holds it.
"""

from __future__ import annotations

import importlib.util
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.exercise import registry

# Libraries that Python's own load, and what the C library reads by itself.
SYSTEM_FOLDERS = ("/lib64", "/usr/lib64", "/usr/local/lib64")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
SYSTEM_PREFIXES = ("/usr", "/usr/local")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
# Facts about the machine, where the process sees the machine's own /proc.
MACHINE_FACTS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version")
# What a checkout of a course has beside its packages.
OWN_FOLDERS = ("lessons", "solutions", "tests", ".git", "submitted", "autograded", "gradebook.db")
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
# Whose folders are folders of packages, whatever they are called.
NEEDED = ("numpy", "tensorflow", "keras", "matplotlib")


@dataclass(frozen=True)
class Tree:
    """Part of the machine's file system: `shown` with all that it holds, but for `emptied`.

    Of an emptied folder nothing is there but what is shown inside it.
    """

    shown: tuple[str, ...]
    emptied: tuple[str, ...]


@cache
def python_tree() -> Tree:
    """What Python and its packages need; the course is in no part of it."""
    hidden = {os.path.realpath(path) for path in course_paths()}
    packages = {os.path.realpath(folder) for folder in _package_folders()}
    shown = [*filter(_is_readable, SYSTEM_FILES)]
    for folder in filter(_is_readable, _library_folders()):
        shown += _around(os.path.realpath(folder), hidden)
    for folder in sorted(packages):
        shown += _around(folder, hidden | _names_of_the_course(folder))
    others = {path for folder in shown for path in _package_folders_in(folder)}
    # One that the course is installed in shows other entries only; so it has to be emptied.
    crowded = {folder for folder in packages if folder not in shown}
    return Tree(tuple(dict.fromkeys(shown)), tuple(sorted(others - packages | crowded)))


@cache
def readable_paths() -> tuple[str, ...]:
    """The tree as files and folders that may be read with all that they hold."""
    tree = python_tree()
    emptied = set(tree.emptied)
    return tuple(dict.fromkeys(item for path in tree.shown for item in _around(path, emptied)))


def course_paths() -> list[str]:
    """Where the course lies, and with it whatever a process of a submission must not reach."""
    found: list[str] = []
    for package in registry.closed_packages():
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            beside = Path(folder).parent
            found += [folder, *(str(beside / name) for name in OWN_FOLDERS)]
    return [path for path in dict.fromkeys(found) if os.path.exists(path)]


def secret_paths() -> list[str]:
    """What no process of a submission may reach: the course, and this user's own files."""
    own = _entries(os.path.expanduser("~"))
    readable = readable_paths()
    return [
        *course_paths(),
        *(path for path in own if not any(_overlap(path, other) for other in readable)),
        "/etc/passwd",
    ]


def _entries(folder: str) -> list[str]:
    """What a folder holds; nothing of one that this user cannot list, such as another's home."""
    try:
        return [entry.path for entry in os.scandir(folder)]
    except OSError:
        return []


def reached(paths: Iterable[str], by_status: bool) -> list[str]:
    """Those that this process can open or list; with `by_status` also those that it can stat."""
    return [path for path in paths if _opens(path) or (by_status and os.path.lexists(path))]


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _is_readable(path: str) -> bool:
    """Whether it is there for this user; a Python that was moved names folders of its old place."""
    return os.access(path, os.R_OK)


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _library_folders() -> Iterator[str]:
    """Where the standard library lies, and the shared libraries that it and packages load."""
    yield from filter(os.path.isdir, SYSTEM_FOLDERS)
    triplet = sysconfig.get_config_var("MULTIARCH")
    for prefix in ("", *SYSTEM_PREFIXES):
        if triplet and os.path.isdir(f"{prefix}/lib/{triplet}"):
            yield f"{prefix}/lib/{triplet}"
        if prefix:
            yield from map(str, Path(prefix, "lib").glob("lib*.so*"))
    if os.path.realpath(sys.base_prefix) not in SYSTEM_PREFIXES:
        yield f"{sys.base_prefix}/lib"
    yield os.path.dirname(os.path.realpath(os.__file__))
    yield from filter(None, [sysconfig.get_config_var("DESTSHARED")])


def _package_folders() -> set[str]:
    """Folders of installed packages; a path that is a checkout of a course is none."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {path for path in sys.path if path.endswith(PACKAGE_FOLDERS)}
    if site.ENABLE_USER_SITE:
        folders.add(site.getusersitepackages())
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        found = (spec and spec.submodule_search_locations) or ()
        folders |= {os.path.dirname(path) for path in found}
    return {folder for folder in folders if os.path.isdir(folder) and _is_readable(folder)}


def _package_folders_in(folder: str) -> Iterator[str]:
    """Those of every Python that lies in the folder, or is it: one may have an older course."""
    for name in PACKAGE_FOLDERS:
        for pattern in (name, f"python*/{name}"):
            yield from (os.path.realpath(path) for path in Path(folder).glob(pattern))


def _names_of_the_course(folder: str) -> set[str]:
    """Entries of a folder of packages that belong to a course installed there."""
    closed = registry.closed_packages()
    if not any(os.path.lexists(os.path.join(folder, name)) for name in closed):
        return set()
    found = {os.path.join(folder, name) for name in (*closed, *OWN_FOLDERS)}
    for record in Path(folder).glob("*.dist-info/RECORD"):
        text = record.read_text(encoding="utf-8", errors="replace")
        if any(f"\n{package}/" in f"\n{text}" for package in closed):
            found.add(str(record.parent))
    return found


def _around(path: str, closed: set[str]) -> Iterator[str]:
    """`path` where nothing closed lies in it, otherwise the entries around what is closed."""
    if path in closed:
        return
    below = path.rstrip("/") + "/"
    if not any(item.startswith(below) for item in closed):
        yield path
    elif not os.path.islink(path):
        for entry in os.scandir(path):
            yield from _around(entry.path, closed)
