"""What a learner's training did to small networks, worked out from the final weights.

The question supplies the networks: a linear encoder, and a decoder with one hidden layer.
Their losses are computed here, in NumPy, before and after.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import evidence
from bvae_ref.shapes import IMAGE_SHAPE

LATENT, HIDDEN, PIXELS = 2, 32, int(np.prod(IMAGE_SHAPE))
SHAPES = {
    "encoder": [(PIXELS, LATENT), (LATENT,)] * 2,
    "decoder": [(LATENT, HIDDEN), (HIDDEN,), (HIDDEN, PIXELS), (PIXELS,)],
}
# Over many optimizers the bias of a pixel moved with how often that pixel is ink (correlation
# 0.66 or more); with the pixels of other images the correlation is 0 ± 0.04.
MOVED_TOWARDS = 0.3
# The side of the corner in which the last images differ from the others, each by one pixel.
MARKED = 3
LAST = MARKED**2
# Leaving out a short batch, or one round more, is not a mistake here.
LEFT_OUT = 0.25
# Of the numbers that a learner measures in single precision.
RTOL = 2e-4
BATCH_SIZES = (8, 16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 256, 500, 512)


def start_weights(rng) -> dict[str, list[np.ndarray]]:
    """Weights as Keras draws them (Glorot's uniform kernels, biases of 0), float32."""
    return {
        part: [
            rng.uniform(-1, 1, shape).astype("float32") * np.float32(np.sqrt(6 / sum(shape)))
            if len(shape) == 2
            else np.zeros(shape, "float32")
            for shape in shapes
        ]
        for part, shapes in SHAPES.items()
    }


def facts_of(runs, start: dict, images, betas, epochs) -> dict:
    """The results of two trainings from one start.

    Args:
        runs: as the probe `lesson_4.trainings` returns them.
        start: weights before, as from `start_weights`.
        images: `(n, 28, 28, 1)`.
        betas, epochs: two of each.

    Returns:
        "kinds" of what came back; and if they are β-VAEs: their "betas"; "learned", whether
        the loss fell and the pixels moved towards these images; "all_moved", whether every
        part of both networks did; "lower_rate", whether the second β left clearly less KL than
        the first; "epochs_kept", whether the optimizers report steps in the proportion of
        `epochs`; "more_steps", which of the two took more, as a sign; "rounds", whether the
        images were shown about as often as the epochs say; "last_shown", whether each of the last
        `LAST` of them ever was.
    """
    runs = [_checked(run) for run in _pair(runs)]
    facts = {"kinds": [run["kind"] for run in runs]}
    if any("encoder" not in run for run in runs):
        return facts
    (_, first), (_, second) = (_recon_and_rate(run, images) for run in runs)
    return facts | {
        "betas": [float(run["beta"]) for run in runs],
        "learned": [
            _learned(start, run, images, beta) for run, beta in zip(runs, betas, strict=True)
        ],
        "all_moved": all(_all_moved(start, run) for run in runs),
        "lower_rate": bool(second < 0.5 * first),
        "epochs_kept": runs[0]["steps"] * epochs[1] == runs[1]["steps"] * epochs[0] > 0,
        "more_steps": int(np.sign(runs[0]["steps"] - runs[1]["steps"])),
        "rounds": all(
            abs(run["shown"].sum() / images.sum() - epoch) <= LEFT_OUT * epoch
            for run, epoch in zip(runs, epochs, strict=True)
        ),
        "last_shown": all((_corner_of(run["shown"]) > 0).all() for run in runs),
    }


def training_images(rng, count: int) -> np.ndarray:
    """`(count, 28, 28, 1)` of four patterns; the last `LAST` have each a pixel of one corner."""
    patterns = rng.random((4, *IMAGE_SHAPE)) < 0.2
    images = patterns[rng.integers(0, 4, count)].astype("float32")
    _corner_of(images)[:] = 0
    _corner_of(images[-LAST:])[:] = np.eye(LAST).reshape(LAST, MARKED, MARKED)
    return images


def _corner_of(images) -> np.ndarray:
    """The pixels that only the last images have, `(…, 3, 3)`; a view."""
    return images[..., :MARKED, :MARKED, 0]


def _all_moved(start: dict, run: dict) -> bool:
    return all(
        bool(np.any(now != before))
        for part in SHAPES
        for now, before in zip(run[part], start[part], strict=True)
    )


def share_of_images(pair, kl, recon):
    """What a pair of numbers is a mean over, where that is not all images.

    Args:
        pair: whatever came back.
        kl, recon: the right numbers of every image, `(n,)`.

    Returns:
        words for a mean over the first batch or over batches counted alike, whatever their
        size; else the pair as it is.
    """
    found = _two_numbers(pair)
    if found is None or np.allclose(found, (kl.mean(), recon.mean()), rtol=RTOL):
        return pair
    for size in BATCH_SIZES:
        if size >= len(kl):
            break
        starts = np.arange(0, len(kl), size)
        batches = np.array(
            [[part[start : start + size].mean() for start in starts] for part in (kl, recon)]
        )
        if np.allclose(found, batches[:, 0], rtol=RTOL):
            return "the means over a first batch"
        if len(kl) % size and np.allclose(found, batches.mean(axis=1), rtol=RTOL):
            return "the means over batches of different size"
    return pair


def _two_numbers(pair) -> np.ndarray | None:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2:
        return None
    parts = [np.asarray(part) for part in pair if not isinstance(part, (dict, list, tuple))]
    if [(part.shape, part.dtype.kind in "biuf") for part in parts] != [((), True)] * 2:
        return None
    return np.array(parts, np.float64)


def _learned(start: dict, run: dict, images, beta: float) -> bool:
    (recon, rate), (old_recon, old_rate) = (
        _recon_and_rate(weights, images) for weights in (run, start)
    )
    moved = np.asarray(run["decoder"][-1], np.float64) - start["decoder"][-1]
    ink = images.reshape(len(images), -1).mean(axis=0)
    with np.errstate(all="ignore"):  # biases that do not change correlate with nothing
        towards = np.corrcoef(moved, ink)[0, 1]
    fell = recon + beta * rate < 0.995 * (old_recon + beta * old_rate)
    return bool(fell and towards > MOVED_TOWARDS)


def _recon_and_rate(weights: dict, images) -> tuple[float, float]:
    """Reconstruction at the mean codes, and KL, in nats per image; infinite where they overflow."""
    x = np.asarray(images, np.float64).reshape(len(images), -1)
    to_mean, mean_bias, to_log_var, log_var_bias = _double(weights["encoder"])
    to_hidden, hidden_bias, to_pixels, pixel_bias = _double(weights["decoder"])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, log_var = x @ to_mean + mean_bias, x @ to_log_var + log_var_bias
        logits = np.tanh(mean @ to_hidden + hidden_bias) @ to_pixels + pixel_bias
        recon = (np.logaddexp(0.0, logits) - x * logits).sum(axis=1).mean()
        rate = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1).mean()
    return float(recon), float(rate)


