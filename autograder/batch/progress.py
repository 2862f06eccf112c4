"""The progress of a long run, on standard error: a bar in a terminal, else a line per tenth."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from bvae_ref.console import say

WIDTH = 28
REDRAW_S = 0.1
# A rate is worth telling after this long.
MEASURED_S = 0.5


class Progress:
    """Counts what is finished.

    Args:
        total: how much there is to do in this run.
        stream: where to draw; standard error unless told otherwise.
        clock: seconds that only ever grow.
        verb: what happens to each, as lines say it.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        verb: str = "graded",
    ):
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._verb = verb
        self._first = 0.0
        self._drawn_at = float("-inf")
        self._tenths = 0
        self._live = self._stream.isatty()
        self.done = 0

    def step(self) -> None:
        """One more is finished."""
        self.done += 1
        now = self._clock()
        if self.done == 1:
            self._first = now
        tenths = self.done * 10 // self._total
        if self._live:
            if self.done == self._total or now - self._drawn_at >= REDRAW_S:
                self._drawn_at = now
                self._write("\r" + self._bar() + self._figures(now) + "\x1b[K")
        elif tenths > self._tenths:
            self._tenths = tenths
            self._write(f"{self._verb} {self._figures(now)}\n")

    def close(self) -> None:
        """End the bar's line."""
        if self._live and self.done:
            self._write("\n")

    def _bar(self) -> str:
        filled = self.done * WIDTH // self._total
        return "[" + "#" * filled + "." * (WIDTH - filled) + "] "

    def _figures(self, now: float) -> str:
        words = f"{self.done}/{self._total} ({self.done * 100 // self._total}%)"
        # From the first result on: the grader's start says nothing of what is to come.
        measured = now - self._first
        if measured < MEASURED_S:
            return words
        rate = (self.done - 1) / measured
        left = (self._total - self.done) / rate
        return f"{words}, {rate:.1f} per second, {_time(left)} left"

    def _write(self, text: str) -> None:
        say(text, file=self._stream, end="", flush=True)


def _time(seconds: float) -> str:
    """Time as 8 s, 2:05 min or 1:30 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole // 60 % 60:02d} h"
