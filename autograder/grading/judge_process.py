"""A judge: a trusted process that grades one submission after another for the service."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import numpy as np

from autograder.jail import wire
from autograder.jail.limits import Limits
from autograder.jail.parents import ForkingParent

MAX_JOB = 1 << 27
MORE_MEMORY = 6 * 2**30


def main(control: socket.socket, jobs: socket.socket) -> None:
    """Grade what comes over `jobs` in processes that `control`'s warm parent forks."""
    from autograder.grading.submission import grade

    _bound_memory()
    parent = ForkingParent(control)
    while True:
        try:
            job = wire.receive(jobs, max_body=MAX_JOB)
        except wire.Closed:
            return
        result = grade(
            parent,
            job["name"],
            job["content"].tobytes(),
            int(job["seed"]),
            job["lesson"],
            Limits(**job["limits"]),
        )
        text = json.dumps(result, ensure_ascii=True).encode()
        wire.send(jobs, {"result": np.frombuffer(text, np.uint8)})


def _bound_memory() -> None:
    """Let this process take so much more memory and no more, whatever answers it is handed."""
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def ask(jobs: socket.socket, job: dict, deadline: float) -> dict:
    """The service's side: hand a job over and wait for its result.

    Raises:
        wire.Late, wire.Closed, wire.Malformed: the judge hangs or has gone.
    """
    wire.send(jobs, {**job, "content": np.frombuffer(job["content"], np.uint8)}, deadline)
    reply = wire.receive(jobs, deadline, max_body=MAX_JOB)
    return json.loads(reply["result"].tobytes())
