"""Installations that lack a part: one sentence says what to install, or nothing is missed."""

from __future__ import annotations

import os
import sys

import pytest
from coursework import ROOT, path_of, run
from machines import without_packages

from bvae_ref import tensorflow_start
from bvae_ref.cli import main

INLINE = "module://matplotlib_inline.backend_inline"
SOLVED = str(path_of("solutions", 1))


@pytest.mark.parametrize(
    "words",
    [
        ["train", "--data", "strokes"],
        ["morph"],
        ["figures"],
        ["check", SOLVED],
        ["grade", SOLVED, "-o", "graded"],
        ["doctor"],
        ["proof", "--only", "1.1", "--short"],
    ],
    ids=lambda words: words[0],
)
def test_without_tensorflow_a_command_says_what_to_install(words, tmp_path):
    python = without_packages("tensorflow")
    if words[0] in ("grade", "doctor"):
        # Their warm parent is another process.
        package = tmp_path / "none" / "tensorflow"
        package.mkdir(parents=True)
        absent = "raise ModuleNotFoundError(bvae_ref.tensorflow_start.WORDS_MISSING)"
        (package / "__init__.py").write_text(f"import bvae_ref\n{absent}\n", encoding="utf-8")
        python = [sys.executable, "-m"]
        path = os.pathsep.join([str(package.parent), os.environ["PYTHONPATH"]])
        done = run(*python, "bvae_ref.cli", *words, cwd=tmp_path, PYTHONPATH=path)
    else:
        done = run(*python, "bvae_ref.cli", *words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert done.stderr.startswith(f"bvae {words[0]}: ") and done.stderr.count("\n") == 1
    assert 'pip install "beyond-pixels[local]"' in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["start", "here", "--copy-only"]])
def test_what_needs_no_tensorflow_works_without_it(words, tmp_path):
    done = run(*without_packages("tensorflow"), "bvae_ref.cli", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", ["from autograder import check", "import bvae_ref, tensorflow"])
def test_without_tensorflow_an_import_ends_with_what_to_install(line, tmp_path):
    (tmp_path / "script.py").write_text(line, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = run(*without_packages("tensorflow"), "script", cwd=tmp_path, PYTHONPATH=path)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and last.endswith(tensorflow_start.WORDS_MISSING)
    assert "keras" not in done.stderr


def test_asking_whether_tensorflow_is_there_leaves_its_import_quiet():
    code = (
        "import bvae_ref, importlib.util, sys; assert importlib.util.find_spec('tensorflow')\n"
        "print(sum(type(finder).__name__ == '_QuietImport' for finder in sys.meta_path))"
    )
    assert run(sys.executable, "-c", code, cwd=ROOT).stdout == "1\n"


@pytest.mark.parametrize(
    ("chosen", "kept"), [("module://no_such.backend", "agg"), ("module://", "agg"), ("svg", "svg")]
)
def test_a_backend_that_is_not_installed_is_dropped(chosen, kept):
    code = "import bvae_ref, matplotlib, os; print(os.environ['MPLBACKEND'])"
    done = run(sys.executable, "-c", code, cwd=ROOT, MPLBACKEND=chosen)
    assert (done.stdout, done.stderr) == (f"{kept}\n", "")


def test_the_inline_backend_is_dropped_where_ipython_is_missing(tmp_path):
    """deeptools/deepTools#1416: commands died of the backend that a Jupyter terminal hands on."""
    (tmp_path / "script.py").write_text(
        "import bvae_ref, os; print(os.environ['MPLBACKEND'])", encoding="utf-8"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    for absent, kept in (("matplotlib_inline", "agg"), ("no_such", INLINE)):
        python = without_packages(absent)
        done = run(*python, "script", cwd=tmp_path, PYTHONPATH=path, MPLBACKEND=INLINE)
        assert (done.stdout, done.stderr) == (f"{kept}\n", "")


@pytest.mark.parametrize(
    ("words", "kept"),
    [(["check", "none.ipynb"], "agg"), (["start", "--lesson", "99"], INLINE)],
)
def test_commands_draw_into_files_and_jupyterlabs_kernels_into_notebooks(words, kept, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", INLINE)
    assert main(words) == 2
    assert os.environ["MPLBACKEND"] == kept
