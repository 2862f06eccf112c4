"""Every version of a learner's code that differs in one spot: what one change might mend.

The edits are generic and know no exercise: operators, numbers, names, functions of one family,
axes, arguments exchanged or left out, a call or a part of a sum dropped, a factor or summand moved
into or out of a call's brackets, a `return` moved out of its loop, and something done to the
result.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
# Functions that are taken for each other.
FAMILIES = (
    ("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod"),
    ("reduce_std", "reduce_variance"),
    ("sum", "mean", "max", "min", "prod", "median"),
    ("std", "var"),
    ("exp", "log", "sqrt", "square", "expm1", "log1p", "abs"),
    ("sin", "cos", "tan", "arccos", "arcsin"),
    ("argmin", "argmax", "argsort"),
    ("sort", "unique"),
    ("maximum", "minimum"),
    ("floor", "ceil", "round", "rint"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("hstack", "vstack", "stack", "concatenate"),
)
AXES: tuple[object, ...] = (-1, 0, 1, 2, None, (1, 2, 3))
RESULTS = (
    "-({0})",
    "0.5 * ({0})",
    "2 * ({0})",
    "1 - ({0})",
    "({0})[::-1]",
    "tf.reduce_sum({0})",
    "tf.reduce_mean({0})",
    "tf.reduce_sum({0}, axis=-1)",
    "tf.reduce_mean({0}, axis=-1)",
    "tf.reduce_sum({0}, axis=0)",
    "tf.reduce_mean({0}, axis=0)",
    "tf.exp({0})",
    "tf.sqrt({0})",
    "tf.transpose({0})",
    "np.maximum({0}, 0)",
    "({0}) ** 2",
    "np.asarray({0}, 'float32')",
)

# The kind of an edit that reads another variable, and of one that moves a part of a call.
NAME = "name"
BRACKETS = "brackets"


class Spot(NamedTuple):
    """Where an edit changes something.

    Attributes:
        line: of the learner's cell, from 1.
        text: the learner's own code there, or the name of what is missing.
        kind: what sort of change, in words that do not give it away.
    """

    line: int
    text: str
    kind: str


class Edit(NamedTuple):
    """A version of a learner's cell.

    Attributes:
        source: the whole cell.
        spots: where it differs.
    """

    source: str
    spots: tuple[Spot, ...]


def edits(source: str, names: Iterable[str]) -> Iterator[Edit]:
    """Every edit of the functions and classes of these names, simple ones first; none twice.

    Nothing for a source that is not Python.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    wanted, seen = set(names), {ast.unparse(tree)}
    found = [
        change
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for change in _of(node, node.name in wanted)
    ]
    for change in sorted(found, key=lambda item: item.rank):
        text = _text_with(tree, change)
        if text not in seen:
            seen.add(text)
            words = ast.unparse(change.node).strip().splitlines()
            # Of several lines the last is what stands in the wrong place.
            line = getattr(change.node, "lineno", 1)
            where = Spot(line, words[-1].strip()[:80], change.kind)
            yield Edit(text, (where,))


class _Change(NamedTuple):
    """One change: how likely it is (least first), the node that changes, and what comes there."""

    rank: int
    node: ast.AST
    kind: str
    owner: ast.AST
    field: str
    number: int | None
    new: Any


def _of(function: ast.AST, asked: bool) -> Iterator[_Change]:
    """Every change in one function or class."""
    local = _names_in(function)
    for owner, field, number, node in _walk(function):
        for rank, kind, new in _changes(node, local):
            yield _Change(rank + (0 if asked else 5), node, kind, owner, field, number, new)


