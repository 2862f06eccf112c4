"""Where the attacks meet the jail: canaries, listeners, a victim, an honest neighbour."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coursework import ROOT, with_answers

from attacks.attack import Attack
from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.recording_student import RecordingStudent
from autograder.judging.judge import judge

SEED = 577215664
SECRETS = ("SECRET_", str(SEED), "def test_1_1", "std = tf.exp(0.5 * log_var)", "LOOT root:")


@dataclass
class Arena:
    """Everything an attack may aim at, and what came in where nothing should."""

    folder: Path
    arrived: list = field(default_factory=list)
    places: dict = field(default_factory=dict)

    def __enter__(self):
        os.environ["BVAE_SECRET"] = "SECRET_ENVIRONMENT"
        self.canary = self.folder / "canary"
        self.canary.mkdir(mode=0o777)
        (self.canary / "course.py").write_text("honest", encoding="utf-8")
        for path in (self.canary, self.canary / "course.py"):
            path.chmod(0o777)
        self.gradebook = self.folder / "gradebook.db"
        with sqlite3.connect(self.gradebook) as book:
            book.execute("create table grade (score real, note text)")
            book.execute("insert into grade values (3, 'SECRET_GRADE')")
        self.gradebook.chmod(0o666)
        neighbour = self.folder / "neighbour.ipynb"
        neighbour.write_text("SECRET_SUBMISSION", encoding="utf-8")
        self.watched = (self.canary, self.canary / "course.py", self.gradebook, neighbour)
        self.victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        self.listeners = [
            self._listen(socket.AF_INET, ("127.0.0.1", 0)),
            self._listen(socket.AF_INET6, ("::1", 0)),
            self._listen(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM),
            self._listen(socket.AF_UNIX, str(self.canary / "socket")),
            self._listen(socket.AF_UNIX, f"\0bvae-arena-{os.getpid()}"),
        ]
        (self.canary / "socket").chmod(0o777)
        self.metadata = self._metadata()
        ports = [item.getsockname()[1] if item else 9 for item in self.listeners[:3]]
        self.places = {
            "REPO": str(ROOT),
            "CANARY": str(self.canary),
            "GRADEBOOK": str(self.gradebook),
            "NEIGHBOUR": str(neighbour),
            "GRADER": str(os.getpid()),
            "VICTIM": str(self.victim.pid),
            "PORT": str(ports[0]),
            "PORT6": str(ports[1]),
            "UDP": str(ports[2]),
            "ABSTRACT": f"bvae-arena-{os.getpid()}",
            "TABLE": repr(visible_answers()),
        }
        return self

    def __exit__(self, *error):
        self.victim.kill()
        self.victim.wait()
        for item in self.listeners:
            if item:
                item.close()
        del os.environ["BVAE_SECRET"]

    def unharmed(self) -> list[str]:
        """What an attack did to the canaries; an empty list when nothing."""
        found = [f"arrived: {item}" for item in self.arrived]
        names = sorted(path.name for path in self.canary.glob("*"))
        course = self.canary / "course.py"
        if names != ["course.py", "socket"] or course.read_text(encoding="utf-8") != "honest":
            found.append(f"the canary folder holds {names}")
        now = self._metadata()
        changed = [path for path in self.watched if now[path] != self.metadata[path]]
        found += [
            f"{path.name} has another mode, owner, time, attribute or name" for path in changed
        ]
        with sqlite3.connect(self.gradebook) as book:
            if book.execute("select score from grade").fetchall() != [(3.0,)]:
                found.append("the gradebook changed")
        if self.victim.poll() is not None or self._state_of_victim() == "T":
            found.append("the victim was killed or stopped")
        return found

    def _metadata(self) -> dict[Path, tuple | None]:
        """What of each watched file may not change; None for one that has gone."""
        found: dict[Path, tuple | None] = {}
        for path in self.watched:
            try:
                status = path.stat()
                attributes = os.listxattr(path) if hasattr(os, "listxattr") else []
            except OSError:
                found[path] = None
            else:
                owner = status.st_uid, status.st_gid
                found[path] = status.st_mode, owner, status.st_mtime_ns, status.st_nlink, attributes
        return found

    def _state_of_victim(self) -> str:
        """A letter: `T` while it is stopped."""
        return (
            Path(f"/proc/{self.victim.pid}/stat")
            .read_text(encoding="utf-8")
            .rpartition(")")[2]
            .split()[0]
        )

    def _listen(self, family, address, kind=socket.SOCK_STREAM):
        """A listener that notes whatever arrives; None where the machine has no such network."""
        listener = socket.socket(family, kind)
        try:
            listener.bind(address)
        except OSError:
            listener.close()
            return None
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._note, args=(listener, kind), daemon=True).start()
        return listener

    def _note(self, listener, kind) -> None:
        with suppress(OSError):
            while True:
                self.arrived.append(
                    listener.accept()[1] if kind == socket.SOCK_STREAM else listener.recv(64)
                )


def visible_answers() -> dict[str, list]:
    """Right answers to 1.1 for the numbers that `check` draws, by the bytes of the question."""
    exercise = registry.get("1.1")
    recorder = RecordingStudent(LiveStudent(dict(exercise.reference)))
    verdict = judge("1.1", recorder, seed=0)
    assert verdict.passed
    return {
        b"".join(argument.tobytes() for argument in args[1:]).hex(): result.tolist()
        for method, args, _, result in recorder.record
        if method == "call"
    }


def honest() -> bytes:
    """A lesson 1 solved throughout."""
    ids = [exercise.id for exercise in registry.of_lesson(1)]
    return json.dumps(with_answers(1, *ids)).encode()


def fight(service, attacks: list[Attack], arena: Arena, workers: int) -> tuple[dict, list[dict]]:
    """Grade all attacks, `workers` at a time, beside an honest neighbour that never stops.

    Returns:
        attack name → its result, and the neighbour's results.
    """
    done, neighbours, content = threading.Event(), [], honest()

    def live_next_door():
        while not done.is_set():
            neighbours.append(service.grade("neighbour", content, SEED))
            time.sleep(1.0)

    def grade(attack: Attack) -> dict:
        raw = json.dumps(attack.notebook(arena.places)).encode()
        return service.grade(attack.name, raw, SEED)

    next_door = threading.Thread(target=live_next_door)
    next_door.start()
    try:
        with ThreadPoolExecutor(workers) as pool:
            results = dict(zip([a.name for a in attacks], pool.map(grade, attacks), strict=True))
    finally:
        done.set()
        next_door.join()
    return results, neighbours


def processes_of(folder: Path, trusted: set[int]) -> list[str]:
    """Processes of the service with this scratch folder, but the trusted ones.

    A fork keeps the command line of its warm parent, which names the folder; programs that
    would change it cannot be started.
    """
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.fsencode(folder) in (path / "cmdline").read_bytes():
                found.append(int(path.name))
    return [f"process {pid}" for pid in found if pid not in trusted]
