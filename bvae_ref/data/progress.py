"""A progress bar for one download, on standard output.

Standard error is left alone: an nbgrader test cell that prints there scores nothing.
"""

from __future__ import annotations

import sys
import time

from bvae_ref.console import say

_WIDTH = 24
_REDRAW_S = 0.1
_MIB = 1024 * 1024


class ProgressBar:
    """Shows how much of a file of `total` bytes has arrived.

    In a terminal or a notebook the bar redraws itself in place; elsewhere, in a log file
    for instance, one line says what is being fetched.
    """

    def __init__(self, label: str, total: int, quiet: bool = False):
        self._label = label
        self._total = total
        # Notebook output is not a terminal, yet it honours a carriage return.
        in_place = sys.stdout.isatty() or "ipykernel" in sys.modules
        self._live = in_place and not quiet
        self._drawn_at = float("-inf")
        if not in_place and not quiet:
            say(f"Downloading {label}, {total / _MIB:.1f} MiB")

    def update(self, done: int) -> None:
        """Redraw for `done` bytes, at most ten times a second."""
        now = time.monotonic()
        if self._live and (done >= self._total or now - self._drawn_at >= _REDRAW_S):
            self._drawn_at = now
            say("\r" + self._line(done), end="", flush=True)

    def close(self) -> None:
        """End the bar's line."""
        if self._live:
            say()

    def _line(self, done: int) -> str:
        share = min(done / self._total, 1.0) if self._total else 1.0
        bar = ("#" * round(share * _WIDTH)).ljust(_WIDTH, ".")
        return f"Downloading {self._label} [{bar}] {share:4.0%} of {self._total / _MIB:.1f} MiB"