def _double(weights) -> list[np.ndarray]:
    return [np.asarray(item, np.float64) for item in weights]


def _pair(runs):
    if not isinstance(runs, (list, tuple)) or len(runs) != 2:
        raise evidence.unreadable("two runs of train_vae", "what each of them returned")
    return runs


def _are_of(weights, shapes) -> bool:
    """Whether these are finite arrays of numbers of the given shapes."""
    return (
        all(isinstance(item, np.ndarray) and item.dtype.kind in "biuf" for item in weights)
        and [item.shape for item in weights] == shapes
        and all(bool(np.isfinite(item).all()) for item in weights)
    )


def _checked(run) -> dict:
    """A run whose parts have the types and shapes that they must have."""
    if not isinstance(run, dict) or not isinstance(run.get("kind"), str):
        raise evidence.unreadable("what train_vae returns", "the trained DisentangledVAE")
    if run["kind"] != "β-VAE":
        return {"kind": run["kind"]}
    for part, shapes in SHAPES.items():
        weights = run.get(part)
        if not isinstance(weights, (list, tuple)) or not _are_of(weights, shapes):
            raise evidence.unreadable(
                f"the {part} of what train_vae returns", "the network that was passed in, finite"
            )
    if not _are_of([run.get("shown")], [IMAGE_SHAPE]):
        raise evidence.unreadable("what train_vae returns", "the networks that were passed in")
    if type(run.get("beta")) is not float or type(run.get("steps")) is not int:
        raise evidence.unreadable("what train_vae returns", "a model with a β and an optimizer")
    return run
