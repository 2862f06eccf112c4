"""Who handed in which file, told from names alone: Canvas, Moodle, nbgrader, or plain folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.batch.files import Entry

# doejane_LATE_12345_678901_lesson_1-2.ipynb: sortable name, user id, upload id, file.
CANVAS = re.compile(
    r"(?P<name>[^_\s]+)_(?P<late>LATE_)?(?P<id>\d{2,})_"
    r"(?:\d{2,}_(?P<file>.+)|(?P<text>(?:text|link).*\.html))"
)
# Jane Doe_123456_assignsubmission_file_/lesson_1.ipynb, or without the folder.
MOODLE = re.compile(
    r"(?:^|/)(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?/?(?P<file>[^/].*)$"
)
LESSON_NAME = re.compile(r"lesson[\s_-]?(\d+)(?!\d)", re.IGNORECASE)
LESSON_FOLDER = re.compile(r"lesson_(\d+)")
# Canvas appends -2 to a second attempt, a browser (2) to a second download.
ATTEMPT = re.compile(r"(?:-(\d{1,3})|\s?\((\d{1,3})\))$")
# What stands behind "lesson_1" in a file's name without naming a person.
NOBODY = r"(?<![^\W_])(?:copy|final|done|solved|solution|answers?|new|v)?\d*(?![^\W_])"
SUBMITTED = "submitted"


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
    """

    entry: Entry
    learner: str
    identity: str
    file: str
    learner_id: str = ""
    lesson: int | None = None
    late: bool = False
    stray: bool = False

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
    entries: Iterable[Entry], name: str, assignment: str | None = None
) -> list[HandedIn]:
    """Say for each file who handed it in.

    Args:
        entries: the files; their paths are relative to what was given.
        name: name of the folder or archive itself, for a learner's own folder.
        assignment: keep only this assignment of nbgrader's tree.
    """
    entries = list(entries)
    inside = [e for e in entries if e.path.startswith(SUBMITTED + "/")]
    in_tree = name == SUBMITTED or bool(inside)
    if inside:
        # A course folder: beside what was handed in lie releases, sources, feedback.
        entries = inside
    paths = {e: PurePosixPath(e.path.removeprefix(f"{SUBMITTED}/" * in_tree)) for e in entries}
    if assignment:
        entries = [e for e in entries if assignment in paths[e].parts[:-1]]
    elif not in_tree:
        found = _of_platform(entries)
        if found is not None:
            return found
    return _of_folders({e: paths[e] for e in entries}, name, assignment, in_tree)


def _of_platform(entries: list[Entry]) -> list[HandedIn] | None:
    """Canvas' or Moodle's download, or None when it is neither."""
    moodle = {e: found for e in entries if (found := MOODLE.search(e.path))}
    if moodle:
        return [_by_moodle(e, moodle[e]) if e in moodle else _stray(e) for e in entries]
    canvas = {e: found for e in entries if (found := CANVAS.fullmatch(_name(e)))}
    if entries and len(canvas) * 2 > len(entries):
        return [_by_canvas(e, canvas[e]) if e in canvas else _stray(e) for e in entries]
    return None


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


def _of_folders(
    paths: dict[Entry, PurePosixPath], default: str, assignment: str | None, in_tree: bool
) -> list[HandedIn]:
    notebooks = [path for path in paths.values() if is_notebook(path.name)]
    in_folder = Counter(path.parent for path in notebooks)
    lesson_like = {path.parent for path in notebooks if not _learner_in(path.name)}
    folders = {path.parent for path in paths.values()}
    own_folders = bool(lesson_like) or (len(folders) > 1 and set(in_folder.values()) == {1})
    found = []
    for entry, path in paths.items():
        folder = path.parent
        of_one = folder in lesson_like or in_folder[folder] <= 1
        named = folder.name == assignment or LESSON_FOLDER.fullmatch(folder.name)
        if named and len(path.parts) >= 3 and (in_tree or assignment or of_one):
            item = _by_nbgrader(entry, path)
        elif named and folder in lesson_like:
            item = HandedIn(entry, default, default, path.name, lesson=lesson_in(folder.name))
        elif len(path.parts) > 1 and own_folders and of_one:
            item = HandedIn(entry, folder.name, folder.as_posix(), path.name)
        else:
            item = _by_stem(entry, path, default)
        found.append(item)
    return found


def _by_nbgrader(entry: Entry, path: PurePosixPath) -> HandedIn:
    """`STUDENT/lesson_1/file`; the student's name in nbgrader is also the platform's id."""
    student = path.parts[-3]
    lesson = LESSON_FOLDER.fullmatch(path.parts[-2])
    return HandedIn(
        entry,
        learner=student,
        identity=student,
        file=path.name,
        learner_id=student,
        lesson=int(lesson.group(1)) if lesson else None,
    )


def _by_stem(entry: Entry, path: PurePosixPath, default: str) -> HandedIn:
    """The file's own name says who it is from: alice.ipynb, or alice_lesson_1 (2).ipynb."""
    learner = _learner_in(path.name) or default
    identity = (path.parent / learner).as_posix()
    return HandedIn(entry, learner, identity, path.name, stray=not is_notebook(path.name))


def _stray(entry: Entry) -> HandedIn:
    return HandedIn(entry, _name(entry), entry.path, _name(entry), stray=True)


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
