"""What a β-VAE of any architecture showed of itself, as facts that its architecture cannot change.

Everything is worked out here, from plain arrays that came from the learner's side. What the logs
say beside them is in `logs`.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import evidence
from autograder.exercise.expect import Mismatch
from bvae_ref.shapes import IMAGE_SHAPE

PIXELS = int(np.prod(IMAGE_SHAPE))
# A right average of sampled reconstructions lies within so many standard errors.
STANDARD_ERRORS = 6.0
NOT_FINITE = (
    "The training ran away. Can the objective fall without end, as with a KL of the wrong sign? Is "
    "the learning rate too large, or a logarithm taken of 0?"
)
# Probabilities nearer to 0 and 1 than this cannot be told from them in float32.
EDGE = 1e-7


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
        raise Mismatch(what, "finite numbers", "numbers that are not finite", NOT_FINITE)
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
        pairs: places of the same item, as `case.doubled` gives them.
    """
    return bool(np.allclose(values[pairs[:, 0]], values[pairs[:, 1]], rtol=1e-3, atol=1e-4))


def tells_apart(values) -> bool:
    """Whether different items, one a row, get different values at all."""
    return bool(len(values) > 1 and np.ptp(values, axis=0).max(initial=0.0) > 1e-5)


def posterior(answer, count: int, latent: int) -> list[np.ndarray]:
    """[mean, log_var] of an answer, each `(count, latent)`."""
    return [
        numbers(part(answer, name), (count, latent), f"the {name} that `encode` gives")
        for name in ("mean", "log_var")
    ]


def bernoulli_cost(images, pixels) -> np.ndarray:
    """Reconstruction of images `(…, 28, 28, 1)` by probabilities, in nats per image, `(…)`."""
    p = np.clip(pixels, EDGE, 1 - EDGE)
    return -(images * np.log(p) + (1 - images) * np.log1p(-p)).sum(axis=(-3, -2, -1))


def cost_of(answer, name: str, images) -> float:
    """Reconstruction of images by the pixels of an entry, `(n, 28, 28, 1)`, in nats per image."""
    shape = (len(images), *IMAGE_SHAPE)
    pixels = numbers(part(answer, name), shape, "the pixels that `decode` gives")
    return float(bernoulli_cost(images, pixels).mean())


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
    total = after.recon + after.rate
    return {
        "fell": _fell(part(answer, "history")),
        "codes": _moved(
            np.hstack([before.mean, before.log_var]), np.hstack([after.mean, after.log_var])
        ),
        "pixels": _moved(before.drawn, after.drawn),
        "untrained": bool(total < before.recon + before.rate),
        "constant": bool(total < best_constant(images)),
        "weights": bool(cost_of(answer, "foreign", images) > after.recon),
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
