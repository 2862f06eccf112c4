"""Measured disentanglement, on plain arrays: codes `(n, latents)` and factors `(n, factors)`.

Every metric is a function that returns a frozen dataclass with its `score` and the `matrix`
behind it. Information is in nats. NumPy is enough for all of them but `dci`, which asks for
scikit-learn: `pip install 'beyond-pixels[metrics]'`.

| function | asks | best |
|---|---|---|
| `mig` | has each factor one latent that knows it far better than all others? | 1 |
| `modularity` | does each latent know only one factor? | 1 |
| `sap` | the question of `mig`, by prediction in place of information | 1 |
| `dci` | is each latent used for one factor, each factor given by one latent, and how well? | 1 |
| `factor_vae_score` | does one latent stand still when a factor does, and which? | 1 |
| `beta_vae_score` | can a linear classifier tell which factor stood still? Saturates early. | 1 |
| `active_units` | how many latents react to the image at all? | – |
| `kl_decomposition` | what is the KL made of: information, dependence, or shape? | – |
| `rate`, `distortion` | nats that the code carries, and nats that are still missing | – |
"""

from bvae_ref.metrics.activity import ActiveUnits, active_units
from bvae_ref.metrics.aggregate import KlDecomposition, kl_decomposition
from bvae_ref.metrics.fixed_factor import (
    BetaVaeScore,
    FactorVaeScore,
    beta_vae_score,
    factor_vae_score,
)
from bvae_ref.metrics.importance import Dci, dci, importance_scores
from bvae_ref.metrics.information import Information, mutual_information, plug_in_bias
from bvae_ref.metrics.information_scores import Mig, Modularity, mig, modularity
from bvae_ref.metrics.predictability import Sap, sap
from bvae_ref.metrics.rate_distortion import Distortion, Rate, distortion, rate

__all__ = [
    "ActiveUnits",
    "BetaVaeScore",
    "Dci",
    "Distortion",
    "FactorVaeScore",
    "Information",
    "KlDecomposition",
    "Mig",
    "Modularity",
    "Rate",
    "Sap",
    "active_units",
    "beta_vae_score",
    "dci",
    "distortion",
    "factor_vae_score",
    "importance_scores",
    "kl_decomposition",
    "mig",
    "modularity",
    "mutual_information",
    "plug_in_bias",
    "rate",
    "sap",
]
