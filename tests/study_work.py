"""Cells for tests of the study: light to import, so that a new process is there at once."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path


def work(name: str, folder: Path) -> tuple[dict, dict]:
    """Note a run; "raise" raises, "die" takes its process down, "die once" the first time."""
    if name == "raise":
        raise ValueError("the dog ate it")
    died = folder / "died"
    if name == "die" or (name == "die once" and not died.exists()):
        # So that what ended before it has arrived.
        time.sleep(0.5)
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    with open(folder / "log", "a", encoding="utf-8") as file:
        file.write(f"{name}\n")
    return {"name": name}, {}


def end_in_the_middle(folder: Path, number: int) -> None:
    """Run cells in two processes and be ended by a signal after the second."""
    # Whoever starts the tests in the background leaves them deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from functools import partial
    from multiprocessing import active_children

    from bvae_ref.study.processes import on_this_machine

    runner = on_this_machine(partial(work, folder=folder), 2)
    for count, _ in enumerate(runner([str(cell) for cell in range(200)]), start=1):
        if count == 2:
            print(*[child.pid for child in active_children()], flush=True)
            os.kill(os.getpid(), number)


if __name__ == "__main__":
    end_in_the_middle(Path(sys.argv[1]), int(sys.argv[2]))
