"""Graders: each takes tasks and hands back results as they come, in any order."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from autograder.batch.collect import Submission
from autograder.batch.files import Refused
from autograder.grading.result import result_data


class Service(Protocol):
    """Who grades one submission at a time; `autograder.grading.service.Service` is one."""

    def grade(self, name: str, content: bytes, seed: int, lesson: int | None) -> dict:
        """The result of a notebook file."""


@dataclass(frozen=True)
class Task:
    """One submission to be graded; `read` gives its bytes when its turn comes."""

    submission: Submission
    read: Callable[[], bytes]
    seed: int

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.submission.learner}/{self.submission.file}"


@dataclass(frozen=True)
class Graded:
    """A finished task: the digest of the bytes that were graded, and the result."""

    submission: Submission
    content: str
    result: dict


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def contents(task: Task) -> bytes | Graded:
    """The bytes to be graded, or what is to be said when there are none."""
    submission = task.submission
    reason = submission.reason
    if not reason:
        try:
            return task.read()
        except Refused as error:
            reason = f"{submission.file} was not read: {error}."
    result = result_data(task.name, submission.lesson, "unreadable", reason)
    return Graded(submission, submission.content, result)


def ask(
    service: Service,
    name: str,
    content: bytes,
    seed: int,
    asked: int | None,
    likely: int | None,
) -> dict:
    """What a service says of one submission.

    Args:
        asked: the lesson it is graded as, or None: the notebook says it.
        likely: the lesson it seems to be, or None. What cannot be read, yet is named after a
            lesson, has 0 points in each of its exercises rather than in none.
    """
    result = service.grade(name, content, seed, asked)
    if result["status"] == "unreadable" and result["lesson"] is None and likely is not None:
        result = service.grade(name, content, seed, likely)
    return result


def grade_here(
    tasks: Iterable[Task], service: Service, workers: int
) -> Generator[Graded, None, None]:
    """Grade on this machine: `workers` threads ask one service.

    An error of the grader itself becomes a result of status "failed"; it stops nobody else.
    Leaving the iterator early hands out no further task.
    """
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    finished: queue.SimpleQueue[Graded] = queue.SimpleQueue()
    count = 0
    for task in tasks:
        waiting.put(task)
        count += 1
    stopped = threading.Event()
    # A result is kept by whoever reads this iterator. Nobody runs ahead of it: what a kill can
    # take is one submission a worker, however slow the disk.
    unkept = threading.Semaphore(workers)

    def work() -> None:
        while unkept.acquire() and not stopped.is_set():
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return
            finished.put(_grade(task, service))

    # Daemons: a Ctrl-C must not wait for a notebook that has minutes left.
    for number in range(min(workers, count)):
        threading.Thread(target=work, name=f"grader-{number}", daemon=True).start()
    try:
        for _ in range(count):
            yield finished.get()
            unkept.release()
    finally:
        stopped.set()
        unkept.release(workers)


def _grade(task: Task, service: Service) -> Graded:
    submission = task.submission
    try:
        content = contents(task)
        if isinstance(content, Graded):
            return content
        result = ask(service, task.name, content, task.seed, submission.asked, submission.lesson)
        return Graded(submission, digest(content), result)
    except BaseException as error:
        # Whatever it is: a thread that dies silently would be waited for without end.
        reason = f"The grader stopped ({type(error).__name__}: {error}); grade again."
        result = result_data(task.name, submission.lesson, "failed", reason)
        return Graded(submission, submission.content, result)
