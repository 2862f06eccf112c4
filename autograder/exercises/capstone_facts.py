"""What a β-VAE of any architecture showed of itself, as facts that its architecture cannot change.

Everything is worked out here, from plain arrays that came from the learner's side: the two
terms from codes and pixels, what the logs say beside them, and what noise the draws hold.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.exercises import evidence
from autograder.expect import Mismatch
from bvae_ref.shapes import IMAGE_SHAPE

PIXELS = int(np.prod(IMAGE_SHAPE))
TERMS = ("loss", "recon", "kl")
# Of figures that single precision carries over many images.
RTOL = 2e-3
# A right average of sampled reconstructions lies within so many standard errors.
STANDARD_ERRORS = 6.0
# Probabilities nearer to 0 and 1 than this cannot be told from them in float32.
EDGE = 1e-7
AS_ASKED = "as asked"


def numbers(value, shape: tuple[int, ...], what: str) -> np.ndarray:
    """A learner's array in double precision.

    Raises:
        Mismatch: no finite numbers of this shape.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise evidence.unreadable(what, f"numbers of shape {shape}")
    if value.shape != tuple(shape):
        raise Mismatch(what, f"shape {tuple(shape)}", f"shape {value.shape}")
    if not np.isfinite(value).all():
        raise Mismatch(what, "finite numbers", "numbers that are not finite")
    return value.astype(np.float64)


def part(answer, name: str):
    """An entry of what a probe returned."""
    if not isinstance(answer, dict) or name not in answer:
        raise evidence.unreadable("what the model was asked for", "a record of its answers")
    return answer[name]


def several(answers, count: int) -> list:
    """As many records as models were asked about."""
    if not isinstance(answers, (list, tuple)) or len(answers) != count:
        raise evidence.unreadable("what the models were asked for", "a record for each")
    return list(answers)


def knows_pairs(values, pairs) -> bool:
    """Whether what was said of items is the same for the two of each pair.

    Args:
        values: `(items, …)`.
        pairs: places of the same item, as `capstone_case.doubled` gives them.
    """
    return bool(np.allclose(values[pairs[:, 0]], values[pairs[:, 1]], rtol=1e-3, atol=1e-4))


def tells_apart(values) -> bool:
    """Whether different items, one a row, get different values at all."""
    return bool(len(values) > 1 and np.ptp(values, axis=0).max(initial=0.0) > 1e-5)


def bernoulli_cost(images, pixels) -> np.ndarray:
    """Reconstruction of images `(…, 28, 28, 1)` by probabilities, in nats per image, `(…)`."""
    p = np.clip(pixels, EDGE, 1 - EDGE)
    return -(images * np.log(p) + (1 - images) * np.log1p(-p)).sum(axis=(-3, -2, -1))


def divergence(mean, log_var) -> np.ndarray:
    """KL of every image, `(n,)`, in nats; infinite where it overflows."""
    with np.errstate(over="ignore"):
        return 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=-1)


class Seen:
    """One state of a model on held-out images: its two terms in nats per image.

    Args:
        answer: "mean", "log_var", "pixels" and "drawn" as the probe `lesson_7.learning` gives
            them.
        images: the held-out images.
        latent: the latent size.
        draws: how many draws of every image there are.
    """

    def __init__(self, answer, images, latent: int, draws: int):
        count = len(images)
        self.mean = numbers(part(answer, "mean"), (count, latent), "the mean that `encode` gives")
        self.log_var = numbers(
            part(answer, "log_var"), (count, latent), "the log_var that `encode` gives"
        )
        pixels = part(answer, "pixels")
        if not isinstance(pixels, (list, tuple)) or len(pixels) != draws:
            raise evidence.unreadable("the pixels that `decode` gives", "an array for each draw")
        shape = (count, *IMAGE_SHAPE)
        self.costs = np.array(
            [
                bernoulli_cost(images, numbers(one, shape, "the pixels that `decode` gives"))
                for one in pixels
            ]
        )
        self.drawn = np.asarray(part(answer, "drawn"))
        self.kl = divergence(self.mean, self.log_var)

    @property
    def recon(self) -> float:
        return float(self.costs.mean())

    @property
    def rate(self) -> float:
        return float(self.kl.mean())

    @property
    def margin(self) -> float:
        """How far the mean of as many other draws may lie from `recon`."""
        within = self.costs.var(axis=0, ddof=1).mean() / self.costs.size
        # Two means differ, and rounding adds a little.
        return STANDARD_ERRORS * float(np.sqrt(2 * within)) + 1e-4 * abs(self.recon)


def best_constant(images) -> float:
    """What these images cost, in nats each, if all are predicted by one picture, at the least.

    The cost is convex in the picture and least at the mean of these very images, so a model
    whose pixels do not depend on the image cannot do better, whatever it has learnt and drawn.
    """
    mean = np.asarray(images, np.float64).mean(axis=0)
    return float(bernoulli_cost(np.asarray(images, np.float64), mean).mean())


