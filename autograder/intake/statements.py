"""What the top-level statements of a cell define, use and change, read without running them."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property

from autograder.intake.magics import NOT_PYTHON, plain_python, tree_of
from autograder.intake.names import (
    DEFINITIONS,
    IMPORTS,
    binds_unseen,
    bound_names,
    changed_names,
    global_names,
)

COURSE_CALLS = frozenset(["attempt", "check", "hint", "predict", "progress", "reveal", "solution"])
CHECK_CALL = re.compile(r"""\bcheck\(\s*["'](\d{1,3}\.\d{1,3})["']\s*\)""")
ALWAYS_THERE = frozenset({"collections", "functools", "itertools", "math", "random", "time"})
ALWAYS_THERE |= {"keras", "numpy", "tensorflow"}


@dataclass(frozen=True)
class Code:
    """A cell's source as Python.

    Attributes:
        source: the cell without magics, line for line where the learner sees it.
        is_python: whether Python can read it; without that there are no statements.
    """

    source: str
    is_python: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, eq=False)
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
    text: str = field(repr=False)
    first: int
    last: int
    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    dynamic: bool = False

    @cached_property
    def shape(self) -> str:
        """The statement without what does not matter: comments, layout, docstrings."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = _WithoutDocstrings().visit(ast.parse(self.text))
            return ast.dump(tree.body[0], annotate_fields=False)
        except NOT_PYTHON:
            return ""

    @property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, IMPORTS)

    @property
    def is_compound(self) -> bool:
        """Whether it is a loop, a condition or another block."""
        return hasattr(self.node, "body") and not isinstance(self.node, DEFINITIONS)

    @property
    def is_future(self) -> bool:
        """Whether it is `from __future__ import …`, which rules the whole cell."""
        return isinstance(self.node, ast.ImportFrom) and self.node.module == "__future__"

    @cached_property
    def is_quiet(self) -> bool:
        """Whether it can neither fail nor take time: a plain function, a constant, an import of
        what every machine of the course has."""
        if isinstance(self.node, ast.FunctionDef):
            return not self.node.decorator_list and not self.node.args.defaults
        if isinstance(self.node, ast.Assign):
            return isinstance(self.node.value, ast.Constant) and all(
                isinstance(target, ast.Name) for target in self.node.targets
            )
        if isinstance(self.node, ast.Import):
            return all(item.name in ALWAYS_THERE for item in self.node.names)
        return _is_constant(self.node)

    @cached_property
    def is_harmless(self) -> bool:
        """Whether it only defines: an import, a function, a class, a value without a call."""
        if isinstance(self.node, (*IMPORTS, *DEFINITIONS)):
            return True
        if not isinstance(self.node, (ast.Assign, ast.AnnAssign)) or self.node.value is None:
            return False
        return not any(isinstance(node, ast.Call) for node in ast.walk(self.node.value))

    @cached_property
    def checks(self) -> frozenset[str]:
        """Exercises whose checks it calls."""
        return frozenset(CHECK_CALL.findall(self.text)) if "check" in self.text else frozenset()

    @cached_property
    def is_course_call(self) -> bool:
        """Whether it only calls the course's own words, such as `check("1.1")`, or is a value."""
        if not isinstance(self.node, ast.Expr):
            return False
        value = self.node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id in COURSE_CALLS
        return not any(isinstance(node, ast.Call) for node in ast.walk(value))


def code_of(source: str) -> Code:
    """A cell's source as Python, as far as it is Python, with its top-level statements."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\\d" in a learner's string is no news here
        python = plain_python(source)
        tree = tree_of(python)
        if tree is None:
            return Code(python, False, ())
        lines = python.encode("utf-8").split(b"\n")
        found = (_statement(node, lines, shared) for node, shared in _with_neighbours(tree.body))
        return Code(python, True, tuple(found))


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


class _WithoutDocstrings(ast.NodeTransformer):
    def generic_visit(self, node):
        super().generic_visit(node)
        if isinstance(node, DEFINITIONS):
            node.body = [item for item in node.body if not _is_constant(item)]
        return node


def _with_neighbours(body: list[ast.stmt]):
    """Each statement, and whether another one stands on one of its lines."""
    for index, node in enumerate(body):
        before = index > 0 and body[index - 1].end_lineno == _first_line(node)
        after = index + 1 < len(body) and _first_line(body[index + 1]) == node.end_lineno
        yield node, before or after


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _statement(node: ast.stmt, lines: list[bytes], shared: bool) -> Statement:
    first, last = _first_line(node), node.end_lineno
    assert last is not None  # the parser fills it in
    own = lines[first - 1 : last]
    if shared:
        own = [*own]
        own[-1] = own[-1][: node.end_col_offset]
        own[0] = own[0][node.col_offset :]
    text = b"\n".join(own).decode("utf-8")
    plain = Statement(node, text, first, last)
    try:
        uses, now, later = global_names(text)
        return replace(
            plain,
            binds=bound_names(node),
            uses=uses,
            now=now,
            changes=changed_names(node),
            later=later,
            dynamic=binds_unseen(node),
        )
    except NOT_PYTHON:  # parses, and still no compiler would take it: `return` at the top
        return plain
