"""Gradients and training, and the classes that are trained."""

from __future__ import annotations

from autograder.judging.crash_causes.cause import Cause

TRAINING: tuple[Cause, ...] = (
    # Gradients and training.
    Cause(
        "AttributeError",
        "has no attribute '_unique_id'",
        "The optimizer got tensors where it expects variables: `apply` takes the gradients first "
        "and the variables second.",
    ),
    Cause(
        "RuntimeError",
        "GradientTape can only be used to compute one set of gradients",
        "A tape can be used for only one call of `gradient`. Ask for all gradients in one call, "
        "as a list, or make the tape persistent.",
    ),
    Cause(
        "ValueError",
        "No gradients provided for any variable",
        "Every gradient is None: as far as the tape can see, the loss does not depend on these "
        "variables. Is the loss computed inside the `with` block, and from the model's output?",
    ),
    Cause(
        "AttributeError ValueError",
        r"object has no attribute '_id'|Passed in object .* not tf\.Tensor or tf\.Variable",
        "A tape follows only TensorFlow's tensors and variables. This is a NumPy array or a plain "
        "number: turn it into a tensor before the tape starts.",
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
        "Before `fit`, a model needs `compile`, which says how it learns: check that it is "
        "called, and how.",
    ),
    Cause(
        "ValueError",
        "singleton tf.Variables",
        "A function that TensorFlow traces must not create variables when it runs. Create them "
        "once, in `__init__` or before the function.",
    ),
    Cause(
        "ValueError KeyError",
        "optimizer can only be called for the variables it was originally built with",
        "An optimizer belongs to one model: it keeps numbers for each of its weights. This one has "
        "met the weights of another model before; make a new one for each model.",
    ),
    # Classes.
    Cause(
        "RuntimeError AttributeError",
        r"super\(\)\.__init__\(\)",
        "`super().__init__()` must be the first line of `__init__`: before it, Keras cannot keep "
        "track of what is stored on `self`.",
    ),
    Cause(
        "NotImplementedError",
        "does not have a `call",
        "The class has no method named `call`. Is the name spelt like that, and is the method "
        "indented so that it belongs to the class?",
    ),
    Cause(
        "TypeError",
        r"Error when deserializing class|__init__\(\) got an unexpected keyword argument "
        "'(?:name|trainable|dtype)'",
        "Keras rebuilds a layer from its configuration and also passes `name`, `trainable` and "
        "`dtype`. Does `__init__` accept them, and what does it do with them?",
    ),
)
