"""Causes that belong to no other family."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

REST: tuple[Cause, ...] = (
    Cause(
        "ZeroDivisionError",
        "",
        "The denominator is 0. When can that happen: an empty list, a count that starts at 0, a "
        "single step?",
    ),
    Cause(
        "KeyError",
        r"^'?(?P<key>[\w.-]{1,30})'?$",
        "The dictionary has no entry `{key}`. Print its `keys()` and compare the spelling with "
        "the line that creates the entry.",
    ),
    Cause(
        "RecursionError",
        "",
        "A function calls itself, directly or through another one, without end. Does it call a "
        "helper that has its own name?",
    ),
    Cause(
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        "`{name}` is not installed here, or is spelt differently. The lessons need only what "
        "their set-up cell imports.",
    ),
    Cause(
        "ImportError",
        r"cannot import name '(?P<name>\w+)'",
        "The module has no `{name}`: is the spelling right? The lessons need only what their "
        "set-up cell imports.",
    ),
    Cause(
        "MemoryError ResourceExhaustedError",
        "",
        "The code creates an array far larger than intended. Look for two long axes that meet by "
        "broadcasting, or for axes in the wrong order.",
    ),
    Cause(
        "ValueError",
        "Could not interpret (?P<what>\\w+)",
        "Keras has no {what} of this name. Is it spelt as in the documentation?",
    ),
    Cause(
        "FileNotFoundError",
        "",
        "There is no such file next to the notebook. An answer should use only its arguments.",
    ),
)
