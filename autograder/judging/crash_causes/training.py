"""Gradients and training, and the classes that are trained."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

TRAINING: tuple[Cause, ...] = (
    # Gradients and training.
    Cause(
        "AttributeError",
        "has no attribute '_unique_id'",
        "The optimizer was given tensors where it wants variables: `apply` takes the gradients "
        "first and the variables second.",
    ),
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
)
