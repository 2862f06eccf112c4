"""What a lesson's set-up cell hands out, and so what graded code may use of the course."""

from __future__ import annotations

import ast
from functools import cache

from autograder.exercise import imports, registry
from autograder.intake.released import release


@cache
def set_up_imports(lesson: int) -> str:
    """The set-up cell's imports at top level as code, without those of check and its like."""
    source = release(lesson).by_grade_id["setup"].source
    found = [
        node
        for node in ast.parse(source).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and getattr(node, "module", "") != registry.ENGINE
    ]
    return "\n".join(map(ast.unparse, found)) + "\n"


@cache
def given_modules(lesson: int) -> tuple[str, ...]:
    """Modules of closed packages that the set-up cell imports, with what those import in turn."""
    packages = tuple(name for name in registry.closed_packages() if name != registry.ENGINE)
    roots = [
        name
        for name in imports.imported_names(set_up_imports(lesson))
        if name.partition(".")[0] in packages
    ]
    found = imports.reached(roots, packages, inside_functions=False)
    return tuple(sorted(name for name in found if "." in name))
