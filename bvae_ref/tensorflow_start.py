"""How TensorFlow starts in every process of this course: as Keras's backend, and without notices.

Where it is not installed, importing it says how to install it.

On some processors TensorFlow announces what it is built with when it is imported, on descriptor 2
and past every setting ("All log messages before absl::InitializeLog() …"). That costs points where
stderr counts, and is shown to learners elsewhere. So the descriptor is kept back while TensorFlow
is imported; whatever is no such notice is handed on afterwards.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from bvae_ref import supported
from bvae_ref.console import say
from bvae_ref.memory import TENSORFLOW_MB, too_small

BACKEND = "tensorflow"
# Lines of absl's and TensorFlow's logs: information and warnings, and errors about parts that are
# registered twice, which cost nothing.
NOTICE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|[IW]\d{4} \d\d:\d\d:[\d.]+ +\d+ [\w./-]+:\d+\] "
    rb"|E\d{4} \d\d:\d\d:[\d.]+ +\d+ [\w./-]+:\d+\] Unable to register "
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] [\w./-]+:\d+\] "
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: E [\w./-]+:\d+\] Unable to register "
    rb"|To enable the following instructions: "
)
WORDS_MISSING = supported.here() or (
    f"TensorFlow is not installed in this Python ({sys.executable}), and the course needs it: "
    f'"{sys.executable}" -m pip install "beyond-pixels[local]"'
)


def prepare() -> None:
    """Choose Keras's backend and keep notices off, before either is imported.

    Where Keras was imported before on another backend, which cannot be changed any more, one
    sentence says what to do.
    """
    # "Matplotlib is building the font cache", on a slow machine, once in its life.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    # Only level 3 hides what TensorFlow prints at its first operation.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = BACKEND
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietImport())
    if other := other_backend():
        say(words_other_backend(other))


def missing() -> str:
    """What to do where TensorFlow is not installed, in a sentence; else ""."""
    if "tensorflow" in sys.modules:
        return ""
    try:
        found = importlib.util.find_spec("tensorflow")
    except ModuleNotFoundError as error:
        return str(error)
    return "" if found else WORDS_MISSING


def other_backend() -> str:
    """The backend that Keras runs on where it is not TensorFlow, else ""."""
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "backend"):
        return ""
    name = keras.backend.backend()
    return "" if name == BACKEND else name


def words_other_backend(name: str) -> str:
    """What to do about it, in a sentence."""
    return (
        f"Keras runs on {name} in this process, but the course needs it on TensorFlow: restart "
        "(Colab: Runtime, Restart session; JupyterLab: Kernel, Restart), and run the set-up cell "
        "before anything else."
    )


@contextmanager
def notices_kept_back() -> Iterator[None]:
    """Keep descriptor 2 for a while, and hand on what is no notice of TensorFlow's start."""
    try:
        _flush()
        real = os.dup(2)
    except OSError:  # there is no such descriptor, and nobody to be disturbed
        yield
        return
    try:
        with tempfile.TemporaryFile() as kept:
            os.dup2(kept.fileno(), 2)
            try:
                yield
            finally:
                _flush()
                os.dup2(real, 2)
                kept.seek(0)
                _hand_on(kept.read())
    finally:
        os.close(real)


@cache
def start_xla_quietly() -> None:
    """Have XLA compile something small, once in a process, to hear its one notice out of sight."""
    import tensorflow as tf

    with notices_kept_back():
        tf.function(lambda: tf.zeros(()) + 1.0, jit_compile=True)()


def _hand_on(text: bytes) -> None:
    lines = [line for line in text.splitlines(keepends=True) if not NOTICE.match(line)]
    left = b"".join(lines)
    with suppress(OSError):
        while left:
            left = left[os.write(2, left) :]


def _flush() -> None:
    if sys.stderr is not None:
        with suppress(ValueError, OSError):
            sys.stderr.flush()


class _QuietImport(importlib.abc.MetaPathFinder):
    """Finds TensorFlow as it would be found, and has it loaded with notices kept back.

    Where there is none, the error says what to install.
    """

    def __init__(self):
        self._asking = False

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow" or self._asking:
            return None
        self._asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asking = False
        if spec is None:
            raise ModuleNotFoundError(WORDS_MISSING, name=name)
        if spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader, self)
        return spec


class _QuietLoader(importlib.abc.Loader):
    """Loads a module by its own loader, which it has again afterwards."""

    def __init__(self, loader, finder: _QuietImport):
        self.loader, self._finder = loader, finder

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module) -> None:
        if words := too_small(TENSORFLOW_MB):
            raise ImportError(f"TensorFlow is not imported. {words}")
        with suppress(ValueError):
            sys.meta_path.remove(self._finder)
        module.__spec__.loader = module.__loader__ = self.loader
        with notices_kept_back():
            self.loader.exec_module(module)
