"""A student over a live namespace: a notebook's globals, or cells that were run from a file."""

from __future__ import annotations

import copy
import io
import linecache
import logging
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import (
    AbstractContextManager,
    contextmanager,
    nullcontext,
    redirect_stderr,
    redirect_stdout,
)
from itertools import count
from typing import Any

import numpy as np

from autograder.exercise import registry
from autograder.exercise.student import (
    BadValue,
    Blocked,
    Crashed,
    NotWritten,
    StudentError,
    prepare,
)
from autograder.exercise.student_words import (
    explain_crash,
    is_learners,
    is_stub,
    words_blocked,
    words_dots,
    words_missing,
    words_stub,
)
from autograder.exercise.values import NotPlain, plain

NUMBERS = count(1)


class LiveStudent:
    """A student over a live namespace: a notebook's globals, or cells run from a file.

    Args:
        namespace: name → object, where the learner's definitions live. Functions in it
            find each other through it, which is how stand-ins reach them.
        owners: answer name → exercise id, to tell an unwritten answer from a blocked one.
        find_probe: gives the probe of a name; the course's own, unless told otherwise.
        on_patience: called when looking for a cause takes more than a moment.
    """

    seconds_to_explain = 1.5

    def __init__(
        self,
        namespace: MutableMapping,
        owners: Mapping[str, str] | None = None,
        find_probe: Callable[[str], Callable] = registry.probe,
        on_patience: Callable[[], None] = lambda: None,
    ):
        self.namespace = namespace
        self.ask_for_patience = on_patience
        self.owners = owners or {}
        self._find_probe = find_probe

    def value(self, name: str) -> Any:
        return self._answer(lambda: self._lookup(name), lambda: name)

    def call(self, name: str, *args: Any, tensors: bool = True, **kwargs: Any) -> Any:
        function = self._lookup(name)
        if not callable(function):
            raise BadValue(f"`{name}` is a {type(function).__name__}, not a function.")
        # Copies: an answer that works in place must not change what was asked.
        args, kwargs = copy.deepcopy((args, kwargs))
        if tensors:
            args = tuple(map(_as_tensor, args))
            kwargs = {key: _as_tensor(item) for key, item in kwargs.items()}
        return self._answer(lambda: function(*args, **kwargs), lambda: name)

    def probe(self, probe: str, *args: Any, summary: Callable | None = None, **kwargs: Any) -> Any:
        run, answers = self._find_probe(probe), Answers(self)
        args, kwargs = copy.deepcopy((args, kwargs))
        value = self._answer(lambda: run(answers, *args, **kwargs), lambda: answers.asked or probe)
        return summary(value) if summary else value

    def prepare(self, probe: str, *args: Any, times: int) -> None:
        prepare(self, probe, args, times)

    def source_of(self, name: str) -> str:
        answer = self.namespace.get(name)
        code = getattr(answer, "__code__", None)
        if code is None and isinstance(answer, type):
            methods = vars(answer).values()
            code = next((m.__code__ for m in methods if hasattr(m, "__code__")), None)
        if code is None or not is_learners(code.co_filename):
            return ""
        return "".join(linecache.getlines(code.co_filename))

    def cells(self) -> Sequence[tuple[str, str]]:
        # IPython keeps what was run, and `running` likewise.
        return [(text, "") for text in self.namespace.get("In") or () if isinstance(text, str)]

    def workshop(self) -> AbstractContextManager[LiveWorkshop] | None:
        # Elsewhere nothing could stop a version that never ends.
        main = threading.current_thread() is threading.main_thread()
        if not main or not hasattr(signal, "setitimer"):
            return None
        return nullcontext(LiveWorkshop(self.namespace, self.owners, self._find_probe))

    @contextmanager
    def standing_in(self, replacements: Mapping[str, object]) -> Iterator[LiveStudent]:
        """Put other implementations in place of the learner's for a while."""
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
        if self.namespace[name] is ...:
            raise NotWritten(words_dots(name))
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
            if isinstance(error, NotImplementedError) and is_stub(error):
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


class LiveWorkshop(LiveStudent):
    """A copy of a live namespace in which answers can be rewritten."""

    def __init__(self, namespace: Mapping, owners: Mapping[str, str], find_probe: Callable):
        self._globals = dict(namespace)
        super().__init__(self._globals, owners, find_probe)

    def _answer(self, produce, name):
        # What a learner's code prints, it would print a hundred times.
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return super()._answer(produce, name)

    def define(self, source: str) -> None:
        name = f"<tried {next(NUMBERS)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
                warnings.simplefilter("ignore")
                exec(compile(source, name, "exec"), self._globals)
        except Exception as error:
            raise Crashed(explain_crash(error, "the cell")) from None
        finally:
            del linecache.cache[name]


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


def _as_tensor(value):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        import tensorflow as tf

        return tf.constant(value)
    return value
