"""Values of another type: tensors are not lists, and two types of numbers do not meet."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

WRONG_TYPES: tuple[Cause, ...] = (
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
        "a new array in place of the old one, or convert first.",
    ),
    Cause(
        "TypeError",
        "unsupported operand|can't multiply sequence|can only concatenate",
        "This operator does not know what to do with these two types. A list does not calculate: "
        "print both types, and make a tensor or an array first.",
    ),
)
