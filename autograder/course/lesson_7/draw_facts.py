"""What draws of codes by a β-VAE of any architecture show, as plain facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from autograder.course.lesson_7.facts import EDGE, knows_pairs, numbers, part, posterior
from autograder.exercise import evidence

# A right sample's moments lie within this many standard errors.
STANDARD_ERRORS = 6.0
# Normal noise lies beyond ±√3 with this probability; uniform noise of unit variance never does.
BEYOND = 0.0832645
SPREADS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "σ": lambda log_var: np.exp(0.5 * log_var),
    "σ²": np.exp,
    "1": np.ones_like,
}


def noise_facts(answer, pairs, latent: int) -> dict:
    """What the noise in two draws is like.

    Args:
        pairs: places of the same image, `(images / 2, 2)`.

    Returns:
        "pairs": whether the same image has the same moments; "spread": what the noise is scaled
        by, "0" for none, "another"; "shared": by "images", "latents" or "nothing"; "again":
        whether the second draw is the first; and of noise that is scaled by something and shared
        by nothing "centred" and "tails", "normal" or not.
    """
    count = pairs.size
    mean, log_var = posterior(answer, count, latent)
    first, second = (_draw(answer, name, count, latent) for name in ("first", "second"))
    same = _same_in_pairs(mean, log_var, pairs)
    return {"pairs": same, **_noise_of(first, second, mean, log_var)}


def _noise_of(first, second, mean, log_var) -> dict:
    """How two draws differ from their means; see `noise_facts`."""
    apart = np.stack([first - mean, second - mean])
    again = bool(np.allclose(first, second, atol=1e-5))
    if np.abs(apart).max() < 1e-4:
        return {"spread": "0", "shared": "nothing", "again": again}
    if again:
        # The same draw twice shows nothing that one draw does not.
        apart = apart[:1]
    noises = {name: apart / (spread(log_var) + EDGE) for name, spread in SPREADS.items()}
    for name, noise in noises.items():
        shared = _shared(noise)
        if shared != "nothing":
            return {"spread": name, "shared": shared, "again": again}
    for name, noise in noises.items():
        if abs(noise.var() - 1) < STANDARD_ERRORS * np.sqrt(2 / noise.size):
            return {"spread": name, "shared": "nothing", "again": again} | _form(noise)
    return {"spread": "another", "shared": "nothing", "again": again}


def seed_facts(answers, pairs, latent: int) -> dict:
    """Whether models with equal seeds draw alike, others differ, and the same image looks the same.

    Args:
        answers: of models of which the first and the last have the same seed, as the probe
            `lesson_7.first_draws` gives them.
        pairs: places of the same image, `(images / 2, 2)`.
    """
    if not isinstance(answers, (list, tuple)) or len(answers) != 3:
        raise evidence.unreadable("the draws of three models", "a record for each")
    one, other, like_one = ([*_noises(answer, pairs.size, latent)] for answer in answers)
    moments = (posterior(answer, pairs.size, latent) for answer in answers)
    return {
        "pairs": all(_same_in_pairs(mean, log_var, pairs) for mean, log_var in moments),
        "repeats": any(_close(a, b) for a, b in zip(one, like_one, strict=True)),
        "differs": not any(_close(a[:1], b[:1]) for a, b in zip(one, other, strict=True)),
    }


def _same_in_pairs(mean, log_var, pairs) -> bool:
    return knows_pairs(np.hstack([mean, log_var]), pairs)


def _draw(answer, name: str, count: int, latent: int) -> np.ndarray:
    return numbers(part(answer, name), (count, latent), "the codes that `draw_codes` gives")


def _noises(answer, count: int, latent: int):
    """Both draws' noise under every spread."""
    mean, log_var = posterior(answer, count, latent)
    both = np.stack([_draw(answer, name, count, latent) for name in ("first", "second")]) - mean
    return (both / (spread(log_var) + EDGE) for spread in SPREADS.values())


def _close(one, other) -> bool:
    return bool(np.allclose(one, other, rtol=1e-3, atol=1e-3))


def _shared(noise) -> str:
    """`noise` is `(draws, images, latents)`."""
    for axis, name in ((1, "images"), (2, "latents")):
        if np.ptp(noise, axis=axis).max() < 2e-3 * np.abs(noise).max():
            return name
    return "nothing"


def _form(noise) -> dict:
    beyond = float(np.mean(np.abs(noise) > np.sqrt(3)))
    allowed = STANDARD_ERRORS * np.sqrt(BEYOND * (1 - BEYOND) / noise.size)
    return {
        "centred": bool(abs(noise.mean()) < STANDARD_ERRORS / np.sqrt(noise.size)),
        "tails": "normal" if abs(beyond - BEYOND) < allowed else "not normal",
    }
