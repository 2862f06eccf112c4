"""Feedback pages in a zip, under the names by which a platform hands them to its learners.

Canvas (Assignment, Upload Submissions) takes the first two numbers in a name for the user and the
upload: `infer_comment_context_from_filename` in its `app/models/assignment.rb`. Moodle (View all
submissions, Upload multiple feedback files in a zip) takes the number before `_assignsubmission_`,
which may stand in a folder's name: `mod/assign/feedback/file/importziplib.php`. Brightspace
(Assignments, Add Feedback Files) takes folders and files under the names that its download gave
them: its help on evaluating submissions in bulk. So a page lies where the notebook lay, and its
name begins as the notebook's did.

ILIAS (Exercise, Multi-Feedback) takes a folder that begins with `multi_feedback`, and in it one
for each learner that ends with the user's number, as in its download: `getMultiFeedbackFiles` in
its `class.ilExAssignment.php`. Blackboard documents no such way.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath

from autograder.batch.collect import Submission
from autograder.batch.matching import listed
from autograder.batch.platforms import PLATFORMS
from autograder.batch.store import Store, save

FEEDBACK = "feedback.zip"
TAKES_FEEDBACK = ("canvas", "moodle", "brightspace", "ilias")
# The same pages are the same bytes.
WHEN = (2000, 1, 1, 0, 0, 0)


def write_feedback(
    store: Store, submissions: Iterable[Submission], pages: Mapping[str, str]
) -> list[str]:
    """Write `feedback.zip` where submissions come from a platform that takes such zips.

    Args:
        store: where to.
        submissions: all that were handed in.
        pages: the page of each that is graded, by key.

    Returns:
        a sentence where pages cannot be handed back.
    """
    theirs = [s for s in submissions if s.platform in TAKES_FEEDBACK and s.key in pages]
    returned = [s for s in theirs if _taken_back(s)]
    path = store.folder / FEEDBACK
    if not returned:
        path.unlink(missing_ok=True)
        return []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for submission in returned:
            info = zipfile.ZipInfo(feedback_name(submission), WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, pages[submission.key].encode("utf-8", "replace"))
    content = out.getvalue()
    before = b""
    with suppress(OSError):
        before = path.read_bytes()
    if before != content:
        save(path, content, lasting=False)
    left = [s.learner for s in theirs if s not in returned]
    if not left:
        return []
    platform = PLATFORMS[theirs[0].platform].name
    return [
        f"{FEEDBACK} has no page for {listed(left)}: {platform} takes a page back only for a file "
        "that was uploaded, and here is a text or a link."
    ]


def feedback_name(submission: Submission) -> str:
    """`doejane_12_34_lesson_1.ipynb` → `doejane_12_34_lesson_1-feedback.html`; folders stay, but
    for ILIAS, which gets its own."""
    place = PurePosixPath(submission.entry.path)
    if submission.platform != "ilias":
        return str(place.with_name(f"{place.stem}-feedback.html"))
    below = ("/".join(place.parts[n:]) for n in range(len(place.parts)))
    found = next(filter(None, map(PLATFORMS["ilias"].pattern.fullmatch, below)))
    owner = found[0].partition("/")[0]
    return f"multi_feedback/{owner}/{PurePosixPath(found['file']).stem}-feedback.html"


def _taken_back(submission: Submission) -> bool:
    """Canvas knows uploads by their number; a text that was typed there has none."""
    if submission.platform != "canvas":
        return True
    found = PLATFORMS["canvas"].pattern.fullmatch(PurePosixPath(submission.entry.path).name)
    return bool(found and found["file"])
