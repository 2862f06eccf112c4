"""TensorFlow starts as Keras's backend and without notices, wherever it is imported.

The notices are forced by a package that stands before the real one, so that this holds on
processors for which TensorFlow prints none.
"""

from __future__ import annotations

import json
import os
import sys

import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, run

from bvae_ref.tensorflow_start import NOTICE

NOTICES = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1764354000.123456    4242 port.cc:153] oneDNN custom operations are on. You may see \
slightly different numerical results due to floating-point round-off errors.
2026-11-28 18:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is \
optimized to use available CPU instructions.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
E0000 00:00:1764354000.123456    4242 cuda_dnn.cc:8579] Unable to register cuDNN factory: \
Attempting to register factory for plugin cuDNN when one has already been registered
"""
TROUBLE = "libcudart.so.12: cannot open shared object file\n"


def saying(words: str) -> str:
    """A module that writes to descriptor 2 when it is imported."""
    return f"import importlib, os, sys\nos.write(2, {words.encode()!r})\n"


ALONE = saying(NOTICES + TROUBLE) + "VALUE = 7\n"
FAILING = saying(NOTICES + TROUBLE) + "raise ImportError('a library is missing')\n"
# Gives way to the real package, as whoever imports it finds out.
REAL = saying(NOTICES) + (
    "here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"
    "sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]\n"
    "del sys.modules['tensorflow']\n"
    "importlib.import_module('tensorflow')\n"
)


@pytest.fixture
def announcing(tmp_path):
    """Run Python or a command where `tensorflow` is this text."""

    def start(text: str, *command: str, **environment: str):
        package = tmp_path / "stand_in" / "tensorflow"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text(text, encoding="utf-8")
        path = os.pathsep.join([str(package.parent), os.environ["PYTHONPATH"]])
        return run(*command, cwd=ROOT, PYTHONPATH=path, **environment)

    return start


@pytest.mark.parametrize("package", ["bvae_ref", "autograder"])
def test_notices_are_left_out_and_everything_else_is_handed_on(announcing, package):
    code = f"import {package}, tensorflow; print(tensorflow.VALUE, tensorflow.__spec__.loader)"
    done = announcing(ALONE, sys.executable, "-c", code)
    assert done.stderr == TROUBLE
    assert done.stdout.startswith("7 <_frozen_importlib_external.SourceFileLoader")


def test_without_the_course_they_are_all_there(announcing):
    done = announcing(ALONE, sys.executable, "-c", "import tensorflow")
    assert done.stderr == NOTICES + TROUBLE


def test_an_import_that_fails_hides_nothing_of_its_reason(announcing):
    done = announcing(FAILING, sys.executable, "-c", "import bvae_ref, tensorflow")
    assert done.returncode == 1 and TROUBLE in done.stderr
    assert done.stderr.endswith("ImportError: a library is missing\n")
    assert "oneDNN" not in done.stderr


def test_a_closed_descriptor_is_no_hindrance(announcing):
    code = "import os; os.close(2); import bvae_ref, tensorflow; print(tensorflow.VALUE)"
    assert announcing("VALUE = 7", sys.executable, "-c", code).stdout == "7\n"


def test_what_is_printed_meanwhile_keeps_its_order(announcing):
    text = ALONE + "print('late', file=sys.stderr)\n"
    code = "import sys, bvae_ref; print('early', file=sys.stderr); import tensorflow"
    assert announcing(text, sys.executable, "-c", code).stderr == f"early\n{TROUBLE}late\n"


@pytest.mark.parametrize(
    "line",
    [
        b"Traceback (most recent call last):",
        b"E0000 00:00:1764354000.123456    4242 gpu.cc:1] out of memory",
        b"2026-11-28 18:00:00.123456: F tensorflow/core/x.cc:1] Check failed",
        b"In line 3 of my cell: WARNING: All log messages before absl::InitializeLog()",
    ],
)
def test_errors_are_no_notices(line):
    assert not NOTICE.match(line)


@pytest.mark.slow
def test_commands_are_silent_where_tensorflow_is_not(announcing, tmp_path):
    options = ("--data", "strokes", "--split", "train[:40]", "--held-out", "test[:8]")
    command = ("bvae", "train", *options, "--epochs", "1", "--hidden", "4", "--no-xla")
    done = announcing(REAL, *command, "--out", str(tmp_path / "run"))
    assert done.returncode == 0 and done.stderr == "", done.stderr


@pytest.mark.slow
def test_a_lessons_set_up_cell_is_silent_where_tensorflow_is_not(announcing, tmp_path):
    lesson = notebook("lessons", 1)
    lesson["cells"] = [cell for cell in lesson["cells"] if grade_id(cell) == "setup"]
    path = tmp_path / "set_up.ipynb"
    path.write_text(json.dumps(lesson), encoding="utf-8")
    done = announcing(REAL, "jupyter", "execute", "--inplace", str(path))
    assert done.returncode == 0, done.stderr[-2000:]
    (cell,) = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cell["outputs"] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_set_up_cell_imports_the_course_before_keras(lesson):
    (cell,) = (c for c in notebook("solutions", lesson)["cells"] if grade_id(c) == "setup")
    lines = "".join(cell["source"]).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("import bvae_ref"))
    later = [
        i for i, line in enumerate(lines) if line.startswith(("import keras", "import tensor"))
    ]
    assert first < min(later)


BACKEND = "import bvae_ref, keras; print(keras.backend.backend())"
CHOSEN = "import bvae_ref, os; print(os.environ['KERAS_BACKEND'])"


@pytest.mark.parametrize("other", ["jax", "torch", "numpy", "openvino"])
def test_keras_is_told_to_run_on_tensorflow_whatever_the_environment_says(other):
    done = run(sys.executable, "-c", CHOSEN, cwd=ROOT, KERAS_BACKEND=other)
    assert (done.stdout, done.stderr) == ("tensorflow\n", "")


@pytest.mark.slow
def test_keras_runs_on_tensorflow_whatever_its_settings_say(tmp_path):
    settings = {"floatx": "float32", "epsilon": 1e-7, "backend": "jax"}
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    done = run(sys.executable, "-c", BACKEND, cwd=ROOT, KERAS_HOME=str(tmp_path), KERAS_BACKEND="")
    assert (done.stdout, done.stderr) == ("tensorflow\n", "")


def test_where_keras_runs_on_another_backend_already_one_sentence_says_what_to_do():
    code = (
        "import sys, types; keras = types.ModuleType('keras')\n"
        "keras.backend = types.SimpleNamespace(backend=lambda: 'jax')\n"
        "sys.modules['keras'] = keras\nimport bvae_ref"
    )
    done = run(sys.executable, "-c", code, cwd=ROOT)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("Keras runs on jax in this process") and "restart" in done.stdout


@pytest.mark.parametrize("first", ["start_xla_quietly()", "pass"])
def test_the_notice_of_xlas_first_compilation_is_heard_out_of_sight(first):
    code = (
        "from bvae_ref.tensorflow_start import start_xla_quietly; import tensorflow as tf\n"
        f"{first}\n"
        "@tf.function(jit_compile=True)\n"
        "def twice(x): return 2 * x\n"
        "print(float(twice(tf.constant(3.0))))"
    )
    done = run(sys.executable, "-c", code, cwd=ROOT, TF_CPP_MIN_LOG_LEVEL="0")
    assert done.stdout.strip().endswith("6.0")
    # Where nothing is done about it, it is there: the test would notice if it came again.
    assert ("Compiled cluster using XLA!" in done.stderr) == (first == "pass")
