"""A student whose code runs in a jailed process; see `autograder.exercise.student.Student`."""

from __future__ import annotations

import ast
import itertools
import marshal
import math
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from autograder.exercise.student import (
    BadValue,
    Blocked,
    Crashed,
    NotWritten,
    StudentError,
    TimedOut,
    prepare,
)
from autograder.exercise.student_words import words_blocked, words_missing, words_stub
from autograder.exercise.values import plain
from autograder.jail import wire
from autograder.jail.limits import Limits
from autograder.jail.parents import Child, JailError, Parent

ERRORS = {kind.__name__: kind for kind in (BadValue, Blocked, Crashed, NotWritten)}
UNWRITTEN = (NotWritten.__name__, Blocked.__name__)
MAX_WORDS = 2000
# For one call of a version that may mend an answer.
TRY_SECONDS = 2.0
# What is said of an error beside a reference where the process without one has no such error.
BESIDE_A_REFERENCE = {
    NotWritten: "is not written yet.",
    Blocked: "calls an answer that is not written yet.",
    BadValue: "gave an answer that cannot be read, when it ran with the reference in place of "
    "what it builds on, which does not pass.",
    Crashed: "stopped with an error when it ran with the reference in place of what it builds "
    "on, which does not pass.",
}
READY_SECONDS = 60.0
MOST_PATIENCE = 3.0
ENDINGS = {
    "signal 9": "it was killed, as happens when memory or processor time runs out",
    "signal 11": "it crashed inside a library (segmentation fault)",
    "signal 6": "it was aborted, as happens when memory runs out inside a library",
    "signal 24": "it used up its processor time",
    "signal 25": "it wrote too much",
}


