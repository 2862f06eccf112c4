"""Words for a person who waits, with the seconds so far; they go when the work is done."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bvae_ref.console import say
from bvae_ref.front_end import shows_html

TICK = 1.0
EMPTY = {"text/plain": "", "text/html": ""}


class Meanwhile:
    """What somebody reads while work goes on: one display that changes, or lines in a terminal.

    In the executions of nbgrader nobody waits, and a cell's outputs decide about its points, so
    nothing is shown there.
    """

    def __init__(self):
        self._words = ""
        self._begun = time.monotonic()
        self._display = None
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._begun

    def say(self, words: str) -> None:
        """Show these words in place of the last ones."""
        if words == self._words:
            return
        self._words = words
        if not shows_html():
            if sys.stdout.isatty():
                say(words)
        elif not os.environ.get("NBGRADER_EXECUTION"):
            self._show()

    def end(self) -> None:
        """Take the words away."""
        self._over.set()
        if self._display is not None:
            self._ticker.join()
            # Not `clear_output`, which would take what the cell showed before along.
            self._display.update(EMPTY, raw=True)

    def _show(self) -> None:
        data = {"text/plain": f"{self._words} {self.seconds:.0f} s"}
        if self._display is not None:
            self._display.update(data, raw=True)
            return
        from IPython.display import display

        self._display = display(data, raw=True, display_id=True)
        self._ticker.start()

    def _tick(self) -> None:
        while not self._over.wait(TICK):
            self._show()


@contextmanager
def meanwhile() -> Iterator[Meanwhile]:
    """Something to say words to while the block runs."""
    words = Meanwhile()
    try:
        yield words
    finally:
        words.end()
