"""A thousand mixed submissions through `bvae grade`, killed three times on the way and resumed.

python bench/soak.py [--submissions 1000] [--scheduler] [--ordinary-user]

Every tenth submission is hostile (tests/attacks), every tenth damaged (tests/damaged.py), the
others are solved, half done, wrong or untouched lessons 0 to 3 and 5. `kill -9` ends the whole
grader at random moments of the first half; it is then started again with the same command.
With --scheduler a Dask cluster of two workers grades instead, and one of them is killed in the
middle; with --ordinary-user somebody without any rights does. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from submissions import KINDS, REPOSITORY, submission

sys.path.insert(0, str(REPOSITORY / "tests"))

import machines
from attacks.arena import SECRETS, Arena
from attacks.corpus import ATTACKS
from damaged import DAMAGED, arrived

from autograder.exercise import registry

SEED = 577215664
LESSONS = (0, 1, 2, 3, 5)
OPTIONS = ("--workers", "2", "--call-seconds", "8", "--submission-seconds", "60")
BVAE = str(Path(sys.executable).with_name("bvae"))
FIRST_UID = 2_000_000_000


@dataclass
class Expected:
    """What must come of one submission: points by exercise, and of which kind it is."""

    kind: str
    points: dict[str, float]


@dataclass
class Soak:
    """The run: where it happens, and what was seen on the way."""

    folder: Path
    expected: dict[str, Expected] = field(default_factory=dict)
    memory: list[tuple[int, float]] = field(default_factory=list)
    first_seen: dict[str, tuple] = field(default_factory=dict)
    graded_twice: int = 0
    kills: int = 0

    @property
    def results(self) -> Path:
        return self.folder / "out" / "results"

    def look(self) -> int:
        """Note which results are there; one that changes later was graded twice."""
        names = list(self.results.glob("*.json")) if self.results.is_dir() else []
        for path in names:
            with suppress(OSError):
                status = path.stat()
                seen = (status.st_mtime_ns, status.st_ino)
                if self.first_seen.setdefault(path.name, seen) != seen:
                    self.graded_twice += 1
                    self.first_seen[path.name] = seen
        return len(names)


def say(words: str) -> None:
    """Progress, on stderr."""
    print(words, file=sys.stderr, flush=True)


def lay_out(soak: Soak, arena: Arena, count: int, rng: random.Random) -> None:
    """Write the submissions, and remember what each must earn."""
    for number in range(count):
        learner = f"learner{number:04}"
        kind = {3: "hostile", 7: "damaged"}.get(number % 10, "honest")
        if kind == "hostile":
            attack = ATTACKS[number // 10 % len(ATTACKS)]
            raw, lesson = json.dumps(attack.notebook(arena.places)).encode(), 1
            points = attack.earns
        elif kind == "damaged":
            name = sorted(DAMAGED)[number // 10 % len(DAMAGED)]
            raw, lesson = arrived(name), DAMAGED[name].lesson
            points = {
                item.id: 0.0 if item.id in DAMAGED[name].lost else item.points
                for item in registry.of_lesson(lesson)
            }
        else:
            lesson = rng.choice(LESSONS)
            notebook, points = submission(lesson, rng.choice(KINDS), rng)
            raw = json.dumps(notebook).encode()
        place = soak.folder / "submitted" / learner / f"lesson_{lesson}"
        place.mkdir(parents=True)
        (place / f"lesson_{lesson}.ipynb").write_bytes(raw)
        soak.expected[learner] = Expected(kind, points)


def parents_memory(root: int) -> float:
    """Resident megabytes of the grader and of the warm parent that it started.

    Judges are left out: a new one takes the place of each after forty submissions.
    """
    total = 0.0
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            parent = int((path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            if root in (parent, int(path.name)):
                resident = (
                    (path / "status").read_text(encoding="utf-8").split("VmRSS:")[1].split()[0]
                )
                total += int(resident) / 1024
    return total


def grade_until(soak: Soak, stop_at: int | None, more: tuple[str, ...] = ()) -> None:
    """Run the grader; kill all of it once `stop_at` results are there."""
    command = [BVAE, "grade", "submitted", "-o", "out", "--seed", str(SEED), *OPTIONS, *more]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "BVAE_STATE": "off"}
    grader = subprocess.Popen(
        command,
        cwd=soak.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    start, said = soak.look(), -1
    while grader.poll() is None:
        time.sleep(0.5)
        done = soak.look()
        soak.memory.append((done - start, parents_memory(grader.pid)))
        if done // 50 != said:
            said = done // 50
            say(f"soak: {done} of {len(soak.expected)}, {soak.memory[-1][1]:.0f} MB")
        if stop_at is not None and done >= stop_at:
            os.kill(grader.pid, signal.SIGKILL)
            grader.wait()
            soak.kills += 1
            soak.memory.clear()
            say(f"soak: killed at {done}")
            return
    if grader.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {grader.returncode}")


def memory_growth(samples: list[tuple[int, float]]) -> float | None:
    """Growth of the last run from its first hundred submissions to its last hundred."""
    last = max((done for done, _ in samples), default=0)
    early = [memory for done, memory in samples if 50 <= done <= 150]
    late = [memory for done, memory in samples if done >= last - 100]
    if last < 300 or not early or not late:
        return None
    return round(statistics.median(late) / statistics.median(early) - 1, 4)


def verdicts(soak: Soak) -> dict:
    """Compare what came out with what was expected."""
    lines = (soak.folder / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, dict] = {}
    twice = 0
    for line in lines:
        result = json.loads(line)
        twice += result["learner"] in found
        found[result["learner"]] = result
    wrong, forged, leaked = [], 0.0, 0
    for learner, expected in soak.expected.items():
        result = found.get(learner)
        if result is None:
            continue
        earned = {item["id"]: item["points"] for item in result["exercises"]}
        for exercise_id, points in expected.points.items():
            got = earned.get(exercise_id, 0.0)
            if got != points:
                wrong.append(f"{learner} ({expected.kind}) {exercise_id}: {got}")
                forged += max(0.0, got - points) if expected.kind == "hostile" else 0.0
        if expected.kind == "hostile":
            leaked += any(secret in json.dumps(result) for secret in SECRETS)
    for item in wrong[:20]:
        say(f"soak: wrong grade: {item}")
    return {
        "submissions": len(soak.expected),
        "results": len(found),
        "lost": len(soak.expected) - len(found),
        "graded_twice": soak.graded_twice + twice,
        "forged_points": forged,
        "secrets_leaked": leaked,
        "wrong_grades": len(wrong),
    }


def left_behind() -> dict:
    """Processes of submissions and scratch folders that are still there."""
    users = [path for path in Path("/proc").glob("[0-9]*") if _uid(path) >= FIRST_UID]
    return {"processes_left": len(users), "scratch_folders_left": len(scratch_folders())}


def scratch_folders() -> list[Path]:
    """Folders in which submissions have, or had, their scratch folders."""
    return list(Path(tempfile.gettempdir()).glob("bvae-jail-*"))


def _uid(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_uid
    return 0


def cluster(stack: ExitStack, folder: Path) -> tuple[str, list[subprocess.Popen]]:
    """A Dask scheduler and two workers on this machine; the address and the workers."""
    address = folder / "scheduler.json"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}

    def start(*command: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        return process

    start("dask_scheduler", "--scheduler-file", str(address), "--port", "0", "--no-dashboard")
    workers = [
        start(
            "dask_worker",
            "--scheduler-file",
            str(address),
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            str(folder / "dask"),
        )
        for _ in range(2)
    ]
    while not address.exists():
        time.sleep(0.2)
    return json.loads(address.read_text(encoding="utf-8"))["address"], workers


def as_ordinary_user(submissions: int) -> int:
    """The same run by a user who has no rights, in a home that is gone afterwards."""
    if not machines.can_be_made():
        raise SystemExit("An ordinary user is made by root on Linux, with util-linux.")
    with tempfile.TemporaryDirectory(prefix="soak-home") as home:
        command = [sys.executable, __file__, "--submissions", str(submissions)]
        environment = {**os.environ, "TMPDIR": home}
        return subprocess.run(
            [*machines.ordinary_user(Path(home)), *command], env=environment, check=False
        ).returncode


def main(arguments: list[str] | None = None) -> int:
    """Soak, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--scheduler", action="store_true", help="on a Dask cluster of two workers")
    parser.add_argument("--ordinary-user", action="store_true", help="needs root to begin with")
    given = parser.parse_args(arguments)
    if given.ordinary_user:
        return as_ordinary_user(given.submissions)
    if scratch_folders():
        raise SystemExit(f"Another grader is at work, or left {scratch_folders()}; end it first.")
    rng, start = random.Random(20), time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak")))
        folder.chmod(0o755)
        (folder / "arena").mkdir()
        arena = stack.enter_context(Arena(folder / "arena"))
        soak = Soak(folder)
        lay_out(soak, arena, given.submissions, rng)
        if given.scheduler:
            address, workers = cluster(stack, folder)
            half = given.submissions // 2
            _kill_one_worker_at(soak, half, workers, address)
        else:
            for share in sorted(rng.uniform(0.05, 0.45) for _ in range(3)):
                grade_until(soak, int(share * given.submissions))
            grade_until(soak, None)
        found = verdicts(soak) | {
            "kills": soak.kills,
            "memory_growth": memory_growth(soak.memory),
            "seconds": round(time.monotonic() - start),
            "harm": arena.unharmed(),
        }
    time.sleep(1)
    print(json.dumps({**found, **left_behind()}))
    return 0


def _kill_one_worker_at(soak: Soak, half: int, workers: list, address: str) -> None:
    import threading

    done = threading.Event()

    def watch():
        while not done.wait(0.5):
            if soak.results.is_dir() and len(list(soak.results.glob("*.json"))) >= half:
                workers[0].kill()
                soak.kills += 1
                say("soak: one worker killed")
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    grade_until(soak, None, ("--scheduler", address))
    done.set()
    watcher.join()


if __name__ == "__main__":
    sys.exit(main())
