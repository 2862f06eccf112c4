"""Placeholders: Keras' symbolic tensors, and those of tf.function."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

PLACEHOLDER = (
    "While Keras or TensorFlow traces a function, a tensor is a placeholder without numbers. "
)

PLACEHOLDERS: tuple[Cause, ...] = (
    Cause(
        "TypeError",
        r"not '(?:Symbolic|Keras)Tensor'",
        "In a compiled step a tensor has no number yet, so `float(…)`, `int(…)` and functions of "
        "`math` or NumPy cannot work on it. Keep to TensorFlow; `tf.print` shows values.",
    ),
    Cause(
        "ValueError",
        "KerasTensor cannot be used as input to a TensorFlow function",
        "What `keras.Input` gives is a placeholder, and functions of `tf` do not take it. Look "
        "for a layer of `keras.layers` or a function of `keras.ops` that does the same.",
    ),
    Cause(
        "",
        "KerasTensor is symbolic|symbolic tf.Tensor .*to a numpy array",
        PLACEHOLDER + "NumPy cannot work on it: stay with the operations of `keras` or `tf`.",
    ),
    Cause(
        "AttributeError",
        r"'(?:Keras|Symbolic)Tensor' object has no attribute 'numpy'",
        PLACEHOLDER + "`.numpy()` works only on a tensor that has its numbers already.",
    ),
    Cause(
        "",
        "symbolic `tf.Tensor` as a Python `bool`",
        PLACEHOLDER + "Python's `if`, `and` and `or` cannot ask for its truth value; `tf.where` "
        "and `tf.cond` can choose.",
    ),
    Cause(
        "",
        "Iterating over a symbolic `tf.Tensor`",
        PLACEHOLDER + "Python cannot loop over it; look for one operation on the whole tensor.",
    ),
    Cause(
        "ValueError",
        "All `outputs` values must be KerasTensors",
        "The outputs of `keras.Model` have to come from calling layers on its `keras.Input`. Is a "
        "layer named without being called on something?",
    ),
    Cause(
        "ValueError",
        "is not connected to `inputs`",
        "There is no unbroken way from the inputs to this output. Follow each line: is every layer "
        "called on what the line before it made?",
    ),
)
