"""Keras knows the names of this package's classes as soon as both are imported.

`keras.saving.load_model("out/run/model.keras")` finds a class by its registered name. Importing
every class with `bvae_ref` would import TensorFlow; so a stand-in is registered, which imports
the class when Keras asks for it.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from importlib import import_module
from typing import Any

# Registered name → the module that registers the class itself.
CLASSES = {
    "bvae_ref>Sampling": "bvae_ref.sampling",
    "bvae_ref>DisentangledVAE": "bvae_ref.model",
    "bvae_ref>ObjectiveVAE": "bvae_ref.objectives",
    "bvae_ref>Later": "bvae_ref.compilation",
}


def register() -> None:
    """Register stand-ins now if Keras is imported, or else as soon as it is."""
    if hasattr(sys.modules.get("keras"), "saving"):
        _fill()
    elif "keras" not in sys.modules and not any(isinstance(f, _AtImport) for f in sys.meta_path):
        sys.meta_path.insert(0, _AtImport())


class _StandIn:
    """Looks to Keras like a class that is made from its configuration."""

    def __init__(self, name: str):
        self.name = name
        self.__name__ = name.partition(">")[2]

    def real(self) -> Any:
        """The class itself; ImportError where its module may not be imported."""
        return getattr(import_module(CLASSES[self.name]), self.__name__)

    def from_config(self, config: dict, custom_objects: Any = None) -> Any:
        return self.real().from_config(config)


def _fill() -> None:
    known = sys.modules["keras"].saving.get_custom_objects()
    for name in CLASSES:
        known.setdefault(name, _StandIn(name))


class _AtImport(importlib.abc.MetaPathFinder):
    """Finds Keras as it would be found, and registers the stand-ins once it is loaded."""

    def find_spec(self, name, path=None, target=None):
        if name != "keras":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Filling(spec.loader)
        return spec


class _Filling(importlib.abc.Loader):
    """Loads Keras by its own loader, which it has again afterwards."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module) -> None:
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        _fill()
