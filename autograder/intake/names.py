"""Names in a piece of Python: bound, read, changed. The code is read and never run."""

from __future__ import annotations

import ast
import symtable

IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
INNER_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
INLINE = frozenset({"genexpr", "listcomp", "setcomp", "dictcomp"})
# Calls through which names come and go that no reader of the source can see.
DYNAMIC = frozenset({"eval", "exec", "globals", "locals", "setattr", "vars", "__import__"})
Names = frozenset[str]


def bound_names(node: ast.AST) -> Names:
    """Names that a statement gives a value at the top level, not in a scope inside it."""
    if isinstance(node, DEFINITIONS):
        return frozenset({node.name})
    if isinstance(node, INNER_SCOPES):
        return frozenset()
    if isinstance(node, ast.Name):
        return frozenset({node.id} if isinstance(node.ctx, ast.Store) else ())
    names = set()
    if isinstance(node, IMPORTS):
        names = {(item.asname or item.name).split(".")[0] for item in node.names}
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        names = {node.name}
    return frozenset(names).union(*map(bound_names, ast.iter_child_nodes(node)))


def global_names(source: str) -> tuple[Names, Names, Names]:
    """Global names of a statement: (all that it or a function in it reads, those that it reads
    while it runs itself, those that a function in it declares global and assigns)."""
    uses, now, later = set(), set(), set()
    top = symtable.symtable(source, "<cell>", "exec")
    for table, runs_now in _scopes(top, True):
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                uses.add(symbol.get_name())
                if runs_now:
                    now.add(symbol.get_name())
            if table is not top and symbol.is_declared_global() and symbol.is_assigned():
                later.add(symbol.get_name())
    return frozenset(uses), frozenset(now), frozenset(later)


def _scopes(table, runs_now: bool):
    """All scopes of a statement, and whether each runs together with the statement itself."""
    yield table, runs_now
    for child in table.get_children():
        inline = child.get_type() == "class" or child.get_name() in INLINE
        yield from _scopes(child, runs_now and inline)


def changed_names(node: ast.stmt) -> Names:
    """Names whose objects a statement, or a block in it, may change: `x.y = 1`, `x[0] = 1`,
    `x.append(1)`, `f(x)`."""
    changed: set[str] = set()
    pending: list[ast.stmt | ast.ExceptHandler] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        children = ast.iter_child_nodes(item)
        pending += [child for child in children if isinstance(child, (ast.stmt, ast.ExceptHandler))]
        if isinstance(item, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            changed |= {_root(t) for t in targets if isinstance(t, (ast.Attribute, ast.Subscript))}
        elif isinstance(item, ast.Expr) and isinstance(item.value, ast.Call):
            call = item.value
            changed |= {arg.id for arg in call.args if isinstance(arg, ast.Name)}
            if not isinstance(call.func, ast.Name):
                changed.add(_root(call.func))
    return frozenset(changed - {""})


def binds_unseen(node: ast.stmt) -> bool:
    """Whether names may come from it that its source does not show: exec, a star import, …"""
    if isinstance(node, ast.ImportFrom):
        return any(item.name == "*" for item in node.names)
    calls = (item.func for item in ast.walk(node) if isinstance(item, ast.Call))
    return any(isinstance(function, ast.Name) and function.id in DYNAMIC for function in calls)


def _root(node: ast.AST) -> str:
    """The name at the root of `a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
