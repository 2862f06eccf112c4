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

from autograder.jail import control_groups, kernel, private_root, seal, system_calls, watch
from autograder.jail.control_groups import ControlGroups
from autograder.jail.limits import Limits
from autograder.jail.private_root import PrivateRoot
from autograder.jail.reach import python_tree, readable_paths

MESSAGE_BYTES = 1 << 16
GRACE_SECONDS = 5.0
LOOK_SECONDS = 0.25
PROBE_SECONDS = 60.0
PROBE_CELL = "import tensorflow as tf\nassert float(tf.reduce_sum(tf.ones(3))) == 3.0"


@dataclass
class _Child:
    keeper: int
    scratch: Path
    client: int
    limits: Limits


@dataclass(frozen=True)
class Isolation:
    """What holds on this machine: layers, reasons of the others, and the root to enter."""

    layers: frozenset[str]
    missing: dict[str, str]
    root: PrivateRoot | None


class WarmParent:
    """Serves its clients until the first of them leaves.

    Args:
        control: the first client's socket.
        folder: where scratch folders are made; of this process alone.
        isolation: the layers to put on every child, and the root it enters.
        groups: the control groups of submissions, where they may be made.
    """

    def __init__(
        self,
        control: socket.socket,
        folder: Path,
        isolation: Isolation,
        groups: ControlGroups | None,
    ):
        self.control, self.folder, self.isolation = control, folder, isolation
        self.groups = groups
        self.clients = {control.fileno(): control}
        self.children: dict[int, _Child] = {}
        self.workers: dict[int, int] = {}
        self.count = 0
        self._look_again = 0.0

    def serve(self) -> None:
        """Answer requests; on the first client's end, leave nothing behind."""
        try:
            while True:
                # Where nothing runs there is nothing to look after.
                patience = LOOK_SECONDS if self.children else None
                ready, _, _ = select.select(list(self.clients), [], [], patience)
                self._stop_what_uses_too_much()
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
            self.isolation.layers,
            limits,
            str(self._scratch(number)),
            seal.FIRST_UID + number,
            self.isolation.root,
        )
        group = self.groups.made(client, limits) if self.groups else None
        keeper = fork_keeper(confinement, channel, tuple(request["modules"]), group)
        self.children[number] = _Child(keeper, Path(confinement.scratch), client, limits)
        return {"child": number}

    def _stop_what_uses_too_much(self) -> None:
        """End the largest process of a client whose processes use too much together.

        A client has one submission in work at a time.
        """
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + LOOK_SECONDS
        inherited = watch.memory_of(os.getpid())
        for client in {child.client for child in self.children.values()}:
            own = [child for child in self.children.values() if child.client == client]
            used = watch.grown((child.keeper for child in own), inherited)
            if sum(used.values()) > own[0].limits.memory_gb * 2**30:
                _end_child_of(max(used, key=lambda keeper: used[keeper]))
            for child in own if self.isolation.root is None else ():
                if watch.size_of(child.scratch) > child.limits.scratch_mb * 2**20:
                    _end_child_of(child.keeper)

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
        if self.groups and all(other.client != child.client for other in self.children.values()):
            with suppress(OSError):  # one that is still busy is taken again for the next
                self.groups.remove(child.client)
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


def _end_child_of(keeper: int) -> None:
    """Kill the process that a keeper keeps; the keeper tells how it ended when asked."""
    child = watch.child_of(keeper)
    if child:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)


def fork_keeper(
    confinement: seal.Confinement,
    channel: int,
    modules: tuple[str, ...],
    group: Path | None = None,
    probing: bool = False,
) -> int:
    """Fork a keeper with its child on the socket `channel`; return the keeper's process id.

    Both are in the control group `group` if there is one.
    """
    from autograder.jail import child, keeper

    pid = os.fork()
    if pid:
        return pid
    try:
        if group:
            control_groups.join(group)
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


def import_frameworks(folder: Path) -> None:
    """Import what submissions will, without running any of it, on one thread.

    Keras writes a configuration into `folder` and not into a home, where it would also read one.
    """
    os.environ["KERAS_HOME"] = str(folder / "keras")
    import keras
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    keras.backend.backend()
    shutil.rmtree(folder / "keras", ignore_errors=True)
    if sys.platform == "linux":
        readable_paths()  # looked up once for all children
        with suppress(ImportError):
            system_calls.program(1)  # of the first process of a namespace
    demand_fresh()


