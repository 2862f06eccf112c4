"""Where a learner's code differs from a right one, hunk by hunk, as two syntax trees.

Functions, classes and methods are compared by name, statements and expressions by what they look
like. Names that each side chose itself (local variables, parameters, attributes of `self`) are
treated as equal where they stand in the same place.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from autograder.judging import formulas
from autograder.judging.alignment import DEFINITIONS, aligned, says_nothing, shared


@dataclass(frozen=True)
class Hunk:
    """One place at which two trees differ.

    Attributes:
        owner, field, index: where in the learner's tree; `index` is None for a field that holds
            one node.
        old: the learner's node there, or None where something is missing.
        new: the node that belongs there, or None where something is too many.
        within: the function or class around it.
        added: whether the new node is the old one with a part added to it.
    """

    owner: Any
    field: str
    index: int | None
    old: Any
    new: Any
    within: Any
    added: bool = False

    @property
    def size(self) -> int:
        """Nodes that change."""
        return sum(node_count(node) for node in (self.old, self.new) if node is not None)


def differences(learner: ast.Module, right: ast.Module, names: Sequence[str]) -> list[Hunk]:
    """The hunks between the definitions of these names, in the order of the learner's code."""
    found: list[Hunk] = []
    for name in names:
        mine, other = _definition(learner, name), _definition(right, name)
        if mine is not None and type(mine) is type(other):
            compared = _Comparison(mine)
            hunks = list(compared.nodes(mine, other, learner, "body", learner.body.index(mine)))
            found += [compared.in_the_learners_names(hunk) for hunk in hunks]
    return found


def text_with(tree: ast.Module, hunks: Sequence[Hunk]) -> str:
    """The learner's code with these hunks put right; the tree itself stays as it is."""
    before: list[tuple] = []
    # From the back, so that places before it stay where they are.
    for hunk in sorted(hunks, key=lambda item: (-(item.index or 0), item.old is None)):
        value = getattr(hunk.owner, hunk.field)
        before.append((hunk.owner, hunk.field, value))
        if hunk.index is not None:
            value = list(value)
            taken = 0 if hunk.old is None else 1
            value[hunk.index : hunk.index + taken] = [] if hunk.new is None else [hunk.new]
            if not value and hunk.field == "body":
                value.append(ast.Pass())
        setattr(hunk.owner, hunk.field, hunk.new if hunk.index is None else value)
    try:
        return ast.unparse(tree)
    finally:
        for owner, field, value in reversed(before):
            setattr(owner, field, value)


def _definition(tree: ast.Module, name: str) -> Any:
    found = [n for n in tree.body if isinstance(n, DEFINITIONS) and n.name == name]
    return found[-1] if found else None


