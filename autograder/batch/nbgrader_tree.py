"""nbgrader's `submitted/STUDENT/lesson_N/lesson_N.ipynb`, filled from what a platform gives."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timezone
from pathlib import Path

from autograder.batch.attempts import TIMESTAMP
from autograder.batch.collect import Collection, Submission
from autograder.batch.files import Refused, Source
from bvae_ref.writing import write_whole

# A student's name is a folder's for nbgrader, and part of a pattern that finds files.
PLAIN = re.compile(r"[\w@+-][\w .@+-]{0,80}(?<![. ])")


@dataclass(frozen=True)
class Placed:
    """What a tree has after filling it.

    Attributes:
        written: paths of new notebooks, or of replaced ones.
        same: how many were there already, byte for byte.
        left_out: a sentence for each submission that has no place in the tree.
    """

    written: tuple[Path, ...]
    same: int
    left_out: tuple[str, ...]


def fill_tree(collection: Collection, source: Source, tree: Path, replace: bool = False) -> Placed:
    """Write each submission's notebook, unchanged, where nbgrader looks for it.

    Where the platform says when it was handed in, nbgrader's `timestamp.txt` says it too.

    Args:
        collection: who handed in what.
        source: where the notebooks are read from.
        tree: nbgrader's `submitted/`; made where there is none.
        replace: let a notebook take the place of another one of that learner and lesson.

    Raises:
        ValueError: other notebooks are there already, and `replace` is not set; nothing is
            written then.
        OSError: a file cannot be written.
    """
    names = student_names(collection.submissions)
    contents: dict[Path, bytes] = {}
    times: dict[Path, bytes] = {}
    left_out = []
    for submission in collection.submissions:
        try:
            if submission.lesson is None:
                raise Refused("it belongs to no lesson that could be told")
            if submission.reason:
                raise Refused(submission.reason.rstrip("."))
            lesson = f"lesson_{submission.lesson}"
            path = tree / names[person_of(submission)] / lesson / f"{lesson}.ipynb"
            contents[path] = source.read(submission.entry)
            if submission.handed_in:
                when = submission.handed_in.astimezone(timezone.utc)
                times[path] = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()
        except Refused as error:
            left_out.append(f"{submission.entry.path} was not collected: {error}.")
    there = {path: path.read_bytes() for path in contents if path.is_file()}
    others = sorted(path for path, content in there.items() if content != contents[path])
    if others and not replace:
        raise ValueError(
            f"{tree} already has {len(others)} of these notebooks with other contents, "
            f"{others[0]} among them. Add --replace to put the new ones in their place."
        )
    new = [path for path, content in contents.items() if there.get(path) != content]
    for path in new:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, contents[path])
        if path in times:
            write_whole(path.with_name(TIMESTAMP), times[path])
    return Placed(tuple(new), len(contents) - len(new), tuple(left_out))


def student_names(submissions: tuple[Submission, ...]) -> dict[tuple[str, str], str]:
    """Learner's name and key → the name of the student's folder, different for each.

    It is the platform's number or name for the learner, else the learner's name. Where that is
    nothing for a file system or a pattern, or two share it, it is the name in the key.
    """
    wanted = {person_of(item): item.learner_id or item.learner for item in submissions}
    shared = Counter(name.casefold() for name in wanted.values())
    return {
        person: name if PLAIN.fullmatch(name) and shared[name.casefold()] == 1 else person[1]
        for person, name in wanted.items()
    }


def person_of(submission: Submission) -> tuple[str, str]:
    """Learner's name and the learner's part of the key."""
    return submission.learner, submission.key.partition(".")[0]
