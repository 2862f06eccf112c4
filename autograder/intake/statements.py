"""What the top-level statements of a cell define, use and change, read without running them."""

from __future__ import annotations

import ast
import re
import symtable
from dataclasses import dataclass, field

from autograder.intake.magics import NOT_PYTHON, plain_python, tree_of

INLINE_SCOPES = frozenset({"genexpr", "listcomp", "setcomp", "dictcomp"})
# Calls through which names come and go that no reader of the source can see.
DYNAMIC = frozenset({"eval", "exec", "globals", "locals", "setattr", "vars", "__import__"})
COURSE_CALLS = frozenset("attempt check hint predict progress reveal solution".split())
CHECK_CALL = re.compile(r"""\bcheck\(\s*["'](\d+\.\d+)["']\s*\)""")
IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Code:
    """A cell's source as Python.

    Attributes:
        source: the cell without magics, line for line where the learner sees it.
        tree: its syntax tree, None where it is not Python.
    """

    source: str
    tree: ast.Module | None


@dataclass(frozen=True)
class Statement:
    """One top-level statement.

    Attributes:
        binds: names it gives a value at the top level.
        uses: global names that it or the functions in it read, now or when called.
        now: those that it reads while it runs itself.
        changes: names whose objects it may change: `x.y = 1`, `x[0] = 1`, `x.append(1)`, `f(x)`.
        later: globals that functions in it declare and assign when they are called.
        dynamic: whether it may bind names unseen (exec, star import, …).
    """

    node: ast.stmt
    source: str
    first: int
    last: int
    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    dynamic: bool = False
    text: str = field(default="", repr=False)

    @property
    def shape(self) -> str:
        """The statement without what does not matter: comments, layout, docstrings."""
        return shape(self.node)

    @property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, IMPORTS)

    @property
    def is_future(self) -> bool:
        """Whether it is `from __future__ import …`, which rules the whole cell."""
        return isinstance(self.node, ast.ImportFrom) and self.node.module == "__future__"

    @property
    def is_quiet(self) -> bool:
        """Whether it can neither fail nor take time: a plain function, a constant."""
        if isinstance(self.node, ast.FunctionDef):
            return not self.node.decorator_list and not self.node.args.defaults
        if isinstance(self.node, ast.Assign):
            return isinstance(self.node.value, ast.Constant)
        return isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Constant)

    @property
    def is_harmless(self) -> bool:
        """Whether it only defines: an import, a function, a class, a value without a call."""
        if isinstance(self.node, (*IMPORTS, *DEFINITIONS)):
            return True
        value = getattr(self.node, "value", None)
        assigns = isinstance(self.node, (ast.Assign, ast.AnnAssign)) and value is not None
        return assigns and not any(isinstance(node, ast.Call) for node in ast.walk(value))

    @property
    def is_course_call(self) -> bool:
        """Whether it only calls the course's own words, such as `check("1.1")`, or is a value."""
        if not isinstance(self.node, ast.Expr):
            return False
        value = self.node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id in COURSE_CALLS
        return not any(isinstance(node, ast.Call) for node in ast.walk(value))


def parsed(source: str) -> Code:
    """A cell's source as Python, as far as it is Python."""
    python = plain_python(source)
    return Code(python, tree_of(python))


def statements_of(code: Code) -> tuple[Statement, ...]:
    """The top-level statements in order; none where the cell is not Python."""
    if code.tree is None:
        return ()
    lines = code.source.encode("utf-8").split(b"\n")
    try:
        return tuple(
            _statement(code, node, lines, shared)
            for node, shared in _with_neighbours(code.tree.body)
        )
    except NOT_PYTHON:
        return ()


def shape(node: ast.AST) -> str:
    """A node in canonical form, without docstrings and positions."""
    node = _without_docstrings(node)
    return ast.dump(node, annotate_fields=False)