@dataclass(frozen=True)
class Work:
    """What a submission brings to the jail, all of it text.

    Attributes:
        cells: (name, source) in the order of running; tracebacks call a cell by its name.
        owners: answer name → exercise id.
        modules: what the process imports before it is closed in.
        preamble: imports that stand-ins need.
        stand_ins: answer name → sources of its reference and of what that calls, in order.
    """

    cells: Sequence[tuple[str, str]]
    owners: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    preamble: str = ""
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class JailedStudent:
    """Asks a jailed process, and gets a new one when it dies.

    A question that killed or hung the process is not put a second time, nor is any other to
    the same name; a cell that did is left out of the next process. Cells start with the
    first question. What stands in is only ever sent to a process of its own, so that nothing
    of it can serve an answer that is judged without it.

    Args:
        parent: who makes processes.
        work: the submission's cells and what goes with them.
        limits: bounds on calls, cells and the whole.
    """

    seconds_to_explain = 5.0

    def __init__(self, parent: Parent, work: Work, limits: Limits):
        self._parent, self._work, self._limits = parent, work, limits
        # By what stands in: the process that is asked then.
        self._children: dict[tuple, Child] = {}
        self._ids = itertools.count(1)
        self._nonce = secrets.token_hex(8)
        self._over = time.monotonic() + limits.submission_seconds
        self._stand_ins: list[tuple[str, ...]] = []
        self._left_out: set[int] = set()
        self._given_up: dict[str, StudentError] = {}
        self._refused: dict[tuple, StudentError] = {}
        self._own_words = _words_of_the_unwritten(work.owners)
        self.failures: dict[str, str] = {}

    def value(self, name: str) -> Any:
        return self._put("value", name, (name,), {})

    def call(self, name: str, *args: Any, tensors: bool = True, **kwargs: Any) -> Any:
        return self._put("call", name, (name, *args), {"tensors": tensors, **kwargs})

    def probe(self, probe: str, *args: Any, summary: Callable | None = None, **kwargs: Any) -> Any:
        value = self._put("probe", probe, (probe, *args), kwargs)
        return summary(value) if summary else value

    def prepare(self, probe: str, *args: Any, times: int) -> None:
        prepare(self, probe, args, times)

    def source_of(self, name: str) -> str:
        found = [source for _, source in self._work.cells if name in _defined_in(source)]
        return found[-1] if found else ""

    def cells(self) -> Sequence[tuple[str, str]]:
        return [(source, self.failures.get(cell, "")) for cell, source in self._work.cells]

    def ask_for_patience(self) -> None:
        """Nobody waits."""

    @contextmanager
    def workshop(self) -> Iterator[JailedWorkshop]:
        seconds = min(self._seconds_left(), 4 * self.seconds_to_explain)
        limits = replace(
            self._limits, call_seconds=TRY_SECONDS, cell_seconds=seconds, submission_seconds=seconds
        )
        other = JailedWorkshop(self._parent, self._work, limits)
        other._stand_ins += self._stand_ins
        try:
            yield other
        finally:
            other.close()

    @contextmanager
    def standing_in(self, replacements: Mapping[str, object]) -> Iterator[JailedStudent]:
        """Let the reference's source stand in for the named answers for a while.

        A process of its own answers meanwhile; the one from before goes on afterwards.
        """
        # What failed because of the replaced answers may well work now.
        before, self._given_up = self._given_up, {}
        self._stand_ins.append(tuple(replacements))
        try:
            yield self
        finally:
            self._stand_ins.pop()
            self._given_up = before | self._given_up

    def afresh(self) -> None:
        """Have new processes answer from now on, which know nothing of earlier questions.

        What took too long stays given up.
        """
        self.close()
        self._given_up = _late_ones(self._given_up)
        self._refused = _late_ones(self._refused)

    def run_cells(self) -> None:
        """Start the process and run the cells, if that has not happened yet."""
        while tuple(self._stand_ins) not in self._children:
            self._begin()

    def close(self) -> None:
        """End the processes."""
        while self._children:
            self._parent.end(self._children.popitem()[1])

    @property
    def _child(self) -> Child:
        """The process that is asked while this stands in."""
        return self._children[tuple(self._stand_ins)]

    def __enter__(self) -> JailedStudent:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _put(self, ask: str, name: str, args: tuple, kwargs: dict):
        if name in self._given_up:
            raise self._given_up[name]
        if tuple(self._stand_ins) in self._refused:
            raise self._refused[tuple(self._stand_ins)]
        self.run_cells()
        question = {"do": "ask", "ask": ask, "args": plain(args), "kwargs": plain(kwargs)}
        question["owners"] = dict(self._work.owners)
        try:
            reply = self._request(question, self._call_deadline())
        except _Lost as lost:
            # No learner knows the name of a probe.
            what = "Your answer" if ask == "probe" else f"`{name}`"
            self._given_up[name] = lost.blamed_on(what, self._limits.call_seconds)
            raise self._given_up[name] from None
        try:
            return self._value_of(reply, name)
        except StudentError as error:
            if not self._stand_ins:
                raise
            raise self._without_stand_ins(error, ask, name, args, kwargs) from None

    def _without_stand_ins(
        self, error: StudentError, ask: str, name: str, args: tuple, kwargs: dict
    ) -> StudentError:
        """The error of a process that holds a reference, in words of one that holds none."""
        stand_ins, self._stand_ins = self._stand_ins, []
        given_up = dict(self._given_up)  # with the reference the same name may well answer
        try:
            self._put(ask, name, args, kwargs)
        except StudentError as other:
            if type(other) is type(error):
                return other
        finally:
            self._stand_ins, self._given_up = stand_ins, given_up
        return type(error)(f"`{name}` {BESIDE_A_REFERENCE[type(error)]}")

    def _value_of(self, reply: dict, name: str):
        if "error" in reply:
            error = reply["error"]
            if not (isinstance(error, list) and len(error) == 2 and all(map(_is_text, error))):
                raise BadValue(f"`{name}` gave an answer that cannot be read.")
            kind, words = error
            known = self._own_words | {words_missing(name), words_stub(name)}
            if kind in UNWRITTEN and words not in known:
                # Shown as it is (see `hidden.py`), so it may not carry anything out.
                words = f"`{name}` is not written yet."
            raise ERRORS.get(kind, BadValue)(words[:MAX_WORDS])
        if "value" not in reply:
            raise BadValue(f"`{name}` gave an answer that cannot be read.")
        return reply["value"]

    def _begin(self) -> None:
        """One process, up to the end of its cells or until a cell is the end of it."""
        if time.monotonic() > self._over:
            raise TimedOut(self._too_long())
        child = self._parent.fork(self._limits, self._work.modules)
        self._children[tuple(self._stand_ins)] = child
        try:
            hello = wire.receive(child.channel, time.monotonic() + READY_SECONDS)
        except (wire.Late, wire.Closed, wire.Malformed) as error:
            hello = {"refused": str(error)}
        if "refused" in hello or hello.get("missing"):
            self.close()
            reason = hello.get("refused") or f"these layers failed: {sorted(hello['missing'])}"
            raise JailError(f"The jail could not be closed, so nothing was run: {reason}")
        for place, (name, source) in enumerate(self._work.cells):
            if place not in self._left_out and not self._run_cell(place, name, source):
                return
        for names in self._stand_ins:
            self._send_stand_in(names)

    def _run_cell(self, place: int, name: str, source: str) -> bool:
        """Run one cell; False when the process did not survive it."""
        seconds = min(patience() * self._limits.cell_seconds, self._seconds_left())
        try:
            order = {"do": "cell", "name": name, "source": source}
            reply = self._request(order, time.monotonic() + seconds)
        except _Lost as lost:
            self._left_out.add(place)
            # Not the seconds that were waited: they hang on what else runs.
            self.failures[name] = str(lost.blamed_on("the cell", self._limits.cell_seconds))
            return False
        words = reply["error"] if "error" in reply else reply.get("value", "it cannot be read")
        if words is not None:
            self.failures[name] = str(words)[:MAX_WORDS]
        return True

    def _send_stand_in(self, names: tuple[str, ...]) -> None:
        sources = [self._work.preamble]
        for name in names:
            sources += [item for item in self._work.stand_ins[name] if item not in sources]
        # Compiled, without its text: what a process does not have it cannot tell.
        programs = [np.frombuffer(_compiled(source), np.uint8) for source in sources]
        order = {"do": "stand_in", "names": list(names), "programs": programs}
        try:
            self._request(order, self._call_deadline())
        except _Lost as lost:
            what = "the process, when it was given the reference of what does not pass,"
            error = lost.blamed_on(what, self._limits.call_seconds)
            self._refused[tuple(self._stand_ins)] = error
            raise error from None

    def _request(self, order: dict, deadline: float) -> dict:
        """Send an order and return the reply to it.

        Raises:
            _Lost: the process is gone, late, or answers with something else; it is ended.
        """
        mark = f"{self._nonce}-{next(self._ids)}"
        try:
            wire.send(self._child.channel, {"id": mark, **order}, deadline)
            most = int(self._limits.answer_mb * 2**20)
            reply = wire.receive(self._child.channel, deadline, max_body=most)
        except wire.Late:
            self._end()
            raise _Lost(late=True) from None
        except wire.Closed:
            raise _Lost(ended=self._end()) from None
        except wire.Malformed as error:
            self._end()
            raise _Lost(malformed=str(error)) from None
        if not isinstance(reply, dict) or reply.get("to") != mark:
            self._end()
            raise _Lost(malformed="an answer to no question that was asked")
        return reply

    def _end(self) -> str:
        child = self._children.pop(tuple(self._stand_ins))
        # A process that closed its end is about to exit; its own status says more than a kill.
        return self._parent.end(child)

    def _call_deadline(self) -> float:
        seconds = patience() * self._limits.call_seconds
        return time.monotonic() + min(seconds, self._seconds_left())

    def _seconds_left(self) -> float:
        left = self._over - time.monotonic()
        if left <= 0:
            raise TimedOut(self._too_long())
        return left

    def _too_long(self) -> str:
        return (
            f"The submission took longer than {self._limits.submission_seconds:g} s in all, and "
            "was stopped before this was tried."
        )


