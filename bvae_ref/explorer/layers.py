"""One Keras layer as one step that the page's scripts can take.

Only what is understood exactly is translated: a layer's own class (a subclass may do anything),
and activations that are Keras' own functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from bvae_ref.explorer.packing import Pack

Translation = Callable[[Any, Pack], dict]

ACTIVATIONS = (
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "exponential",
)


class NotUnderstood(ValueError):
    """A network has a part that the page cannot compute; the message names it."""


def translated(layer: Any, pack: Pack) -> dict[str, Any]:
    """A layer's step: "op", and what that operation needs; weights go into `pack`.

    Raises:
        NotUnderstood: another layer, activation or setting.
    """
    translate = _TRANSLATIONS.get(type(layer))
    if translate is None:
        raise NotUnderstood(f"layer {layer.name} is a {type(layer).__name__}")
    return translate(layer, pack)


def _activation(layer: Any) -> str:
    """The name of a layer's activation, if it is Keras' own function with its own settings."""
    for name in ACTIVATIONS:
        if layer.activation is getattr(keras.activations, name):
            return name
    told = getattr(layer.activation, "__name__", type(layer.activation).__name__)
    raise NotUnderstood(f"layer {layer.name} has the activation {told}")


def _only(layer: Any, **allowed: Any) -> None:
    """NotUnderstood, unless the layer's settings have these values."""
    for setting, value in allowed.items():
        given = getattr(layer, setting)
        if given != value:
            raise NotUnderstood(f"layer {layer.name} has {setting} {given!r}, not {value!r}")


def _dense(layer: layers.Dense, pack: Pack) -> dict:
    kernel, bias = _kernel_and_bias(layer, pack)
    return {"op": "dense", "kernel": kernel, "bias": bias, "activation": _activation(layer)}


def _conv(layer: layers.Conv2D, pack: Pack) -> dict:
    _only(layer, data_format="channels_last", dilation_rate=(1, 1), groups=1)
    kernel, bias = _kernel_and_bias(layer, pack)
    return {"op": "conv", "kernel": kernel, "bias": bias, **_windows(layer, layer.strides)}


def _conv_transpose(layer: layers.Conv2DTranspose, pack: Pack) -> dict:
    _only(layer, data_format="channels_last", dilation_rate=(1, 1), output_padding=None)
    # Keras' order is (…, outputs, inputs).
    kernel, bias = _kernel_and_bias(layer, pack, order=(0, 1, 3, 2))
    step = {"op": "convTranspose", "kernel": kernel, "bias": bias}
    return {**step, **_windows(layer, layer.strides)}


def _windows(layer: Any, strides: Sequence[int]) -> dict:
    if layer.padding not in ("same", "valid"):
        raise NotUnderstood(f"layer {layer.name} has padding {layer.padding!r}")
    return {
        "strides": [int(s) for s in strides],
        "same": layer.padding == "same",
        "activation": _activation(layer) if hasattr(layer, "activation") else "linear",
    }


def _kernel_and_bias(layer: Any, pack: Pack, order: Sequence[int] | None = None) -> tuple:
    kernel = np.asarray(layer.kernel)
    if order is not None:
        kernel = kernel.transpose(order)
    bias = np.asarray(layer.bias) if layer.use_bias else np.zeros(kernel.shape[-1])
    return pack.add_weights(kernel), pack.add_floats(bias)


def _pool(op: str) -> Translation:
    def translate(layer: Any, pack: Pack) -> dict:
        _only(layer, data_format="channels_last")
        return {"op": op, "size": list(layer.pool_size), **_windows(layer, layer.strides)}

    return translate


def _up_sampling(layer: layers.UpSampling2D, pack: Pack) -> dict:
    _only(layer, data_format="channels_last")
    if layer.interpolation not in ("nearest", "bilinear"):
        raise NotUnderstood(f"layer {layer.name} interpolates by {layer.interpolation!r}")
    smooth = layer.interpolation == "bilinear"
    return {"op": "upSample", "size": list(layer.size), "smooth": smooth}


def _global_average(layer: layers.GlobalAveragePooling2D, pack: Pack) -> dict:
    _only(layer, data_format="channels_last")
    return {"op": "globalAverage", "keep": bool(layer.keepdims)}


