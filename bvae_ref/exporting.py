"""A trained model's networks in forms that other programs read."""

from __future__ import annotations

import importlib.util
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from bvae_ref.checkpoints import writable_folder
from bvae_ref.model import DisentangledVAE
from bvae_ref.saved_models import save_json
from bvae_ref.writing import write_whole

ABOUT_FILE = "about.json"


def export(model: DisentangledVAE, folder: str | os.PathLike, kind: str) -> list[Path]:
    """Write encoder and decoder, and `about.json`, which says what goes in and comes out.

    | kind | files | read by |
    |---|---|---|
    | "savedmodel" | `encoder/`, `decoder/` | TensorFlow: `tf.saved_model.load(…).serve(x)` |
    | "onnx" | `encoder.onnx`, `decoder.onnx` | ONNX Runtime; writing needs tf2onnx |
    | "tflite" | `encoder.tflite`, `decoder.tflite` | TensorFlow Lite |
    | "npz" | `encoder.npz`, `decoder.npz` | NumPy: the arrays of every layer, "NAME/0", … |

    All are float32. The encoder gives mean and log_var; the decoder gives logits, whose sigmoid
    are the pixels, or under a Gaussian likelihood the pixels' means.

    Returns:
        What was written, `about.json` last.

    Raises:
        ValueError: an unknown kind.
        RuntimeError: "onnx" without tf2onnx.
        OSError: the folder cannot be written to.
    """
    if kind not in _WRITERS:
        raise ValueError(f"format is {kind!r}; expected one of {', '.join(FORMATS)}.")
    if kind == "onnx" and importlib.util.find_spec("tf2onnx") is None:
        raise RuntimeError(
            "writing ONNX needs tf2onnx: pip install 'beyond-pixels[export]'; the other formats "
            "do without."
        )
    target = writable_folder(folder)
    gaussian = model.likelihood == "gaussian"
    networks = {"encoder": model.encoder, "decoder": model.decoder}
    outputs = {"encoder": ("mean", "log_var"), "decoder": ("means" if gaussian else "logits",)}
    written = [
        _WRITERS[kind](network, outputs[name], target / name) for name, network in networks.items()
    ]
    about = {
        "format": kind,
        "image_shape": list(model.image_shape),
        "latents": model.latent_dim,
        "encoder": "images in [0, 1] → mean, log_var (the logarithm of the variance)",
        "decoder": f"z → {'means of the pixels' if gaussian else 'logits; sigmoid gives pixels'}",
        "beta": model.beta,
        "likelihood": model.likelihood,
        "sigma": model.sigma if gaussian else None,
        "layers": {name: _layers(network) for name, network in networks.items()},
    }
    save_json(about, target / ABOUT_FILE)
    return [*written, target / ABOUT_FILE]


class _Served(tf.Module):
    """A network as a function whose outputs have names."""

    def __init__(self, network: keras.Model, outputs: tuple[str, ...]):
        super().__init__()
        self.network = network
        shape = network.inputs[0].shape

        def serve(x):
            return dict(zip(outputs, _listed(network(x, training=False)), strict=True))

        self.serve = tf.function(serve, input_signature=[tf.TensorSpec(shape, tf.float32, "x")])


def _listed(outputs: Any) -> list:
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def gelu(x: Any) -> Any:
    """½x (1 + erf(x/√2)) from operations that every converter knows, to about 1e-7.

    erf by Abramowitz & Stegun 1964, formula 7.1.26, whose error is at most 1.5e-7.
    """
    u = ops.abs(x) / math.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * u)
    rest = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    return 0.5 * x + 0.5 * ops.abs(x) * (1.0 - rest * ops.exp(-u * u))


def _portable(network: keras.Model) -> keras.Model:
    """The same network in float32, with `gelu` in place of Keras's."""

    def again(layer):
        changed = {**layer.get_config(), "dtype": "float32"}
        if changed.get("activation") == "gelu":
            changed["activation"] = gelu
        return type(layer).from_config(changed)

    copy = keras.models.clone_model(network, clone_function=again)
    copy.set_weights(network.get_weights())
    return copy


def _saved_model(network: keras.Model, outputs: tuple[str, ...], path: Path) -> Path:
    served = _Served(_portable(network), outputs)
    tf.saved_model.save(served, str(path), signatures={"serving_default": served.serve})
    return path


def _onnx(network: keras.Model, outputs: tuple[str, ...], path: Path) -> Path:
    import tf2onnx

    path, copy = path.with_suffix(".onnx"), _portable(network)
    signature = [tf.TensorSpec(copy.inputs[0].shape, tf.float32, name="x")]
    function = tf.function(
        lambda x: [
            tf.identity(value, name=name)
            for name, value in zip(outputs, _listed(copy(x, training=False)), strict=True)
        ],
        input_signature=signature,
    )
    tf2onnx.convert.from_function(function, signature, output_path=str(path))
    return path


def _tflite(network: keras.Model, outputs: tuple[str, ...], path: Path) -> Path:
    path, copy = path.with_suffix(".tflite"), _portable(network)
    # As variables the weights would stay behind: the file has no place for their values.
    weights = [
        [np.asarray(variable) for variable in variables]
        for variables in (copy.trainable_variables, copy.non_trainable_variables)
    ]

    def serve(x):
        values, _ = copy.stateless_call(*weights, x, training=False)
        return dict(zip(outputs, _listed(values), strict=True))

    module, shape = tf.Module(), copy.inputs[0].shape
    module.serve = tf.function(serve, input_signature=[tf.TensorSpec(shape, tf.float32, "x")])
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures={"serving_default": module.serve})
        write_whole(path, tf.lite.TFLiteConverter.from_saved_model(folder).convert())
    return path


def _npz(network: keras.Model, outputs: tuple[str, ...], path: Path) -> Path:
    path = path.with_suffix(".npz")
    arrays = {
        f"{layer.name}/{i}": np.asarray(array)
        for layer in network.layers
        for i, array in enumerate(layer.get_weights())
    }
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def _layers(network: keras.Model) -> list[list[str]]:
    """Name, kind and activation of every layer with weights, in order."""
    return [
        [layer.name, type(layer).__name__, getattr(layer.activation, "__name__", "")]
        for layer in network.layers
        if layer.weights
    ]


_WRITERS: dict[str, Callable[[keras.Model, tuple[str, ...], Path], Path]] = {
    "savedmodel": _saved_model,
    "onnx": _onnx,
    "tflite": _tflite,
    "npz": _npz,
}
FORMATS = tuple(_WRITERS)
