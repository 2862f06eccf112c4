"""Who handed in which file, judging by names only: a platform's, nbgrader's, or plain folders.

Learners name their own files and folders, so those names do not identify anybody: the learner is
given by the part of a path that the platform or the instructor writes. The whole class decides
which part that is, never one file; what does not fit is set aside, or counts for its owner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from autograder.batch.files import Entry
from autograder.batch.handed_in import HandedIn, is_notebook, learner_in, lesson_in
from autograder.batch.platforms import PLATFORMS, length_shared, without_assignment

LESSON_FOLDER = re.compile(r"lesson_(\d+)")
SUBMITTED = "submitted"
# In a clone of the course's repository: the learner's notebooks, and the instructor's.
CLONED, SOURCES = "lessons", "solutions"
LAYOUTS = (*PLATFORMS, "nbgrader", "clones", "folders", "files")


def read_layout(
    entries: Iterable[Entry],
    name: str,
    assignment: str | None = None,
    layout: str | None = None,
) -> list[HandedIn]:
    """Say for each file who handed it in.

    Args:
        entries: the files; their paths are relative to what was given.
        name: name of the folder or archive itself, for a learner's own folder.
        assignment: keep only this assignment of nbgrader's tree.
        layout: one of LAYOUTS; found out when None.
    """
    entries = list(entries)
    inside = [e for e in entries if e.path.startswith(SUBMITTED + "/")]
    in_tree = name == SUBMITTED or bool(inside) or assignment is not None
    if inside and layout in (None, "nbgrader"):
        # A course folder: beside what was handed in lie releases, sources, feedback.
        entries = inside
    paths = {e: PurePosixPath(e.path.removeprefix(f"{SUBMITTED}/" * bool(inside))) for e in entries}
    if layout == "nbgrader" or (layout is None and in_tree):
        return _of_tree(paths, assignment)
    if layout in PLATFORMS or (layout is None and (layout := _platform(entries))):
        return _of_platform(entries, layout)
    depth = _depth_of_clones(paths.values())
    if layout == "clones" or (layout is None and depth):
        return _of_clones(paths, depth or 1)
    return _of_folders(paths, name, layout)


def _platform(entries: list[Entry]) -> str | None:
    """The platform whose names most files have, a key of PLATFORMS; None when few have any."""
    below = len(_wrapper(entries))
    tops = {
        (top, bool(slash)) for e in entries for top, slash, _ in [e.path[below:].partition("/")]
    }
    counts = {
        key: sum(platform.fits(top, is_folder) for top, is_folder in tops)
        for key, platform in PLATFORMS.items()
    }
    likeliest = max(counts, key=lambda key: counts[key])
    return likeliest if counts[likeliest] * 2 > len(tops) else None


def _wrapper(entries: list[Entry]) -> str:
    """Folders that all files lie in, and that no platform has named: "download/week 1/", or ""."""
    folders = [entry.path.split("/")[:-1] for entry in entries]
    wrapper = ""
    for first, *others in zip(*folders, strict=False):
        named = any(platform.fits(first, is_folder=True) for platform in PLATFORMS.values())
        if named or any(other != first for other in others):
            break
        wrapper += f"{first}/"
    return wrapper


def _of_platform(entries: list[Entry], key: str) -> list[HandedIn]:
    platform, below = PLATFORMS[key], len(_wrapper(entries))
    found = []
    for entry in entries:
        named = platform.pattern.fullmatch(entry.path[below:])
        if named:
            found.append(replace(platform.read(entry, named), ruled=True, platform=key))
        else:
            found.append(_stray(entry, f"its name is not one that {platform.name} gives"))
    if key == "blackboard":
        found = without_assignment(found)
    # The folder of one learner holds what that learner made of it: the notebooks in it count, and
    # those in folders of theirs only where there are no others.
    return _without_nested(found, [("/" in item.file) for item in found])


def _depth_of_clones(paths: Iterable[PurePosixPath]) -> int:
    """How deep copies of the course's whole repository lie; 0 when most folders are none."""
    notebooks = [path.parts for path in paths if is_notebook(path.name)]
    depths = Counter(filter(None, map(_place_of_lessons, notebooks)))
    depth = min(depths, key=lambda depth: (-depths[depth], depth), default=0)
    owners = {parts[:depth] for parts in notebooks if len(parts) > depth}
    clones = {parts[:depth] for parts in notebooks if _place_of_lessons(parts) == depth}
    return depth if len(clones) * 2 > len(owners) else 0


def _place_of_lessons(parts: tuple[str, ...]) -> int:
    """Where in a path the repository's `lessons/lesson_N/` begins; 0 where there is none."""
    pairs = enumerate(pairwise(parts))
    found = [n for n, (a, b) in pairs if a == CLONED and LESSON_FOLDER.fullmatch(b)]
    return found[0] if found else 0


