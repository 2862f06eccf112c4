"""Questions to a learner's encoder and decoder.

Networks are asked for facts that do not depend on their architecture (shapes, signs,
what moves what), so that two networks with the same fault answer alike.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from autograder.student import BadValue
from bvae_ref.networks import IMAGE_SHAPE

# A network is judged with its weights drawn anew this many times, so that no answer
# hangs on one lucky draw or on weights that start at zero.
DRAWS = 4
BLOCK = 7
# Between them and a bounded output (a sigmoid's 1, a tanh's ±1) lies a little rounding.
BOUND = 1.05


def encoder_shapes(answers, latent_dims, batches, seed: int) -> list[dict]:
    """What encoders of several latent sizes return for several batch sizes."""
    rng = np.random.default_rng(seed)
    return [
        _form(_made(answers, "build_encoder", latent), rng.random((batch, *IMAGE_SHAPE)))
        for latent, batch in zip(latent_dims, batches, strict=True)
    ]


def encoder_regions(answers, latent: int, seed: int) -> dict:
    """Which 7×7 blocks of the image move the mean and the log-variance, each `(4, 4)` bool."""
    model, rng = _encoder(answers, latent), np.random.default_rng(seed)
    images = rng.random((4, *IMAGE_SHAPE)).astype("float32")
    changed = np.stack([_inverted_block(images, *where) for where in np.ndindex(4, 4)])
    moved = np.zeros((2, 16), bool)
    for _ in range(DRAWS):
        _draw_weights(model, rng, 1.0)
        before = arrays(model, images)
        after = arrays(model, changed.reshape(-1, *IMAGE_SHAPE))
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            moved[i] |= _differs(new.reshape(16, -1), old.reshape(1, -1)).any(axis=1)
    return {"mean": moved[0].reshape(4, 4), "log_var": moved[1].reshape(4, 4)}


def encoder_heads(answers, latent: int, seed: int) -> dict:
    """Which values mean and log-variance can take, whether they differ, and what can learn."""
    model, rng = _encoder(answers, latent), np.random.default_rng(seed)
    images = rng.random((32, *IMAGE_SHAPE)).astype("float32")
    heads, same = ([], []), []
    for _ in range(DRAWS):
        _draw_weights(model, rng, 3.0)
        mean, log_var = arrays(model, images)
        heads[0].append(mean)
        heads[1].append(log_var)
        same.append(bool(np.allclose(mean, log_var, atol=1e-6)))
    _draw_weights(model, rng, 1.0)
    return {
        "mean": _reach(heads[0]),
        "log_var": _reach(heads[1]),
        "same": all(same),
        "weights": bool(model.trainable_variables),
        "gradients": _gradients_arrive(model, images, rng),
    }


def decoder_shapes(answers, latent_dims, batches, seed: int) -> list[dict]:
    """What decoders of several latent sizes return for several batch sizes."""
    rng = np.random.default_rng(seed)
    return [
        _form(_made(answers, "build_decoder", latent), rng.standard_normal((batch, latent)))
        for latent, batch in zip(latent_dims, batches, strict=True)
    ]


def decoder_range(answers, latent: int, seed: int) -> dict:
    """Which values the decoder's outputs can take, and what of it can learn."""
    model, rng = _decoder(answers, latent), np.random.default_rng(seed)
    z = 2.0 * rng.standard_normal((32, latent)).astype("float32")
    outputs = []
    for _ in range(DRAWS):
        _draw_weights(model, rng, 3.0)
        outputs.append(arrays(model, z)[0])
    _draw_weights(model, rng, 1.0)
    return {
        "logits": _reach(outputs),
        "weights": bool(model.trainable_variables),
        "gradients": _gradients_arrive(model, z, rng),
    }


