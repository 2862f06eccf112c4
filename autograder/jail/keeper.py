"""One child and its keeper: the process between them that outlives the one and ends the other.

warm parent ─fork→ keeper (enters the namespaces) ─fork→ child (first process of its own
process namespace, closed in). When the child ends, or on SIGTERM, the keeper makes sure that
nothing of it is left and exits with its status (128 + signal for one that was killed).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from autograder.jail import kernel, reach, seal
from autograder.jail.wire import send

KEEP_ENVIRONMENT = {
    "HOME": "",
    "TMPDIR": "",
    "MPLCONFIGDIR": "",
    "PATH": "/usr/bin:/bin",
    "USER": "learner",
    "LANG": "C.UTF-8",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "agg",
    "KERAS_BACKEND": "tensorflow",
}


def keep(
    confinement: seal.Confinement,
    channel: socket.socket,
    prepare: Callable[[], None],
    run: Callable[[socket.socket], None],
    probing: bool = False,
) -> None:
    """Be the keeper of a new child; does not return.

    Args:
        confinement: the child's layers, limits and scratch folder.
        channel: the child's one connection; its first frame says which layers hold.
        prepare: what the child does before it is closed in.
        run: what it does then.
        probing: go on with the layers that hold, where a real child refuses.
    """
    code = 1
    try:
        os.setsid()
        kernel.die_with_parent(signal.SIGKILL)
        kernel.adopt_orphans()
        layers = seal.Layers(confinement.layers)
        seal.enter(confinement, layers)
        child = os.fork()
        if child == 0:
            _be_child(confinement, layers, channel, prepare, run, probing)
        signal.signal(signal.SIGTERM, lambda *_: _kill(child))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _close_all_but()
        _, status = os.waitpid(child, 0)
        if "processes" not in layers.held:  # a process namespace ends with its first process
            end_descendants()
        code = os.waitstatus_to_exitcode(status)
        code = 128 - code if code < 0 else min(code, 127)
    finally:
        os._exit(code)


def end_descendants() -> None:
    """Kill what a child left behind."""
    with suppress(ChildProcessError):
        while True:
            for pid in _children_of(os.getpid()):
                _kill(pid)
            os.waitpid(-1, 0)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _children_of(parent: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with (
                suppress(OSError, IndexError, ValueError),
                open(f"/proc/{name}/stat", "rb") as file,
            ):
                if int(file.read().rpartition(b")")[2].split()[1]) == parent:
                    found.append(int(name))
    return found


def _be_child(confinement, layers, channel, prepare, run, probing) -> None:
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        prepare()
        secrets = reach.secret_paths() if probing else []
        _scrub_environment(confinement.folder)
        root = confinement.root
        _close_all_but(channel.fileno(), *([root.mounts] if root else []))
        seal.close_in(confinement, layers)
        missing = {**layers.missing}
        for name in confinement.layers - layers.held - set(missing):
            missing[name] = "not available here"
        hello: dict[str, object] = {"held": sorted(layers.held), "missing": missing}
        if probing:
            by_status = "private root" in layers.held
            hello["reached"] = reach.reached(secrets, by_status)
            hello["readable"] = _can_read_python()
        send(channel, hello)
        if not missing or probing:
            run(channel)
    except BaseException as error:
        with suppress(Exception):
            send(channel, {"refused": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _can_read_python() -> bool:
    """Whether what Python imports late can still be read."""
    try:
        for path in (os.__file__, json.__file__, np.__file__):
            with open(path, "rb") as file:
                file.read(1)
    except OSError:
        return False
    return True


def _scrub_environment(scratch: str) -> None:
    os.environ.clear()
    os.environ.update({name: value or scratch for name, value in KEEP_ENVIRONMENT.items()})
    # The parent may have looked for a place already, and it is out of reach from here.
    tempfile.tempdir = None


def _close_all_but(*kept: int) -> None:
    """Close every descriptor but these; input, output and errors go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    first = 3
    for number in sorted(kept):
        os.closerange(first, number)
        first = max(first, number + 1)
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))
