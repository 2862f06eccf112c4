"""What shows the output of this process: a notebook, which renders HTML, or a place for text."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

# Programs that start a kernel and show only text of what it sends.
TEXT_CLIENTS = {"jupyter-console", "jupyter-qtconsole", "spyder"}


def shell() -> Any:
    """IPython's shell, where this code runs in one; else None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def shows_html() -> bool:
    """Whether what a cell displays is rendered; else a person reads only what is printed."""
    running = shell()
    if running is None:
        return False
    kinds = {kind.__name__ for kind in type(running).__mro__}
    return "TerminalInteractiveShell" not in kinds and not _started_by_a_text_client()


@cache
def _started_by_a_text_client() -> bool:
    """Whether a text console started this kernel, which a kernel is not told."""
    words: list[str] = []
    # psutil comes with IPython's kernel; a process may be gone, or another user's.
    with suppress(Exception):
        import psutil

        for parent in psutil.Process().parents()[:2]:
            words += parent.cmdline()[:3]
    return any(Path(word).stem.replace("_", "-") in TEXT_CLIENTS for word in words)
