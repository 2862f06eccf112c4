"""Unknown names, and None where a value was expected."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

NAMES: tuple[Cause, ...] = (
    # None where a value was expected.
    Cause(
        "TypeError ValueError AttributeError",
        "NoneType",
        "Something here is None. A function without `return` gives None, and so do a tape's "
        "`gradient` for anything it did not watch and the batch axis of a placeholder's `shape`.",
    ),
    # Names.
    Cause(
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        "`{name}` is assigned somewhere in this function, which makes it local, and at this line "
        "it has no value yet. Was the branch or loop that sets it skipped?",
    ),
    Cause(
        "NameError",
        "name '(?P<name>np|tf|keras|plt|math|os|@packages@)'",
        "`{name}` is a module that has not been imported here. Run the set-up cell at the top of "
        "the lesson again; anything it does not import needs its own `import` line.",
    ),
    Cause(
        "NameError",
        r"name '(?P<name>K|torch|F|nn)'",
        "`{name}` belongs to another library, or to an older Keras. Here you have `tf`, "
        "`keras.ops` and `np`; most functions exist there under a similar name.",
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
        "In TensorFlow `{name}` is in a submodule: `tf.math` holds functions such as logarithms "
        "and variances, `tf.nn` those for networks and their losses.",
    ),
    Cause(
        "AttributeError",
        r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
        "`{name}` may be spelt differently or be in another module: `np`, `tf`, `tf.math` and "
        "`keras.ops` do not share all their names.",
    ),
    Cause(
        "AttributeError",
        r"EagerTensor'? object has no attribute '(?P<name>\w+)'",
        "A TensorFlow tensor has no method `{name}`. What is a method of a NumPy array is usually "
        "a function in `tf` or `keras.ops` that takes the tensor.",
    ),
    Cause(
        "AttributeError",
        r"'(?:numpy\.)?(?P<kind>ndarray|float\d*|int\d*|bool|list|tuple|dict|str)' object has no "
        r"attribute '(?P<name>\w+)'",
        "The code asks for `{name}` of something of type {kind}, which has none. Print its type "
        "one line earlier: did you expect a tensor or an object there?",
    ),
    Cause(
        "AttributeError",
        OBJECT + r"has no attribute '(?P<name>\w+)'",
        "This {kind} has no `{name}`. Is it spelt correctly? In your own class, `__init__` has to "
        "set `self.{name}` before any method uses it.",
    ),
)
