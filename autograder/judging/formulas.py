"""Sums and products as lists of their parts, whatever the order and the brackets."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

SUM = (ast.Add, ast.Sub)
PRODUCT = (ast.Mult, ast.Div)
# Where one function lives in several places: the one part of the name that tells it.
LIBRARIES = ("tf", "math", "keras", "ops")


class Part(NamedTuple):
    """A term of a sum, or a factor of a product.

    Attributes:
        positive: whether it is added (or multiplied by), not subtracted (or divided by).
        node: the expression.
        owner, field, place: where it stands.
    """

    positive: bool
    node: ast.expr
    owner: Any
    field: str
    place: int | None


def kinds_of(node: ast.AST) -> tuple[type[ast.operator], type[ast.operator]] | None:
    """The two operators of the sum or product that a node is, or None."""
    if isinstance(node, ast.BinOp):
        return next((kinds for kinds in (SUM, PRODUCT) if isinstance(node.op, kinds)), None)
    return None


def parts_of(node, owner, field, index, kinds, positive=True) -> list[Part]:
    """The parts of a sum or product, in the order of the text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, kinds):
        turned = positive == isinstance(node.op, kinds[0])
        return [
            *parts_of(node.left, node, "left", None, kinds, positive),
            *parts_of(node.right, node, "right", None, kinds, turned),
        ]
    if kinds is SUM and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return parts_of(node.operand, node, "operand", None, kinds, not positive)
    return [Part(positive, node, owner, field, index)]


class Change(NamedTuple):
    """What differs between two lists of parts: a `Part` of mine, one of the others, or both."""

    mine: Any
    other: Any


def changes(
    mine: Sequence[Part], others: Sequence[Part], alike: Callable[[ast.expr, ast.expr], float]
) -> list[Change]:
    """The parts that differ.

    Args:
        alike: how much two expressions look alike; 1 for equal ones.
    """
    left, found = list(mine), []
    rest = []
    for other in others:
        same = next((p for p in left if _equal(p, other, alike)), None)
        if same is None:
            rest.append(other)
        else:
            left.remove(same)
    for least in (1.0, 0.5, 0.0):
        for other in list(rest):
            near = _nearest(left, other, alike)
            if near and alike(near.node, other.node) >= least:
                found.append(Change(near, other))
                left.remove(near)
                rest.remove(other)
    found += [Change(part, None) for part in left]
    return found + [Change(None, part) for part in rest]


def _nearest(parts: Sequence[Part], other: Part, alike) -> Part | None:
    def likeness(part: Part) -> tuple[float, bool]:
        return alike(part.node, other.node), part.positive == other.positive

    return max(parts, key=likeness, default=None)


def _equal(one: Part, other: Part, alike) -> bool:
    if one.positive == other.positive:
        return alike(one.node, other.node) == 1
    a, b = number(one.node), number(other.node)
    # Half is one over two.
    return a is not None and b is not None and abs(a * b - 1) < 1e-9


def number(node: ast.AST) -> float | None:
    """The value of a plain number, or None."""
    value = node.value if isinstance(node, ast.Constant) else None
    return float(value) if isinstance(value, (int, float)) else None


def turned(part: Part, kinds) -> tuple[ast.AST, str, int | None, ast.AST, ast.AST]:
    """Owner, field, index, old and new of the change that turns a part's sign."""
    if part.field == "right" and isinstance(part.owner, ast.BinOp):
        op = kinds[1]() if isinstance(part.owner.op, kinds[0]) else kinds[0]()
        return part.owner, "op", None, part.owner.op, op
    new: ast.expr = ast.UnaryOp(ast.USub(), part.node)
    if kinds is PRODUCT:
        new = ast.BinOp(ast.Constant(1), ast.Div(), part.node)
    return part.owner, part.field, part.place, part.node, new


def without(kinds) -> ast.expr:
    """What stands in place of a part that is left out."""
    return ast.Constant(0 if kinds is SUM else 1)


def beside(part: Part, other: Part, kinds) -> ast.expr:
    """A part with another one added to it."""
    op = kinds[0] if part.positive == other.positive else kinds[1]
    return ast.BinOp(part.node, op(), other.node)


def square_of(node: ast.AST) -> ast.expr | None:
    """What a node squares, or None."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Pow) and number(node.right) == 2:
            return node.left
        if isinstance(node.op, ast.Mult) and ast.dump(node.left) == ast.dump(node.right):
            return node.left
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        name = getattr(node.func, "attr", "")
        return node.args[0] if name == "square" else None
    return None


def function_name(node: ast.AST) -> str:
    """A function of TensorFlow or Keras without the part of the library that it is kept in."""
    names = ast.unparse(node).split(".") if isinstance(node, ast.Attribute) else []
    if not names or names[0] not in LIBRARIES:
        return ""
    *before, last = names
    return last.removeprefix("reduce_") if set(before) <= set(LIBRARIES) else ""
