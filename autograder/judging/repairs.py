"""What would turn a learner's code into a known right answer, one or two hunks at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any, NamedTuple

from autograder.judging.code_differences import (
    DEFINITIONS,
    Hunk,
    differences,
    node_count,
    text_with,
)
from autograder.judging.inlining import inlined
from autograder.judging.mutations import Edit, Spot

# Of the right answers, those that take the fewest changes are parts to try.
NEAREST = 6
# Of a definition, a change to more than this is another answer, and no repair.
LARGEST_PART = 0.5
LONGER, A_FEW = 1.5, 6
# So many hunks, and the two are written so differently that two of them mend nothing.
MOST_HUNKS = 8
LONGEST_SPOT = 80
# Kinds of spots whose text is a name.
NAMES_ONLY = ("method missing", "list of parameters")
FACTORS = ("-({0})", "0.5 * ({0})", "2 * ({0})")
SHAPES: tuple[Callable[[ast.Module], ast.Module], ...] = (lambda tree: tree, inlined)


class _Plan(NamedTuple):
    """A learner's tree and the hunks between it and one right answer."""

    size: int
    tree: ast.Module
    hunks: list[Hunk]


def repairs(
    source: str, names: Sequence[str], rights: Iterable[str], slow: bool = False, spots: int = 1
) -> Iterator[Edit]:
    """Versions of a learner's cell with one or two hunks corrected; none twice.

    The smallest hunks come first or, where few can be tried, those that lead to the nearest answer.

    Args:
        source: the learner's cell; nothing comes of one that is not Python.
        names: of the functions and classes that are compared.
        rights: sources of right answers.
        slow: few can be tried.
        spots: how many hunks are put right, 1 or 2; what changes the same text alike is one.
    """
    own, plans = _nearest(source, tuple(names), tuple(rights))
    chosen = _singles(plans, slow) if spots == 1 else _pairs(plans, slow)
    seen = {own}
    for hunks, plan in chosen:
        text = text_with(plan.tree, hunks)
        if text not in seen:
            seen.add(text)
            yield Edit(text, tuple(_spot(hunk, own, source) for hunk in hunks))


def scaled(versions: Iterable[Edit], names: Sequence[str]) -> Iterator[Edit]:
    """Versions with one spot corrected, and also the result's sign or a factor of two."""
    for version in (item for item in versions if len(item.spots) == 1):
        for name in names:
            for pattern in FACTORS:
                tree = ast.parse(version.source)
                last = _last_return(tree, name)
                if last is not None and last.value is not None:
                    last.value = _expression(pattern.format(ast.unparse(last.value)))
                    spot = Spot(0, name, "sign or factor of")
                    yield Edit(ast.unparse(tree), (*version.spots, spot))


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _last_return(tree: ast.Module, name: str) -> ast.Return | None:
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    last = found[-1].body[-1] if found else None
    return last if isinstance(last, ast.Return) else None


