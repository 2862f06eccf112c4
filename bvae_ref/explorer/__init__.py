"""A trained model to play with, as one web page that needs nothing else.

`explore(model, images, labels)` shows it in a notebook, `bvae explore` writes it to a file.
Encoder and decoder run in the browser: networks in `layers`, numbers in `packing`, the page's
scripts in `js/`, its English in `words/`. Names are looked up when they are used, so that the
command's help does not import TensorFlow.
"""

from typing import Any

__all__ = ["Explorer", "explore"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from bvae_ref.explorer import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'bvae_ref.explorer' has no attribute {name!r}")
