"""Files next to a notebook that would hide the course's modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import PurePosixPath

from autograder.exercise import registry

ENDINGS = (".py", ".pyc", ".pyd", ".so")
# Read by Python or pytest by themselves, whatever imports them.
READ_UNASKED = {"conftest", "sitecustomize", "usercustomize"}
NEEDED = {"keras", "matplotlib", "numpy", "tensorflow"}


def shadowing(names: list[str]) -> list[str]:
    """A sentence for each file that would be imported in place of a real module.

    Args:
        names: file names or paths, as a submitted folder lists them.
    """
    return [
        f"{name} has the name of a module; it was not used, because only the notebook is judged."
        for name in names
        if _shadows(PurePosixPath(name.replace("\\", "/")))
    ]


def _shadows(path: PurePosixPath) -> bool:
    if path.suffix not in ENDINGS:
        return False
    module = path.parent.name if path.stem == "__init__" else path.name.split(".")[0]
    own = {*registry.closed_packages(), *NEEDED, *READ_UNASKED}
    known = module in own or module in sys.stdlib_module_names
    return known or (module.isidentifier() and _is_installed(module))


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
