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
        "In a compiled step a tensor has no number yet, so `float(…)`, `int(…)` and functions "
        "from `math` or NumPy cannot work on it. Use only TensorFlow; `tf.print` shows values.",
    ),
    Cause(
        "ValueError",
        "KerasTensor cannot be used as input to a TensorFlow function",
        "`keras.Input` returns a placeholder, and functions of `tf` do not accept it. Look for a "
        "layer in `keras.layers` or a function in `keras.ops` that does the same.",
    ),
    Cause(
        "",
        "KerasTensor is symbolic|symbolic tf.Tensor .*to a numpy array",
        PLACEHOLDER + "NumPy cannot work on it: use the operations of `keras` or `tf`.",
    ),
    Cause(
        "AttributeError",
        r"'(?:Keras|Symbolic)Tensor' object has no attribute 'numpy'",
        PLACEHOLDER + "`.numpy()` works only on a tensor that already has its numbers.",
    ),
    Cause(
        "",
        "symbolic `tf.Tensor` as a Python `bool`",
        PLACEHOLDER + "Python's `if`, `and` and `or` cannot use its truth value; `tf.where` and "
        "`tf.cond` can choose.",
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
        "There is no unbroken path from the inputs to this output. Follow each line: is every "
        "layer called on the result of the line before?",
    ),
)
