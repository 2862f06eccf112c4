"""Calls: arguments that do not fit, and brackets where none belong."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import OBJECT, Cause

CALLS: tuple[Cause, ...] = (
    Cause(
        "TypeError ValueError",
        "unexpected keyword argument '(?P<name>\\w+)'|Unrecognized keyword arguments",
        "The function has no argument of this name. Look at its signature (`help(…)`): NumPy, "
        "TensorFlow and Keras use different names for the same thing.",
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
        "There is a second number where a dtype belongs. Pass a shape, or several axes, as one "
        "tuple in its own brackets.",
    ),
    Cause(
        "TypeError",
        r"'Tracked\w+' object is not callable",
        "Keras already uses that name for one of its lists, so yours is not called. Give your "
        "method or attribute another name: `losses`, `_losses`, `metrics`, `layers`, `variables` "
        "and `weights` are taken.",
    ),
    Cause(
        "AttributeError",
        r"property '(?P<name>\w+)' of '\w+' object has no setter|can't set attribute "
        r"'(?P<other>\w+)'",
        "Keras already uses that name and computes its value itself. Give your attribute another "
        "name: `losses`, `metrics`, `layers`, `variables` and `weights` are taken.",
    ),
    Cause(
        "TypeError",
        r"Object of type (?P<kind>\w+) is not JSON serializable",
        "JSON knows Python's own numbers, texts, lists and dictionaries, and no {kind}. Turn it "
        "into one of these first: `float(…)`, `int(…)` or `.tolist()`.",
    ),
    Cause(
        "ValueError",
        r"Invalid filepath extension for saving",
        "Keras saves a model into one file, whose name ends in `.keras`, and what was given is not "
        "such a name. If it is a folder, choose a name for a file in it.",
    ),
    Cause(
        "PicklingError AttributeError",
        r"Can't pickle|attribute lookup|Can't get attribute '(?P<name>\w+)' on",
        "`pickle` stores the name of a class, not the class itself, and looks for it in its "
        "module; a class written in a notebook cell cannot be found there. Save weights and "
        "settings instead (`model.save_weights`, `json`), and build the model again.",
    ),
    Cause(
        "ValueError",
        r"expects 1 (named )?input.* but it received [2-9] input",
        "It takes one tensor and got several. In `train_step` and `test_step`, `data` may be the "
        "pair (images, labels): take the images out of it first.",
    ),
    Cause(
        "TypeError",
        OBJECT + "is not callable",
        "There are round brackets after something that is not a function but of type {kind}. Is "
        "an operator missing, or did a value get the name of a function?",
    ),
    Cause(
        "TypeError",
        OBJECT + "is not subscriptable",
        "There are square brackets after something without items, of type {kind}. Are the `()` of "
        "a call missing, or do you want one of its attributes?",
    ),
)