def probe(folder: Path, without: frozenset[str]) -> Isolation:
    """Find out which layers hold, by closing children in exactly as those of submissions.

    Raises:
        RuntimeError: no process can be closed in, or one can reach what it must not.
    """
    missing = dict.fromkeys(without, "left off on request")
    wanted = frozenset(seal.LAYERS) - without
    if "user" in wanted and not seal.hands_out_users():
        missing["user"] = "only root hands out users; the user namespace takes its place"
        wanted -= {"user"}
    root = None
    if "private root" in wanted:
        try:
            root = _private_root(folder)
        except OSError as error:
            missing["private root"] = str(error)
            wanted -= {"private root"}
    while True:
        try:
            found = _probe(folder, wanted, root)
        except (RuntimeError, OSError, ValueError) as error:
            if root is None:
                raise RuntimeError(f"no process can be closed in here: {error}") from None
            # As where a container hides parts of /proc, which TensorFlow needs one of.
            found = {"missing": {"private root": f"nothing runs in it ({error})"}}
        if found["missing"]:
            # Without these, the ones that follow them may go on another way.
            missing |= found["missing"]
            wanted -= found["missing"].keys()
            root = root if "private root" in wanted else None
        elif not found["readable"] and "user" in wanted:
            missing["user"] = "Python's own files are not readable for another user"
            wanted -= {"user"}
        else:
            break
    if not found["readable"]:
        raise RuntimeError(f"no process can be closed in here: {missing}")
    if found["reached"] and wanted & {"private root", "files"}:
        raise RuntimeError(
            f"a submission could reach {found['reached'][0]}. Install the course in an environment "
            "of its own (a virtual environment), and run `bvae doctor` there."
        )
    return Isolation(wanted, missing, root)


def _private_root(folder: Path) -> PrivateRoot:
    stage = folder / "root"
    stage.mkdir(mode=0o755)
    return private_root.make(python_tree(), str(stage), seal.hands_out_users())


def _probe(folder: Path, wanted: frozenset[str], root: PrivateRoot | None) -> dict:
    """What a child with these layers says of itself, once it has run a cell and an operation."""
    from autograder.jail.wire import receive, send

    ours, theirs = socket.socketpair()
    scratch = folder / "probe"
    scratch.mkdir(mode=0o700)
    confinement = seal.Confinement(wanted, Limits(), str(scratch), seal.FIRST_UID, root)
    keeper = fork_keeper(confinement, theirs.fileno(), (), probing=True)
    theirs.close()
    try:
        deadline = time.monotonic() + PROBE_SECONDS
        hello = receive(ours, deadline)
        if "refused" in hello:
            raise RuntimeError(f"a process that was closed in ends: {hello['refused']}")
        if not hello["missing"] and hello["readable"]:
            send(ours, {"id": "probe", "do": "cell", "name": "<probe>", "source": PROBE_CELL})
            failed = receive(ours, deadline).get("value")
            if failed:
                raise RuntimeError(f"a process that was closed in cannot compute: {failed}")
        return hello
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

    The third is the highest version of Landlock to use; further ones are layers to leave off.
    """
    control = socket.socket(fileno=int(arguments[0]))
    folder, without = Path(arguments[1]), frozenset(arguments[3:])
    kernel.use_landlock_up_to(int(arguments[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's to handle
    try:
        import_frameworks(folder)
        isolation = probe(folder, without)
        groups = control_groups.claim()
        hello = {
            "layers": sorted(isolation.layers),
            "missing": isolation.missing,
            "groups": groups is not None,
        }
    except Exception as error:
        hello = {"error": f"{type(error).__name__}: {error}"}
    control.send(json.dumps(hello).encode())
    if "error" not in hello:
        WarmParent(control, folder, isolation, groups).serve()
    os._exit(0)  # at once: taking TensorFlow down in order lasts most of a second


if __name__ == "__main__":
    main(sys.argv[1:])
