"""Who makes jailed processes: a warm parent that forks them (Linux), or a fresh start each.

Both are a `Parent` to those who ask for processes.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.exercise import registry
from autograder.exercise.student import GraderFault
from autograder.jail.kernel import NEWEST_LANDLOCK
from autograder.jail.limits import Limits

WARM_COMMAND = (sys.executable, "-m", "autograder.jail.warm")
START_SECONDS = 120.0
REPLY_SECONDS = 60.0
MESSAGE_BYTES = 1 << 16
# What a fresh Python needs to find its packages and the course, and nothing else.
PASSED_ON = (
    *("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH"),
    registry.VARIABLE,
)
QUIET = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "agg",
    "KERAS_BACKEND": "tensorflow",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

CAN_FORK = sys.platform == "linux"


class JailError(GraderFault):
    """The jail itself does not work here; `str()` says why and what to do."""


@dataclass
class Child:
    """A jailed process: the socket it answers on, and what its parent knows it by."""

    channel: socket.socket
    number: int


class Parent(Protocol):
    """Who makes jailed processes and ends them."""

    def fork(self, limits: Limits, modules: tuple[str, ...]) -> Child:
        """A new jailed process that has imported `modules`."""

    def end(self, child: Child) -> str:
        """End a process for good; says how it ended: "exit N", "signal N", or "none"."""


class ForkingParent:
    """The client of a warm parent (`warm.py`): asks for children over one socket."""

    def __init__(self, control: socket.socket):
        self._control, self._lock = control, threading.Lock()

    def fork(self, limits: Limits, modules: tuple[str, ...]) -> Child:
        """A new jailed process that has imported `modules`.

        Raises:
            JailError: the warm parent has gone or refuses.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            reply = self._ask({"fork": limits.as_data(), "modules": list(modules)}, theirs)
        if "error" in reply:
            ours.close()
            raise JailError(f"No process for a submission: {reply['error']}")
        return Child(ours, reply["child"])

    def end(self, child: Child) -> str:
        """End a process with all its descendants; "exit N", "signal N", or "none"."""
        child.channel.close()
        return self._ask({"end": child.number})["ended"]

    def worker(self, target: str) -> tuple[socket.socket, int]:
        """Fork a trusted worker that runs `module:function(control, jobs)`.

        Returns:
            The socket of its jobs, and its process id.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            reply = self._ask({"worker": target}, theirs)
        if "error" in reply:
            raise JailError(f"No worker: {reply['error']}")
        return ours, reply["worker"]

    def _ask(self, request: dict, passed: socket.socket | None = None) -> dict:
        try:
            with self._lock:
                self._control.settimeout(REPLY_SECONDS)
                descriptors = [passed.fileno()] if passed else []
                socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
                reply = self._control.recv(MESSAGE_BYTES)
        except OSError as error:
            raise JailError(f"The warm parent does not answer: {error}") from None
        if not reply:
            raise JailError("The warm parent has ended. Start the grader again.")
        return json.loads(reply)


class WarmProcess(ForkingParent):
    """Starts a warm parent as a process of its own, with a clean environment.

    Args:
        without: layers to leave off, to see what each of them is for.
        landlock: highest version of Landlock to use, to see what holds on an older kernel.

    Attributes:
        layers: name → whether the layer holds on this machine.
        missing: name → why it does not.
        control_groups: whether the kernel counts the memory and processes of a submission.

    Raises:
        JailError: it does not start; the message holds its own reason.
    """

    def __init__(self, without: tuple[str, ...] = (), landlock: int = NEWEST_LANDLOCK):
        self.folder = _scratch_folder()
        # Children run as users of their own and must be able to pass through.
        self.folder.chmod(0o711)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            os.set_inheritable(theirs.fileno(), True)
            self._process = subprocess.Popen(
                [*WARM_COMMAND, str(theirs.fileno()), self.folder, str(landlock), *without],
                pass_fds=[theirs.fileno()],
                cwd=self.folder,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        super().__init__(ours)
        hello = self._hello(ours)
        self.layers = dict.fromkeys(hello["layers"], True) | dict.fromkeys(hello["missing"], False)
        self.missing = hello["missing"]
        self.control_groups: bool = hello["groups"]

    @property
    def process_id(self) -> int:
        """Of the warm parent."""
        return self._process.pid

    def close(self) -> None:
        """End the warm parent and all that it made, and remove the scratch folders."""
        self._control.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _hello(self, control: socket.socket) -> dict:
        try:
            control.settimeout(START_SECONDS)
            hello = json.loads(control.recv(MESSAGE_BYTES) or b'{"error": "it ended at once"}')
        except OSError as error:
            hello = {"error": str(error)}
        if "error" in hello:
            self.close()
            raise JailError(f"The warm parent does not start: {hello['error']}")
        return hello


class FreshStarts:
    """Starts a new Python for every submission, where forking is not possible.

    Slower by the import of TensorFlow, and without the kernel's layers.
    """

    # There is no process that makes the others.
    process_id = 0

    def __init__(self) -> None:
        self.layers: dict[str, bool] = {}
        self.missing: dict[str, str] = {}
        self.control_groups = False
        self.folder = _scratch_folder()
        self._processes: dict[int, tuple[subprocess.Popen, Path]] = {}

    def fork(self, limits: Limits, modules: tuple[str, ...]) -> Child:
        """A new process; see `ForkingParent.fork`."""
        scratch = Path(tempfile.mkdtemp(dir=self.folder))
        token = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(START_SECONDS)
            process = subprocess.Popen(
                [sys.executable, "-m", "autograder.jail.fresh"],
                cwd=scratch,
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            order = {
                "port": server.getsockname()[1],
                "token": token,
                "limits": limits.as_data(),
                "modules": list(modules),
            }
            assert process.stdin is not None  # it is a pipe
            process.stdin.write(json.dumps(order).encode())
            process.stdin.close()
            self._processes[process.pid] = process, scratch
            try:
                channel = _accepted(server, token)
            except OSError as error:
                self.end(Child(socket.socket(), process.pid))
                raise JailError(f"A process for a submission does not start: {error}") from None
        return Child(channel, process.pid)

    def end(self, child: Child) -> str:
        """End a process; see `ForkingParent.end`."""
        child.channel.close()
        started = self._processes.pop(child.number, None)
        if started is None:
            return "none"
        process, scratch = started
        ended = process.poll()
        with suppress(OSError):
            _kill_group(process)
        process.wait()
        shutil.rmtree(scratch, ignore_errors=True)
        if ended is None:
            return "signal 9"
        return f"signal {-ended}" if ended < 0 else f"exit {ended}"

    def close(self) -> None:
        """End what still runs."""
        for number in list(self._processes):
            self.end(Child(socket.socket(), number))
        shutil.rmtree(self.folder, ignore_errors=True)


def any_parent(
    without: tuple[str, ...] = (), landlock: int = NEWEST_LANDLOCK
) -> WarmProcess | FreshStarts:
    """The best that this machine has; see `WarmProcess` for the arguments and what it raises."""
    return WarmProcess(without, landlock) if CAN_FORK else FreshStarts()


def clean_environment() -> dict[str, str]:
    """The environment of a grading process: where Python finds its packages, and quiet."""
    paths = [path for path in sys.path if path and os.path.isdir(path)]
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **QUIET, "PYTHONPATH": os.pathsep.join(paths)}


def _scratch_folder() -> Path:
    """A folder for scratch folders; those that killed graders have left are removed."""
    for path in Path(tempfile.gettempdir()).glob("bvae-jail-*-*"):
        owner = path.name.split("-")[2]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(path, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"bvae-jail-{os.getpid()}-"))


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # where signal 0 is Ctrl-C, and there is no harmless question
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # another user's
    return True


def _accepted(server: socket.socket, token: str) -> socket.socket:
    """The connection that shows the token; others are turned away."""
    while True:
        channel, _ = server.accept()
        channel.settimeout(10)
        with suppress(OSError):
            if secrets.compare_digest(channel.recv(len(token)), token.encode()):
                return channel
        channel.close()


def _kill_group(process: subprocess.Popen) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, 9)
    else:
        process.kill()
