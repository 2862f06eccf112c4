"""What the logs of a capstone model report, told by what its codes and pixels cost."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from autograder.exercises.capstone_facts import (
    EDGE,
    PIXELS,
    STANDARD_ERRORS,
    Seen,
    bernoulli_cost,
    divergence,
    numbers,
    part,
)
from bvae_ref.shapes import IMAGE_SHAPE

TERMS = ("loss", "recon", "kl")
# Of figures that single precision carries over many images.
RTOL = 2e-3
AS_ASKED = "as asked"
SUM, LESS, MORE = "a sum", "less than that", "more than that"
# What the second output of `encode` is taken for, and how that becomes a log_var.
READINGS = {
    "σ in the place of log_var": lambda s: 2 * np.log(np.maximum(s, EDGE)),
    "σ² in the place of log_var": lambda s: np.log(np.maximum(s, EDGE)),
    "log σ in the place of log_var": lambda s: 2 * s,
}


def reported(answer, images, latent: int, draws: int, beta: float, few: int) -> dict:
    """How the logs of an evaluation relate to codes, pixels and β.

    Returns:
        "names": those of loss, recon and kl that are there as numbers; and if all are: for "recon"
        and "kl" what they are "of" and on which "scale", both in words; for "loss" `AS_ASKED`,
        another combination of the other two, or none that is known.
    """
    logs, of_few = part(answer, "logs"), part(answer, "logs_of_few")
    names = _named(logs)
    if names != list(TERMS) or _named(of_few) != list(TERMS):
        return {"names": names}
    seen = Seen(part(answer, "after"), images, latent, draws)
    shape = (len(images), *IMAGE_SHAPE)
    centre = numbers(part(answer, "centre"), shape, "the pixels that `decode` gives")
    centre = float(bernoulli_cost(images, centre).mean())
    loss, recon, kl = (float(np.asarray(logs[name])) for name in TERMS)
    of_kl = _kl_label(kl, float(np.asarray(of_few["kl"])), seen, draws, few)
    readable = of_kl["of"] not in READINGS
    return {
        "names": names,
        "kl": of_kl,
        "recon": _recon_label(recon, seen, centre, draws, few, readable),
        "loss": _loss_label(loss, recon, kl, beta),
    }


def _named(logs) -> list[str]:
    if not isinstance(logs, Mapping):
        return []
    return [
        name
        for name in TERMS
        if name in logs
        and np.ndim(logs[name]) == 0
        and np.asarray(logs[name]).dtype.kind in "iuf"
        and np.isfinite(logs[name])
    ]


def _explained(value: float, bases: Mapping, scales: Mapping[str, float]) -> dict[str, str]:
    """What a figure is: a thing that is averaged, and how it is summed up.

    Args:
        bases: words → (nats, how far off it may be). The first is what was asked for.
        scales: words → the factor that they mean. The first is what was asked for.

    Returns:
        {"of": …, "scale": …}; what deviates from the first in one way is taken before what does
        in two. What is none of them is `LESS` or `MORE` than the first.
    """
    options = product(enumerate(bases.items()), enumerate(scales.items()))
    for (_, (of, (wanted, margin))), (_, (scale, factor)) in sorted(
        options, key=lambda option: sum(place > 0 for place, _ in option)
    ):
        if abs(value - factor * wanted) <= factor * (RTOL * abs(wanted) + margin):
            return {"of": of, "scale": scale}
    asked, _ = next(iter(bases.values()))
    return {"of": LESS if value < asked else MORE, "scale": next(iter(scales))}


def _recon_label(value: float, seen: Seen, centre: float, draws: int, few: int, readable: bool):
    """`centre`: what the mean codes cost; `readable`: whether log_var is what it should be."""
    rows = slice((seen.costs.size - 1) // few * few, None)
    per_image = np.repeat(seen.costs.mean(axis=0), draws)[rows]
    spread = np.sqrt(2 * seen.costs.var(axis=0, ddof=1).mean() / len(per_image))
    scales = {SUM: 1.0, "a mean over pixels": 1 / PIXELS, "a mean over columns": 1 / IMAGE_SHAPE[0]}
    bases = {
        "sampled codes": (seen.recon, seen.margin),
        "the mean codes, without a draw": (centre, 0.0),
        "the last batch": (per_image.mean(), STANDARD_ERRORS * spread),
    }
    found = _explained(value, bases, scales)
    if readable and found["of"] not in (LESS, MORE):
        return found
    # Codes were drawn with a wrong σ, or decoded wrongly: only the order of magnitude is telling.
    nearest = min(
        scales, key=lambda name: abs(np.log(max(value, EDGE) / scales[name] / seen.recon))
    )
    if not readable:
        return {"of": "codes drawn with another σ", "scale": nearest}
    return {"of": LESS if value < scales[nearest] * seen.recon else MORE, "scale": nearest}


def _kl_label(value: float, of_few: float, seen: Seen, draws: int, few: int):
    per_image = np.repeat(seen.kl, draws)
    batches = -(-len(per_image) // few)
    bases = {"log_var": seen.rate, "the last batch": per_image[(batches - 1) * few :].mean()} | {
        name: float(divergence(seen.mean, change(seen.log_var)).mean())
        for name, change in READINGS.items()
    }
    scales = {
        SUM: 1.0,
        "a mean over latents": 1 / seen.mean.shape[1],
        "a sum without the ½": 2.0,
        "a sum over images too": len(per_image) / batches,
    }
    found = _explained(value, {name: (nats, 0.0) for name, nats in bases.items()}, scales)
    first = scales[found["scale"]] * np.sort(seen.kl)[:few].mean()
    if found["of"] == "log_var" and abs(of_few - first) > RTOL * first:
        return {**found, "of": "this evaluation and the one before"}
    return found


def _loss_label(loss: float, recon: float, kl: float, beta: float) -> str:
    candidates = {
        AS_ASKED: recon + beta * kl,
        "recon + kl": recon + kl,
        "β·recon + kl": beta * recon + kl,
        "β·(recon + kl)": beta * (recon + kl),
        "recon alone": recon,
        "recon − β·kl": recon - beta * kl,
        "recon + kl/β": recon + kl / beta,
    }
    for words, wanted in candidates.items():
        if abs(loss - wanted) <= RTOL * abs(wanted):
            return words
    return LESS if loss < recon + beta * kl else MORE
