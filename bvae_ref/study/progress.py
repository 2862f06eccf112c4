"""A line for each finished cell: how many are done, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable

Say = Callable[[str], None]


class Progress:
    """Counts cells.

    Args:
        total: cells of the study.
        kept: how many of them were finished before this run.
        say: takes each line.
        clock: seconds that only ever grow.
    """

    def __init__(
        self, total: int, kept: int, say: Say, clock: Callable[[], float] = time.monotonic
    ):
        self.total, self.done = total, kept
        self._kept, self._say, self._clock, self._began = kept, say, clock, clock()

    def step(self, words: str) -> None:
        """One more has ended; `words` say how."""
        self.done += 1
        spent = self._clock() - self._began
        left = (self.total - self.done) * spent / (self.done - self._kept)
        self._say(f"{self.done}/{self.total}, {_time(left)} left · {words}")


def _time(seconds: float) -> str:
    """Time as 40 s, 12 min or 1:30 h."""
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"
