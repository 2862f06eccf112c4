"""A class to grade for tests: notebooks in a folder, and a service that needs no TensorFlow."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

from learner import named

from autograder.batch.run import Batch, run_batch
from autograder.judging.verdict_data import diagnosis_data

FULL = {"level": "full", "layers": {"user": True}, "missing": []}


class FakeService:
    """Grades by digest: the same content and seed have the same points, as the real one promises.

    A notebook of which the text holds "FAIL" makes the grader fail, "RAISE" makes it raise,
    "PDF" is unreadable. `log` takes a line for every call, so that a test can count them
    across processes.
    """

    def __init__(self, log: Path | None = None, seconds: float = 0.0, isolation: dict = FULL):
        self.log, self.seconds, self.isolation = log, seconds, isolation
        self.calls: list[str] = []
        self.closed = False
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.closed = True

    def grade(self, name: str, content: bytes, seed: int, lesson: int | None = None) -> dict:
        with self._lock:
            self.calls.append(name)
            if self.log:
                with open(self.log, "a", encoding="utf-8") as file:
                    file.write(f"{name}\n")
        time.sleep(self.seconds)
        if b"RAISE" in content:
            raise OSError("the judge fell over")
        status = "failed" if b"FAIL" in content else "unreadable" if b"PDF" in content else ""
        if status:
            return result(name, lesson, status=status, reason="The file is a PDF, not a notebook.")
        number = int(hashlib.sha256(content + str(seed).encode()).hexdigest()[:4], 16)
        share = number % 5
        return {**result(name, lesson or 1, passed=share), "isolation": self.isolation}


def fake_work(name, content, seed, lesson, likely, limits, require_isolation, version):
    """The task without TensorFlow; takes its worker down, once, where a notebook asks for it."""
    if b"DIE" in content and not os.path.exists(limits["died"]):
        Path(limits["died"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(limits.get("seconds", 0))
    with open(limits["log"], "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()} {name}\n")
    return FakeService().grade(name, content, seed, lesson)


def result(
    name: str,
    lesson: int | None = 1,
    passed: int = 4,
    status: str = "graded",
    reason: str = "",
    words: str = "a wrong number",
) -> dict:
    """A service's result: four exercises of two points, the first `passed` of them right."""
    exercises = [_exercise(f"{lesson}.{n}", n <= passed, words) for n in range(1, 5)]
    exercises = exercises if status == "graded" else []
    return {
        "name": name,
        "lesson": lesson,
        "status": status,
        "reason": reason,
        "points": sum(item["points"] for item in exercises),
        "max_points": sum(item["max_points"] for item in exercises),
        "exercises": exercises,
        "repairs": [],
        "cell_errors": [],
        "written": {},
        "isolation": FULL,
        "seconds": 0.25,
    }


def _exercise(exercise_id: str, right: bool, words: str) -> dict:
    outcome = "passed" if right else "failed"
    wrong = {"checked": "f(1)", "expected": "2", "actual": words, "cause": None}
    nothing = {"checked": "", "expected": "", "actual": "", "cause": None}
    tests = [
        {"title": "first property", "outcome": outcome, "points": 1.0 * right, "max_points": 1.0}
        | (nothing if right else wrong),
        {"title": "second property", "outcome": outcome, "points": 1.0 * right, "max_points": 1.0}
        | (nothing if right else wrong),
    ]
    return {
        "id": exercise_id,
        "title": f"exercise {exercise_id}",
        "outcome": outcome,
        "points": 2.0 * right,
        "max_points": 2.0,
        "diagnosis": None
        if right
        else diagnosis_data(named("sign flipped", "A sign is flipped.", "The minus.")),
        "notes": [],
        "next_hint": "" if right else f'hint("{exercise_id}")',
        "tests": tests,
    }


def notebook_bytes(lesson: int = 1, text: str = "") -> bytes:
    """A notebook's file that calls a lesson's check; `text` tells it from others."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text},
        {"cell_type": "code", "metadata": {}, "source": f'check("{lesson}.1")', "outputs": []},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def put(path: Path, content: bytes | str = b"") -> Path:
    """Write a file, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def class_folder(folder: Path, count: int, lesson: int = 1) -> Path:
    """A folder of `count` different notebooks, one a learner."""
    for number in range(count):
        put(folder / f"learner{number:02d}.ipynb", notebook_bytes(lesson, f"mine {number}"))
    return folder


def run_fake(batch: Batch, service: FakeService | None = None, **changes):
    """Run a batch; return the summary and the service that was asked."""
    service = service or FakeService()
    return run_batch(replace(batch, **changes), lambda: service, lambda words: None), service


def points_of(batch: Batch) -> dict[str, float]:
    """Key → points, as `results.jsonl` lists them."""
    lines = (Path(batch.out) / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["key"]: record["points"] for record in map(json.loads, lines)}