def learnt(answer, images, latent: int, draws: int) -> dict:
    """Whether training did what it is for.

    Returns:
        "fell": the logged loss is finite and lower in the last epoch than in the first, by more
        than 1%; "codes" and "pixels": whether encoder and decoder changed; "untrained": better
        than before; "constant": held-out images cost less, codes included, than with the best
        single picture; "weights": the same codes cost more when they are decoded with the weights
        of before.
    """
    before = Seen(part(answer, "before"), images, latent, 1)
    after = Seen(part(answer, "after"), images, latent, draws)
    foreign = numbers(
        part(answer, "foreign"), (len(images), *IMAGE_SHAPE), "the pixels that `decode` gives"
    )
    total = after.recon + after.rate
    return {
        "fell": _fell(part(answer, "history")),
        "codes": _moved(
            np.hstack([before.mean, before.log_var]), np.hstack([after.mean, after.log_var])
        ),
        "pixels": _moved(before.drawn, after.drawn),
        "untrained": bool(total < before.recon + before.rate),
        "constant": bool(total < best_constant(images)),
        "weights": bool(bernoulli_cost(images, foreign).mean() > after.recon),
    }


def reported(answer, images, latent: int, draws: int, beta: float, few: int) -> dict:
    """How the logs of an evaluation relate to codes, pixels and β.

    Returns:
        "names": those of loss, recon and kl that are there as numbers; and if all are: for each
        "as asked", the name of another figure that it is, or its ratio to what was asked.
    """
    logs, of_few = part(answer, "logs"), part(answer, "logs_of_few")
    names = _named(logs)
    if names != list(TERMS) or _named(of_few) != list(TERMS):
        return {"names": names}
    seen = Seen(part(answer, "after"), images, latent, draws)
    loss, recon, kl = (float(np.asarray(logs[name])) for name in TERMS)
    return {
        "names": names,
        "recon": _recon_label(recon, seen),
        "kl": _kl_label(kl, float(np.asarray(of_few["kl"])), seen, draws, few),
        "loss": _loss_label(loss, recon, kl, beta, latent),
    }


def compared(answers, images, latent: int, draws: int) -> dict:
    """What a greater β did: "less_kl", clearly; "no_better", the reconstruction."""
    low, high = (Seen(part(one, "after"), images, latent, draws) for one in answers)
    return {
        "less_kl": bool(high.rate < 0.6 * low.rate),
        "no_better": bool(high.recon > low.recon - low.margin - high.margin),
    }


def _fell(history) -> bool:
    losses = history.get("loss") if isinstance(history, dict) else None
    if not isinstance(losses, (list, tuple)) or len(losses) < 2:
        return False
    values = [np.asarray(loss) for loss in losses]
    if any(value.shape or value.dtype.kind != "f" for value in values):
        return False
    first, last = float(values[0]), float(values[-1])
    return bool(np.isfinite(values).all() and last < first - 0.01 * abs(first))


def _moved(before, after) -> bool:
    before, after = (np.asarray(item) for item in (before, after))
    if before.shape != after.shape or before.dtype.kind != "f":
        return False
    return bool(np.abs(after - before).max(initial=0.0) > 1e-4)


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


def _labelled(value: float, candidates: Mapping[str, float], margin: float):
    """The first candidate that a value agrees with, or its ratio to the first of them."""
    for label, wanted in candidates.items():
        if abs(value - wanted) <= RTOL * abs(wanted) + margin * abs(wanted):
            return label
    first = next(iter(candidates.values()))
    return round(value / first, 2) if first else value


def _recon_label(value: float, seen: Seen):
    margin = seen.margin / abs(seen.recon)
    return _labelled(
        value,
        {
            AS_ASKED: seen.recon,
            "a mean over pixels": seen.recon / PIXELS,
            "a sum over rows, a mean over columns": seen.recon / IMAGE_SHAPE[0],
        },
        margin,
    )


def _kl_label(value: float, of_few: float, seen: Seen, draws: int, few: int):
    latent = seen.mean.shape[1]
    per_image = np.repeat(seen.kl, draws)
    first = seen.kl[:few].mean()
    last = per_image[(len(per_image) - 1) // few * few :].mean()
    if abs(value - seen.rate) <= RTOL * seen.rate and abs(of_few - first) > RTOL * first:
        return "not begun afresh"
    others = {
        "σ in the place of log_var": lambda s: 2 * np.log(np.maximum(s, EDGE)),
        "σ² in the place of log_var": lambda s: np.log(np.maximum(s, EDGE)),
        "log σ in the place of log_var": lambda s: 2 * s,
    }
    return _labelled(
        value,
        {
            AS_ASKED: seen.rate,
            "a mean over latents": seen.rate / latent,
            "without the ½": 2 * seen.rate,
            "of the last batch": last,
            "a sum over images": seen.rate * few,
        }
        | {
            name: float(divergence(seen.mean, change(seen.log_var)).mean())
            for name, change in others.items()
        },
        0.0,
    )


def _loss_label(loss: float, recon: float, kl: float, beta: float, latent: int):
    return _labelled(
        loss,
        {
            AS_ASKED: recon + beta * kl,
            "recon + kl": recon + kl,
            "β·recon + kl": beta * recon + kl,
            "β·(recon + kl)": beta * (recon + kl),
            "recon alone": recon,
            "recon − β·kl": recon - beta * kl,
            "recon + kl/β": recon + kl / beta,
        },
        0.0,
    )
