"""Code with its intermediate results written out where they are used.

Two answers that cut one formula into different steps look alike then.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter

# Whoever draws twice in place of once does something else.
DRAWING = ("normal", "randn", "uniform", "truncated_normal", "random", "choice", "permutation")
# What is written out in here would be worked out at another time, or more than once.
BLOCKS = (ast.For, ast.While, ast.With, ast.If, ast.Try, ast.FunctionDef, ast.Lambda)


def inlined(tree: ast.Module) -> ast.Module:
    """A copy in which every result that is named once, and used in its own block, is written out.

    Nodes keep the lines they come from.
    """
    found = copy.deepcopy(tree)
    for function in ast.walk(found):
        if isinstance(function, ast.FunctionDef):
            stored = Counter(
                node.id
                for node in ast.walk(function)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
            stored.update(item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg))
            _write_out(function, {name for name, times in stored.items() if times == 1}, stored)
    return found


def _write_out(block: ast.AST, once: set[str], stored: Counter) -> None:
    for name in ("body", "orelse"):
        statements = getattr(block, name, None)
        if not isinstance(statements, list):
            continue
        for statement in statements:
            if not isinstance(statement, ast.FunctionDef):
                _write_out(statement, once, stored)
        place = 0
        while place < len(statements):
            if _taken_in(statements, place, once, stored):
                del statements[place]
            else:
                place += 1


def _taken_in(statements: list, place: int, once: set[str], stored: Counter) -> bool:
    """Write the result of one statement out in those behind it; False where that cannot be."""
    step = statements[place]
    target = step.targets[0] if isinstance(step, ast.Assign) and len(step.targets) == 1 else None
    if not isinstance(target, ast.Name) or target.id not in once:
        return False
    behind = statements[place + 1 :]
    uses = [n for item in behind for n in ast.walk(item) if _reads(n, target.id)]
    if not uses or (len(uses) > 1 and _draws(step.value)):
        return False
    # Its parts may not change in between, nor may it end up in a block.
    parts = {n.id for n in ast.walk(step.value) if isinstance(n, ast.Name)}
    changing = {name for name in parts if stored[name] > 1}
    nested = [n for item in behind for block in _blocks(item) for n in ast.walk(block)]
    if changing or any(node is use for node in nested for use in uses):
        return False
    writer = _Writer(target.id, step.value)
    statements[place + 1 :] = [writer.visit(item) for item in behind]
    return True


def _blocks(statement: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(statement) if isinstance(node, BLOCKS)]


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _draws(value: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in DRAWING for node in ast.walk(value))


class _Writer(ast.NodeTransformer):
    """Puts an expression in place of a name."""

    def __init__(self, name: str, value: ast.expr):
        self._name, self._value = name, value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return copy.deepcopy(self._value) if _reads(node, self._name) else node
