"""Cells as Python: IPython's additions to Python are taken out, line for line."""

from __future__ import annotations

import ast
import re

# Cell magics whose body is Python that runs in the notebook's own namespace.
WRAPS_PYTHON = {"capture", "debug", "heat", "lprun", "memit", "mprun", "notify", "prun"}
WRAPS_PYTHON |= {"scalene", "snakeviz", "time", "timeit", "wandb"}
# Line magics whose argument is a Python statement.
RUNS_ITS_LINE = re.compile(r"%(?:time|prun)[ \t]+(?!-)(?=\S)")
ASSIGNED = re.compile(r"([^=#!%]+=\s*)(?:!|%%?\w).*")
CELL_MAGIC = re.compile(r"\s*%%(!|[\w.]+)(.*)")
MOST_MAGIC_LINES = 60
# The parser of a process that must not die is given no more than this.
LONGEST = 200_000

NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


def tree_of(source: str) -> ast.Module | None:
    """The parsed source, or None where it is not Python (or too long or too deep to look at)."""
    if len(source) > LONGEST:
        return None
    try:
        return ast.parse(source)
    except NOT_PYTHON:
        return None


def plain_python(source: str) -> str:
    """The cell as Python with the same number of lines, as far as it can be had.

    Magics and shell lines become `pass`, values assigned from them None; a cell magic around
    Python is taken off, and any other (%%bash, %%writefile, …) leaves nothing to run. What is
    Python already comes back unchanged; so does what is no Python even then.
    """
    if len(source) > LONGEST:
        return source
    head = CELL_MAGIC.match(source)
    if head:
        if head.group(1) not in WRAPS_PYTHON:
            return "\n" * source.count("\n")
        blank = "\n" * head.group(0).count("\n")
        rest = blank + source[head.end() :]
        return plain_python(rest)
    lines = source.split("\n")
    for _ in range(MOST_MAGIC_LINES):
        try:
            ast.parse("\n".join(lines))
            return "\n".join(lines)
        except SyntaxError as error:
            place = (error.lineno or 0) - 1
            replaced = _without_magic(lines[place]) if 0 <= place < len(lines) else None
            if replaced is None or replaced == lines[place]:
                return _all_at_once(source)
            lines[place] = replaced
        except (ValueError, RecursionError, MemoryError):
            return source
    return _all_at_once(source)


def runs_nothing(source: str) -> str:
    """The name of the cell magic that keeps the notebook from running this cell, or ""."""
    head = CELL_MAGIC.match(source)
    return f"%%{head.group(1)}" if head and head.group(1) not in WRAPS_PYTHON else ""


def _all_at_once(source: str) -> str:
    """For errors that Python reports far from the magic that causes them."""
    lines = [_without_magic(line) or line for line in source.split("\n")]
    whole = "\n".join(lines)
    return whole if tree_of(whole) is not None else source


def _without_magic(line: str) -> str | None:
    """The line without its magic, or None when there is none in it."""
    stripped = line.lstrip()
    indent = line[: len(line) - len(stripped)]
    if RUNS_ITS_LINE.match(stripped):
        return indent + RUNS_ITS_LINE.sub("", stripped)
    if stripped.startswith(("%", "!", "?")):
        return indent + "pass"
    if re.fullmatch(r"[\w.]+\?{1,2}\s*", stripped):
        return indent + "pass"
    assigned = ASSIGNED.fullmatch(line)
    return assigned.group(1) + "None" if assigned else None
