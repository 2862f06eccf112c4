"""What belongs to no other family."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

REST: tuple[Cause, ...] = (
    Cause(
        "ZeroDivisionError",
        "",
        "The number below the fraction line is 0. When can it be: an empty list, a count that "
        "starts at 0, a single step?",
    ),
    Cause(
        "KeyError",
        r"^'?(?P<key>[\w.-]{1,30})'?$",
        "The dictionary has no entry `{key}`. Print its `keys()`, and compare the spelling with "
        "the place where the entry is made.",
    ),
    Cause(
        "RecursionError",
        "",
        "A function calls itself, directly or through another, and never stops. Is a helper called "
        "that has the same name as the function it stands in?",
    ),
    Cause(
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        "`{name}` is not installed here, or is spelt differently. The lessons need only what their "
        "set-up cell imports.",
    ),
    Cause(
        "ImportError",
        r"cannot import name '(?P<name>\w+)'",
        "The module has no `{name}`: is it spelt so? The lessons need only what their set-up cell "
        "imports.",
    ),
    Cause(
        "MemoryError ResourceExhaustedError",
        "",
        "An array far larger than meant is being made. Look for two long axes that meet by "
        "broadcasting, or for axes in the wrong order.",
    ),
    Cause(
        "ValueError",
        "Could not interpret (?P<what>\\w+)",
        "Keras knows no {what} of this name. Is it spelt as in the documentation?",
    ),
    Cause(
        "FileNotFoundError",
        "",
        "There is no such file beside the notebook. An answer should work on its arguments alone.",
    ),
)
