"""One entry of the table: a kind of error and its usual cause."""

from __future__ import annotations

from typing import NamedTuple

# How Python names an object in a message, for patterns to begin with.
OBJECT = r"'(?:[\w.]+\.)?(?P<kind>\w+)' object "


class Cause(NamedTuple):
    """The usual cause of one kind of error.

    Attributes:
        kinds: names of exception types, with spaces between; "" for any.
        message: a pattern to be found in the message, in upper or lower case; `@packages@` stands
            for the course's packages.
        words: one or two sentences; `{group}` stands for a named group of the pattern.
    """

    kinds: str
    message: str
    words: str
