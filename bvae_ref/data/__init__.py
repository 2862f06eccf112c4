"""Images for the course: brush strokes drawn on the spot, or Kuzushiji-MNIST.

`load` is the one loader. `bvae_ref.data.strokes` draws single images from chosen factors.
"""

from bvae_ref.data.dataset import CLASS_KANA, CLASS_NAMES, Dataset
from bvae_ref.data.errors import DataUnavailable
from bvae_ref.data.loading import load, why

__all__ = ["CLASS_KANA", "CLASS_NAMES", "DataUnavailable", "Dataset", "load", "why"]