def _walk(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node below one, and where it stands."""
    for name, value in ast.iter_fields(node):
        if name in ("args", "decorator_list", "returns") and isinstance(node, ast.FunctionDef):
            continue
        places = enumerate(value) if isinstance(value, list) else ((None, value),)
        for place, item in places:
            if isinstance(item, ast.AST):
                yield node, name, place, item
                yield from _walk(item)


def _text_with(tree: ast.Module, change: _Change) -> str:
    """The code with a change; the tree itself stays as it is."""
    before = getattr(change.owner, change.field)
    after = change.new
    if change.number is not None:
        news = after if isinstance(after, list) else [after]
        after = [*before[: change.number], *news, *before[change.number + 1 :]]
    setattr(change.owner, change.field, after)
    try:
        return ast.unparse(tree)
    finally:
        setattr(change.owner, change.field, before)


def _names_in(function: ast.AST) -> list[str]:
    """Parameters and local variables."""
    found = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    found |= {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return sorted(found - {"self", "training"})


def _changes(node: ast.AST, local: list[str]) -> Iterator[tuple[int, str, object]]:
    """(rank, kind, new node) for one node."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.Constant):
        yield from ((1, "number", ast.Constant(value)) for value in _numbers(node.value))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield 0, "sign", node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for op in COMPARISONS:
            if not isinstance(node.ops[0], op):
                yield 1, "comparison", ast.Compare(node.left, [op()], node.comparators)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from _of_index(node, local)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        for family in FAMILIES:
            if node.attr in family:
                for other in family:
                    if other != node.attr:
                        yield 1, "function", ast.Attribute(node.value, other, ast.Load())
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in local:
        for other in local:
            if other != node.id:
                yield 2, NAME, ast.Name(other, ast.Load())
        for by_one in (ast.Sub(), ast.Add()):
            yield 1, "number of steps, by one", ast.BinOp(node, by_one, ast.Constant(1))
    elif isinstance(node, ast.Return) and node.value is not None:
        yield from _of_result(node)
        yield from _of_exchanged_names(node, local)
    elif isinstance(node, ast.Assign):
        yield from _of_exchanged_names(node, local)
    elif isinstance(node, (ast.For, ast.While)):
        *kept, last = node.body
        if isinstance(last, ast.Return) and kept:
            loop = copy.copy(node)
            loop.body = kept
            yield 0, "place of the `return`", [loop, last]
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield 1, "order", ast.Tuple(node.elts[::-1], ast.Load())


def _of_operation(node: ast.BinOp) -> Iterator[tuple[int, str, object]]:
    for op in OPERATORS:
        if not isinstance(node.op, op):
            yield 0, "operator", ast.BinOp(node.left, op(), node.right)
    if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
        yield 1, "order", ast.BinOp(node.right, node.op, node.left)
    yield 1, "part too many", node.left
    yield 1, "part too many", node.right
    for call, outside, in_front in (
        (node.left, node.right, False),
        (node.right, node.left, True),
    ):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        if in_front and not isinstance(node.op, (ast.Mult, ast.Add)):
            continue
        inside = ast.BinOp(call.args[0], node.op, outside)
        yield 1, BRACKETS, ast.Call(call.func, [inside, *call.args[1:]], call.keywords)


def _out_of_brackets(node: ast.Call) -> Iterator[ast.expr]:
    """The call with one factor, divisor or summand of its first argument behind it instead."""
    first, *others = node.args
    rest = first
    behind: list[tuple[ast.operator, ast.expr]] = []
    # From the last part of a · b · c to its first.
    while isinstance(rest, ast.BinOp) and isinstance(
        rest.op, (ast.Mult, ast.Div, ast.Add, ast.Sub)
    ):
        if behind and not _binds_alike(rest.op, behind[-1][0]):
            break
        yield _behind(node, _joined(rest.left, behind), others, rest.op, rest.right)
        behind.append((rest.op, rest.right))
        rest = rest.left
    if behind and isinstance(behind[-1][0], (ast.Mult, ast.Add)):
        op, following = behind[-1]
        yield _behind(node, _joined(following, behind[:-1]), others, op, rest)


def _binds_alike(one: ast.operator, other: ast.operator) -> bool:
    sums = (ast.Add, ast.Sub)
    return isinstance(one, sums) is isinstance(other, sums)


def _joined(first: ast.expr, behind: list[tuple[ast.operator, ast.expr]]) -> ast.expr:
    for op, part in reversed(behind):
        first = ast.BinOp(first, op, part)
    return first


def _behind(
    node: ast.Call, inside: ast.expr, others: list[ast.expr], op: ast.operator, part: ast.expr
) -> ast.expr:
    return ast.BinOp(ast.Call(node.func, [inside, *others], node.keywords), op, part)


def _of_index(node: ast.Subscript, local: list[str]) -> Iterator[tuple[int, str, object]]:
    """A fixed index replaced by a variable, as that of the loop around it."""
    several = isinstance(node.slice, ast.Tuple)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for place, part in enumerate(parts):
        if not isinstance(part, ast.Constant) or not isinstance(part.value, int):
            continue
        for name in local:
            new: ast.expr = ast.Name(name, ast.Load())
            if several:
                new = ast.Tuple([*parts[:place], new, *parts[place + 1 :]], ast.Load())
            yield 2, "index", ast.Subscript(node.value, new, ast.Load())


def _numbers(value) -> list:
    if isinstance(value, bool):
        return [not value]
    if value is None or not isinstance(value, (int, float)):
        return []
    near = [0, 1, 2, -1, 0.5, value + 1, value - 1, 2 * value, value / 2, -value]
    return [n for n in dict.fromkeys(near) if n != value]


def _of_call(node: ast.Call) -> Iterator[tuple[int, str, object]]:
    for place, keyword in enumerate(node.keywords):
        others = [*node.keywords[:place], *node.keywords[place + 1 :]]
        yield 2, "argument too many", ast.Call(node.func, node.args, others)
        if keyword.arg == "axis":
            for axis in AXES:
                value = ast.parse(repr(axis), mode="eval").body
                new = [*others, ast.keyword("axis", value)]
                yield 0, "axis", ast.Call(node.func, node.args, new)
    if isinstance(node.func, ast.Attribute):
        names = {keyword.arg for keyword in node.keywords}
        if node.func.attr in FAMILIES[0] + FAMILIES[1] + FAMILIES[2] + FAMILIES[3]:
            for axis in () if "axis" in names or len(node.args) > 1 else AXES[:3]:
                value = ast.parse(repr(axis), mode="eval").body
                new = [*node.keywords, ast.keyword("axis", value)]
                yield 1, "axis", ast.Call(node.func, node.args, new)
            if "keepdims" not in names:
                new = [*node.keywords, ast.keyword("keepdims", ast.Constant(True))]
                yield 2, "axis", ast.Call(node.func, node.args, new)
            if node.func.attr in ("std", "var") and "ddof" not in names:
                new = [*node.keywords, ast.keyword("ddof", ast.Constant(1))]
                yield 1, "divisor", ast.Call(node.func, node.args, new)
    if len(node.args) == 2:
        yield 1, "order", ast.Call(node.func, node.args[::-1], node.keywords)
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield 1, "call too many", node.args[0]
        yield from ((1, BRACKETS, new) for new in _out_of_brackets(node))
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield 2, "call too many", node.func.value


def _of_result(node: ast.Return) -> Iterator[tuple[int, str, object]]:
    text = ast.unparse(node.value) if node.value else ""
    for pattern in RESULTS:
        value = ast.parse(pattern.format(text), mode="eval").body
        yield 3, "something still to be done with the result", ast.Return(value)


def _of_exchanged_names(
    node: ast.Return | ast.Assign, local: list[str]
) -> Iterator[tuple[int, str, object]]:
    read = {item.id for item in ast.walk(node.value or node) if isinstance(item, ast.Name)}
    for one, other in combinations(sorted(read & set(local)), 2):
        changed = copy.deepcopy(node)
        for item in ast.walk(changed.value or changed):
            if isinstance(item, ast.Name) and item.id in (one, other):
                item.id = other if item.id == one else one
        yield 2, "order", changed
