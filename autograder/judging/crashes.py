"""The usual cause of an error, told from its type and message."""

from __future__ import annotations

import re
from typing import NamedTuple

from autograder.exercise import registry

# What `student.explain_crash` writes.
STOPPED = re.compile(
    r"^`[^`]*` stopped with (?P<kind>\w+)"
    r"(?: in the line `.*?`(?:, called by `.*?`)?)?:(?P<message>.*)",
    re.DOTALL,
)
# AutoGraph puts the error as it was raised at the end of its own account.
RETOLD = re.compile(r"^in user code: .*? (?P<kind>\w+(?:Error|Exception)): (?P<message>.*)")


class Cause(NamedTuple):
    """What usually leads to one sort of error.

    Attributes:
        kinds: names of exception types, with spaces between; "" for any.
        message: a pattern to be found in the message, in upper or lower case; `@packages@` stands
            for the course's packages.
        words: one or two sentences; `{group}` stands for a named group of the pattern.
    """

    kinds: str
    message: str
    words: str


def usual_cause(words: str) -> str | None:
    """What most often leads to an error.

    Args:
        words: as of `student.explain_crash`: "`name` stopped with Type in the line …: message".

    Returns:
        One or two sentences, or None for an error that has no usual cause.
    """
    stopped = STOPPED.match(words)
    if not stopped:
        return None
    stopped = RETOLD.match(stopped["message"].strip()) or stopped
    for cause in CAUSES:
        pattern = cause.message.replace("@packages@", "|".join(registry.closed_packages()))
        found = re.search(pattern, stopped["message"].strip(), re.IGNORECASE)
        if found and (not cause.kinds or stopped["kind"] in cause.kinds.split()):
            return cause.words.format(**found.groupdict())
    return None


OBJECT = r"'(?:[\w.]+\.)?(?P<kind>\w+)' object "
SHAPES = "InvalidArgumentError ValueError"
PLACEHOLDER = (
    "While Keras or TensorFlow traces a function, a tensor is a placeholder without numbers. "
)

