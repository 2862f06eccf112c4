"""Values of another type: tensors are not lists, and two types of numbers do not mix."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

WRONG_TYPES: tuple[Cause, ...] = (
    # Tensors are not lists.
    Cause(
        "TypeError",
        OBJECT + "does not support item assignment",
        "A value of type {kind} cannot be changed in place. Compute the new values as a whole, or "
        "collect the parts in a list and join them at the end.",
    ),
    Cause(
        "ValueError TypeError",
        "truth value of an array|truth value of an empty array",
        "Python's `if`, `and`, `or`, `max` and `min` need a single truth value, but this is a "
        "whole array. Look for the operation that works on every entry.",
    ),
    Cause(
        "ValueError",
        "Integers to negative integer powers",
        "NumPy raises arrays of whole numbers to whole powers as whole numbers, so a negative one "
        "is refused. Make one of the two a float.",
    ),
    Cause(
        "TypeError",
        "can be converted to Python scalars",
        "`float`, `int` and the module `math` take one number, but this is a whole array. Should "
        "a sum or mean come first, or should the function work on every entry?",
    ),
    Cause(
        "TypeError",
        "unhashable",
        "Tensors, arrays and lists cannot be keys of a dictionary or members of a set. Use a "
        "number or a string as the key. Misplaced brackets `{{}}` also lead to this error.",
    ),
    Cause(
        "ValueError",
        "(?:too many|not enough) values to unpack",
        "The number of names left of `=` differs from the number of values on the right. Print "
        "the shape or the length of the right side: unpacking goes along the first axis.",
    ),
    Cause(
        "TypeError",
        "not iterable|non-iterable|iterate over a scalar|object of type '.*' has no len",
        "This is a single value, not a sequence that can be unpacked, looped over or counted. Is "
        "it the wrong variable, or is `range(…)` missing?",
    ),
    Cause(
        "TypeError IndexError",
        "Only integers, slices|cannot be interpreted as an integer|scalar index|slice indices "
        "must be integers",
        "An index, a shape or a count must be a whole number. `/` always gives a float; and a "
        "tensor cannot be indexed by an array.",
    ),
    # Types of numbers.
    Cause(
        "InvalidArgumentError TypeError ValueError",
        "was expected to be an? \\w+ tensor but is|must have the same dtype|Cannot convert .* to "
        "EagerTensor of dtype|is not in the list of allowed values|Tensor conversion requested "
        "dtype|type \\w+ that does not match type",
        "Two types of numbers are mixed, such as float32 with float64 or int32. TensorFlow does "
        "not convert them by itself: NumPy makes float64, and shapes are integers. Look at each "
        "`dtype`.",
    ),
    Cause(
        "UFuncTypeError _UFuncOutputCastingError TypeError",
        "Cannot cast ufunc",
        "`+=`, `/=` and the like keep the array's type, and this result does not fit into it. "
        "Create a new array instead of changing the old one, or convert first.",
    ),
    Cause(
        "TypeError",
        "unsupported operand|can't multiply sequence|can only concatenate",
        "This operator cannot combine these two types. Lists do not support arithmetic: print "
        "both types, and make a tensor or an array first.",
    ),
)
