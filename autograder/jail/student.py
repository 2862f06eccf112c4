"""A student whose code runs in a jailed process; see `autograder.student.Student`."""

from __future__ import annotations

import itertools
import math
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from autograder.jail import wire
from autograder.jail.limits import Limits
from autograder.jail.parents import Child, JailError
from autograder.student import BadValue, Blocked, Crashed, NotWritten, StudentError, TimedOut
from autograder.values import plain

ERRORS = {kind.__name__: kind for kind in (BadValue, Blocked, Crashed, NotWritten)}
MAX_WORDS = 2000
READY_SECONDS = 60.0
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
        cells: (number, source) in the order of running.
        owners: answer name → exercise id.
        modules: what the process imports before it is closed in.
        preamble: imports that stand-ins need.
        stand_ins: answer name → sources of its reference and of what that calls, in order.
    """

    cells: Sequence[tuple[int, str]]
    owners: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    preamble: str = ""
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class JailedStudent:
    """Asks a jailed process, and gets a new one when it dies.

    A question that killed or hung the process is not put a second time, nor is any other to
    the same name; a cell that did is left out of the next process. Cells start with the
    first question.

    Args:
        parent: who makes processes.
        work: the submission's cells and what goes with them.
        limits: bounds on calls, cells and the whole.
    """

    def __init__(self, parent, work: Work, limits: Limits):
        self._parent, self._work, self._limits = parent, work, limits
        self._child: Child | None = None
        self._ids = itertools.count(1)
        self._nonce = secrets.token_hex(8)
        self._over = time.monotonic() + limits.submission_seconds
        self._stand_ins: list[tuple[str, ...]] = []
        self._left_out: set[int] = set()
        self._given_up: dict[str, StudentError] = {}
        self.failures: dict[int, str] = {}

    def value(self, name: str):
        return self._put("value", name, (name,), {})

    def call(self, name: str, *args, tensors: bool = True, **kwargs):
        return self._put("call", name, (name, *args), {"tensors": tensors, **kwargs})

    def probe(self, probe: str, *args, summary: Callable | None = None, **kwargs):
        value = self._put("probe", probe, (probe, *args), kwargs)
        return summary(value) if summary else value

    @contextmanager
    def standing_in(self, replacements: Mapping[str, object]):
        """Let the reference's source stand in for the named answers for a while."""
        names = tuple(replacements)
        self._stand_ins.append(names)
        # What failed because of the replaced answers may well work now.
        before, self._given_up = self._given_up, {}
        try:
            if self._child:
                self._with_process(lambda: self._send_stand_in(names))
            yield self
        finally:
            self._given_up = before | self._given_up
            self._stand_ins.remove(names)
            if self._child and names:
                self._with_process(lambda: self._request({"do": "restore"}, self._call_deadline()))

    def run_cells(self) -> None:
        """Start the process and run the cells, if that has not happened yet."""
        while self._child is None:
            self._begin()

    def close(self) -> None:
        """End the process."""
        if self._child:
            child, self._child = self._child, None
            self._parent.end(child)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _put(self, ask: str, name: str, args: tuple, kwargs: dict):
        if name in self._given_up:
            raise self._given_up[name]
        self.run_cells()
        question = {"do": "ask", "ask": ask, "args": plain(args), "kwargs": plain(kwargs)}
        question["owners"] = dict(self._work.owners)
        try:
            reply = self._request(question, self._call_deadline())
        except _Lost as lost:
            self._given_up[name] = lost.blamed_on(f"`{name}`", self._limits.call_seconds)
            raise self._given_up[name] from None
        return self._value_of(reply, name)

    def _value_of(self, reply: dict, name: str):
        if "error" in reply:
            error = reply["error"]
            if not (isinstance(error, list) and len(error) == 2 and all(map(_is_text, error))):
                raise BadValue(f"`{name}` gave an answer that cannot be read.")
            kind, words = error
            raise ERRORS.get(kind, BadValue)(words[:MAX_WORDS])
        if "value" not in reply:
            raise BadValue(f"`{name}` gave an answer that cannot be read.")
        return reply["value"]

    def _begin(self) -> None:
        """One process, up to the end of its cells or until a cell is the end of it."""
        if time.monotonic() > self._over:
            raise TimedOut(self._too_long())
        self._child = self._parent.fork(self._limits, self._work.modules)
        try:
            hello = wire.receive(self._child.channel, time.monotonic() + READY_SECONDS)
        except (wire.Late, wire.Closed, wire.Malformed) as error:
            hello = {"refused": str(error)}
        if "refused" in hello or hello.get("missing"):
            self.close()
            reason = hello.get("refused") or f"these layers failed: {sorted(hello['missing'])}"
            raise JailError(f"The jail could not be closed, so nothing was run: {reason}")
        for number, source in self._work.cells:
            if number not in self._left_out and not self._run_cell(number, source):
                return
        for names in self._stand_ins:
            if not self._with_process(lambda names=names: self._send_stand_in(names)):
                return

    def _run_cell(self, number: int, source: str) -> bool:
        """Run one cell; False when the process did not survive it."""
        seconds = min(self._limits.cell_seconds, self._seconds_left())
        try:
            order = {"do": "cell", "number": number, "source": source}
            reply = self._request(order, time.monotonic() + seconds)
        except _Lost as lost:
            self._left_out.add(number)
            self.failures[number] = str(lost.blamed_on("the cell", seconds))
            return False
        words = reply.get("value")
        if words is not None or "error" in reply:
            self.failures[number] = str(words or reply.get("error"))[:MAX_WORDS]
        return True

    def _send_stand_in(self, names: tuple[str, ...]) -> None:
        sources = [self._work.preamble]
        for name in names:
            sources += [item for item in self._work.stand_ins[name] if item not in sources]
        order = {"do": "stand_in", "names": list(names), "sources": sources}
        self._request(order, self._call_deadline())

    def _with_process(self, step: Callable[[], object]) -> bool:
        """Take a step; a process that does not survive it is made anew when next needed."""
        try:
            step()
        except _Lost:
            return False
        return True

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
        child, self._child = self._child, None
        # A process that closed its end is about to exit; its own status says more than a kill.
        return self._parent.end(child)

    def _call_deadline(self) -> float:
        return time.monotonic() + min(self._limits.call_seconds, self._seconds_left())

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


def _is_text(item) -> bool:
    return isinstance(item, str)
