"""One file that was handed in, and what its place and name say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.batch.files import Entry

LESSON_NAME = re.compile(r"lesson[\s_-]?(\d+)(?!\d)", re.IGNORECASE)
# Canvas appends -1 to the first resubmission, a browser (1) to the second download.
ATTEMPT = re.compile(r"(?:-(\d{1,3})|\s?\((\d{1,3})\))$")
# What stands around "lesson_1" in a file's name without naming a person.
NOBODY = r"(?<![^\W_])(?:copy|of|final|done|solved|solution|answers?|new|v)?\d*(?![^\W_])"


@dataclass(frozen=True)
class HandedIn:
    """One file, and what its place and name say about it.

    Attributes:
        learner: name to show.
        identity: what tells this learner from every other, the same in every run.
        file: the file's name as the learner knows it.
        learner_id: the number or name the learning platform uses, or "".
        lesson: the lesson that the place asks for (nbgrader's assignment), or None.
        late: handed in late, as the platform marks it.
        time: when, as the platform writes it, in a form that sorts; "" where it does not say.
        stray: nothing shows that a learner handed this in.
        aside: why it does not count, whatever it holds; "" for files that may count.
        ruled: where it comes from has a rule of its own on which of several attempts counts.
        brought_along: the platform or the course put the file there, not the learner.
        platform: the learning platform that named the file, a key of `PLATFORMS`, or "".
    """

    entry: Entry
    learner: str
    identity: str
    file: str
    learner_id: str = ""
    lesson: int | None = None
    late: bool = False
    time: str = ""
    stray: bool = False
    aside: str = ""
    ruled: bool = False
    brought_along: bool = False
    platform: str = ""

    @property
    def attempt(self) -> int:
        """Which resubmission the file's name says it is; 0 when it says nothing."""
        found = ATTEMPT.search(stem(self.file))
        return int(found.group(1) or found.group(2)) if found else 0

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


def learner_in(name: str) -> str:
    """The learner's name in a file's name, or "" when it names a lesson and nobody.

    A number behind a hyphen may well be part of the learner's name: `student-2.ipynb`. It counts
    as an attempt only behind the lesson's: `lesson_1-2.ipynb`.
    """
    whole = stem(name)
    named = LESSON_NAME.search(whole)
    if not named:
        found = ATTEMPT.search(whole)
        return whole[: found.start()] if found and found.group(2) else whole
    whole = ATTEMPT.sub("", whole)
    before, after = whole[: named.start()], whole[named.end() :]
    return _person(before) or _person(after)


def _person(words: str) -> str:
    return re.sub(NOBODY, "", words, flags=re.IGNORECASE).strip(" _-.")


def stem(name: str) -> str:
    """A notebook's name up to .ipynb, any other name up to its last ending."""
    before, mark, _ = name.lower().partition(".ipynb")
    return name[: len(before)] if mark else PurePosixPath(name).stem
