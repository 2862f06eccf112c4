"""The `Student` protocol: something that answers calls with plain values.

Tests talk to learners' code only through it, so they cannot tell (and need not know)
whether the code lives in this notebook or in another process.
"""

from __future__ import annotations

import copy
import importlib
import logging
import re
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from autograder.expect import Mismatch
from autograder.values import NotPlain, described, kind, plain, same, shortened

# Colours, and what TensorFlow says of its own insides around a message.
NOISE = re.compile(r"\x1b?\[[0-9;]*m|\{\{function_node [^}]*\}\}|\[Op:\w+\]( name:.*)?")


class Student(Protocol):
    """Answers for a learner. Every method returns plain values or raises a `StudentError`."""

    def value(self, name: str):
        """The plain value of a variable."""

    def call(self, name: str, *args, tensors: bool = True, **kwargs):
        """Call a function; float arrays arrive as TensorFlow tensors unless `tensors=False`."""

    def probe(self, probe: str, *args, summary: Callable | None = None, **kwargs):
        """Run the probe "lesson_N.name" of `autograder.probes` beside the learner's code.

        `summary` turns what comes back into what the test and the diagnosis look at. It runs
        on the judge's side, so its facts cannot be claimed, only earned; what comes back can
        be anything plain, and a summary raises `Mismatch` for what it cannot read.
        """


class StudentError(Exception):
    """Something on the learner's side kept an answer from arriving; `str()` is for people."""


class GraderFault(RuntimeError):
    """The grader's side failed: nothing can be asked, and the learner answers for none of it."""


class NotWritten(StudentError):
    """The answer is missing or is still the stub."""


class Blocked(StudentError):
    """The answer calls another exercise's answer that is not written yet."""


class Crashed(StudentError):
    """The learner's code raised; the message holds the error and the line in their cell."""


class TimedOut(StudentError):
    """The learner's code did not finish in the time allowed."""


class BadValue(StudentError):
    """The learner's code returned something that is not an array, a number or a string."""


class LiveStudent:
    """A student over a live namespace: a notebook's globals, or cells run from a file.

    Args:
        namespace: name → object, where the learner's definitions live. Functions in it
            find each other through it, which is how stand-ins reach them.
        owners: answer name → exercise id, to tell an unwritten answer from a blocked one.
    """

    def __init__(self, namespace: MutableMapping, owners: Mapping[str, str] | None = None):
        self.namespace = namespace
        self.owners = owners or {}

    def value(self, name: str):
        return self._answer(lambda: self._lookup(name), lambda: name)

    def call(self, name: str, *args, tensors: bool = True, **kwargs):
        function = self._lookup(name)
        if not callable(function):
            raise BadValue(f"`{name}` is a {type(function).__name__}, not a function.")
        # Copies: an answer that works in place must not change what was asked.
        args, kwargs = copy.deepcopy((args, kwargs))
        if tensors:
            args = tuple(map(_as_tensor, args))
            kwargs = {key: _as_tensor(item) for key, item in kwargs.items()}
        return self._answer(lambda: function(*args, **kwargs), lambda: name)

    def probe(self, probe: str, *args, summary: Callable | None = None, **kwargs):
        module, _, function = probe.rpartition(".")
        run = getattr(importlib.import_module(f"autograder.probes.{module}"), function)
        answers = Answers(self)
        args, kwargs = copy.deepcopy((args, kwargs))
        value = self._answer(lambda: run(answers, *args, **kwargs), lambda: answers.asked or probe)
        return summary(value) if summary else value

    @contextmanager
    def standing_in(self, replacements: Mapping[str, object]):
        """Put other implementations in the place of the learner's for a while."""
        missing = object()
        before = {name: self.namespace.get(name, missing) for name in replacements}
        self.namespace.update(replacements)
        try:
            yield self
        finally:
            for name, item in before.items():
                if item is missing:
                    self.namespace.pop(name, None)
                else:
                    self.namespace[name] = item

    def _lookup(self, name: str):
        if name not in self.namespace:
            raise NotWritten(words_missing(name))
        return self.namespace[name]

    def _answer(self, produce, name):
        """The plain value that `produce()` returns; `name()` says whose answer it was."""
        try:
            # nbgrader scores a test cell with anything on stderr 0; a warning is no mistake.
            with warnings.catch_warnings(), np.errstate(all="ignore"), _quiet_tensorflow():
                warnings.simplefilter("ignore")
                value = produce()
        except StudentError:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() in an answer must not end the judge
            if isinstance(error, NotImplementedError) and _is_stub(error):
                raise self._unwritten(error, name()) from None
            raise Crashed(explain_crash(error, name())) from None
        try:
            return plain(value)
        except NotPlain as error:
            raise BadValue(f"`{name()}` gave {error}.") from None
        except Exception as error:  # an object with a `numpy` method of its own
            kind = type(value).__name__
            raise BadValue(f"`{name()}` gave a {kind} that cannot be read: {error}.") from None

    def _unwritten(self, error: NotImplementedError, name: str) -> StudentError:
        """Tell "the stub of this answer" from "this answer calls another one's stub"."""
        called = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        innermost = next((item for item in reversed(called) if item in self.owners), name)
        if (
            innermost != name
            and name in self.owners
            and self.owners[innermost] != self.owners[name]
        ):
            return Blocked(words_blocked(name, innermost, self.owners[innermost]))
        return NotWritten(words_stub(innermost))


