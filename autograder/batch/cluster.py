"""Grading on more than one machine: submissions handed to an existing Dask cluster.

Each worker process keeps one service; the task is a plain function of plain values. Results
come back to the client, which alone writes them, so that a worker that dies costs a repetition
on another one and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

from autograder.batch.grading import Graded, Task, ask, contents, digest
from autograder.batch.version import course_version
from autograder.grading import shared_service
from autograder.grading.result import result_data
from bvae_ref import dask_client

# Enough to keep every worker busy, and few enough to keep no class in memory.
AHEAD = 2


def grade_there(
    name: str,
    content: bytes,
    seed: int,
    lesson: int | None,
    likely: int | None,
    limits: dict[str, float],
    require_isolation: bool,
    version: str,
) -> dict:
    """The task: grade one submission on the worker that it runs on.

    Args:
        name, content, seed, lesson, likely: see `grading.ask`.
        limits: of the submission, as data.
        version: the client's version of the course; another one here would grade otherwise.

    Raises:
        RuntimeError: this worker has another version of the course, or no jail.
    """
    if version != course_version():
        raise RuntimeError(
            f"a worker has version {course_version()} of the course, and this machine has "
            f"{version}; install the same version on both"
        )
    service = shared_service.ahead(_threads(), require_isolation, **limits).service
    return ask(service, name, content, seed, lesson, likely)


def grade_on_cluster(
    tasks: Iterable[Task],
    address: str,
    limits: dict[str, float],
    require_isolation: bool = False,
    work: Callable[..., dict] = grade_there,
) -> Generator[Graded, None, None]:
    """Grade on the workers of a Dask scheduler.

    Args:
        tasks: what to grade.
        address: of the scheduler, such as "tcp://10.0.0.5:8786".
        limits: of every submission, as data.
        require_isolation: grade nothing where a layer of the jail is missing.
        work: the task; it has to be importable on the workers.

    Raises:
        RuntimeError: Dask is not installed, the scheduler does not answer or is lost, or it
            has no workers.
    """
    client = dask_client.connected(address)
    try:
        threads = _threads_of(client, address)
        yield from _graded(client, iter(tasks), threads * AHEAD, work, limits, require_isolation)
    finally:
        client.close(timeout=dask_client.CONNECT_SECONDS)


def _graded(client, tasks, ahead: int, work, limits, require_isolation):
    """Keep `ahead` tasks under way and hand out what comes back."""
    running: dict[str, tuple[Task, str]] = {}
    futures = dask_client.dask().as_completed(loop=client.loop)
    exhausted = False
    while True:
        while not exhausted and len(running) < ahead:
            task = next(tasks, None)
            if task is None:
                exhausted = True
                break
            content = contents(task)
            if isinstance(content, Graded):
                yield content
                continue
            future = client.submit(
                work,
                task.name,
                content,
                task.seed,
                task.submission.asked,
                task.submission.lesson,
                limits,
                require_isolation,
                course_version(),
                # Not named by what it holds: two learners may hand in the same file.
                pure=False,
                key=f"grade-{task.submission.key}",
            )
            running[future.key] = task, digest(content)
            futures.add(future)
        if not running:
            return
        future = next(futures)
        task, content_digest = running.pop(future.key)
        yield Graded(task.submission, content_digest, _result(future, task))
        future.release()


def _result(future, task: Task) -> dict:
    if future.cancelled():
        raise RuntimeError(
            "The connection to the Dask scheduler was lost; start it and run the command again."
        )
    error = future.exception()
    if error is None:
        return future.result()
    reason = f"No worker could grade it ({type(error).__name__}: {error}); grade again."
    return result_data(task.name, task.submission.lesson, "failed", reason)


def _threads_of(client, address: str) -> int:
    """How many tasks the workers run side by side, when there are workers."""
    dask_client.wait_for_workers(client, address, f"dask worker {address}")
    return sum(client.nthreads().values())


def _threads() -> int:
    """How many tasks this worker runs side by side."""
    from distributed import get_worker

    return get_worker().state.nthreads
