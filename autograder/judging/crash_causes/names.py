"""Names that nothing has, and None where a value was expected."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

NAMES: tuple[Cause, ...] = (
    # None where a value was expected.
    Cause(
        "TypeError ValueError AttributeError",
        "NoneType",
        "Something here is None. A function without `return` gives None, so does a tape's "
        "`gradient` of what it did not watch, and the batch axis of a placeholder's `shape`.",
    ),
    # Names.
    Cause(
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "`{name}` is assigned somewhere in this function, so it is the function's own, and at this "
        "line it has no value yet. Was the branch or loop that sets it left out?",
    ),
    Cause(
        "NameError",
        "name '(?P<name>np|tf|keras|plt|math|os|@packages@)'",
        "`{name}` is a module that has not been imported here. Run the set-up cell on top of the "
        "lesson again; what it does not import needs an `import` line of its own.",
    ),
    Cause(
        "NameError",
        r"name '(?P<name>K|torch|F|nn)'",
        "`{name}` belongs to code for another library, or an older Keras. Here `tf`, `keras.ops` "
        "and `np` are at hand; most functions are there under a similar name.",
    ),
    Cause(
        "NameError",
        r"name '(?P<name>\w+)'",
        "Nothing is called `{name}` here. Is it spelt the same way where it is defined, and has "
        "that cell been run since the last restart?",
    ),
    Cause(
        "AttributeError",
        r"module 'tensorflow' has no attribute '(?P<name>log|sigmoid_cross_entropy_with_logits|"
        r"relu|softplus|softmax|erf|lgamma|reduce_std|reduce_variance)'",
        "TensorFlow keeps `{name}` in a part of it: `tf.math` holds functions such as logarithms "
        "and variances, `tf.nn` those of networks and their losses.",
    ),
    Cause(
        "AttributeError",
        r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
        "`{name}` may be spelt differently, or live in another module: `np`, `tf`, `tf.math` and "
        "`keras.ops` do not share all their names.",
    ),
    Cause(
        "AttributeError",
        r"EagerTensor'? object has no attribute '(?P<name>\w+)'",
        "A TensorFlow tensor has no method `{name}`. What NumPy arrays do by a method is mostly a "
        "function of `tf` or `keras.ops` that takes the tensor.",
    ),
    Cause(
        "AttributeError",
        r"'(?:numpy\.)?(?P<kind>ndarray|float\d*|int\d*|bool|list|tuple|dict|str)' object has no "
        r"attribute '(?P<name>\w+)'",
        "`{name}` is asked of something that is of type {kind}, and such a thing has none. Print "
        "its type one line earlier: was a tensor or an object expected there?",
    ),
    Cause(
        "AttributeError",
        OBJECT + r"has no attribute '(?P<name>\w+)'",
        "This {kind} has no `{name}`. Is that spelt right? In a class of your own, `__init__` has "
        "to set `self.{name}` before any method uses it.",
    ),
)
