"""The judgement: what each exercise asks, how a right answer behaves, and how to say so.

In a notebook: `from autograder import check, hint, solution, progress`.
"""

from importlib import import_module

# Chooses TensorFlow for Keras, and keeps its start-up notices off.
from bvae_ref.tensorflow_start import missing

__all__ = ["attempt", "check", "hint", "predict", "progress", "reveal", "solution"]


def __getattr__(name: str):
    # Late, because the face brings every exercise and its answers along, and the jail
    # needs parts of this package in a process that must know no answers.
    if name in __all__:
        if words := missing():
            raise ImportError(words)
        return getattr(import_module("autograder.notebook.face"), name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
