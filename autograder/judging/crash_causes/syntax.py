"""Cells that are not Python, so that nothing in them runs."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

NOT_PYTHON = "SyntaxError IndentationError TabError"

SYNTAX: tuple[Cause, ...] = (
    Cause(
        NOT_PYTHON,
        "invalid (?:non-printable )?character '?(?P<sign>[^' ]*)'?",
        "`{sign}` is a sign that Python does not know. Text that was copied brings curly quotes, "
        "long dashes, × and ²: type quotes, `-`, `*` and `**2` yourself.",
    ),
    Cause(
        NOT_PYTHON,
        r"'(?P<sign>[(\[{]+)' was never closed|does not match opening|unmatched|"
        "unexpected EOF|expecting '}'",
        "The brackets do not pair up: one is opened and never closed, or closed and never opened. "
        "Count them in this line, and in the line above.",
    ),
    Cause(
        NOT_PYTHON,
        "unterminated|EOL while scanning",
        "A text begins with a quotation mark and does not end: the closing mark is missing, or "
        "is of another kind.",
    ),
    Cause(
        NOT_PYTHON,
        "expected an indented block",
        "Something has to stand in the block that begins in the line above, indented by four "
        "spaces.",
    ),
    Cause(
        NOT_PYTHON,
        "unexpected indent|unindent does not match|inconsistent use of tabs",
        "Lines of one block begin in the same column, and this one does not. Was a line of the "
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
        "A single `=` gives a name a value. To compare, write `==`; what stands on the left of "
        "`=` has to be a name.",
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
        "The arguments are in an order that Python does not take: plain ones first, then those "
        "with `name=`, each name once.",
    ),
    Cause(
        NOT_PYTHON,
        "Missing parentheses in call",
        "A function is called with round brackets, `print` too.",
    ),
    Cause(
        NOT_PYTHON,
        "",
        "Python cannot read this line, or the end of the one above. Look for a missing operator, "
        "comma or bracket, and for signs that are not Python, such as a backtick.",
    ),
)
