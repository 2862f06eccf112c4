"""Cells as fingerprints that names, comments, docstrings, types and layout do not change.

A top-level statement becomes a row of words, one for each node of its syntax tree, in which every
name that somebody could have chosen is replaced; each few words in a row are one fingerprint. Of
text cells the words themselves are taken. Nothing is run. Statements may stand in any order, and
one too short for a fingerprint says nothing, because everybody's would look like it.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from autograder.intake.magics import plain_python, tree_of

# Words in a row that make a fingerprint: of code, and of text.
IN_A_ROW = 10
TEXT_IN_A_ROW = 7
# Of one notebook; a lesson's own code has about 3,000.
MOST_WORDS = 40_000
# Parts into which a cell that is not Python is taken apart.
MOST_PARTS = 2_000
KEPT_NAMES = frozenset(dir(builtins))
IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# A line at the margin that begins a statement, not one that closes a bracket or goes on.
BEGINS = re.compile(r"^(?=[\w@\"'(\[{])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)


class Lines(NamedTuple):
    """Where a fingerprint comes from: the number of the cell, the first and the last line in it."""

    cell: int
    first: int
    last: int


class Source(NamedTuple):
    """A cell: its number in the notebook, "code" or any other kind, and its source."""

    number: int
    kind: str
    text: str


def fingerprints(cells: Iterable[Source]) -> dict[int, Lines]:
    """Fingerprint → where it first stands.

    Of a code cell that is not Python, whatever statements of it are. At most `MOST_WORDS` are
    read. Numbers are the same within one process only.
    """
    found: dict[int, Lines] = {}
    left = MOST_WORDS
    for cell in cells:
        in_a_row = IN_A_ROW if cell.kind == "code" else TEXT_IN_A_ROW
        for row in _rows(cell, left):
            left -= len(row)
            for start in range(len(row) - in_a_row + 1):
                part = row[start : start + in_a_row]
                lines = [line for _, line in part]
                place = Lines(cell.number, min(lines), max(lines))
                found.setdefault(hash(tuple(word for word, _ in part)), place)
            if left <= 0:
                return found
    return found


def _rows(cell: Source, most: int) -> Iterator[list[tuple[str, int]]]:
    """Words that belong together, each with its line: a statement's, or those of a text."""
    if cell.kind == "code":
        for statement in _statements(cell.text):
            yield _row(statement, most)
    else:
        lines = enumerate(cell.text.casefold().split("\n"), start=1)
        words = ((word, number) for number, line in lines for word in re.findall(r"\w+", line))
        yield list(islice(words, most))


def _statements(source: str) -> list[ast.stmt]:
    """The top-level statements of a cell, those of one that is not Python as far as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\\d" in somebody's string is no news here
        python = plain_python(source)
        tree = tree_of(python)
        if tree is not None:
            return tree.body
        found: list[ast.stmt] = []
        places = [match.start() for match in islice(BEGINS.finditer(python), MOST_PARTS)]
        for start, end in zip(places, [*places[1:], len(python)], strict=True):
            part = tree_of(python[start:end])
            before = python.count("\n", 0, start)
            if part is not None:
                found += [ast.increment_lineno(statement, before) for statement in part.body]
        return found


def _row(statement: ast.stmt, most: int) -> list[tuple[str, int]]:
    """A statement's words, each with its line; no recursion, however deep it is nested."""
    row: list[tuple[str, int]] = []
    waiting: list[tuple[ast.AST | str, int]] = [(statement, statement.lineno)]
    while waiting and len(row) < most:
        item, line = waiting.pop()
        if isinstance(item, str):
            row.append((item, line))
            continue
        line = getattr(item, "lineno", line)
        waiting += [(part, line) for part in reversed(list(_parts(item)))]
    return row


def _parts(node: ast.AST) -> Iterator[ast.AST | str]:
    """What a node says itself, and the nodes in it, in the order of the text."""
    match node:
        case ast.Name(id=name):
            yield name if name in KEPT_NAMES else "name"
        case ast.arg():
            yield "argument"
        case ast.Constant(value=value):
            yield _constant(value)
        case ast.JoinedStr():
            yield "text"
        case ast.Attribute(value=ast.Name(id="self")):
            yield "own attribute"
        case ast.Attribute(value=value, attr=name):
            yield value
            yield f".{name}"
        case ast.Import() | ast.ImportFrom() | ast.expr_context():
            return
        case ast.Expr(value=ast.Constant() | ast.JoinedStr()):
            return
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                yield from ("Assign", target, value)
        case _:
            yield type(node).__name__
            if isinstance(node, ast.keyword) and node.arg:
                yield f"{node.arg}="
            for name, inside in ast.iter_fields(node):
                if name != "returns":
                    parts = inside if isinstance(inside, list) else [inside]
                    yield from (part for part in parts if isinstance(part, ast.AST))


def _constant(value: object) -> str:
    """2 and 2.0 are one number; every text is alike."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value + 0.0) if abs(value) < 1e300 else "large"
    return "text" if isinstance(value, (str, bytes)) else repr(value)
