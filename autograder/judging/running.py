"""Run a notebook's code cells in a fresh namespace, without a kernel."""

from __future__ import annotations

import ast
import io
import linecache
import sys
import types
from contextlib import AbstractContextManager, nullcontext, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from bvae_ref.drawing import draw_files_alone

if TYPE_CHECKING:
    from autograder.intake import Submission


MAGIC = ("%", "!", "?")


class CellFailures(list[tuple[int, str]]):
    """`(cell number, error in words)` of the cells that raised; the others ran on."""


def run_submission(
    submission: Submission, meanwhile: AbstractContextManager | None = None
) -> tuple[dict[str, object], CellFailures]:
    """Run the cells in order and return the namespace they leave, and what failed.

    Cells that only demonstrate (figures, training shows) are left out. A cell that raises
    ends, and the next one runs, as in a notebook run cell by cell. What cells print is
    dropped.

    Args:
        submission: whose cells are run.
        meanwhile: a context that holds as long, such as one in which checks do nothing.
    """
    module = types.ModuleType("__main__")
    module.__dict__["get_ipython"] = lambda: None
    failures = CellFailures()
    run: list[str] = []
    module.__dict__["In"] = run
    draw_files_alone()
    with meanwhile or nullcontext(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for cell in submission.cells:
            if cell.demo:
                continue
            run.append(cell.source)
            try:
                run_cell(cell.source, cell.name, module)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                failures.append((cell.number, f"{type(error).__name__}: {error}"))
    return module.__dict__, failures


def run_cell(source: str, name: str, module: types.ModuleType) -> None:
    """Run one cell in a module that is `__main__` meanwhile; `name` is unique to the cell."""
    source = _plain_python(source)
    # A file name of its own, known to linecache, lets tracebacks and AutoGraph find the source.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    code = compile(ast.parse(source, name), name, "exec")
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)
    finally:
        sys.modules["__main__"] = before


def _plain_python(source: str) -> str:
    """The cell as Python; only one that is not Python yet has its magics taken out."""
    try:
        ast.parse(source)
    except SyntaxError:
        return "\n".join(map(_without_magic, source.splitlines())) + "\n"
    return source


def _without_magic(line: str) -> str:
    """Magics and shell lines become `pass`, at their indentation."""
    stripped = line.lstrip()
    if stripped.startswith(MAGIC):
        return line[: len(line) - len(stripped)] + "pass"
    return line
