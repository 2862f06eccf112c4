"""Shapes and axes."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

KINDS = "InvalidArgumentError ValueError"

SHAPES: tuple[Cause, ...] = (
    Cause(
        "ValueError",
        "Improper number of dimensions to norm",
        "`np.linalg.norm` works along one axis or over a matrix of two. For more axes, flatten "
        "them first, or take the root of the sum of squares.",
    ),
    Cause(
        "ValueError",
        r"takes a batch of images .*, but got shape \(28, 28, 1\)",
        "A network takes a batch, also of one: the first axis, which counts the images, is "
        "missing.",
    ),
    Cause(
        "ValueError",
        r"takes a batch of codes .*, but got shape \(2,",
        "An encoder gives a pair, (mean, log_var), and both went on as if they were codes. Which "
        "of the two is the code?",
    ),
    Cause(
        "ValueError",
        "could not broadcast input array from shape (?P<given>.*) into shape (?P<place>.*)",
        "An array of shape {given} is to be written where there is room for {place}. Print the "
        "shapes of both sides of that line.",
    ),
    Cause(
        "IndexError",
        "boolean index did not match",
        "A mask picks entries along an axis of its own length, and this axis has another. Over "
        "which axis was the mask made?",
    ),
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
        KINDS,
        r"Matrix size-incompatible|mismatch in its core dimension|not aligned|MatMul",
        "In a matrix product the last axis of the first has to be as long as the last but one of "
        "the second. Print both shapes. Is a product entry by entry (`*`) meant, or a transpose?",
    ),
    Cause(
        KINDS,
        "is incompatible with the layer",
        "A layer was handed another shape than it was made for. Compare the two shapes in the "
        "message: a missing batch or channel axis is the commonest reason.",
    ),
    Cause(
        KINDS,
        "Input to reshape is|cannot reshape|total size of the tensor must be unchanged",
        "A reshape keeps every number, so the lengths of the new axes have to multiply to the same "
        "count. Is the batch axis counted in, or left out, on both sides?",
    ),
    Cause(
        KINDS,
        "non-rectangular|inhomogeneous shape",
        "The rows of this list have different lengths, so no array can be made of it. Print the "
        "shape of each part.",
    ),
    Cause(
        KINDS,
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
)
