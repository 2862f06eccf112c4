"""The judgement: what each exercise asks, how a right answer behaves, and how to say so.

In a notebook: `from autograder import check, hint, solution, progress`.
"""

import os
from importlib import import_module

# Chooses TensorFlow for Keras, and keeps its start-up notices off.
from bvae_ref.tensorflow_start import missing

__all__ = ["attempt", "check", "hint", "predict", "progress", "reveal", "solution"]


# What nbgrader sets while it runs learners' cells itself. The course's own configuration runs none.
UNPROTECTED = (
    "This notebook is being graded in an ordinary kernel, where its code can read and change "
    "whatever the grader's user can, grades and seeds included. The course grades in a jail "
    "instead: grade with `bvae grade`, or with nbgrader in a folder that has the course's "
    "nbgrader_config.py (docs/instructors.md)."
)


def __getattr__(name: str):
    # Late, because the face brings every exercise and its answers along, and the jail
    # needs parts of this package in a process that must know no answers.
    if name in __all__:
        if os.environ.get("NBGRADER_EXECUTION") == "autograde":
            raise RuntimeError(UNPROTECTED)
        if words := missing():
            raise ImportError(words)
        return getattr(import_module("autograder.notebook.face"), name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