class JailedWorkshop(JailedStudent):
    """A process of its own in which answers can be written anew."""

    def define(self, source: str) -> None:
        self.run_cells()
        order = {"do": "cell", "name": f"tried {next(self._ids)}", "source": source}
        try:
            reply = self._request(order, self._call_deadline())
        except _Lost as lost:
            raise lost.blamed_on("the cell", self._limits.call_seconds) from None
        # What an earlier version was given up for says nothing of this one.
        self._given_up.clear()
        if reply.get("value", "") is not None:
            raise Crashed(str(reply.get("value"))[:MAX_WORDS])


class _Lost(Exception):
    """The process is gone: it was late, it ended, or it answered with something malformed."""

    def __init__(self, late: bool = False, ended: str = "", malformed: str = ""):
        super().__init__(malformed or ended or "late")
        self.late, self.ended, self.malformed = late, ended, malformed

    def blamed_on(self, what: str, seconds: float) -> StudentError:
        """The error to tell the learner."""
        if self.late:
            return TimedOut(
                f"{what} did not finish within {math.ceil(seconds)} s, and was stopped."
            )
        if self.malformed:
            return BadValue(f"{what} gave an answer that cannot be read: {self.malformed}.")
        how = ENDINGS.get(self.ended, f"it ended by itself ({self.ended})")
        return Crashed(f"{what} ended the process that ran it: {how}.")


def patience() -> float:
    """How many times its limit a call may take: a limit in seconds is one on a quiet machine.

    With twice as many processes as processors every one of them takes twice as long.
    """
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 1.0
    return min(max(1.0, load / (os.cpu_count() or 1)), MOST_PATIENCE)


@cache
def _defined_in(source: str) -> frozenset[str]:
    """Functions and classes that a cell defines."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in body if isinstance(node, kinds))


@cache
def _compiled(source: str) -> bytes:
    """A stand-in's code for a process of the same Python, without documentation."""
    return marshal.dumps(compile(source, "<stand-in>", "exec", optimize=2))


def _words_of_the_unwritten(owners: Mapping[str, str]) -> frozenset[str]:
    """All that a process can have to say of answers that are not written."""
    blocked = {
        words_blocked(name, other, exercise)
        for other, exercise in owners.items()
        for name in owners
    }
    missing = {words(name) for words in (words_missing, words_stub) for name in owners}
    return frozenset(missing | blocked)


def _late_ones(errors: dict) -> dict:
    return {key: error for key, error in errors.items() if isinstance(error, TimedOut)}


def _is_text(item) -> bool:
    return isinstance(item, str)
