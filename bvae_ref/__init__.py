"""The mathematics of the course: a β-VAE from its data to its metrics.

The names below are the ones to begin with; each module has more (docs/reference.md). Names are
looked up when they are used, so that `import bvae_ref` does not import TensorFlow.
"""

from importlib import import_module

from bvae_ref.drawing import drop_missing_backend
from bvae_ref.keras_names import register
from bvae_ref.tensorflow_start import prepare

__version__ = "0.2.0"

# Name → the module that holds it.
_HOMES = {
    "Dataset": "data",
    "load": "data",
    "Sampling": "sampling",
    "reparameterize": "sampling",
    "kl_divergence": "kl",
    "kl_per_dimension": "kl",
    "reconstruction_loss": "losses",
    "beta_vae_loss": "losses",
    "effective_beta": "losses",
    "build_encoder": "networks",
    "build_decoder": "networks",
    "DisentangledVAE": "model",
    "held_out_elbo": "model",
    "BetaSchedule": "schedules",
    "TrainConfig": "settings",
    "train": "training",
    "load_model": "saved_models",
    "export": "exporting",
    "lerp": "interpolation",
    "slerp": "interpolation",
    "explore": "explorer.notebook",
}

prepare()
drop_missing_backend()
register()

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"bvae_ref.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'bvae_ref' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
