"""A bound on the time of a step that a hostile file or an answer could make endless."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TookTooLong(BaseException):
    """The step was stopped. No `except Exception` on the way may take it for its own."""


@contextmanager
def at_most(
    seconds: float, waiting: bool = False, error: type[BaseException] = TookTooLong
) -> Iterator[None]:
    """Stop what runs inside after that much processor time, or that much time with `waiting`.

    Only the main thread of a Unix process can be stopped, which is where judges work;
    elsewhere nothing is bounded.

    Raises:
        TookTooLong: or `error`, from wherever the step is then.
    """
    bounded = hasattr(signal, "setitimer")
    if not bounded or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number, frame) -> None:
        raise error

    timer, alarm = signal.ITIMER_VIRTUAL, signal.SIGVTALRM
    if waiting:
        timer, alarm = signal.ITIMER_REAL, signal.SIGALRM
    before = signal.signal(alarm, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
