"""A bound on the processor time of a step that a hostile file could make endless."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TookTooLong(BaseException):
    """The step was stopped. No `except Exception` on the way may take it for its own."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop what runs inside after that much processor time; waiting does not count.

    Only the main thread of a Unix process can be stopped, which is where judges work;
    elsewhere nothing is bounded.

    Raises:
        TookTooLong: from wherever the step is then.
    """
    bounded = hasattr(signal, "setitimer")
    if not bounded or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(number, frame) -> None:
    raise TookTooLong
