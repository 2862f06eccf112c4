"""Who handed in which file, judging by names only: Canvas, Moodle, nbgrader, or plain folders.

Learners name their own files and folders, so those names do not identify anybody: the learner is
given by the part of a path that the platform or the instructor writes. The whole class decides
which part that is, never one file; what does not fit is set aside, or counts for its owner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.batch.files import Entry

# doejane_LATE_12345_678901_lesson_1-2.ipynb: sortable name, user id, upload id, file.
CANVAS = re.compile(
    r"(?P<name>[^_\s]+)_(?P<late>LATE_)?(?P<id>\d{2,})_"
    r"(?:\d{2,}_(?P<file>.+)|(?P<text>(?:text|link).*\.html))"
)
# Jane Doe_123456_assignsubmission_file_/lesson_1.ipynb, or without the folder.
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?/?(?P<file>[^/].*)")
LESSON_NAME = re.compile(r"lesson[\s_-]?(\d+)(?!\d)", re.IGNORECASE)
LESSON_FOLDER = re.compile(r"lesson_(\d+)")
# Canvas appends -2 to a second attempt, a browser (2) to a second download.
ATTEMPT = re.compile(r"(?:-(\d{1,3})|\s?\((\d{1,3})\))$")
# What stands behind "lesson_1" in a file's name without naming a person.
NOBODY = r"(?<![^\W_])(?:copy|final|done|solved|solution|answers?|new|v)?\d*(?![^\W_])"
SUBMITTED = "submitted"
LAYOUTS = ("canvas", "moodle", "nbgrader", "folders", "files")


@dataclass(frozen=True)
class HandedIn:
    """One file, and what its place and name say about it.

    Attributes:
        learner: name to show.
        identity: what tells this learner from every other, the same in every run.
        learner_id: the number or name the learning platform uses, or "".
        file: the file's name as the learner knows it.
        lesson: the lesson that the place asks for (nbgrader's assignment), or None.
        attempt: 1, or what the name says.
        late: handed in late, as Canvas marks it.
        stray: nothing shows that a learner handed this in.
        aside: why it does not count, whatever it holds; "" for files that may count.
    """

    entry: Entry
    learner: str
    identity: str
    file: str
    learner_id: str = ""
    lesson: int | None = None
    late: bool = False
    stray: bool = False
    aside: str = ""

    @property
    def attempt(self) -> int:
        """Which attempt the file's name says it is; 1 when it says nothing."""
        found = ATTEMPT.search(_stem(self.file))
        return int(found.group(1) or found.group(2)) if found else 1

    @property
    def is_notebook(self) -> bool:
        """Whether the name is a notebook's; browsers append .txt or .json to some."""
        return is_notebook(self.file)


def is_notebook(name: str) -> bool:
    """Whether a file's name is that of a notebook."""
    return ".ipynb" in name.lower()


def lesson_in(name: str) -> int | None:
    """The lesson a file's name says, or None."""
    found = LESSON_NAME.search(PurePosixPath(name).name)
    return int(found.group(1)) if found else None


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
    if layout in ("canvas", "moodle") or (layout is None and (layout := _platform(entries))):
        return _of_platform(entries, layout)
    return _of_folders(paths, name, layout)


def _platform(entries: list[Entry]) -> str | None:
    """The platform whose names most files have, "canvas" or "moodle"; None when few have any."""
    wrapper = _wrapper(entries)
    tops = {e.path[len(wrapper) :].partition("/")[0] for e in entries}
    counts = {
        "canvas": sum(bool(CANVAS.fullmatch(top)) for top in tops),
        "moodle": sum(bool(MOODLE.fullmatch(f"{top}/x") or MOODLE.fullmatch(top)) for top in tops),
    }
    likeliest = max(counts, key=lambda platform: counts[platform])
    return likeliest if counts[likeliest] * 2 > len(tops) else None


def _wrapper(entries: list[Entry]) -> str:
    """A folder that all files lie in, and that no platform has named: "download/", or ""."""
    tops = {e.path.partition("/")[0] for e in entries if "/" in e.path}
    if len(tops) != 1 or any("/" not in e.path for e in entries):
        return ""
    (top,) = tops
    return "" if MOODLE.fullmatch(f"{top}/x") else f"{top}/"


def _of_platform(entries: list[Entry], platform: str) -> list[HandedIn]:
    pattern, wrapper = (CANVAS if platform == "canvas" else MOODLE), _wrapper(entries)
    by = _by_canvas if platform == "canvas" else _by_moodle
    found = []
    for entry in entries:
        named = pattern.fullmatch(entry.path[len(wrapper) :])
        words = f"its name is not one that {platform.title()} gives"
        found.append(by(entry, named) if named else _stray(entry, words))
    # Moodle's folder holds what one learner made of it: the notebooks in it count, and those in
    # folders of theirs only where there are no others.
    return _without_nested(found, [("/" in item.file) for item in found])


def _by_moodle(entry: Entry, found: re.Match) -> HandedIn:
    identity = f"{found['name']}_{found['id']}"
    return HandedIn(entry, found["name"], identity, found["file"], found["id"])


def _by_canvas(entry: Entry, found: re.Match) -> HandedIn:
    return HandedIn(
        entry,
        learner=found["name"],
        identity=f"{found['name']}_{found['id']}",
        file=found["file"] or found["text"],
        learner_id=found["id"],
        late=bool(found["late"]),
    )


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
            named = LESSON_FOLDER.fullmatch(folder)
            lesson = int(named.group(1)) if named else None
            found.append(HandedIn(entry, student, student, path.name, student, lesson))
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
                held.setdefault(people[entry], set()).add(_learner_in(_name(entry)))
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
    learner = _learner_in(path.name) or default
    identity = (path.parent / learner).as_posix()
    return HandedIn(entry, learner, identity, path.name, stray=not is_notebook(path.name))


def _stray(entry: Entry, why: str) -> HandedIn:
    return HandedIn(entry, _name(entry), entry.path, _name(entry), stray=True, aside=why)


def _learner_in(name: str) -> str:
    """The learner's name in a file's name, or "" when it names a lesson and nobody."""
    stem = ATTEMPT.sub("", _stem(name))
    named = LESSON_NAME.search(stem)
    if not named:
        return stem
    before, after = stem[: named.start()], stem[named.end() :]
    return before.strip(" _-.") or re.sub(NOBODY, "", after, flags=re.IGNORECASE).strip(" _-.")


def _stem(name: str) -> str:
    """A notebook's name up to .ipynb, any other name up to its last ending."""
    before, mark, _ = name.lower().partition(".ipynb")
    return name[: len(before)] if mark else PurePosixPath(name).stem


def _name(entry: Entry) -> str:
    return PurePosixPath(entry.path).name