def decoder_paths(answers, latent: int, seed: int) -> dict:
    """How many pixels move with z at all, and which entries of z move any pixel."""
    model, rng = _decoder(answers, latent), np.random.default_rng(seed)
    z = rng.standard_normal((32, latent)).astype("float32")
    moved = np.zeros((latent, int(np.prod(IMAGE_SHAPE))), bool)
    for _ in range(DRAWS):
        _draw_weights(model, rng, 1.0)
        before = arrays(model, z)[0].reshape(len(z), -1)
        for i in range(latent):
            after = arrays(model, z + 2.0 * np.eye(latent, dtype="float32")[i])[0]
            moved[i] |= _differs(after.reshape(len(z), -1), before).any(axis=0)
    return {"pixels": int(moved.any(axis=0).sum()), "latents": moved.any(axis=1)}


def _made(answers, name: str, latent: int):
    return getattr(answers, name)(latent)


def _encoder(answers, latent: int):
    """The learner's encoder, after a check that it can be asked further questions."""
    return _called_once(answers, "build_encoder", latent, IMAGE_SHAPE, 2)


def _decoder(answers, latent: int):
    """The learner's decoder, after the same check."""
    return _called_once(answers, "build_decoder", latent, (latent,), 1)


def _called_once(answers, name: str, latent: int, input_shape, outputs: int):
    """Make a network and call it once, so that weights made on the first call exist."""
    model = _made(answers, name, latent)
    form = _form(model, np.zeros((1, *input_shape)))
    if form.get("outputs") != outputs or (name == "build_encoder" and not _is_pair(form, latent)):
        raise BadValue(
            f"`{name}({latent})` does not return a model with the right outputs yet (see the test "
            "of the shapes), so this cannot be tried."
        )
    return model


def _is_pair(form: dict, latent: int) -> bool:
    return form["shapes"] == [[1, latent], [1, latent]]


def _form(model, inputs) -> dict:
    """Kind of the answer; number, shapes, dtypes and finiteness of its outputs."""
    if not isinstance(model, keras.Model):
        return {"kind": type(model).__name__}
    outputs = model(tf.constant(inputs, tf.float32), training=False)
    if isinstance(outputs, dict):
        return {"kind": "keras.Model", "outputs": "a dict"}
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    arrays = [keras.ops.convert_to_numpy(output) for output in outputs]
    return {
        "kind": "keras.Model",
        "outputs": len(arrays),
        "shapes": [list(array.shape) for array in arrays],
        "dtypes": [array.dtype.name for array in arrays],
        "finite": all(bool(np.isfinite(array).all()) for array in arrays),
    }


def arrays(model, inputs) -> list[np.ndarray]:
    """A network's outputs without training behaviour, each as a float64 array."""
    outputs = model(tf.constant(inputs, tf.float32), training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [np.asarray(keras.ops.convert_to_numpy(output), np.float64) for output in outputs]


def _draw_weights(model, rng, gain: float) -> None:
    """Give every trainable weight a fresh normal value: kernels by fan-in, others wide."""
    for variable in model.trainable_variables:
        shape = tuple(variable.shape)
        scale = gain / np.sqrt(np.prod(shape[:-1])) if len(shape) > 1 else 1.0
        variable.assign(rng.normal(0.0, scale, shape).astype("float32"))


def _reach(outputs: list[np.ndarray]) -> dict:
    """Whether values below 0, and beyond the bounds of a sigmoid or tanh, came out."""
    # An exponential at the end may overflow here; an infinity counts as beyond.
    values = np.concatenate([output.ravel() for output in outputs])
    return {"negative": bool((values < -1e-6).any()), "beyond": bool((abs(values) > BOUND).any())}


def _gradients_arrive(model, inputs, rng) -> bool:
    """Whether every trainable weight gets a gradient from a random weighing of the outputs."""
    with tf.GradientTape() as tape:
        outputs = model(tf.constant(inputs, tf.float32), training=True)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        total = sum(tf.reduce_sum(out * rng.standard_normal(out.shape)) for out in outputs)
    gradients = tape.gradient(total, model.trainable_variables)
    return all(gradient is not None for gradient in gradients)


def _differs(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    return np.abs(after - before) > 1e-6 * (1 + np.abs(before))


def _inverted_block(images: np.ndarray, row: int, column: int) -> np.ndarray:
    changed = images.copy()
    where = np.s_[:, BLOCK * row : BLOCK * (row + 1), BLOCK * column : BLOCK * (column + 1)]
    changed[where] = 1 - changed[where]
    return changed
