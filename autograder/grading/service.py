"""The grading service: one warm parent, a few judges, and a method that accepts any bytes."""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from pathlib import Path
from socket import socket

from autograder.intake.reading import MOST_BYTES
from autograder.jail import wire
from autograder.jail.kernel import NEWEST_LANDLOCK
from autograder.jail.limits import Limits
from autograder.jail.parents import (
    CAN_FORK,
    FreshStarts,
    JailError,
    Parent,
    WarmProcess,
    any_parent,
)
from autograder.jail.seal import LAYERS, hands_out_users

# A judge is replaced after this many submissions: TensorFlow keeps some memory of every
# graph it has traced.
JOBS_PER_JUDGE = 40
JUDGING_SECONDS = 120.0


class Service:
    """Grades notebooks, several at once where processes can be forked.

    Args:
        workers: judges that work side by side.
        limits: bounds on every submission.
        require_isolation: refuse to start where a layer of the jail is missing.
        without: layers to leave off, to see what each of them is for.
        landlock: highest version of Landlock to use, to see what holds on an older kernel.

    Attributes:
        isolation: {"level": "full" | "partial" | "none", "layers": {name: bool}, "missing": […]}.
        reasons: missing layer → why it does not hold here.
        forks: whether processes are forked from a warm parent, or started anew each.
        control_groups: whether the kernel counts a submission's memory and processes together.

    Raises:
        JailError: the jail does not start, or is not whole and `require_isolation` is set.
    """

    def __init__(
        self,
        workers: int = 1,
        limits: Limits | None = None,
        require_isolation: bool = False,
        without: tuple[str, ...] = (),
        landlock: int = NEWEST_LANDLOCK,
    ):
        self.limits = limits or Limits()
        self.forks = CAN_FORK
        self._parent = any_parent(without, landlock)
        self.reasons = dict(self._parent.missing)
        self.control_groups = self._parent.control_groups
        self.isolation = isolation_report(self._parent.layers, self.forks and hands_out_users())
        if require_isolation and self.isolation["level"] != "full":
            self._parent.close()
            raise JailError(
                "Isolation is required, but these layers are missing here: "
                f"{', '.join(self.isolation['missing'])}. `bvae doctor` says why; without "
                "--require-isolation, grading works with the layers that are available."
            )
        self._judges: queue.Queue[_Judge] = queue.Queue()
        for _ in range(workers):
            self._judges.put(_Judge(self._parent))

    def grade(self, name: str, content: bytes, seed: int, lesson: int | None = None) -> dict:
        """Grade one notebook file; waits for a free judge. May be called from several threads.

        Args:
            name: what messages call the file.
            content: its bytes; anything at all.
            seed: of the hidden run, a whole number ≥ 0.
            lesson: for notebooks that do not say which lesson they are.

        Returns:
            The result; see `autograder.grading.grade`. `isolation` says how it was obtained.
        """
        job = {
            "name": name,
            "content": content,
            "seed": seed,
            "lesson": lesson,
            "limits": self.limits.as_data(),
        }
        if len(content) > MOST_BYTES:  # refused at once, and no judge could be handed it
            return {**_graded_here(self._parent, job), "isolation": self.isolation}
        judge = self._judges.get()
        try:
            result = judge.grade(job)
        finally:
            self._judges.put(judge)
        return {**result, "isolation": self.isolation}

    @property
    def scratch_folder(self) -> Path:
        """Where submissions' scratch folders are while they run."""
        return self._parent.folder

    def process_ids(self) -> set[int]:
        """Of the trusted processes: the warm parent and the judges that are idle now."""
        judges = {judge.process_id for judge in list(self._judges.queue)}
        return {self._parent.process_id, *judges} - {0}

    def close(self) -> None:
        """End the judges and every process of a submission."""
        with suppress(queue.Empty):
            while True:
                self._judges.get_nowait().close()
        self._parent.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def isolation_report(layers: dict[str, bool], over_users: bool) -> dict:
    """How complete the jail is.

    Args:
        layers: name → whether it holds.
        over_users: the grader is root of a machine, and a submission that has no user of its own
            would act as root. Another user has no users to hand out, and what acts as it holds
            no rights in its user namespace.
    """
    every = {name: layers.get(name, False) for name in LAYERS}
    missing = [name for name, holds in every.items() if not holds]
    # Each of the two keeps rights away from a submission; which one is needed says who grades.
    whole = set(missing) <= {"user namespace" if over_users else "user"}
    level = "full" if whole else "partial" if any(every.values()) else "none"
    return {"level": level, "layers": every, "missing": missing}


class _Judge:
    """One judge process, made when first needed and again when it dies or has grown old."""

    def __init__(self, parent: WarmProcess | FreshStarts):
        self._parent, self._count = parent, 0
        self._jobs: socket | None = None
        self.process_id = 0

    def grade(self, job: dict) -> dict:
        if not isinstance(self._parent, WarmProcess):
            return _graded_here(self._parent, job)
        reason = ""
        for _ in range(2):
            try:
                return self._ask(self._parent, job)
            except wire.Late:
                self.close()
                reason = "Judging it took too long."
                break
            except (wire.Closed, wire.Malformed, JailError) as error:
                self.close()
                reason = f"The judge ended while it was graded ({error})."
        return _failed(job, reason)

    def close(self) -> None:
        if self._jobs is not None:
            self._jobs.close()
            self._jobs = None

    def _ask(self, parent: WarmProcess, job: dict) -> dict:
        from autograder.grading.judge_process import ask

        if self._count >= JOBS_PER_JUDGE:
            self.close()
        if self._jobs is None:
            self._jobs, self.process_id = parent.worker("autograder.grading.judge_process:main")
            self._count = 0
        self._count += 1
        most = job["limits"]["submission_seconds"] + JUDGING_SECONDS
        return ask(self._jobs, job, time.monotonic() + most)


def _graded_here(parent: Parent, job: dict) -> dict:
    from autograder.grading.submission import grade

    return grade(
        parent, job["name"], job["content"], job["seed"], job["lesson"], Limits(**job["limits"])
    )


def _failed(job: dict, reason: str) -> dict:
    from autograder.grading.submission import without_grade

    return without_grade(job["name"], job["lesson"], "failed", reason)