# The more special ones come first.
CAUSES: tuple[Cause, ...] = (
    # Placeholders: Keras' symbolic tensors, and those of tf.function.
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
    # Gradients and training.
    Cause(
        "RuntimeError",
        "GradientTape can only be used to compute one set of gradients",
        "A tape is used up by one call of `gradient`. Ask for all gradients in one call, as a "
        "list, or make the tape persistent.",
    ),
    Cause(
        "ValueError",
        "No gradients provided for any variable",
        "Every gradient is None: the loss does not depend on these variables as far as the tape "
        "saw. Is the loss computed inside the `with` block, and from the model's own output?",
    ),
    Cause(
        "AttributeError ValueError",
        r"object has no attribute '_id'|Passed in object .* not tf\.Tensor or tf\.Variable",
        "A tape follows tensors and variables of TensorFlow only. This is a NumPy array or a plain "
        "number: make a tensor of it before the tape starts.",
    ),
    Cause(
        "ValueError",
        "Toutput_types|OptionalFromValue",
        "`train_step` and `test_step` have to return a dictionary of named numbers. Is there a "
        "`return` at the end?",
    ),
    Cause(
        "ValueError",
        r"You must call `compile\(\)`|No loss to compute",
        "A model has to be told how to learn before `fit`: look at how `compile` is called, and "
        "whether it is.",
    ),
    Cause(
        "ValueError",
        "singleton tf.Variables",
        "A function that TensorFlow traces may make no new variables when it runs. Make them once, "
        "in `__init__` or before the function.",
    ),
    # Classes.
    Cause(
        "RuntimeError AttributeError",
        r"super\(\)\.__init__\(\)",
        "`super().__init__()` has to be the first line of `__init__`: before it, Keras cannot keep "
        "track of what is stored on `self`.",
    ),
    Cause(
        "NotImplementedError",
        "does not have a `call",
        "The class has no method named `call`. Is its name spelt so, and is it indented to lie "
        "inside the class?",
    ),
    Cause(
        "TypeError",
        r"Error when deserializing class|__init__\(\) got an unexpected keyword argument "
        "'(?:name|trainable|dtype)'",
        "Keras makes a layer anew from its configuration and also hands over `name`, `trainable` "
        "and `dtype`. Does `__init__` leave room for them, and where do they go?",
    ),
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
        r"name '(?P<name>\w+)'",
        "Nothing is called `{name}` here. Is it spelt the same way where it is defined, and has "
        "that cell been run since the last restart?",
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
    # Calls.
    Cause(
        "TypeError ValueError",
        "unexpected keyword argument '(?P<name>\\w+)'|Unrecognized keyword arguments",
        "The function that is called has no argument of this name. Look at its signature "
        "(`help(…)`): NumPy, TensorFlow and Keras name the same thing differently.",
    ),
    Cause(
        "TypeError",
        r"positional arguments? but|too many positional arguments|missing \d+ required|"
        "Missing required positional argument|Too many arguments were given|"
        "missing a required argument",
        "The call gives more or fewer arguments than the definition takes. Compare the two; a "
        "method also needs `self` as its first argument, and some functions need their `axis`.",
    ),
    Cause(
        "TypeError",
        "Cannot interpret '.*' as a data type",
        "A second number stands where a dtype belongs. A shape or several axes go in as one tuple, "
        "in brackets of its own.",
    ),
    Cause(
        "TypeError",
        OBJECT + "is not callable",
        "Round brackets after something that is no function, but of type {kind}. Is an operator "
        "missing, or was the name of a function given to a value?",
    ),
    Cause(
        "TypeError",
        OBJECT + "is not subscriptable",
        "Square brackets after something that has no items, but is of type {kind}. Is a call's "
        "`()` missing, or is what is wanted kept in an attribute?",
    ),
    # Tensors are not lists.
    Cause(
        "TypeError",
        OBJECT + "does not support item assignment",
        "What is of type {kind} cannot be changed in place. Compute the new values as a whole, or "
        "collect parts in a list and put them together at the end.",
    ),
    Cause(
        "ValueError TypeError",
        "truth value of an array|truth value of an empty array",
        "`if`, `and`, `or`, `max` and `min` of Python want one truth value, and this is a whole "
        "array. Look for the operation that works on every entry.",
    ),
    Cause(
        "TypeError",
        "can be converted to Python scalars",
        "`float`, `int` and the module `math` take one number, and this is a whole array. Was a "
        "sum or mean meant to come first, or should the function work on every entry?",
    ),
    Cause(
        "TypeError",
        "unhashable",
        "Tensors, arrays and lists cannot be keys of a dictionary or members of a set. Use a "
        "number or a string as the key; a slip of the brackets `{{}}` leads here too.",
    ),
    Cause(
        "ValueError",
        "(?:too many|not enough) values to unpack",
        "The names left of `=` are not as many as the values on the right. Print the shape or the "
        "length of the right side: unpacking goes along the first axis.",
    ),
    Cause(
        "TypeError",
        "not iterable|non-iterable|iterate over a scalar|object of type '.*' has no len",
        "This is a single thing, not a row of things that can be unpacked, looped over or "
        "counted. Is it the item meant, or was `range(…)` left out?",
    ),
    Cause(
        "TypeError IndexError",
        "Only integers, slices|cannot be interpreted as an integer|scalar index|slice indices "
        "must be integers",
        "An index, a shape or a count has to be a whole number. `/` always gives a float; and a "
        "tensor is not indexed by an array.",
    ),
    # Types of numbers.
    Cause(
        "InvalidArgumentError TypeError ValueError",
        "was expected to be an? \\w+ tensor but is|must have the same dtype|Cannot convert .* to "
        "EagerTensor of dtype|is not in the list of allowed values|Tensor conversion requested "
        "dtype|type \\w+ that does not match type",
        "Two types of numbers meet, such as float32 and float64 or int32. TensorFlow does not "
        "convert by itself: NumPy makes float64, shapes are integers. Look at each `dtype`.",
    ),
    Cause(
        "UFuncTypeError _UFuncOutputCastingError TypeError",
        "Cannot cast ufunc",
        "`+=`, `/=` and the like keep the array's own type, and this result does not fit in. Write "
        "a new array in the place of the old one, or convert first.",
    ),
    Cause(
        "TypeError",
        "unsupported operand|can't multiply sequence|can only concatenate",
        "This operator does not know what to do with these two types. A list does not calculate: "
        "print both types, and make a tensor or an array first.",
    ),
    # Shapes and axes.
    Cause(
        "AxisError InvalidArgumentError IndexError ValueError",
        "Invalid reduction dimension|axis -?\\d+ is out of bounds|transpose expects|axes don't "
        "match array|Can not squeeze|cannot select an axis to squeeze",
        "An `axis` is named that this tensor does not have, or not so. Axes count from 0: print "
        "the shape just before this line, and think of what each axis stands for.",
    ),
    Cause(
        "IndexError InvalidArgumentError",
        "out of bounds|out of range|too many indices|index \\d+ of dimension",
        "An index goes past the end: of the entries along an axis, or of the axes there are. "
        "Counting starts at 0; print the shape just before this line.",
    ),
    Cause(
        SHAPES,
        r"Matrix size-incompatible|mismatch in its core dimension|not aligned|MatMul",
        "In a matrix product the last axis of the first has to be as long as the last but one of "
        "the second. Print both shapes. Is a product entry by entry (`*`) meant, or a transpose?",
    ),
    Cause(
        SHAPES,
        "is incompatible with the layer",
        "A layer was handed another shape than it was made for. Compare the two shapes in the "
        "message: a missing batch or channel axis is the commonest reason.",
    ),
    Cause(
        SHAPES,
        "Input to reshape is|cannot reshape|total size of the tensor must be unchanged",
        "A reshape keeps every number, so the lengths of the new axes have to multiply to the same "
        "count. Is the batch axis counted in, or left out, on both sides?",
    ),
    Cause(
        SHAPES,
        "non-rectangular|inhomogeneous shape",
        "The rows of this list have different lengths, so no array can be made of it. Print the "
        "shape of each part.",
    ),
    Cause(
        SHAPES,
        "Incompatible shapes|could not be broadcast|must have the same shape|Dimensions must be "
        "equal|Dimension \\d+ in both shapes must be equal|Shapes of all "
        "inputs must match|must match exactly|all input arrays must have",
        "Two shapes do not fit. They are compared from the last axis back, and each pair has to be "
        "equal or hold a 1. Print both: often a sum took an axis away, or a kept one is missing.",
    ),
    Cause(
        "ValueError",
        "Cannot convert '.*' to a shape",
        "A shape goes in as one tuple, also when it has a single axis: mind the comma in `(n,)`.",
    ),
    # The rest.
    Cause(
        "ZeroDivisionError",
        "",
        "The number below the fraction line is 0. When can it be: an empty list, a count that "
        "starts at 0, a single step?",
    ),
    Cause(
        "KeyError",
        r"^'?(?P<key>[\w.-]{1,30})'?$",
        "The dictionary has no entry `{key}`. Print its `keys()`, and compare the spelling with "
        "the place where the entry is made.",
    ),
    Cause(
        "RecursionError",
        "",
        "A function calls itself, directly or through another, and never stops. Is a helper called "
        "that has the same name as the function it stands in?",
    ),
    Cause(
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]+)'",
        "`{name}` is not installed here, or is spelt differently. The lessons need only what their "
        "set-up cell imports.",
    ),
    Cause(
        "ImportError",
        r"cannot import name '(?P<name>\w+)'",
        "The module has no `{name}`: is it spelt so? The lessons need only what their set-up cell "
        "imports.",
    ),
    Cause(
        "MemoryError ResourceExhaustedError",
        "",
        "An array far larger than meant is being made. Look for two long axes that meet by "
        "broadcasting, or for axes in the wrong order.",
    ),
    Cause(
        "SyntaxError IndentationError TabError",
        "",
        "Python cannot read the code: look for a bracket or quote that is not closed, a missing "
        "colon, or lines that are not indented alike.",
    ),
    Cause(
        "ValueError",
        "Could not interpret (?P<what>\\w+)",
        "Keras knows no {what} of this name. Is it spelt as in the documentation?",
    ),
    Cause(
        "FileNotFoundError",
        "",
        "There is no such file beside the notebook. An answer should work on its arguments alone.",
    ),
)