class Answers:
    """What a probe sees: the learner's objects by name, as attributes.

    `asked` is the name asked for last, which an error is blamed on.
    """

    def __init__(self, student: LiveStudent):
        self._student = student
        self.asked = ""

    def __getattr__(self, name: str):
        self.asked = name
        return self._student._lookup(name)


class RecordingStudent:
    """Passes everything on and remembers it, so that a diagnosis can replay it.

    Attributes:
        record: (method, arguments, keyword arguments, answer or error) of every question.
        seconds: how long each answer took.
    """

    def __init__(self, student):
        self.student = student
        self.record: list[tuple[str, tuple, dict, object]] = []
        self.seconds: list[float] = []

    def value(self, name: str):
        return self._keep("value", (name,), {})

    def call(self, name: str, *args, **kwargs):
        return self._keep("call", (name, *args), kwargs)

    def probe(self, probe: str, *args, **kwargs):
        return self._keep("probe", (probe, *args), kwargs)

    def _keep(self, method: str, args: tuple, kwargs: dict):
        start = time.perf_counter()
        try:
            result = getattr(self.student, method)(*args, **kwargs)
        except (StudentError, Mismatch) as error:
            self.record.append((method, args, kwargs, error))
            raise
        else:
            self.record.append((method, args, kwargs, result))
            return result
        finally:
            self.seconds.append(time.perf_counter() - start)

    def matches(self, other, rtol: float, atol: float, same_types: bool = False) -> bool:
        """Whether `other` answers every recorded question as this student did; see `agrees`."""
        return self.agrees(self.answers_of(other), rtol, atol, same_types)

    def agrees(self, answers: Iterable, rtol: float, atol: float, same_types: bool = False) -> bool:
        """Whether these answers to the recorded questions are this student's.

        Answers are taken one by one, up to the first that differs.
        """
        compared = zip(range(len(self.record)), answers, strict=False)
        return bool(self.record) and all(
            self.agrees_at(place, answer, rtol, atol, same_types) for place, answer in compared
        )

    def agrees_at(self, place: int, answer, rtol: float, atol: float, same_types=False) -> bool:
        """Whether an answer to one recorded question is this student's.

        Plain variables must agree in type too (7.0 is not 7), other answers only on request.
        """
        method, *_, result = self.record[place]
        if isinstance(result, Exception) or isinstance(answer, Exception):
            # An answer that cannot be read is like another that is refused in the same words.
            unread = isinstance(answer, (BadValue, Mismatch))
            return unread and type(answer) is type(result) and str(answer) == str(result)
        typed = same_types or method == "value"
        return same(answer, result, rtol, atol) and (not typed or kind(answer) == kind(result))

    def answers_of(self, other) -> Iterator:
        """What `other` says to every recorded question in turn; an exception where it raises."""
        return (self.ask(place, other) for place in range(len(self.record)))

    def ask(self, place: int, other):
        """Put one recorded question to `other`; its answer, or the exception it raises."""
        method, args, kwargs, _ = self.record[place]
        try:
            return getattr(other, method)(*args, **kwargs)
        except (StudentError, Mismatch) as error:
            return error

    def last_call(self) -> str:
        """The last question as a line of code, with arrays in words; "" when there was none."""
        if not self.record:
            return ""
        method, (name, *args), kwargs, _ = self.record[-1]
        if method != "call":
            return ""
        shown = [described(item) for item in args]
        shown += [f"{key}={described(item)}" for key, item in kwargs.items() if key != "tensors"]
        return f"`{name}({', '.join(shown)})`"


@contextmanager
def _quiet_tensorflow():
    """Keep TensorFlow's advice (of retracing, say) from stderr, where it would cost points."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def words_missing(name: str) -> str:
    """What is said of an answer that is not there."""
    return (
        f"There is no `{name}` yet. Has its cell been run? After a restart every cell above has "
        "to run again."
    )


def words_stub(name: str) -> str:
    """What is said of an answer that is still the stub."""
    return f"`{name}` still raises NotImplementedError: it is not written yet."


def words_blocked(name: str, other: str, exercise: str) -> str:
    """What is said of an answer that calls another one's stub."""
    return f"`{name}` calls `{other}` of exercise {exercise}, which is not written yet."


def explain_crash(error: BaseException, name: str) -> str:
    """An exception in words: its type, its message and the learner's own line that led there."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.line for frame in frames if _is_learners(frame.filename) and frame.line]
    message = shortened(" ".join(NOISE.sub("", str(error)).split()), 400)
    where = f" in the line `{own[-1]}`" if own else ""
    # A line that calls another function of the learner's leads to the one that raised.
    if len(own) > 1 and own[-2] != own[-1]:
        where += f", called by `{own[-2]}`"
    return f"`{name}` stopped with {type(error).__name__}{where}: {message}"


def _is_stub(error: NotImplementedError) -> bool:
    """Tell a stub's bare error, also as AutoGraph retells it, from one that a library explains."""
    words = str(error).strip()
    if words.startswith("in user code:"):
        return words.endswith("NotImplementedError:")
    raised_in = traceback.extract_tb(error.__traceback__)[-1].filename
    return not words or "site-packages" not in raised_in


def _is_learners(filename: str) -> bool:
    """Cells compile under names such as <cell 4>, <ipython-input-…> or a ipykernel temp file."""
    return filename.startswith("<") or ("ipykernel" in filename and "site-packages" not in filename)


def _as_tensor(value):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        import tensorflow as tf

        return tf.constant(value)
    return value
