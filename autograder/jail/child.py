"""The child's side: runs the learner's cells, answers questions with values, and no more.

Whatever a learner's code does to this module happens in its own process. There is nothing
here to steal (no expected value, no seed, no other submission) and nothing to forge but
values, which the judge checks as a stranger's.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import io
import linecache
import marshal
import socket
import sys
import types
from contextlib import redirect_stderr, redirect_stdout

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.student import StudentError
from autograder.exercise.values import plain
from autograder.jail import wire
from autograder.judging import running

HELPERS = ("check", "hint", "solution", "progress", "predict", "reveal", "attempt")


def prepare(modules: tuple[str, ...]) -> None:
    """Import the modules that this submission is given, and close the packages with answers.

    An import of one of their modules that was not handed out gives a placeholder, so that a
    cell which imports more than its answer needs still defines it. Runs before the child is
    closed in; afterwards these files cannot be read.
    """
    for name in modules:
        importlib.import_module(name)
    closed = registry.closed_packages()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in closed:
            _remember_source(module)
    package = sys.modules["autograder"]
    quiet = types.ModuleType("autograder.notebook")
    for name in HELPERS:
        setattr(quiet, name, _does_nothing)
        setattr(package, name, _does_nothing)
    sys.modules["autograder.notebook"] = quiet
    sys.meta_path.insert(0, _Placeholders(closed))


def serve(channel: socket.socket, modules: tuple[str, ...] = ()) -> None:
    """Answer requests until the other end closes; probes are functions in `modules`."""
    driver = _Driver(modules)
    while True:
        try:
            request = wire.receive(channel)
        except wire.Closed:
            return
        reply = {"to": request["id"], **driver.answer(request)}
        try:
            wire.send(channel, reply)
        except wire.Malformed as error:
            refusal = ["BadValue", f"The answer cannot be passed on: {error}."]
            wire.send(channel, {"to": request["id"], "error": refusal})


class _Driver:
    """The submission's `__main__`, and what can be asked of it."""

    def __init__(self, modules: tuple[str, ...]):
        self.module = types.ModuleType("__main__")
        self.module.__dict__["get_ipython"] = lambda: None
        sys.modules["__main__"] = self.module
        self.student = LiveStudent(
            self.module.__dict__,
            find_probe=lambda name: registry.find_probe(name.rpartition(".")[2], modules),
        )

    def answer(self, request: dict) -> dict:
        """The reply to one request: {"value": …} or {"error": [kind, words]}."""
        try:
            with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()):
                return {"value": getattr(self, "do_" + request["do"])(request)}
        except StudentError as error:
            return {"error": [type(error).__name__, str(error)]}
        except BaseException as error:
            return {"error": ["Crashed", f"{type(error).__name__}: {error}"]}

    def do_cell(self, request: dict):
        """Run one cell; the error it stopped with, in words, or None."""
        try:
            running.run_cell(request["source"], request["name"], self.module)
        except BaseException as error:
            return f"{type(error).__name__}: {error}"[:2000]

    def do_ask(self, request: dict):
        """Put one question of the student protocol."""
        self.student.owners = request["owners"]
        ask = getattr(self.student, {"value": "value", "call": "call"}.get(request["ask"], "probe"))
        return plain(ask(*request["args"], **request["kwargs"]))

    def do_stand_in(self, request: dict):
        """Put other implementations, given as compiled code, in place of the learner's for
        good: a process that is given stand-ins answers no other questions."""
        module = types.ModuleType("stand_ins")
        for program in request["programs"]:
            exec(marshal.loads(program.tobytes()), module.__dict__)
        found = {name: module.__dict__[name] for name in request["names"]}
        self.student.namespace.update(found)


class _Nowhere(io.TextIOBase):
    """Takes text and keeps none of it."""

    def write(self, text) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


def _does_nothing(*args, **kwargs):
    """Stands for check, hint and the others, which have no part in a graded run."""


def _remember_source(module: types.ModuleType) -> None:
    """Keep a module's source lines, which TensorFlow's AutoGraph reads when it compiles."""
    path = getattr(module, "__file__", None)
    if path and (lines := linecache.getlines(path)):
        # An entry without a time is never checked against the file, as in running.run_cell.
        linecache.cache[path] = (sum(map(len, lines)), None, lines, path)


class _Placeholders(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a placeholder for every module of closed packages that was not handed out."""

    def __init__(self, closed: tuple[str, ...]):
        self.closed = closed

    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] not in self.closed:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def exec_module(self, module) -> None:
        module.__getattr__ = lambda name: _Absent(f"{module.__name__}.{name}", name)


class _Absent:
    """Something of the course that a graded run does not have; every use says so."""

    def __init__(self, path: str, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__["path"] = path

    def __call__(self, *args, **kwargs):
        raise ImportError(f"{self.path} is not available where answers are graded.")

    def __getattr__(self, name: str):
        return _Absent(f"{self.path}.{name}", name)