def is_unwritten(statement: Statement, name: str) -> bool:
    """Whether the definition of `name` is nothing but a placeholder."""
    node = statement.node
    if isinstance(node, DEFINITIONS) and node.name == name:
        body = [item for item in node.body if not _is_constant(item)]
        return all(isinstance(item, ast.Pass) or _raises_unwritten(item) for item in body)
    return isinstance(node, ast.Assign) and (
        isinstance(node.value, ast.Constant) and node.value.value in (None, ...)
    )


def _raises_unwritten(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _without_docstrings(node: ast.AST) -> ast.AST:
    class Strip(ast.NodeTransformer):
        def generic_visit(self, found):
            super().generic_visit(found)
            if isinstance(found, DEFINITIONS):
                kept = [item for item in found.body if not _is_constant(item)]
                fields = {**dict(ast.iter_fields(found)), "body": kept}
                return type(found)(**fields)
            return found

    import copy

    return Strip().visit(copy.deepcopy(node))


def _with_neighbours(body: list[ast.stmt]):
    """Each statement, and whether another one stands on one of its lines."""
    for index, node in enumerate(body):
        before = index > 0 and body[index - 1].end_lineno == _first_line(node)
        after = index + 1 < len(body) and _first_line(body[index + 1]) == node.end_lineno
        yield node, before or after


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _statement(code: Code, node: ast.stmt, lines: list[bytes], shared: bool) -> Statement:
    first, last = _first_line(node), node.end_lineno
    own = lines[first - 1 : last]
    if shared:
        own = [*own]
        own[-1] = own[-1][: node.end_col_offset]
        own[0] = own[0][node.col_offset :]
    text = b"\n".join(own).decode("utf-8")
    top = symtable.symtable(text, "<cell>", "exec")
    uses, now, later = set(), set(), set()
    for table, inline in _tables(top, True):
        for symbol in table.get_symbols():
            name = symbol.get_name()
            reads = symbol.is_referenced() and (table is top or symbol.is_global())
            if reads:
                uses.add(name)
                if inline:
                    now.add(name)
            if table is not top and symbol.is_declared_global() and symbol.is_assigned():
                later.add(name)
    called = {n.func.id for n in ast.walk(node) if _calls_a_name(n)}
    star = isinstance(node, ast.ImportFrom) and any(item.name == "*" for item in node.names)
    deleted = isinstance(node, ast.Delete)
    binds = {s.get_name() for s in top.get_symbols() if _is_bound(s)} if not deleted else set()
    return Statement(
        node,
        text,
        first,
        last,
        frozenset(binds),
        frozenset(uses),
        frozenset(now),
        frozenset(_changes(node)),
        frozenset(later),
        bool(called & DYNAMIC) or star,
        text,
    )


def _tables(table, inline: bool):
    """All scopes of a statement, and whether each runs together with the statement itself."""
    yield table, inline
    for child in table.get_children():
        runs_now = child.get_type() == "class" or child.get_name() in INLINE_SCOPES
        yield from _tables(child, inline and runs_now)


def _is_bound(symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _calls_a_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _changes(node: ast.stmt) -> set[str]:
    """Roots of what a simple statement, or one inside a compound statement, may change."""
    changed = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, DEFINITIONS) and not isinstance(item, ast.ClassDef):
            continue
        for child in ast.iter_child_nodes(item):
            if isinstance(child, (ast.stmt, ast.ExceptHandler)):
                pending.append(child)
        if isinstance(item, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            changed |= {_root(t) for t in targets if isinstance(t, (ast.Attribute, ast.Subscript))}
        call = item.value if isinstance(item, ast.Expr) else None
        if isinstance(call, ast.Call):
            changed.add(_root(call.func) if not isinstance(call.func, ast.Name) else "")
            changed |= {arg.id for arg in call.args if isinstance(arg, ast.Name)}
    return changed - {""}


def _root(node: ast.AST) -> str:
    """The name at the root of `a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