@lru_cache(8)
def _nearest(
    source: str, names: tuple[str, ...], rights: tuple[str, ...]
) -> tuple[str, tuple[_Plan, ...]]:
    """A cell as it is unparsed, and its plans for the nearest right answers, the nearest first.

    One search asks for them several times, and no tree is changed.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source, ()
    plans = sorted(_plans(tree, names, rights), key=lambda plan: plan.size)
    return ast.unparse(tree), tuple(plans[:NEAREST])


def _plans(tree: ast.Module, names: Sequence[str], rights: Iterable[str]) -> Iterator[_Plan]:
    trees = list(map(ast.parse, rights))
    for shape in SHAPES:
        mine = shape(tree)
        for right in trees:
            hunks = differences(mine, shape(right), names)
            small = [hunk for hunk in hunks if _is_part(hunk)]
            if small:
                yield _Plan(sum(map(_size, hunks)), mine, small)


def _groups(hunks: Sequence[Hunk]) -> list[tuple[Hunk, ...]]:
    """Each hunk by itself; those that change the same text in the same way are one group."""
    found: dict[tuple[str, str] | int, list[Hunk]] = {}
    for hunk in hunks:
        replaced = hunk.old is not None and hunk.new is not None
        texts = _text(hunk.old), _text(hunk.new)
        found.setdefault(texts if replaced and len(texts[0]) > 1 else id(hunk), []).append(hunk)
    alone = [(hunk,) for hunk in hunks]
    return alone + [tuple(group) for group in found.values() if len(group) > 1]


def _text(node: Any) -> str:
    return ast.dump(node) if node is not None else ""


def _singles(plans: Sequence[_Plan], slow: bool) -> Iterable[tuple[tuple[Hunk, ...], _Plan]]:
    found = [
        (group, plan)
        for plan in plans
        for group in sorted(_groups(plan.hunks), key=lambda group: group[0].size)
    ]
    return found if slow else sorted(found, key=lambda item: item[0][0].size)


def _pairs(plans: Sequence[_Plan], slow: bool) -> Iterator[tuple[tuple[Hunk, ...], _Plan]]:
    """Two hunks of one plan, then, where many can be tried, of two plans for one tree."""
    for plan in plans:
        if len(plan.hunks) <= MOST_HUNKS:
            for pair in combinations(plan.hunks, 2):
                if not _overlap(*pair):
                    yield pair, plan
    if slow:
        return
    for one, other in combinations(plans, 2):
        if one.tree is other.tree:
            for pair in product(one.hunks[:MOST_HUNKS], other.hunks[:MOST_HUNKS]):
                if not _overlap(*pair):
                    yield pair, one


def _is_part(hunk: Hunk) -> bool:
    """Whether what changes is a small part of the definition around it."""
    if isinstance(hunk.new, DEFINITIONS):
        return True
    # A `return` put in before the end hides everything behind it.
    if hunk.old is None and any(isinstance(node, ast.Return) for node in ast.walk(hunk.new)):
        return hunk.index == len(getattr(hunk.owner, hunk.field))
    if hunk.old is not None and not _in_one_place(hunk.old):
        return False
    # What is far longer than what it replaces does the work of other lines.
    replaced = hunk.old is not None and hunk.new is not None and not hunk.added
    if replaced and node_count(hunk.new) > LONGER * node_count(hunk.old) + A_FEW:
        return False
    whole = sum(node_count(step) for step in hunk.within.body)
    return max(map(node_count, filter(None, (hunk.old, hunk.new)))) <= LARGEST_PART * whole


def _in_one_place(node: Any) -> bool:
    """Whether all of a node stands together, and no part was written out from elsewhere."""
    if not hasattr(node, "lineno"):
        return True
    lines = [n.lineno for n in ast.walk(node) if hasattr(n, "lineno")]
    return node.lineno <= min(lines) and max(lines) <= node.end_lineno


def _size(hunk: Hunk) -> int:
    return hunk.size


def _overlap(one: Hunk, other: Hunk) -> bool:
    """Whether one of the two lies inside the other."""
    if one.old is not None and one.old is other.old:
        return True
    return _inside(one, other) or _inside(other, one)


def _inside(one: Hunk, other: Hunk) -> bool:
    return other.old is not None and any(node is one.owner for node in ast.walk(other.old))


def _spot(hunk: Hunk, own: str, source: str) -> Spot:
    """Where a hunk is; what was written out elsewhere is shown as the line that it came from."""
    spot = _spot_in_words(hunk)
    if spot.text in own or spot.kind in NAMES_ONLY:
        return spot
    lines = source.splitlines()
    text = lines[spot.line - 1].strip() if spot.line <= len(lines) else spot.text
    return spot._replace(text=text[:LONGEST_SPOT])


def _spot_in_words(hunk: Hunk) -> Spot:
    if hunk.old is None:
        return _missing(hunk)
    if hunk.new is None and isinstance(hunk.old, DEFINITIONS):
        return Spot(hunk.old.lineno, hunk.old.name, "definition too many")
    if hunk.new is None:
        return Spot(hunk.old.lineno, _words(hunk.old), "step too many")
    if hunk.added:
        return Spot(hunk.old.lineno, _words(hunk.old), "part missing beside")
    if isinstance(hunk.old, ast.arguments):
        name = getattr(hunk.within, "name", "")
        owner = hunk.owner if isinstance(hunk.owner, DEFINITIONS) else hunk.within
        return Spot(owner.lineno, f"def {getattr(owner, 'name', name)}(…)", "list of parameters")
    shown = hunk.old if hasattr(hunk.old, "lineno") else hunk.owner
    return Spot(getattr(shown, "lineno", 1), _words(shown), _kind(shown, hunk))


def _missing(hunk: Hunk) -> Spot:
    if isinstance(hunk.new, ast.FunctionDef):
        return Spot(getattr(hunk.owner, "lineno", 1), hunk.new.name, "method missing")
    before = getattr(hunk.owner, hunk.field)[: hunk.index]
    if before:
        return Spot(before[-1].lineno, _words(before[-1]), "step missing after")
    return Spot(hunk.owner.lineno, _words(hunk.owner), "step missing at the start of")


def _words(node: ast.AST) -> str:
    lines = ast.unparse(node).strip().splitlines() or [""]
    text = lines[0] if isinstance(node, (*DEFINITIONS, ast.With, ast.For, ast.If)) else lines[-1]
    return text.strip()[:LONGEST_SPOT]


def _kind(shown: ast.AST, hunk: Hunk) -> str:
    if isinstance(shown, ast.keyword):
        return "axis" if shown.arg == "axis" else "argument"
    if isinstance(shown, ast.Constant) and isinstance(shown.value, str):
        return "value"
    if isinstance(hunk.old, (ast.operator, ast.unaryop, ast.cmpop)):
        return "operator"
    kinds = (
        (ast.Constant, "number"),
        (ast.Name, "name"),
        (ast.Attribute, "function"),
        (ast.Call, "call"),
        (ast.Return, "result"),
        (ast.expr, "expression"),
    )
    return next((kind for type_, kind in kinds if isinstance(shown, type_)), "step")