def _zero_padding(layer: layers.ZeroPadding2D, pack: Pack) -> dict:
    _only(layer, data_format="channels_last")
    return {"op": "pad", "by": [list(pair) for pair in layer.padding]}


def _cropping(layer: layers.Cropping2D, pack: Pack) -> dict:
    _only(layer, data_format="channels_last")
    return {"op": "crop", "by": [list(pair) for pair in layer.cropping]}


def _reshape(layer: layers.Reshape, pack: Pack) -> dict:
    return {"op": "reshape", "shape": [int(side) for side in layer.target_shape]}


def _flatten(layer: layers.Flatten, pack: Pack) -> dict:
    _only(layer, data_format="channels_last")
    return {"op": "reshape", "shape": [-1]}


def _batch_normalization(layer: layers.BatchNormalization, pack: Pack) -> dict:
    """With moving averages it is one multiplication and one addition for each channel."""
    if layer.axis not in (-1, layer.input_spec.ndim - 1):
        raise NotUnderstood(f"layer {layer.name} normalises axis {layer.axis}")
    mean, variance = (np.asarray(w, "float64") for w in (layer.moving_mean, layer.moving_variance))
    factor = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        factor = factor * np.asarray(layer.gamma)
    offset = -mean * factor
    if layer.center:
        offset = offset + np.asarray(layer.beta)
    return {"op": "affine", "factor": pack.add_floats(factor), "offset": pack.add_floats(offset)}


def _layer_normalization(layer: layers.LayerNormalization, pack: Pack) -> dict:
    axes = layer.axis if isinstance(layer.axis, (list, tuple)) else [layer.axis]
    if list(axes) != [-1]:
        raise NotUnderstood(f"layer {layer.name} normalises axes {axes}")
    gamma = np.asarray(layer.gamma) if layer.scale else np.ones(1)
    beta = np.asarray(layer.beta) if layer.center else np.zeros(1)
    places = {"factor": pack.add_floats(gamma), "offset": pack.add_floats(beta)}
    return {"op": "layerNorm", "epsilon": float(layer.epsilon), **places}


def _rescaling(layer: layers.Rescaling, pack: Pack) -> dict:
    if np.ndim(layer.scale) or np.ndim(layer.offset):
        raise NotUnderstood(f"layer {layer.name} rescales channels differently")
    places = {"factor": pack.add_floats([layer.scale]), "offset": pack.add_floats([layer.offset])}
    return {"op": "affine", **places}


def _activation_layer(layer: layers.Activation, pack: Pack) -> dict:
    return {"op": "activation", "activation": _activation(layer)}


def _relu(layer: layers.ReLU, pack: Pack) -> dict:
    _only(layer, max_value=None, negative_slope=0.0, threshold=0.0)
    return {"op": "activation", "activation": "relu"}


def _leaky_relu(layer: layers.LeakyReLU, pack: Pack) -> dict:
    return {"op": "activation", "activation": "leaky_relu", "slope": float(layer.negative_slope)}


def _concatenate(layer: layers.Concatenate, pack: Pack) -> dict:
    _only(layer, axis=-1)
    return {"op": "concatenate"}


# Layers that change nothing once a network is trained.
UNCHANGING = {
    layers.InputLayer,
    layers.Identity,
    layers.Dropout,
    layers.SpatialDropout2D,
    layers.GaussianNoise,
    layers.GaussianDropout,
    layers.AlphaDropout,
    layers.ActivityRegularization,
}
_TRANSLATIONS: dict[type, Translation] = {
    layers.Dense: _dense,
    layers.Conv2D: _conv,
    layers.Conv2DTranspose: _conv_transpose,
    layers.UpSampling2D: _up_sampling,
    layers.MaxPooling2D: _pool("maxPool"),
    layers.AveragePooling2D: _pool("averagePool"),
    layers.GlobalAveragePooling2D: _global_average,
    layers.ZeroPadding2D: _zero_padding,
    layers.Cropping2D: _cropping,
    layers.Reshape: _reshape,
    layers.Flatten: _flatten,
    layers.BatchNormalization: _batch_normalization,
    layers.LayerNormalization: _layer_normalization,
    layers.Rescaling: _rescaling,
    layers.Activation: _activation_layer,
    layers.ReLU: _relu,
    layers.LeakyReLU: _leaky_relu,
    layers.Add: lambda layer, pack: {"op": "add"},
    layers.Concatenate: _concatenate,
}
