"""Numbers of a model that may change while it trains.

TensorFlow traces a training step once, and every Python number that the trace meets stays in it
for good: assigning another one later does nothing, without a word. A `Changeable` attribute is an
ordinary number to whoever reads or assigns it, and inside a traced step a variable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import tensorflow as tf


class _Held(NamedTuple):
    """The number as it was given, and the variable that traces read."""

    number: float
    variable: keras.Variable


class Changeable:
    """An attribute of a Keras model: a number outside, the value of a variable inside a trace.

    Eager steps, graphs, XLA and replicas all see an assigned number from the next step on. The
    variable is none of the model's weights, so files of weights from before it existed fit; a
    model keeps the number in its configuration.

    Args:
        checked: turns what is assigned into a number, or raises ValueError.
    """

    def __init__(self, checked: Callable[[Any], float]):
        self.checked = checked
        self.name = self.slot = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.slot = name, f"_changeable_{name}"

    def __get__(self, model: Any, owner: type | None = None) -> Any:
        if model is None:
            return self
        held = vars(model).get(self.slot)
        if held is None:
            raise AttributeError(f"{type(model).__name__} has no {self.name} yet")
        return tf.convert_to_tensor(held.variable) if tf.inside_function() else held.number

    def __set__(self, model: Any, value: Any) -> None:
        number = self.checked(value)
        held = vars(model).get(self.slot)
        if held is None:
            variable = keras.Variable(number, dtype="float32", trainable=False, name=self.name)
        else:
            variable = held.variable
            variable.assign(number)
        # Keras tracks what is assigned the usual way, and would call this a weight.
        vars(model)[self.slot] = _Held(number, variable)


def changeable_numbers(model: keras.Model) -> dict[str, float]:
    """Every `Changeable` number of a model, by name."""
    names = {
        name
        for kind in type(model).__mro__
        for name, value in vars(kind).items()
        if isinstance(value, Changeable)
    }
    return {name: getattr(model, name) for name in sorted(names)}
