"""Questions to a learner's encoder and decoder: what they return for given inputs.

Nothing is concluded here. The judge sends the inputs and draws its conclusions from the
numbers that come back.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from autograder.exercise.student import BadValue

# Here, since the lesson's set-up hands out no module that has it.
IMAGE_SHAPE = (28, 28, 1)
# How many entries of each weight's gradient are handed over.
ENTRIES = 64
PIXELS = int(np.prod(IMAGE_SHAPE))


def forms(answers, name: str, latent_dims, inputs, seed: int) -> list[dict]:
    """What networks of several latent sizes return.

    Args:
        name: "build_encoder" or "build_decoder".
        latent_dims: one network is made for each.
        inputs: one batch for each network.
        seed: of the weights that are drawn.

    Returns:
        for each network its "kind" and, of a Keras model, the number of "outputs" (or
        "a dict"), their values with the weights as they are ("fresh") and drawn anew
        ("drawn"), and the names of their "dtypes".
    """
    rng = np.random.default_rng(seed)
    return [
        _form(_made(answers, name, latent), batch, rng)
        for latent, batch in zip(latent_dims, inputs, strict=True)
    ]


def outputs(
    answers, name: str, latent: int, inputs, draws: int, gain: float, seed: int, few: int = 3
) -> dict:
    """A network's outputs on one batch with its weights drawn anew several times.

    No answer then depends on one lucky draw, or on weights that start at zero.

    Returns:
        {"outputs": for each draw a list of arrays; "together" and "alone": the first `few` of
        them where `training` is not told, and the same as a batch of their own}.
    """
    model = _called_once(answers, name, latent)

    def of(batch, told: bool) -> list:
        return _outputs(model, batch, draws, gain, np.random.default_rng(seed), told)

    together = of(inputs, told=False)
    return {
        "outputs": of(inputs, told=True),
        "together": [one and [output[:few] for output in one] for one in together],
        "alone": of(inputs[:few], told=False),
    }


def outputs_and_gradients(
    answers, name: str, latent: int, inputs, draws: int, gain: float, weighings, seed: int
) -> dict:
    """The same, and gradients of weighted sums of the outputs.

    Args:
        weighings: for each sum a list with one array for each output.

    Returns:
        {"outputs", "gradients": for each sum a list with an array (entries of the gradient,
        evenly spaced) or None for each trainable weight}.
    """
    model, rng = _called_once(answers, name, latent), np.random.default_rng(seed)
    found = {"outputs": _outputs(model, inputs, draws, gain, rng)}
    _draw_weights(model, rng, 1.0)
    return found | {"gradients": [_gradients(model, inputs, weights) for weights in weighings]}


def has_weights(answers, name: str, latent: int) -> bool:
    """Whether a network has weights before it is called."""
    return bool(_made(answers, name, latent).weights)


def _made(answers, name: str, latent: int):
    return getattr(answers, name)(latent)


def _called_once(answers, name: str, latent: int):
    """Make a network and call it once, so that weights made on the first call exist."""
    model = _made(answers, name, latent)
    encodes = name == "build_encoder"
    zeros = np.zeros((1, *(IMAGE_SHAPE if encodes else (latent,))))
    found = _arrays(model, zeros) if isinstance(model, keras.Model) else None
    shapes = [array.shape if encodes else array.size for array in found or ()]
    if shapes != ([(1, latent)] * 2 if encodes else [PIXELS]):
        raise BadValue(
            f"`{name}({latent})` does not return a model with the right outputs yet (see the test "
            "of the shapes), so this can't be tried."
        )
    return model


def _form(model, inputs, rng) -> dict:
    if not isinstance(model, keras.Model):
        return {"kind": type(model).__name__}
    fresh = _arrays(model, inputs)
    if fresh is None:
        return {"kind": "keras.Model", "outputs": "a dict"}
    _draw_weights(model, rng, 1.0)
    return {
        "kind": "keras.Model",
        "outputs": len(fresh),
        "fresh": fresh,
        # As a learner calls it, without `training`: whatever is always on shows here.
        "drawn": _arrays(model, inputs, told=False),
        # A plain array has no bfloat16, so the dtype's name is sent along.
        "dtypes": [array.dtype.name for array in fresh],
    }


def _outputs(
    model, inputs, draws: int, gain: float, rng, told: bool = True
) -> list[list[np.ndarray] | None]:
    found = []
    for _ in range(draws):
        _draw_weights(model, rng, gain)
        found.append(_arrays(model, inputs, told))
    return found


def _arrays(model, inputs, told: bool = True) -> list[np.ndarray] | None:
    """A network's outputs without training behaviour; None when they are a dict."""
    outputs = model(tf.constant(inputs, tf.float32), **({"training": False} if told else {}))
    if isinstance(outputs, dict):
        return None
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [keras.ops.convert_to_numpy(output) for output in outputs]


def _draw_weights(model, rng, gain: float) -> None:
    """Give every trainable weight a fresh normal value: kernels scaled by fan-in, others wide."""
    for variable in model.trainable_variables:
        shape = tuple(variable.shape)
        scale = gain / np.sqrt(np.prod(shape[:-1])) if len(shape) > 1 else 1.0
        variable.assign(rng.normal(0.0, scale, shape).astype("float32"))


def _gradients(model, inputs, weighing) -> list[np.ndarray | None]:
    with tf.GradientTape() as tape:
        outputs = model(tf.constant(inputs, tf.float32), training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        total = sum(
            tf.reduce_sum(tf.cast(output, tf.float32) * tf.reshape(weights, tf.shape(output)))
            for output, weights in zip(outputs, weighing, strict=True)
        )
    return [_some(item) for item in tape.gradient(total, model.trainable_variables)]


def _some(gradient) -> np.ndarray | None:
    if gradient is None:
        return None
    entries = tf.reshape(tf.convert_to_tensor(gradient), [-1]).numpy()
    return entries[:: max(1, -(-len(entries) // ENTRIES))]
