"""The warm parent: has imported TensorFlow and Keras, has run nothing, and forks on request.

Forking after an import is safe; after a first operation it hangs the child, so the guard
refuses then. The parent knows no exercise, no expected value and no seed: a child inherits
nothing worth reading. It speaks JSON over sockets that carry descriptors along:

{"fork": …limits, "modules": […]} + socket   → {"child": n} | {"error": "…"}
{"end": n}                                   → {"ended": "exit 0" | "signal 9" | "none"}
{"worker": "module:function"} + socket       → {"worker": pid}   (a trusted fork, first client only)
"""

from __future__ import annotations

import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.jail import seal
from autograder.jail.limits import Limits

MESSAGE_BYTES = 1 << 16
GRACE_SECONDS = 5.0


@dataclass
class _Child:
    keeper: int
    scratch: Path
    client: int


class WarmParent:
    """Serves its clients until the first of them leaves.

    Args:
        control: the first client's socket.
        folder: where scratch folders are made; of this process alone.
        layers: names of the layers to put on every child.
    """

    def __init__(self, control: socket.socket, folder: Path, layers: frozenset[str]):
        self.control, self.folder, self.layers = control, folder, layers
        self.clients = {control.fileno(): control}
        self.children: dict[int, _Child] = {}
        self.workers: dict[int, int] = {}
        self.count = 0

    def serve(self) -> None:
        """Answer requests; on the first client's end, leave nothing behind."""
        try:
            while True:
                ready, _, _ = select.select(list(self.clients), [], [])
                for client in [self.clients[number] for number in ready]:
                    if not self._answer(client) and client is self.control:
                        return
        finally:
            for child in list(self.children):
                self._end(child)
            for worker in self.workers.values():
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            # The client does so too, unless it was killed.
            shutil.rmtree(self.folder, ignore_errors=True)

    def _answer(self, client: socket.socket) -> bool:
        """Answer one request; False when the client has gone."""
        try:
            message, sockets, _, _ = socket.recv_fds(client, MESSAGE_BYTES, 1)
        except OSError:
            message, sockets = b"", []
        if not message:
            self._forget(client)
            return False
        request = json.loads(message)
        try:
            if "fork" in request:
                reply = self._fork(request, client.fileno(), sockets[0])
            elif "end" in request:
                reply = {"ended": self._end(request["end"])}
            elif client is self.control:
                reply = self._start_worker(request["worker"], sockets[0])
            else:
                reply = {"error": "only the first client may start workers"}
        except (OSError, RuntimeError) as error:
            reply = {"error": str(error)}
        finally:
            for number in sockets:
                os.close(number)
        with suppress(OSError):
            client.send(json.dumps(reply).encode())
        return True

    def _fork(self, request: dict, client: int, channel: int) -> dict:
        demand_fresh()
        self.count += 1
        number, limits = self.count, Limits(**request["fork"])
        confinement = seal.Confinement(
            self.layers, limits, str(self._scratch(number)), seal.FIRST_UID + number
        )
        keeper = fork_keeper(confinement, channel, tuple(request["modules"]))
        self.children[number] = _Child(keeper, Path(confinement.scratch), client)
        return {"child": number}

    def _scratch(self, number: int) -> Path:
        path = self.folder / str(number)
        path.mkdir(mode=0o700)
        return path

    def _end(self, number: int) -> str:
        child = self.children.pop(number, None)
        if child is None:
            return "none"
        with suppress(ProcessLookupError):
            os.kill(child.keeper, signal.SIGTERM)
        ended = _reaped(child.keeper)
        shutil.rmtree(child.scratch, ignore_errors=True)
        return ended

    def _start_worker(self, target: str, jobs: int) -> dict:
        demand_fresh()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            try:
                job_socket = socket.socket(fileno=os.dup(jobs))
                for client in self.clients.values():
                    client.close()
                ours.close()
                os.close(jobs)
                module, _, function = target.partition(":")
                getattr(importlib.import_module(module), function)(theirs, job_socket)
            finally:
                os._exit(0)
        theirs.close()
        self.clients[ours.fileno()] = ours
        self.workers[ours.fileno()] = pid
        return {"worker": pid}

    def _forget(self, client: socket.socket) -> None:
        """A client has gone: end what ran for it."""
        for number in [n for n, child in self.children.items() if child.client == client.fileno()]:
            self._end(number)
        del self.clients[client.fileno()]
        worker = self.workers.pop(client.fileno(), None)
        if worker is not None:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
        client.close()


