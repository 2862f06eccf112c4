"""One cell of the study: train a model, then measure it on images it was not trained on."""

from __future__ import annotations

import math
import os
import threading
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

import keras
import numpy as np

from bvae_ref import metrics
from bvae_ref.data.dataset import Dataset
from bvae_ref.interpolation import traversals
from bvae_ref.model import DisentangledVAE
from bvae_ref.run_data import load_parts
from bvae_ref.study.plan import Cell
from bvae_ref.study.table import FACTOR_SCORES
from bvae_ref.training import train

# Where a traversal goes: two standard deviations of the prior to either side.
TRAVERSAL = np.linspace(-2.0, 2.0, 7)
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn")
# The class is a label; all other factors are ordered.
_CATEGORICAL = (0,)
_WITHOUT_FACTORS = (
    "rate",
    "distortion",
    "active_units",
    "mutual_information",
    "total_correlation",
    "dimension_wise_kl",
)

# Keras keeps a seed and a precision for the whole process, so two cells at once would mix.
_one_at_a_time = threading.Lock()


class Outcome(NamedTuple):
    """What a cell returns.

    Attributes:
        result: plain data; None stands for what was not measured, NaN for what diverged.
        arrays: images and matrices for the sheets, by name.
    """

    result: dict[str, Any]
    arrays: dict[str, np.ndarray]


def run_cell(cell: Cell, data_dir: str | os.PathLike | None = None) -> Outcome:
    """Train and measure one cell.

    A model whose loss or codes are not finite has diverged: its scores are NaN.

    Raises:
        DataUnavailable, ImportError, ValueError: the images or scikit-learn are missing.
    """
    with _one_at_a_time:
        try:
            return _run(cell, data_dir)
        finally:
            keras.backend.clear_session()


def _run(cell: Cell, data_dir) -> Outcome:
    began = time.perf_counter()
    training, held_out = load_parts(cell.config, data_dir, quiet=True)
    trained = train(
        cell.config,
        images=training.images,
        held_out=held_out.images,
        progress=False,
        importance_samples=0,
    )
    model, figures = trained.model, trained.held_out
    mean, log_var = model.encode(held_out.images)
    finite = all(map(math.isfinite, figures.values())) and bool(np.isfinite([mean, log_var]).all())
    result: dict[str, Any] = {
        "data": cell.config.data,
        "objective": cell.config.objective,
        "beta": cell.config.beta,
        "capacity": cell.config.capacity if cell.config.objective == "capacity" else None,
        "seed": cell.config.seed,
        "diverged": not finite,
        **{name: figures[name] for name in ("recon", "kl", "elbo")},
        **_without_factors(model, held_out, mean, log_var, finite),
        **_with_factors(held_out, mean, finite),
        "seconds": time.perf_counter() - began,
        "versions": _versions(),
    }
    return Outcome(result, _arrays(model, held_out, mean, finite))


def _without_factors(model: DisentangledVAE, held_out: Dataset, mean, log_var, finite: bool):
    """What any images allow: rate, distortion, active units, and what the KL is made of."""
    if not finite:
        return {**dict.fromkeys(_WITHOUT_FACTORS, math.nan), "per_latent_kl": []}
    rate = metrics.rate(mean, log_var)
    parts = metrics.kl_decomposition(mean, log_var)
    return {
        "rate": rate.score,
        "distortion": _distortion(model, held_out.images, mean, log_var),
        "active_units": metrics.active_units(mean).score,
        "mutual_information": parts.index_code_mi,
        "total_correlation": parts.total_correlation,
        "dimension_wise_kl": parts.dimension_wise_kl,
        "per_latent_kl": rate.per_latent.tolist(),
    }


def _distortion(model: DisentangledVAE, images, mean, log_var) -> float:
    """Nats per image that the decoder misses, from one draw of every posterior."""
    eps = np.random.default_rng(1).standard_normal(mean.shape).astype("float32")
    logits = keras.ops.convert_to_numpy(model.decoder(mean + np.exp(0.5 * log_var) * eps))
    return metrics.distortion(images, logits).score


def _with_factors(held_out: Dataset, mean, finite: bool) -> dict[str, Any]:
    """The scores that need known factors; None on images without."""
    if held_out.factors is None:
        return dict.fromkeys(FACTOR_SCORES)
    if not finite:
        return dict.fromkeys(FACTOR_SCORES, math.nan)
    factors = held_out.factors
    mig = metrics.mig(mean, factors)
    dci = metrics.dci(mean, factors, categorical=_CATEGORICAL)
    return {
        "mig": mig.score,
        "dci_disentanglement": dci.score,
        "dci_completeness": dci.completeness,
        "dci_informativeness": dci.informativeness,
        "sap": metrics.sap(mean, factors, categorical=_CATEGORICAL).score,
        "factor_vae": metrics.factor_vae_score(mean, factors).score,
        "beta_vae": metrics.beta_vae_score(mean, factors).score,
        "modularity": metrics.modularity(mean, factors).score,
        "factor_names": list(held_out.factor_names),
        "mig_gaps": mig.gaps.tolist(),
        "informed": dci.informed.tolist(),
    }


def _arrays(model: DisentangledVAE, held_out: Dataset, mean, finite: bool):
    """Traversal images `(latents, 7, 28, 28)` as bytes, and what each latent knows."""
    if not finite:
        return {}
    images = traversals(model, mean[0], TRAVERSAL)[..., 0]
    arrays = {"traversal": np.round(images * 255).astype(np.uint8), "values": TRAVERSAL}
    if held_out.factors is not None:
        mig = metrics.mig(mean, held_out.factors)
        arrays["known"] = (mig.matrix / mig.entropies).astype(np.float32)
    return arrays


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            # tensorflow-cpu is the same code under another name.
            found[package] = _cpu_version() if package == "tensorflow" else "not installed"
    return found


def _cpu_version() -> str:
    try:
        return version("tensorflow-cpu")
    except PackageNotFoundError:
        return "of unknown version"
