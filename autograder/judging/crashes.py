"""The usual cause of an error, judging by its type and message."""

from __future__ import annotations

import re

from autograder.exercise import registry
from autograder.judging.crash_causes import CAUSES

# What `student.explain_crash` writes.
STOPPED = re.compile(
    r"^`[^`]*` stopped with (?P<kind>\w+)"
    r"(?: in the line `.*?`(?:, called by `.*?`)?)?:(?P<message>.*)",
    re.DOTALL,
)
# AutoGraph puts the error as it was raised at the end of its own account.
RETOLD = re.compile(r"^in user code: .*? (?P<kind>\w+(?:Error|Exception)): (?P<message>.*)")


def usual_cause(words: str) -> str | None:
    """What most often leads to an error.

    Args:
        words: as of `student.explain_crash`: "`name` stopped with Type in the line …: message".

    Returns:
        One or two sentences, or None for an error that has no usual cause.
    """
    stopped = STOPPED.match(words)
    if not stopped:
        return None
    stopped = RETOLD.match(stopped["message"].strip()) or stopped
    for cause in CAUSES:
        pattern = cause.message.replace("@packages@", "|".join(registry.closed_packages()))
        found = re.search(pattern, stopped["message"].strip(), re.IGNORECASE)
        if found and (not cause.kinds or stopped["kind"] in cause.kinds.split()):
            return cause.words.format(**found.groupdict())
    return None