def fork_keeper(
    confinement: seal.Confinement, channel: int, modules: tuple[str, ...], probing: bool = False
) -> int:
    """Fork a keeper with its child on the socket `channel`; return the keeper's process id."""
    from autograder.jail import child, keeper

    pid = os.fork()
    if pid:
        return pid
    try:
        keeper.keep(
            confinement,
            socket.socket(fileno=os.dup(channel)),
            prepare=lambda: child.prepare(modules),
            run=lambda channel: child.serve(channel, modules),
            probing=probing,
        )
    finally:
        os._exit(1)


def demand_fresh() -> None:
    """Refuse to fork a process in which TensorFlow has already run something.

    Raises:
        RuntimeError: the runtime is initialised, and a child would hang at its first operation.
    """
    context = sys.modules.get("tensorflow.python.eager.context")
    current = context.context_safe() if context else None
    if current is not None and current._initialized:
        raise RuntimeError(
            "TensorFlow has run an operation in the warm parent, so a fork of it would hang. "
            "Start the grader again; if it happens again, something runs at import."
        )


def import_frameworks() -> None:
    """Import what submissions will, without running any of it, on one thread."""
    import keras
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    keras.backend.backend()
    if sys.platform == "linux":
        seal.readable_paths()  # looked up once for all children
        with suppress(ImportError):
            import pyseccomp  # noqa: F401 - looks for its library with programs of the system
    demand_fresh()


def probe_layers(folder: Path, without: frozenset[str]) -> tuple[frozenset[str], dict[str, str]]:
    """Which layers hold on this machine, and why the others do not."""
    wanted = frozenset(seal.LAYERS) - without
    held, missing, readable = _probe(folder, wanted)
    if not readable:
        # Python itself lies where only this user may read: without "user" it can still run.
        held, missing, readable = _probe(folder, wanted - {"user"})
        missing["user"] = "Python's own files are not readable for another user"
    if not readable:
        raise RuntimeError(f"no process can be closed in here: {missing}")
    return frozenset(held), missing | dict.fromkeys(without, "left off on request")


def _probe(folder: Path, wanted: frozenset[str]) -> tuple[set[str], dict[str, str], bool]:
    """Layers that hold, reasons of the others, and whether Python still works under them."""
    from autograder.jail.wire import receive

    ours, theirs = socket.socketpair()
    scratch = folder / "probe"
    scratch.mkdir(mode=0o700)
    confinement = seal.Confinement(wanted, Limits(), str(scratch), seal.FIRST_UID)
    keeper = fork_keeper(confinement, theirs.fileno(), (), probing=True)
    theirs.close()
    try:
        hello = receive(ours, deadline=time.monotonic() + 30)
        if "refused" in hello:
            return set(), dict.fromkeys(wanted, hello["refused"]), False
        return set(hello["held"]), dict(hello["missing"]), hello["readable"]
    finally:
        ours.close()
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
        _reaped(keeper)
        shutil.rmtree(scratch, ignore_errors=True)


def _reaped(pid: int) -> str:
    """How a keeper's child ended, in words; a keeper that does not end in time is killed."""
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            deadline = float("inf")
        time.sleep(0.002)
    code = os.waitstatus_to_exitcode(status)
    if code > 128:
        return f"signal {code - 128}"
    return f"signal {-code}" if code < 0 else f"exit {code}"


def main(arguments: list[str]) -> None:
    """Serve the client on descriptor `arguments[0]` with scratch below `arguments[1]`.

    Further arguments are names of layers to leave off.
    """
    control = socket.socket(fileno=int(arguments[0]))
    folder, without = Path(arguments[1]), frozenset(arguments[2:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's to handle
    try:
        import_frameworks()
        held, missing = probe_layers(folder, without)
        hello = {"layers": sorted(held), "missing": missing}
    except Exception as error:
        hello = {"error": f"{type(error).__name__}: {error}"}
    control.send(json.dumps(hello).encode())
    if "error" not in hello:
        WarmParent(control, folder, held).serve()
    os._exit(0)  # at once: taking TensorFlow down in order lasts most of a second


if __name__ == "__main__":
    main(sys.argv[1:])
