"""File names as learning platforms write them in the zip of a class.

| platform | name of one file |
|---|---|
| Canvas | `doejane_LATE_12345_678901_lesson_1-2.ipynb`: sortable name, user, upload |
| Canvas, anonymous | `anon_LATE_x7k2p_678901_lesson_1.ipynb`: anonymous id, upload |
| Moodle | `Jane Doe_123456_assignsubmission_file/lesson_1.ipynb`, or without the folder |
| Moodle, blind marking | `Participant 123456_123456_assignsubmission_file/…` |
| Blackboard | `Week 1_jdoe_attempt_2026-11-03-10-14-09_lesson_1.ipynb`, and a `.txt` about it |
| Brightspace | `12345-6789 - Jane Doe - Nov 3, 2026 1014 AM - lesson_1.ipynb`, or a folder |
| ILIAS | `…/Doe_Jane_jdoe_12345/20261103101409_lesson_1.ipynb` |

Sources: Canvas's `ContentZipper` and Moodle's `mod/assign/locallib.php`, both open source;
Blackboard's and Brightspace's help pages on downloading submissions, and public scripts that sort
such zips; ILIAS's "download all submissions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.batch.files import Entry
from autograder.batch.handed_in import HandedIn


@dataclass(frozen=True)
class Platform:
    """How one platform names files.

    Attributes:
        name: as people write it.
        pattern: fits the path of a file that the platform named, from where its names begin.
        read: makes of a fitting path what was handed in.
    """

    name: str
    pattern: re.Pattern[str]
    read: Callable[[Entry, re.Match[str]], HandedIn]

    def fits(self, top: str, is_folder: bool) -> bool:
        """Whether the topmost part of a path is one that the platform writes."""
        return bool(self.pattern.fullmatch(f"{top}/x" if is_folder else top))


def _canvas(entry: Entry, found: re.Match[str]) -> HandedIn:
    number = found["id"] or found["anonymous"]
    name = found["name"] or "anonymous"
    return HandedIn(
        entry,
        learner=name,
        identity=f"{name}_{number}",
        file=found["file"] or found["text"],
        learner_id=number,
        late=bool(found["late"] or found["anonymous_late"]),
    )


def _moodle(entry: Entry, found: re.Match[str]) -> HandedIn:
    name, number, file = found["name"], found["id"], found["file"]
    online = file == "onlinetext.html"
    return HandedIn(entry, name, f"{name}_{number}", file, number, brought_along=online)


def _blackboard(entry: Entry, found: re.Match[str]) -> HandedIn:
    # Which part is the assignment's, and which the user's, the whole class tells.
    head, file = found["head"], found["file"]
    about = f"{found['time']}.txt"
    time = found["time"]
    return HandedIn(entry, head, head, file or about, head, time=time, brought_along=not file)


def _brightspace(entry: Entry, found: re.Match[str]) -> HandedIn:
    number, name = found["id"].partition("-")[0], found["name"]
    return HandedIn(
        entry, name, f"{name}_{number}", found["file"], number, time=_sortable(found["time"])
    )


def _ilias(entry: Entry, found: re.Match[str]) -> HandedIn:
    name = found["name"].replace("_", ", ", 1).replace("_", " ")
    identity = f"{found['login']}_{found['id']}"
    return HandedIn(entry, name, identity, found["file"], found["login"], time=found["time"] or "")


PLATFORMS = {
    "canvas": Platform(
        "Canvas",
        re.compile(
            r"(?:anon(?:ymous)?_(?P<anonymous_late>LATE_)?(?P<anonymous>(?!\d+_\d)[A-Za-z0-9]{5})"
            r"|(?P<name>[^_\s]+)_(?P<late>LATE_)?(?P<id>\d{2,}))_"
            r"(?:\d{2,}_(?P<file>.+)|(?P<text>(?:text|link).*\.html))"
        ),
        _canvas,
    ),
    "moodle": Platform(
        "Moodle",
        re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?/?(?P<file>[^/].*)"),
        _moodle,
    ),
    "blackboard": Platform(
        "Blackboard",
        re.compile(
            r"(?P<head>[^/]+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>[^/]+)|\.txt)"
        ),
        _blackboard,
    ),
    "brightspace": Platform(
        "Brightspace",
        re.compile(
            r"(?P<id>\d+-\d+) - (?P<name>[^/]+?) - (?P<time>[^/]*?\d{4}[^/]*?\d{3,4}(?: ?[AP]M)?)"
            r"(?:/| - )(?P<file>.+)"
        ),
        _brightspace,
    ),
    "ilias": Platform(
        "ILIAS",
        re.compile(
            r"(?P<name>[^/_]+_[^/]+?)_(?P<login>[^/_]+)_(?P<id>\d+)/"
            r"(?:(?P<time>\d{14})_)?(?P<file>.+)"
        ),
        _ilias,
    ),
}


def without_assignment(items: Iterable[HandedIn]) -> list[HandedIn]:
    """Blackboard's heads without the assignment's name, with which all of a class begin."""
    items = list(items)
    heads = {item.identity for item in items if not item.aside}
    begin = length_shared(heads, "_") if len(heads) > 1 else "".join(heads).rfind("_") + 1
    return [
        item if item.aside else replace(item, learner=user, identity=user, learner_id=user)
        for item in items
        for user in [item.identity[begin:]]
    ]


def length_shared(names: Iterable[str], mark: str) -> int:
    """How many characters all names begin with, up to the last `mark` among them."""
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    shared = next((n for n, (a, b) in pairs if a != b), min(len(first), len(last)))
    return first[:shared].rfind(mark) + 1


def _sortable(time: str) -> str:
    """`Nov 3, 2026 1014 AM` as 2026-11-03 10:14; "" for a language that is not English."""
    for form in ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%b %d, %Y %H%M", "%B %d, %Y %H%M"):
        try:
            return datetime.strptime(" ".join(time.split()), form).isoformat(" ", "minutes")
        except ValueError:
            continue
    return ""
