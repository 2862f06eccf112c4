"""What Matplotlib draws with where nobody watches, and where what was chosen is not installed.

Every terminal of Jupyter hands on MPLBACKEND=module://matplotlib_inline.backend_inline. Where that
module is missing, Matplotlib refuses to be imported.
"""

from __future__ import annotations

import importlib.util
import os

VARIABLE = "MPLBACKEND"
FILES_ALONE = "agg"
_MODULE = "module://"


def draw_files_alone() -> None:
    """Let Matplotlib draw into files, in this process and those it starts, whatever was chosen."""
    os.environ[VARIABLE] = FILES_ALONE


def drop_missing_backend() -> None:
    """Draw into files where the backend that the environment names is not installed here."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen.startswith(_MODULE):
        package = chosen.removeprefix(_MODULE).partition(".")[0]
        if not package or importlib.util.find_spec(package) is None:
            draw_files_alone()
