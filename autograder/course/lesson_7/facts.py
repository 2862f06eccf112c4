"""What a β-VAE of any architecture shows, as facts that its architecture cannot change.

Everything is worked out here, from plain arrays that came from the learner's side. What the logs
say beside them is in `logs`.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.probes_model import TILT, TRADED
from autograder.exercise import evidence
from autograder.exercise.expect import Mismatch
from bvae_ref.shapes import IMAGE_SHAPE

PIXELS = int(np.prod(IMAGE_SHAPE))
# A right average of sampled reconstructions lies within this many standard errors.
STANDARD_ERRORS = 6.0
NOT_FINITE = (
    "The training diverged. Can the objective fall without limit, as with a KL of the wrong sign? "
    "Is the learning rate too large, or is there a logarithm of 0?"
)
# A training that has not converged yet pays β or more for a nat, and hardly ever less.
CHEAPEST = 0.6
# Images that cost more than this share of their cost with other images' codes are hardly learnt
# yet, and nothing is said of their price.
SETTLED = 0.8
# Nor where images of the training cost something else than the log of the last epoch says, by more
# than this share: dropout trains another network than the one that `decode` shows.
AS_TRAINED = 0.05
# Images that cost less than this share of it are rebuilt so well that some pixel is surely ink; a
# network that learns slowly has codes that help before it is sure of any.
REBUILT = 0.85
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
    """Whether the values are the same for both items of each pair.

    Args:
        values: `(items, …)`.
        pairs: places of the same item, as `case.doubled` gives them.
    """
    return bool(np.allclose(values[pairs[:, 0]], values[pairs[:, 1]], rtol=1e-3, atol=1e-4))


def tells_apart(values) -> bool:
    """Whether different items, one per row, get different values at all."""
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
        self.images, count = images, len(images)
        self.mean = numbers(part(answer, "mean"), (count, latent), "the mean that `encode` gives")
        self.log_var = numbers(
            part(answer, "log_var"), (count, latent), "the log_var that `encode` gives"
        )
        pixels = part(answer, "pixels")
        if not isinstance(pixels, (list, tuple)) or len(pixels) != draws:
            raise evidence.unreadable("the pixels that `decode` gives", "an array for each draw")
        shape = (count, *IMAGE_SHAPE)
        self.pixels = [numbers(one, shape, "the pixels that `decode` gives") for one in pixels]
        self.costs = np.array([bernoulli_cost(images, one) for one in self.pixels])
        self.drawn = np.asarray(part(answer, "drawn"))
        self.kl = divergence(self.mean, self.log_var)

    @property
    def exchanged(self) -> np.ndarray:
        """What each image costs with the codes of another one, `(draws, n)`."""
        return np.array([bernoulli_cost(self.images, np.roll(one, 1, 0)) for one in self.pixels])

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


def profits(answer, images, latent: int, draws: int) -> bool:
    """Whether unseen images cost less with their own codes than with another image's.

    Pixels that do not depend on the image cost the same with either, whatever was learnt and
    drawn; the difference has to be that of many standard errors.
    """
    own = Seen(part(answer, "after"), images, latent, draws)
    saved = (own.exchanged - own.costs).mean(axis=0)
    error = float(saved.std(ddof=1)) / np.sqrt(len(saved))
    return bool(saved.mean() > STANDARD_ERRORS * error + 1e-4 * own.recon)


def price_paid(answer, images, latent: int) -> tuple[float, float]:
    """What a nat of KL buys in nats of reconstruction at the end of a training: its β.

    Where recon + β·KL is least, no change of σ pays: the slope of recon over that of the KL is
    −β. Both are taken between codes that are a little surer and a little less sure.

    Args:
        images: those of the training that "trade" is about.

    Returns:
        the price, infinite where the training has not come so far that there is one; and the
        reconstruction in between, in nats per image.
    """
    trade = part(answer, "trade")
    shape = (len(images), latent)
    mean, log_var = (
        numbers(part(trade, name), shape, f"the {name} that `encode` gives")
        for name in ("mean", "log_var")
    )
    costs = []
    for name in ("narrower", "wider"):
        pixels = [
            numbers(one, (len(images), *IMAGE_SHAPE), "the pixels that `decode` gives")
            for one in several(part(trade, name), TRADED)
        ]
        costs.append(float(np.mean([bernoulli_cost(images, one) for one in pixels])))
    narrower, wider = (float(divergence(mean, log_var + tilt).mean()) for tilt in (-TILT, TILT))
    bought, paid = costs[1] - costs[0], narrower - wider
    return bought / paid if bought > 0 and paid > 0 else np.inf, float(np.mean(costs))


def learnt(answer, images, latent: int, draws: int) -> dict:
    """Whether training had its effect.

    Returns:
        "fell": the logged loss is finite and lower in the last epoch than in the first, by more
        than 1%; "codes" and "pixels": whether encoder and decoder changed; "light": some pixel of
        a reconstruction is below one half, as bare paper is; "untrained": better than before;
        "own": see `profits`; "ink": some pixel is above one half, where images are rebuilt well;
        "sure": some log_var is below 0, as it has to be where codes help;
        "weights": the same codes cost more when they are decoded with the weights of before.
    """
    before = Seen(part(answer, "before"), images, latent, 1)
    after = Seen(part(answer, "after"), images, latent, draws)
    total = after.recon + after.rate
    own = profits(answer, images, latent, draws)
    return {
        "fell": _fell(part(answer, "history")),
        "codes": _moved(
            np.hstack([before.mean, before.log_var]), np.hstack([after.mean, after.log_var])
        ),
        "pixels": _moved(before.drawn, after.drawn),
        "light": bool(min(one.min() for one in after.pixels) < 0.5),
        "untrained": bool(total < before.recon + before.rate),
        "own": own,
        "ink": after.recon > REBUILT * after.exchanged.mean()
        or bool(max(one.max() for one in after.pixels) > 0.5),
        "sure": not own or bool(after.log_var.min() < 0),
        "weights": bool(cost_of(answer, "foreign", images) > after.recon),
    }


def compared(answers, case: dict, draws: int, beta: float) -> dict:
    """What β did: "less_kl", clearly, and "no_better", the reconstruction, of the larger one; and
    "price": whether the smaller one, `beta`, is what a nat of KL was trained to buy.

    The latter of unseen images or, since batch normalisation knows its averages only after hundreds
    of steps, in the logs of the training.
    """
    images, latent = case["held_out"], case["latent"]
    low, high = (Seen(part(one, "after"), images, latent, draws) for one in answers)
    price, cost = price_paid(answers[0], case["images"][: len(images)], latent)
    logged = _last_of(answers[0], "recon")
    return {
        "price": bool(
            price > CHEAPEST * beta
            or low.recon > SETTLED * low.exchanged.mean()
            or abs(cost - logged) > AS_TRAINED * logged
            # With the averages of batch normalisation, a nat buys 0.4 to 0.6 β.
            or part(answers[0], "averages") is True
        ),
        "less_kl": bool(high.rate < 0.6 * low.rate),
        "no_better": bool(high.recon > low.recon - low.margin - high.margin)
        or _last_of(answers[1], "recon") > _last_of(answers[0], "recon"),
    }


def _last_of(answer, name: str) -> float:
    """What the log of the last epoch says; NaN, for which no comparison holds, if no number."""
    history = part(answer, "history")
    values = history.get(name) if isinstance(history, dict) else None
    last = np.asarray(values[-1] if isinstance(values, (list, tuple)) and values else np.nan)
    return float(last) if last.shape == () and last.dtype.kind == "f" else float("nan")


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
