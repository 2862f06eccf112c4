"""What a grading process keeps from one submission to the next: one service and its results.

nbgrader hands over one submission at a time. The service starts when the first is asked
for, and goes on with the ones that come next while nbgrader still writes this one down.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.service import Service

SEED_FILE = ".hidden_seed"
# A server that has graded, such as one with the formgrader, then gives back the memory it took.
IDLE_SECONDS = 300.0


@dataclass(frozen=True)
class Job:
    """One submission to grade: a name for messages, the file's bytes, its lesson and the seed."""

    name: str
    content: bytes
    lesson: int | None
    seed: int

    @property
    def key(self) -> tuple:
        """What the result depends on."""
        return hashlib.sha256(self.content).digest(), self.lesson, self.seed


class Ahead:
    """Results of a service, some of them begun before they are asked for.

    Args:
        service: answers `grade(name, content, seed, lesson)`; may be asked by several threads.
        places: how many submissions may be in work at once.
    """

    def __init__(self, service: Service, places: int):
        self.service = service
        self.places = places
        self._begun: dict[tuple, Future[dict]] = {}
        self._used = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long nobody has asked for anything; 0 while a submission is in work."""
        at_work = any(not future.done() for future in [*self._begun.values()])
        return 0.0 if at_work else time.monotonic() - self._used

    def use(self) -> None:
        """Somebody is about to ask."""
        self._used = time.monotonic()

    def result(self, job: Job, upcoming: Iterable[Job] = ()) -> dict:
        """The result of `job`; meanwhile as many of the upcoming as there are places begin."""
        future = self._begin(job)
        for other in upcoming:
            if sum(not begun.done() for begun in self._begun.values()) >= self.places:
                break
            self._begin(other)
        try:
            return future.result()
        finally:
            self._begun.pop(job.key, None)
            self.use()

    def _begin(self, job: Job) -> Future[dict]:
        if job.key not in self._begun:
            future: Future[dict] = Future()
            self._begun[job.key] = future
            # A daemon: Ctrl-C must not wait for a submission that nobody will read.
            threading.Thread(target=self._work, args=(job, future), daemon=True).start()
        return self._begun[job.key]

    def _work(self, job: Job, future: Future[dict]) -> None:
        try:
            result = self.service.grade(job.name, job.content, job.seed, job.lesson)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)


_lock = threading.Lock()
_standing: dict[tuple, Ahead] = {}


def ahead(workers: int, require_isolation: bool, **limits: float) -> Ahead:
    """The process's one service, started at first use, closed at exit and when it is idle.

    Other settings than before close it and start another.

    Args:
        workers: submissions graded at the same time.
        require_isolation: refuse to grade where a layer of the jail is missing.
        limits: fields of `autograder.jail.limits.Limits` that differ from their defaults.
    """
    key = (workers, require_isolation, *sorted(limits.items()))
    with _lock:
        if key not in _standing:
            _close()
            _standing[key] = Ahead(start_service(workers, require_isolation, limits), workers)
            threading.Thread(target=_close_when_idle, args=(_standing[key],), daemon=True).start()
        _standing[key].use()
        return _standing[key]


def _close_when_idle(own: Ahead) -> None:
    """Wait until a service has had nothing to do for long, and close it if it still stands."""
    while True:
        with _lock:
            left = IDLE_SECONDS - own.idle_seconds
            if own not in _standing.values():
                return
            if left <= 0:
                _close()
                return
        time.sleep(left)


def restart() -> None:
    """Close the service; the next submission starts another."""
    with _lock:
        _close()


def start_service(workers: int, require_isolation: bool, limits: Mapping[str, Any]) -> Service:
    """A service with its processes running."""
    from autograder.grading.service import Service
    from autograder.jail.limits import Limits

    return Service(workers, Limits(**limits), require_isolation)


@atexit.register
def _close() -> None:
    while _standing:
        _standing.popitem()[1].service.close()


def kept_seed(folder: Path, assignment: str = "") -> int:
    """The seed of hidden runs in this folder's `.hidden_seed`, drawn when there is none yet.

    Only its owner may read the file. Removing it makes the next run draw another. A file
    `.hidden_seed.ASSIGNMENT` beside it, where an instructor has made one, goes before it.

    Raises:
        ValueError: the file holds no whole number; the message names it.
    """
    own = folder / f"{SEED_FILE}.{assignment}"
    path = own if assignment and own.exists() else folder / SEED_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        text = path.read_text(encoding="ascii", errors="replace").strip()
        if not text.isdigit():
            raise ValueError(
                f"{path} should hold the seed of hidden runs, a whole number. Remove it to have a "
                "new one drawn, or give one with --Grade.hidden_seed=4711."
            ) from None
        return int(text)
    seed = secrets.randbits(62)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{seed}\n")
    return seed


def gradebook_folder(db_url: str) -> Path:
    """The folder of nbgrader's gradebook; the working one where the gradebook is on a server."""
    if db_url.startswith("sqlite:///"):
        return Path(db_url.removeprefix("sqlite:///")).parent
    return Path.cwd()
