"""What is expected of both encoders and decoders.

Networks are judged with newly drawn weights, so neither the architecture nor how a
learner initialises it matters.
"""

from __future__ import annotations

from autograder.course.lesson_4.network_facts import DRAWS, FAR
from autograder.course.lesson_4.network_questions import INPUTS
from autograder.exercise import expect


def expect_form(form: dict, shapes: list, what: str, names: str) -> None:
    """Check a network's kind, and the number, shapes, dtypes and finiteness of its outputs."""
    expect.that(
        form["kind"] == "keras.Model",
        what.split(" called")[0],
        "a keras.Model",
        form["kind"],
        "Is there a `return` at the end?" if form["kind"] == "NoneType" else None,
    )
    count = len(shapes)
    expect.that(
        form["outputs"] == count,
        f"the number of outputs of {what}",
        f"{count} ({names})",
        str(form["outputs"]),
    )
    expect.that(
        form["shapes"] == shapes,
        f"the shape of {names} of {what}",
        " and ".join(str(tuple(shape)) for shape in shapes),
        " and ".join(str(tuple(shape)) for shape in form["shapes"]),
        next(filter(None, map(_shape_cause, form["shapes"], shapes)), None),
    )
    expect.that(
        form["dtypes"] == ["float32"] * count,
        f"the dtype of {names} of {what}",
        "float32",
        ", ".join(form["dtypes"]),
    )
    expect.that(form["finite"], f"{names} of {what}", "finite numbers", "NaN or infinity")
    if "follows" in form:
        expect_following(form, what)


def _shape_cause(shape: list, wanted: list) -> str | None:
    """The usual reason for the shape of an output, or None."""
    if shape == wanted:
        return None
    if len(shape) != len(wanted):
        return (
            f"{len(wanted)} axes are asked for, including the batch: is a Reshape or Flatten "
            "missing?"
        )
    if len(wanted) == 4 and shape[1:3] != wanted[1:3]:
        return (
            "The height and width are wrong. A convolution with stride 2 halves both, a "
            'transposed one doubles them: count the strides from the start, with padding="same".'
        )
    if shape[-1] != wanted[-1]:
        return f"The last layer returns {shape[-1]} values where {wanted[-1]} is asked for."
    return None


def expect_following(facts: dict, what: str) -> None:
    """Check that the outputs follow the inputs."""
    expect.that(
        facts["follows"],
        f"the outputs of {what} for inputs, some of which are equal",
        "equal outputs for equal inputs, and different ones otherwise",
        "outputs that do not depend on the inputs in that way",
        "Is noise drawn inside the network, or does the input never reach the outputs?",
    )


def expect_unbounded(reach: dict, what: str) -> None:
    """Check that an output may be any number."""
    asked = f"{what} over {INPUTS} random inputs and {DRAWS} draws of large random weights"
    expect.that(
        reach["negative"],
        asked,
        "negative values as well as positive ones",
        "no negative value",
        "The last layer ends in an activation (relu, softplus, sigmoid, exp) that hides them.",
    )
    expect.that(
        reach["positive"],
        asked,
        "positive values as well as negative ones",
        "no positive value",
        "The last step (the logarithm of a probability, a minus before a relu) hides them.",
    )
    expect.that(
        reach["beyond"],
        asked,
        "values beyond ±1",
        "all values within ±1",
        "The last layer ends in an activation (tanh, softsign) that bounds them.",
    )


def expect_alone(facts: dict, what: str) -> None:
    """Check that the other inputs of a batch change nothing."""
    expect.that(
        facts["alone"],
        f"the outputs of {what} for three inputs, in a batch of many and in one of their own",
        "the same",
        "different ones: they depend on the rest of the batch",
        "Does batch normalisation get `training=True` for good, or is something averaged over "
        "axis 0?",
    )


def expect_far(reach: dict, what: str) -> None:
    """Check that an output may be any number, and not only one that a probability has."""
    expect.that(
        reach["far"],
        f"{what} over {INPUTS} random inputs and {DRAWS} draws of large random weights",
        f"finite values above {FAR:.0f}, and below −{FAR:.0f}",
        "none there",
        "Is a probability turned back into its logit, or a logit capped or clipped? With the bound "
        "the gradient ends. The last layer, without an activation, is the logit.",
    )


def expect_free(reach: dict, what: str) -> None:
    """Check that no normalisation holds an output's rows to one sum or length."""
    expect.that(
        reach["free"],
        f"the sum and the length of {what} for each of {INPUTS} random inputs",
        "not the same for all of them",
        "the same for all",
        "A normalisation (LayerNormalization, UnitNormalization, softmax) ends it, so it cannot "
        "take every value.",
    )


def expect_trainable(facts: dict, name: str) -> None:
    """Check that there are weights, and that each gets a gradient."""
    expect.that(
        facts["weights"] and facts["gradients"],
        f"the weights of the {name}",
        "trainable weights, each with a gradient",
        "a trainable weight without a gradient" if facts["weights"] else "no trainable weight",
        "Something between this weight and the output stops the gradient.",
    )