def _of_clones(paths: dict[Entry, PurePosixPath], depth: int) -> list[HandedIn]:
    """GitHub Classroom's `lesson-1-submissions/lesson-1-jdoe/…`: a copy of the repository each.

    The learner's notebooks are those in `lessons/`. The rest came with the repository.
    """
    owners = {path.parts[depth - 1] for path in paths.values() if len(path.parts) > depth}
    begin = length_shared(owners, "-") if len(owners) > 1 else 0
    found, nested = [], []
    for entry, path in paths.items():
        if len(path.parts) <= depth:
            found.append(_stray(entry, "it is in no learner's folder"))
            nested.append(False)
            continue
        learner = path.parts[depth - 1][begin:]
        identity = "/".join(path.parts[:depth])
        item = HandedIn(entry, learner, identity, path.name, learner)
        inside = path.parts[depth:]
        in_place = len(inside) == 3 and _place_of_lessons(path.parts) == depth
        if in_place:
            item = replace(item, lesson=_lesson_of_folder(inside[1]))
        elif inside[0] == SOURCES or not item.is_notebook:
            item = replace(item, aside="it came with the repository", brought_along=True)
        found.append(item)
        # A notebook elsewhere counts only where the learner has none in its place.
        nested.append(not in_place)
    return _without_nested(found, nested)


def _lesson_of_folder(name: str) -> int | None:
    named = LESSON_FOLDER.fullmatch(name)
    return int(named.group(1)) if named else None


def _of_tree(paths: dict[Entry, PurePosixPath], assignment: str | None) -> list[HandedIn]:
    """nbgrader's `STUDENT/lesson_1/file`; the student's name there is also the platform's id."""
    found, nested = [], []
    for entry, path in paths.items():
        if assignment and path.parts[1:2] != (assignment,):
            continue
        if len(path.parts) < 3:
            found.append(_stray(entry, f"it is not in a folder {SUBMITTED}/STUDENT/ASSIGNMENT"))
        else:
            student, folder = path.parts[:2]
            lesson = _lesson_of_folder(folder)
            item = HandedIn(entry, student, student, path.name, student, lesson, ruled=True)
            found.append(item)
        nested.append(len(path.parts) > 3)
    return _without_nested(found, nested)


def _of_folders(
    paths: dict[Entry, PurePosixPath], default: str, layout: str | None
) -> list[HandedIn]:
    """Plain folders: a folder for each learner, perhaps in others, or files named after them."""
    people = {entry: _people(path) for entry, path in paths.items()}
    notebooks = [entry for entry, path in paths.items() if is_notebook(path.name)]
    depth = 0 if layout == "files" else _depth_of_learners([people[e] for e in notebooks])
    if layout is None:
        held: dict[tuple[str, ...], set[str]] = {}
        for entry in notebooks:
            if len(people[entry]) == depth:
                held.setdefault(people[entry], set()).add(learner_in(_name(entry)))
        # A notebook that names a lesson only is of the folder's owner.
        crowds = ["" not in names and len(names) > 1 for names in held.values()]
        if crowds and sum(crowds) * 2 > len(crowds):
            depth = 0  # each folder holds files of several learners
    found, nested = [], []
    for entry, path in paths.items():
        folders = people[entry]
        lesson = next(
            (lesson_in(part) for part in path.parts[: depth + 1] if LESSON_FOLDER.fullmatch(part)),
            None,
        )
        if depth and len(folders) >= depth:
            identity = "/".join(folders[:depth])
            learner = folders[depth - 1]
            student = learner if lesson is not None else ""
            found.append(HandedIn(entry, learner, identity, path.name, student, lesson))
            nested.append(len(path.parts) - 1 > depth + (lesson is not None))
        else:
            item = _by_stem(entry, path, default)
            in_own_folder = lesson is not None and item.learner == default
            found.append(replace(item, lesson=lesson, stray=False) if in_own_folder else item)
            nested.append(False)
    return _without_nested(found, nested)


def _people(path: PurePosixPath) -> tuple[str, ...]:
    """The folders of a path that do not name a lesson."""
    return tuple(part for part in path.parts[:-1] if not LESSON_FOLDER.fullmatch(part))


def _depth_of_learners(folders: list[tuple[str, ...]]) -> int:
    """How deep learners' own folders lie: each topmost folder has one vote, its shallowest file."""
    votes: dict[str, int] = {}
    for parts in folders:
        if parts:
            votes[parts[0]] = min(len(parts), votes.get(parts[0], len(parts)))
    counted = Counter(votes.values())
    return min(counted, key=lambda depth: (-counted[depth], depth), default=0)


def _without_nested(items: list[HandedIn], nested: list[bool]) -> list[HandedIn]:
    """Set aside notebooks in folders of a learner's own, where that learner has others."""
    plain = {
        item.identity
        for item, deeper in zip(items, nested, strict=True)
        if not deeper and item.is_notebook
    }
    words = "it is in one of the learner's own folders, next to another notebook that counts"
    return [
        replace(item, aside=words) if deeper and item.identity in plain else item
        for item, deeper in zip(items, nested, strict=True)
    ]


def _by_stem(entry: Entry, path: PurePosixPath, default: str) -> HandedIn:
    """The file's own name says who it is from: alice.ipynb, or alice_lesson_1 (2).ipynb."""
    learner = learner_in(path.name) or default
    identity = (path.parent / learner).as_posix()
    return HandedIn(entry, learner, identity, path.name, stray=not is_notebook(path.name))


def _stray(entry: Entry, why: str) -> HandedIn:
    return HandedIn(entry, _name(entry), entry.path, _name(entry), stray=True, aside=why)


def _name(entry: Entry) -> str:
    return PurePosixPath(entry.path).name
