"""A Keras network as a plain list of steps that the page's scripts can take."""

from __future__ import annotations

from typing import Any

import keras

from bvae_ref.explorer.layers import UNCHANGING, NotUnderstood, translated
from bvae_ref.explorer.packing import Pack


def describe(network: keras.Model, pack: Pack, outputs: int) -> dict[str, Any]:
    """The steps of a Functional or Sequential network with one input.

    Args:
        network: built; its weights go into `pack`.
        pack: where weights are put.
        outputs: how many of its outputs are wanted, from the first.

    Returns:
        {"steps", "outputs"}. Step 0 is the input; every other step has "op", "from" (numbers of
        earlier steps) and what its operation needs. "outputs" are numbers of steps.

    Raises:
        NotUnderstood: a subclassed model, another layer, activation or setting, several inputs,
            or fewer outputs.
    """
    steps: list[dict[str, Any]] = [{"op": "input"}]
    found = _walk(network, [0], steps, pack, outputs)
    if len(found) < outputs:
        raise NotUnderstood(f"{network.name} has {len(found)} outputs where {outputs} are needed")
    return {"steps": steps, "outputs": found[:outputs]}


def _walk(
    network: Any, inputs: list[int], steps: list, pack: Pack, wanted: int | None = None
) -> list[int]:
    """Append a network's steps; return the numbers of those that are its (first) outputs."""
    if type(network) is keras.Sequential:
        at = inputs
        for layer in network.layers:
            at = _step(layer, at, steps, pack)
        return at
    if not _is_functional(network):
        raise NotUnderstood(f"{network.name} is a model of its own class, {type(network).__name__}")
    config = _config(network)
    entries = {entry["name"]: entry for entry in config["layers"]}
    made: dict[tuple[str, int], list[int]] = {}
    heads = _heads(config["input_layers"])
    if len(heads) != len(inputs):
        raise NotUnderstood(f"{network.name} has {len(heads)} inputs where 1 is expected")
    for (name, node, _), number in zip(heads, inputs, strict=True):
        made[name, node] = [number]

    def results(name: str, node: int) -> list[int]:
        if (name, node) not in made:
            call = entries[name]["inbound_nodes"][node]
            sources = [results(n, k)[part] for n, k, part in _tensors(call["args"])]
            if _tensors(call["kwargs"]):
                raise NotUnderstood(f"layer {name} takes inputs by keyword")
            made[name, node] = _step(_layer(network, name), sources, steps, pack)
        return made[name, node]

    tails = _heads(config["output_layers"])[:wanted]
    return [results(name, node)[part] for name, node, part in tails]


def _step(layer: Any, inputs: list[int], steps: list, pack: Pack) -> list[int]:
    if isinstance(layer, keras.Model):
        return _walk(layer, inputs, steps, pack)
    if type(layer) in UNCHANGING:
        return inputs
    steps.append({**translated(layer, pack), "from": inputs})
    return [len(steps) - 1]


def _config(network: Any) -> dict[str, Any]:
    """What a saved file says of a network, and so the same in all versions of Keras 3."""
    try:
        return network.get_config()
    except (NotImplementedError, TypeError, ValueError) as error:
        raise NotUnderstood(f"{network.name} has a layer that cannot be saved") from error


def _layer(network: Any, name: str) -> Any:
    try:
        return network.get_layer(name)
    except ValueError as error:
        raise NotUnderstood(f"{name} in {network.name} is a function, not a layer") from error


def _is_functional(network: Any) -> bool:
    return isinstance(network, keras.Model) and type(network).__name__ == "Functional"


def _heads(listed: Any) -> list[tuple[str, int, int]]:
    """Inputs or outputs of a configuration: one [name, node, part], or a list of them."""
    if isinstance(listed, dict):
        raise NotUnderstood("its outputs are a dictionary")
    if listed and isinstance(listed[0], str):
        listed = [listed]
    return [(name, int(node), int(part)) for name, node, part in listed]


def _tensors(value: Any) -> list[tuple[str, int, int]]:
    """Every tensor in a layer's arguments, as (layer, node, part), in order."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, node, part = value["config"]["keras_history"]
        return [(name, int(node), int(part))]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in _tensors(item)]
    return []
