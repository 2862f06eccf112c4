"""A course's folder on a machine that has other users: whose it is, and who else can reach it.

nbgrader collects with mode 0777 and makes its folders and its gradebook as the umask says, which
is readable for everybody on most machines; and what root has graded once belongs to root.
"""

from __future__ import annotations

import ast
import atexit
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bvae_ref.console import say

# What grades are made of: nobody else's to read, let alone to change.
GRADED_FROM = ("submitted", "autograded", "feedback", "gradebook.db*", ".hidden_seed*")
ANSWERS = ("solutions",)
# What nbgrader runs as code of the instructor's.
TRUSTED = (".", "nbgrader_config.py")
# What nbgrader's commands make, and so may have been made by root.
MADE_HERE = (*GRADED_FROM, *ANSWERS, "lessons", "release", "grades.csv", ".nbgrader.log")
STEPS = "c.Autograde.autograde_preprocessors"
GRADE = "autograder.nbgrader_plugin.Grade"


class Exposed(NamedTuple):
    """A path that other users can read or change."""

    path: Path
    by: str
    can: str


class _Reach(NamedTuple):
    """Whose bits of a mode let other users in."""

    read: int
    write: int
    search: int
    by: str


EVERYBODY = _Reach(stat.S_IROTH, stat.S_IWOTH, stat.S_IXOTH, "every user of this machine")


def exposed(root: Path) -> list[Exposed]:
    """What other users can read or change of a course's folder; of a folder, not what is in it.

    Symbolic links are not followed. Root, and access lists beyond a file's mode, are not counted.
    """
    if os.name != "posix":
        return []
    root = root.resolve()
    if not all(map(_others_pass, (root, *root.parents))):
        return []
    found = []
    for path in _existing(root, TRUSTED):
        found += [item for item in _of_one(path) if "change" in item.can]
    for path in _existing(root, (*ANSWERS, *GRADED_FROM)):
        found += _below(path)
    return found


def grades_in_the_jail(config_file: Path) -> bool:
    """Whether nbgrader's configuration names `Grade`, and no kernel, to run learners' code.

    The file is read and not run; what it works out by code of its own is not seen.
    """
    try:
        tree = ast.parse(config_file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return False
    steps: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == STEPS:
            steps = [item.value for item in ast.walk(node.value) if isinstance(item, ast.Constant)]
    return GRADE in steps and not any(str(step).endswith("Execute") for step in steps)


def keep_private(root: Path, tell: Callable[[str], object] | None = None) -> None:
    """Take other users' rights to what is graded from, now and when this process ends.

    What root has made in somebody else's folder is handed to its owner at the end. Where a group
    shares the folder on purpose (nbgrader's `groupshared` sets the set-group-ID bit), the group
    keeps its rights.

    Args:
        root: of the course.
        tell: takes a sentence for each path that was open; stderr by default.
    """
    if os.name != "posix":
        return
    tell = tell or (lambda words: say(words, file=sys.stderr))
    _tighten(root, tell)
    if root not in _kept:
        _kept.add(root)
        atexit.register(_at_the_end, root)


_kept: set[Path] = set()


def hand_over(root: Path) -> None:
    """Give what root has made in a course's folder to the folder's owner."""
    owner = root.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for path in _existing(root, MADE_HERE):
        for item in (path, *(path.rglob("*") if path.is_dir() and not path.is_symlink() else ())):
            with suppress(OSError):
                found = item.lstat()
                # A second name of somebody's file, or a link to one, may be a trap for root.
                plain = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
                if found.st_uid == 0 and (plain or stat.S_ISDIR(found.st_mode)):
                    os.chown(item, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _at_the_end(root: Path) -> None:
    with suppress(OSError):
        _tighten(root, lambda words: None)
        hand_over(root)


def _tighten(root: Path, tell: Callable[[str], object]) -> None:
    for path in _existing(root, GRADED_FROM):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        shared = mode & stat.S_ISGID and path.is_dir()
        wanted = mode & ~(stat.S_IRWXO if shared else stat.S_IRWXO | stat.S_IRWXG)
        if wanted == mode:
            continue
        was = ", ".join(f"{item.by} could {item.can} it" for item in _of_one(path))
        try:
            path.chmod(wanted)
        except OSError:
            owner = _user(path.stat().st_uid)
            if was:
                tell(f"{path}: {was}, and it belongs to {owner}, who alone can change that.")
        else:
            if was:
                tell(f"{path}: {was}; now its owner alone can.")


def _existing(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from [root] if pattern == "." else sorted(root.glob(pattern))


def _below(path: Path) -> Iterator[Exposed]:
    """The path and what is below it; not below what nobody else can search."""
    if path.is_symlink():
        return
    yield from _of_one(path)
    if path.is_dir() and _others_pass(path):
        with suppress(OSError):
            for entry in sorted(path.iterdir()):
                yield from _below(entry)


def _of_one(path: Path) -> Iterator[Exposed]:
    mode = path.lstat().st_mode
    for reach in _reaches(path):
        can = [word for word, bit in (("read", reach.read), ("change", reach.write)) if mode & bit]
        if can:
            yield Exposed(path, reach.by, " and ".join(can))
            return


def _others_pass(folder: Path) -> bool:
    """Whether somebody else gets to what is in a folder, knowing its name."""
    return any(folder.stat().st_mode & reach.search for reach in _reaches(folder))


def _reaches(path: Path) -> list[_Reach]:
    """Everybody's bits, and the group's where somebody else is in it."""
    import grp
    import pwd

    found = path.lstat()
    with suppress(KeyError):
        group, owner = grp.getgrgid(found.st_gid), _user(found.st_uid)
        members = {*group.gr_mem, *(u.pw_name for u in pwd.getpwall() if u.pw_gid == found.st_gid)}
        if members - {owner, "root"}:
            words = f"the group {group.gr_name}"
            return [EVERYBODY, _Reach(stat.S_IRGRP, stat.S_IWGRP, stat.S_IXGRP, words)]
    return [EVERYBODY]


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
