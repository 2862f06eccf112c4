"""Which statements of two blocks correspond to each other."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from typing import Any

# What statements of one sort have in common at least, and what one without counterpart costs.
OF_ONE_SORT = 0.2
ALONE = 0.55
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def aligned(mine: list, other: list):
    """Pairs (place of mine or None, (place to insert at, other) or None) that cost least."""
    other = [item for item in other if not says_nothing(item)]
    rows, columns = len(mine), len(other)
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            if i < rows or j < columns:
                cost[i][j] = min(c for c, _, _ in _moves(cost, mine, other, i, j))
    i = j = 0
    while i < rows or j < columns:
        _, di, dj = min(_moves(cost, mine, other, i, j), key=lambda move: move[0])
        yield (i if di else None), ((i, other[j]) if dj else None)
        i, j = i + di, j + dj


def _moves(cost, mine, other, i, j):
    if i < len(mine) and j < len(other):
        alike = _alike(mine[i], other[j])
        if alike:
            yield cost[i + 1][j + 1] + 1 - alike, 1, 1
    if i < len(mine):
        yield cost[i + 1][j] + ALONE, 1, 0
    if j < len(other):
        yield cost[i][j + 1] + ALONE, 0, 1


def _alike(one: Any, two: Any) -> float:
    """How similar two statements are, from 0 to 1."""
    if type(one) is not type(two):
        return 0.0
    if isinstance(one, DEFINITIONS):
        return float(one.name == two.name)
    return OF_ONE_SORT + (1 - OF_ONE_SORT) * shared(one, two)


def shared(one: ast.AST, two: ast.AST) -> float:
    """The share of names, numbers and operators that two nodes have in common."""
    a, b = _words(one), _words(two)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


@lru_cache(4096)
def _words(node: ast.AST) -> Counter:
    found: Counter = Counter()
    for item in ast.walk(node):
        for field in ("id", "attr", "arg", "name", "value"):
            value = getattr(item, field, None)
            if isinstance(value, (str, int, float)):
                found[value] += 1
        if isinstance(item, (ast.operator, ast.cmpop, ast.unaryop)):
            found[type(item).__name__] += 1
    return found


def says_nothing(node: ast.stmt) -> bool:
    """Whether this is a docstring or another bare constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
