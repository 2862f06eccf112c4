"""Calls: arguments that do not fit, and brackets after what takes none."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

CALLS: tuple[Cause, ...] = (
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
        r"'Tracked\w+' object is not callable",
        "Keras already uses that name for a list of its own, and yours is not called. Give your "
        "method or attribute another name: `losses`, `_losses`, `metrics`, `layers`, `variables` "
        "and `weights` are taken.",
    ),
    Cause(
        "AttributeError",
        r"property '(?P<name>\w+)' of '\w+' object has no setter|can't set attribute "
        r"'(?P<other>\w+)'",
        "Keras already uses that name, and works its value out itself. Give your attribute another "
        "name: `losses`, `metrics`, `layers`, `variables` and `weights` are taken.",
    ),
    Cause(
        "PicklingError AttributeError",
        r"Can't pickle|attribute lookup|Can't get attribute '(?P<name>\w+)' on",
        "`pickle` keeps the name of a class, not the class, and looks for it in its module: one "
        "that was written in a cell cannot be found. Save weights and settings instead "
        "(`model.save_weights`, `json`), and build the model anew.",
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
)