class _Comparison:
    """Compares one definition with its counterpart."""

    def __init__(self, definition: ast.AST):
        self._within = definition
        # The right code's own name → the learner's, of variables and of attributes of `self`.
        self._variables: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._alike: dict[tuple[int, int], float] = {}

    def nodes(self, mine, other, owner, field, index=None) -> Iterator[Hunk]:
        """The hunks between two nodes."""
        kinds = formulas.kinds_of(other) or formulas.kinds_of(mine)
        one, two = formulas.square_of(mine), formulas.square_of(other)
        if isinstance(mine, DEFINITIONS) and type(mine) is type(other):
            yield from self._definitions(mine, other)
        elif one is not None and two is not None:
            if list(self.nodes(one, two, mine, "")):
                yield self._hunk(owner, field, index, mine, other)
        elif kinds and one is two is None and isinstance(mine, ast.expr):
            yield from self._formula(mine, other, owner, field, index, kinds)
        elif type(mine) is not type(other):
            yield self._hunk(owner, field, index, mine, other)
        elif isinstance(mine, ast.Name):
            if not self._same_name(mine, other):
                yield self._hunk(owner, field, index, mine, other)
        elif not (formulas.function_name(mine) and _same_function(mine, other)):
            parts = self._parts(mine, other)
            if parts is None:
                yield self._hunk(owner, field, index, mine, other)
            else:
                yield from parts

    def _parts(self, mine, other) -> list[Hunk] | None:
        """The hunks between the parts of two nodes of one type; None: they differ themselves."""
        found: list[Hunk] = []
        for field in _in_order(mine):
            one, two = getattr(mine, field, None), getattr(other, field, None)
            if isinstance(one, ast.AST) and isinstance(two, ast.AST):
                found += self.nodes(one, two, mine, field)
            elif isinstance(one, list) and isinstance(two, list):
                if field in ("body", "orelse", "finalbody") and _statements(one + two):
                    found += self._blocks(one, two, mine, field)
                elif len(one) != len(two) or not all(isinstance(i, ast.AST) for i in one + two):
                    if len(one) != len(two) or one != two:
                        return None
                else:
                    if field == "keywords":
                        one, two = self._by_keyword(one, two)
                    for a, b in zip(one, two, strict=True):
                        found += self.nodes(a, b, mine, field, getattr(mine, field).index(a))
            elif field not in ("kind", "type_comment", "ctx") and one != two:
                if field == "attr" and self._same_attribute(mine, other):
                    continue
                return None
        return found

    @staticmethod
    def _by_keyword(one, two):
        places = {item.arg: item for item in two}
        if set(places) == {item.arg for item in one}:
            two = [places[item.arg] for item in one]
        return one, two

    def _formula(self, mine, other, owner, field, index, kinds) -> Iterator[Hunk]:
        """The hunks between the parts of two sums or products."""
        found = list(self._parts_of_formula(mine, other, owner, field, index, kinds))
        yield from found
        if len(found) > 1:
            yield self._hunk(owner, field, index, mine, other)

    def _parts_of_formula(self, mine, other, owner, field, index, kinds) -> Iterator[Hunk]:
        ours = formulas.parts_of(mine, owner, field, index, kinds)
        theirs = formulas.parts_of(other, None, "", None, kinds)
        for part, wanted in formulas.changes(ours, theirs, self._likeness):
            if wanted is None:
                new = formulas.without(kinds)
                yield self._hunk(part.owner, part.field, part.place, part.node, new)
            elif part is None:
                last = ours[-1]
                new = formulas.beside(last, wanted, kinds)
                yield self._hunk(last.owner, last.field, last.place, last.node, new, added=True)
            else:
                if part.positive != wanted.positive:
                    yield self._hunk(*formulas.turned(part, kinds))
                yield from self.nodes(part.node, wanted.node, part.owner, part.field, part.place)

    def _likeness(self, one: ast.expr, two: ast.expr) -> float:
        """How much two expressions look alike; 1 only where nothing differs."""
        key = id(one), id(two)
        if key not in self._alike:
            self._alike[key] = 0.99 * shared(one, two)
            if next(self.nodes(one, two, one, ""), None) is None:
                self._alike[key] = 1.0
        return self._alike[key]

    def _same_name(self, mine: ast.Name, other: ast.Name) -> bool:
        if isinstance(mine.ctx, ast.Store) and isinstance(other.ctx, ast.Store):
            # Both chose a name for what they worked out.
            self._variables.setdefault(other.id, mine.id)
        return self._variables.get(other.id, other.id) == mine.id

    def _same_attribute(self, mine: ast.Attribute, other: ast.Attribute) -> bool:
        if not _of_self(mine) or not _of_self(other):
            return False
        if isinstance(mine.ctx, ast.Store) and isinstance(other.ctx, ast.Store):
            self._attributes.setdefault(other.attr, mine.attr)
        return self._attributes.get(other.attr, other.attr) == mine.attr

    def _definitions(self, mine, other) -> Iterator[Hunk]:
        if isinstance(mine, ast.ClassDef):
            yield from self._blocks(mine.body, other.body, mine, "body")
            return
        ours, theirs = _parameters(mine), _parameters(other)
        if len(ours) == len(theirs) and set(ours) != set(theirs):
            self._variables.update(zip(theirs, ours, strict=True))
            theirs = ours
        if ours != theirs or _defaults(mine) != _defaults(other):
            yield self._hunk(mine, "args", None, mine.args, other.args)
        ours = list(map(ast.dump, mine.decorator_list))
        theirs = list(map(ast.dump, other.decorator_list))
        for place, item in enumerate(mine.decorator_list):
            if ours[place] not in theirs:
                yield self._hunk(mine, "decorator_list", place, item, None)
        for place, item in enumerate(other.decorator_list):
            if theirs[place] not in ours:
                yield self._hunk(mine, "decorator_list", 0, None, item)
        yield from self._blocks(mine.body, other.body, mine, "body")

    def _blocks(self, mine: list, other: list, owner, field) -> Iterator[Hunk]:
        """The hunks between two lists of statements."""
        for one, two in aligned(mine, other):
            if one is None:
                yield self._hunk(owner, field, two[0], None, two[1])
            elif two is None:
                if not says_nothing(mine[one]):
                    yield self._hunk(owner, field, one, mine[one], None)
            else:
                found = list(self.nodes(mine[one], two[1], owner, field, one))
                yield from found
                # Several places of one simple statement are one step as well.
                if len(found) > 1 and not hasattr(mine[one], "body"):
                    yield self._hunk(owner, field, one, mine[one], two[1])

    def _hunk(self, owner, field, index, old, new, added=False) -> Hunk:
        return Hunk(owner, field, index, old, new, self._within, added)

    def in_the_learners_names(self, hunk: Hunk) -> Hunk:
        if hunk.new is None:
            return hunk
        new = copy.deepcopy(hunk.new)
        for node in ast.walk(new):
            if isinstance(node, ast.Name):
                node.id = self._variables.get(node.id, node.id)
            elif isinstance(node, ast.Attribute) and _of_self(node):
                node.attr = self._attributes.get(node.attr, node.attr)
        return replace(hunk, new=new)


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _same_function(one: ast.AST, two: ast.AST) -> bool:
    return formulas.function_name(one) == formulas.function_name(two)


def _parameters(function: ast.FunctionDef) -> list[str]:
    args = function.args
    return [item.arg for item in (*args.posonlyargs, *args.args, *args.kwonlyargs)]


def _defaults(function: ast.FunctionDef) -> list[str]:
    args = function.args
    return [ast.dump(item) for item in (*args.defaults, *args.kw_defaults) if item is not None]


def _in_order(node: ast.AST) -> list[str]:
    """A node's fields, with those first that tell which names stand for which."""
    first = ("generators", "target", "iter")
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return sorted(node._fields, key=lambda name: name in ("targets", "target"))
    return sorted(node._fields, key=lambda name: name not in first)


def _statements(items: list) -> bool:
    return all(isinstance(item, ast.stmt) for item in items)


@lru_cache(4096)
def node_count(node: ast.AST) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in ast.walk(node))
