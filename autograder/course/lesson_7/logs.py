"""What the logs of a capstone model report, told by what its codes and pixels cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np

from autograder.course.lesson_7.facts import (
    EDGE,
    PIXELS,
    STANDARD_ERRORS,
    Seen,
    cost_of,
    divergence,
    part,
    several,
)
from bvae_ref.shapes import IMAGE_SHAPE

TERMS = ("loss", "recon", "kl")
# For numbers accumulated in single precision over many images.
RTOL = 2e-3
AS_ASKED = "as asked"
SUM, LESS, MORE = "a sum", "less than that", "more than that"
ALL, SAMPLED, LOG_VAR = "all images", "sampled codes", "log_var"
# Of the reconstruction alone, while the KL in the same logs is as asked.
CHEAPER, DEARER = "less than sampled codes cost", "more than sampled codes cost"
LAST, CARRIED = "the last batch", "this evaluation and those before it"
KL_ASKED = {"reading": LOG_VAR, "of": ALL, "scale": SUM}
RECON_ASKED = {"of": SAMPLED, "scale": SUM}
# What the second output of `encode` is taken for, and how that becomes a log_var.
READINGS = {
    LOG_VAR: lambda s: s,
    "σ in place of log_var": lambda s: 2 * np.log(np.maximum(s, EDGE)),
    "σ² in place of log_var": lambda s: np.log(np.maximum(s, EDGE)),
    "log σ in place of log_var": lambda s: 2 * s,
}

# The usual reason for each of the words above, in the logs of a model.
CAUSES = {
    "σ in place of log_var": "`encode` returns σ as its second output. What is log σ² of it?",
    "σ² in place of log_var": "`encode` returns σ² as its second output; the logarithm of that is "
    "asked for.",
    "log σ in place of log_var": "`encode` returns log σ as its second output: log σ² is twice "
    "that.",
    LAST: "Only the last batch is reported. A `keras.metrics.Mean` keeps all of them.",
    CARRIED: "The trackers continue from the previous evaluation. Keras resets those it finds in "
    "`metrics`.",
    "a mean over pixels": "Each image's nats are the sum over its pixels, not their mean.",
    "a mean over latents": "Each image's nats are the sum over its latents, not their mean.",
    "β times the KL": "`kl` in the logs is the KL itself; β multiplies it in the loss and nowhere "
    "else.",
    "a sum without the ½": "The KL is twice what it should be: where is the ½?",
    "a sum over images too": "Sum over pixels and latents, and take the mean over images.",
    "the mean codes, without a draw": "This is the reconstruction from the mean codes: "
    "`test_step` has to draw z.",
    MORE: "Does a tracker get one mean per batch? Then a short last batch counts too much. Feed "
    "it the whole vector `(batch,)`.",
}
CAUSES[LESS] = CAUSES[MORE]
CAUSES[CHEAPER] = CAUSES[DEARER] = (
    "The KL in the same logs is right, so the trackers are. Does every image get noise of its own, "
    "in every call, and is z = μ + σ·ε with σ = exp(½·log_var)?"
)


def reported(answer, images, latent: int, draws: int, beta: float, few: int) -> dict:
    """How the logs of an evaluation relate to codes, pixels and β.

    Returns:
        "names": those of loss, recon and kl that are there as numbers; and if all are: for "recon"
        and "kl" what they are "of" and on which "scale", for "kl" also its "reading" of the second
        output of `encode`, all in words; for "loss" `AS_ASKED`, another combination of the other
        two, or none that is known; "fresh", whether the same images cost something else the second
        time, where the draws make a difference.
    """
    logs = part(answer, "logs")
    of_few = several(part(answer, "logs_of_few"), 2)
    names = _named(logs)
    if names != list(TERMS) or any(_named(one) != names for one in of_few):
        return {"names": names}
    seen = Seen(part(answer, "after"), images, latent, draws)
    centre = cost_of(answer, "centre", images)
    loss, recon, kl = (float(np.asarray(logs[name])) for name in TERMS)
    of_kl = _kl_label(kl, [float(np.asarray(one["kl"])) for one in of_few], seen, few, beta)
    return {
        "names": names,
        "kl": of_kl,
        "recon": _recon_label(recon, seen, centre, few, of_kl),
        "loss": _loss_label(loss, recon, kl, beta),
        "fresh": not _draws_matter(seen, few)
        or bool(np.ptp([float(np.asarray(one["recon"])) for one in of_few]) > 0),
    }


def _draws_matter(seen: Seen, few: int) -> bool:
    """Whether single precision shows in the mean over a few images which noise was drawn."""
    spread = np.sqrt(seen.costs.var(axis=0, ddof=1).mean() / few)
    return bool(spread > 1e-5 * abs(seen.recon))


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


def _recon_label(
    value: float, seen: Seen, centre: float, few: int, of_kl: Mapping[str, str]
) -> dict[str, str]:
    """`centre`: what the mean codes cost; `of_kl`: what the KL beside it is."""
    last = _last_batch(seen.costs.mean(axis=0), seen, few)
    spread = np.sqrt(2 * seen.costs.var(axis=0, ddof=1).mean() / len(last))
    scales = {SUM: 1.0, "a mean over pixels": 1 / PIXELS, "a mean over columns": 1 / IMAGE_SHAPE[0]}
    bases = {
        SAMPLED: (seen.recon, seen.margin),
        "the mean codes, without a draw": (centre, 0.0),
    }
    if of_kl["of"] == LAST:  # both come from the same trackers
        bases[LAST] = last.mean(), STANDARD_ERRORS * spread
    nearest = _nearest(value, seen.recon, scales)
    if of_kl["of"] == CARRIED:
        return {"of": CARRIED, "scale": nearest}
    if of_kl["reading"] != LOG_VAR:
        return {"of": "codes drawn with another σ", "scale": nearest}
    for (of, (wanted, margin)), (scale, factor) in _fewest_changes(bases.items(), scales.items()):
        if abs(value - factor * wanted) <= factor * (RTOL * abs(wanted) + margin):
            return {"of": of, "scale": scale}
    less, more = (CHEAPER, DEARER) if of_kl == KL_ASKED else (LESS, MORE)
    return {"of": less if value < scales[nearest] * seen.recon else more, "scale": nearest}


def _kl_label(
    value: float, of_few: list[float], seen: Seen, few: int, beta: float
) -> dict[str, str]:
    """`of_few`: the KL of the same few images, evaluated before and after the others."""
    least = np.argsort(seen.kl, kind="stable")[:few]
    scales = {
        SUM: 1.0,
        "a mean over latents": 1 / seen.mean.shape[1],
        "β times the KL": beta,
        "a sum without the ½": 2.0,
        "a sum over images too": seen.costs.size / -(-seen.costs.size // few),
    }
    if not _close(*of_few):
        nearest = _nearest(value, seen.rate, scales)
        return {"reading": LOG_VAR, "of": CARRIED, "scale": nearest}
    kl = {name: divergence(seen.mean, read(seen.log_var)) for name, read in READINGS.items()}
    parts = {ALL: lambda costs: costs, LAST: lambda costs: _last_batch(costs, seen, few)}
    for (reading, costs), (of, chosen), (scale, factor) in _fewest_changes(
        kl.items(), parts.items(), scales.items()
    ):
        if _close(value, factor * chosen(costs).mean()):
            if of == ALL and not _close(of_few[1], factor * costs[least].mean()):
                of = LESS if of_few[1] < factor * costs[least].mean() else MORE
            return {"reading": reading, "of": of, "scale": scale}
    return {"reading": LOG_VAR, "of": LESS if value < seen.rate else MORE, "scale": SUM}


def _last_batch(per_image, seen: Seen, few: int) -> np.ndarray:
    """What is known about every image, `(n,)`, for the images of an evaluation's last batch.

    Every image comes as often as there are draws, one after the other.
    """
    size = seen.costs.size
    return np.repeat(per_image, len(seen.costs))[(size - 1) // few * few :]


def _fewest_changes(*choices: Iterable) -> list[tuple]:
    """All combinations; the first of each is as asked, and the fewest deviations come first."""
    ways = sorted(
        product(*map(enumerate, choices)), key=lambda way: sum(place > 0 for place, _ in way)
    )
    return [tuple(item for _, item in way) for way in ways]


def _nearest(value: float, asked: float, scales: Mapping[str, float]) -> str:
    """The scale on which a number has the order of magnitude that was asked for."""
    ratio = max(value, EDGE) / max(asked, EDGE)
    return min(scales, key=lambda name: abs(np.log(ratio / scales[name])))


def _close(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= RTOL * abs(wanted)


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
        if _close(loss, wanted):
            return words
    return LESS if loss < recon + beta * kl else MORE
