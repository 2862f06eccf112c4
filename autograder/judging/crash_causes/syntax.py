"""Cells that are not Python, so that nothing in them runs."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

NOT_PYTHON = "SyntaxError IndentationError TabError"

SYNTAX: tuple[Cause, ...] = (
    Cause(
        NOT_PYTHON,
        "invalid (?:non-printable )?character '?(?P<sign>[^' ]*)'?",
        "`{sign}` is a character that Python does not know. Copied text often contains curly "
        "quotes, long dashes, × and ²: type quotes, `-`, `*` and `**2` yourself.",
    ),
    Cause(
        NOT_PYTHON,
        r"'(?P<sign>[(\[{]+)' was never closed|does not match opening|unmatched|"
        "unexpected EOF|expecting '}'",
        "The brackets do not match: one is opened but never closed, or closed but never opened. "
        "Count them in this line and in the line above.",
    ),
    Cause(
        NOT_PYTHON,
        "unterminated|EOL while scanning",
        "A string begins with a quotation mark but does not end: the closing mark is missing or "
        "of another kind.",
    ),
    Cause(
        NOT_PYTHON,
        "expected an indented block",
        "The line above begins a block, so something must follow, indented by four spaces.",
    ),
    Cause(
        NOT_PYTHON,
        "unexpected indent|unindent does not match|inconsistent use of tabs",
        "All lines of a block begin in the same column, but this one does not. Was a line of the "
        "stub left below yours, or are tabs and spaces mixed?",
    ),
    Cause(
        NOT_PYTHON,
        "expected ':'",
        "A line that begins with `def`, `class`, `if`, `for` or `with` ends with a colon.",
    ),
    Cause(
        NOT_PYTHON,
        "Maybe you meant '=='|cannot assign to",
        "A single `=` gives a name a value. To compare, write `==`; the left side of `=` must be "
        "a name.",
    ),
    Cause(
        NOT_PYTHON,
        "forgot a comma|invalid decimal literal",
        "Two things stand side by side with nothing between them: is a comma missing, or an "
        "operator, as in `2 * x`?",
    ),
    Cause(
        NOT_PYTHON,
        "follows keyword argument|follows default argument|duplicate argument",
        "The arguments are in an order that Python does not accept: plain ones come first, then "
        "those with `name=`, each name once.",
    ),
    Cause(
        NOT_PYTHON,
        "Missing parentheses in call",
        "Functions are called with round brackets, including `print`.",
    ),
    Cause(
        NOT_PYTHON,
        "",
        "Python cannot read this line, or the end of the one above. Look for a missing operator, "
        "comma or bracket, and for characters that are not Python, such as a backtick.",
    ),
)
