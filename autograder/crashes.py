"""The usual cause of an error, told from its type and message."""

from __future__ import annotations

import re

STOPPED = re.compile(r"stopped with (\w+)")


def usual_cause(words: str) -> str | None:
    """What most often leads to an error.

    Args:
        words: as of `student.explain_crash`: "`name` stopped with Type in the line …: message".

    Returns:
        One or two sentences, or None for an error that has no usual cause.
    """
    kind = STOPPED.search(words)
    for types, pattern, cause in CAUSES:
        if kind and kind[1] in types.split() and re.search(pattern, words, re.IGNORECASE):
            return cause
    return None


# (types, pattern of the whole message, cause), the more special ones first.
CAUSES: tuple[tuple[str, str, str], ...] = ()
