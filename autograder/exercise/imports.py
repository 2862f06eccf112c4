"""Which modules of some packages a module imports, read from its text: nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def reached(
    roots: Iterable[str],
    packages: tuple[str, ...],
    left_out: Callable[[str], bool] | None = None,
    inside_functions: bool = True,
) -> dict[str, Path]:
    """Modules and all that they import of some packages: name → file.

    Args:
        roots: full names of modules; names of anything else count for nothing.
        packages: top-level packages that are followed.
        left_out: says of a module's name that it is neither taken nor followed.
        inside_functions: follow imports inside functions too, not only those that are made when
            the module is imported itself.
    """
    waiting, found = list(roots), {}
    while waiting:
        name = waiting.pop()
        path = file_of(name)
        if path is None or name in found or (left_out and left_out(name)):
            continue
        found[name] = path
        names = imported(path, inside_functions)
        waiting += [name for name in names if name.partition(".")[0] in packages]
    return found


@cache
def imported(path: Path, inside_functions: bool = True) -> tuple[str, ...]:
    """What a file imports, by full names; of `from a import b` both a and a.b, module or not."""
    return imported_names(path.read_text(encoding="utf-8"), inside_functions)


def imported_names(source: str, inside_functions: bool = True) -> tuple[str, ...]:
    """The same of a text."""
    names = []
    tree = ast.parse(source)
    for node in ast.walk(tree) if inside_functions else _at_import(tree):
        if isinstance(node, ast.Import):
            names += [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{item.name}" for item in node.names)]
    return tuple(names)


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: nothing in functions, nor for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _at_import(child)


@cache
def file_of(name: str) -> Path | None:
    """A module's file; None for a name that is no module of a package written in Python."""
    package, *rest = name.split(".")
    folder = folder_of(package)
    if folder is None:
        return None
    path = folder.joinpath(*rest)
    candidates = [path / "__init__.py", *([path.with_suffix(".py")] if rest else [])]
    return next((file for file in candidates if file.is_file()), None)


@cache
def folder_of(package: str) -> Path | None:
    """The folder of a top-level package; None for what is none."""
    spec = find_spec(package)
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        return None
    return Path(spec.origin).parent
