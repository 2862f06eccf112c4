"""Shapes and axes."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

KINDS = "InvalidArgumentError ValueError"

SHAPES: tuple[Cause, ...] = (
    Cause(
        "ValueError",
        "Improper number of dimensions to norm",
        "`np.linalg.norm` works along one axis or over two (a matrix). For more axes, flatten "
        "them first, or take the root of the sum of squares.",
    ),
    Cause(
        "ValueError",
        r"takes a batch of images .*, but got shape \(28, 28, 1\)",
        "A network takes a batch, even for a single image: the first axis, which counts the "
        "images, is missing.",
    ),
    Cause(
        "ValueError",
        r"takes a batch of codes .*, but got shape \(2,",
        "An encoder returns a pair, (mean, log_var), and both were passed on as if they were "
        "codes. Which of the two is the code?",
    ),
    Cause(
        "ValueError",
        "could not broadcast input array from shape (?P<given>.*) into shape (?P<place>.*)",
        "An array of shape {given} is assigned to a place of shape {place}. Print the shapes of "
        "both sides of that line.",
    ),
    Cause(
        "ValueError",
        r"kth\(=.*\) out of bounds",
        "`partition` needs as many entries along that axis as the place it is asked for. What is "
        "left to compare where there is only one?",
    ),
    Cause(
        "IndexError",
        "boolean index did not match",
        "A mask must be as long as the axis it picks from, and this axis has another length. "
        "Along which axis was the mask made?",
    ),
    Cause(
        "AxisError InvalidArgumentError IndexError ValueError",
        "Invalid reduction dimension|axis -?\\d+ is out of bounds|transpose expects|axes don't "
        "match array|Can not squeeze|cannot select an axis to squeeze",
        "An `axis` is used that this tensor does not have, or not in this form. Axes count from "
        "0: print the shape just before this line, and think about what each axis stands for.",
    ),
    Cause(
        "IndexError InvalidArgumentError",
        "out of bounds|out of range|too many indices|index \\d+ of dimension",
        "An index is out of range: beyond the entries along an axis, or beyond the number of "
        "axes. Counting starts at 0; print the shape just before this line.",
    ),
    Cause(
        KINDS,
        r"Matrix size-incompatible|mismatch in its core dimension|not aligned|MatMul",
        "In a matrix product, the last axis of the first factor must be as long as the "
        "second-last axis of the second. Print both shapes. Did you mean a product entry by entry "
        "(`*`), or is a transpose missing?",
    ),
    Cause(
        KINDS,
        "is incompatible with the layer",
        "A layer got a shape other than the one it was made for. Compare the two shapes in the "
        "message: the most common reason is a missing batch or channel axis.",
    ),
    Cause(
        KINDS,
        "Input to reshape is|cannot reshape|total size of the tensor must be unchanged",
        "A reshape keeps every number, so the lengths of the new axes must multiply to the same "
        "count. Is the batch axis included on both sides, or on neither?",
    ),
    Cause(
        KINDS,
        "non-rectangular|inhomogeneous shape",
        "The rows of this list have different lengths, so it can't become an array. Print the "
        "shape of each part.",
    ),
    Cause(
        KINDS,
        "Incompatible shapes|could not be broadcast|must have the same shape|Dimensions must be "
        "equal|Dimension \\d+ in both shapes must be equal|Shapes of all "
        "inputs must match|must match exactly|all input arrays must have",
        "Two shapes do not fit together. They are compared from the last axis backwards, and each "
        "pair must be equal or contain a 1. Print both: often a sum has removed an axis, or one "
        "that should be kept is missing.",
    ),
    Cause(
        "ValueError",
        "Cannot convert '.*' to a shape",
        "Pass a shape as one tuple, even when it has a single axis: note the comma in `(n,)`.",
    ),
)
