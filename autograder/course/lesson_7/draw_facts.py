"""What draws, saved models and morphs of a β-VAE of any architecture show, as plain facts."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.facts import EDGE, knows_pairs, numbers, part, tells_apart
from autograder.exercise import evidence
from bvae_ref.shapes import IMAGE_SHAPE

# A right sample's moments lie within so many standard errors.
STANDARD_ERRORS = 6.0
# Normal noise lies beyond ±√3 with this probability; uniform noise of unit variance never does.
BEYOND = 0.0832645
SPREADS = {
    "σ": lambda log_var: np.exp(0.5 * log_var),
    "σ²": np.exp,
    "1": np.ones_like,
}
# A way that goes back less than this share of its whole length, or jumps less, goes on steadily.
BACK, JUMP = 0.25, 0.75


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
    mean, log_var = _posterior(answer, count, latent)
    first, second = (_draw(answer, name, count, latent) for name in ("first", "second"))
    same = _same_in_pairs(mean, log_var, pairs)
    return {"pairs": same, **_noise_of(first, second, mean, log_var)}


def _noise_of(first, second, mean, log_var) -> dict:
    """What two draws differ from their means by; see `noise_facts`."""
    apart = np.stack([first - mean, second - mean])
    again = bool(np.allclose(first, second, atol=1e-5))
    if np.abs(apart).max() < 1e-4:
        return {"spread": "0", "shared": "nothing", "again": again}
    if again:
        # One draw twice tells nothing that one draw does not.
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
    """Whether models with equal seeds draw alike, others not, and the same image looks the same.

    Args:
        answers: of models of which the first and the last have the same seed, as the probe
            `lesson_7.first_draws` gives them.
        pairs: places of the same image, `(images / 2, 2)`.
    """
    if not isinstance(answers, (list, tuple)) or len(answers) != 3:
        raise evidence.unreadable("the draws of three models", "a record for each")
    one, other, like_one = ([*_noises(answer, pairs.size, latent)] for answer in answers)
    moments = (_posterior(answer, pairs.size, latent) for answer in answers)
    return {
        "pairs": all(_same_in_pairs(*both, pairs) for both in moments),
        "repeats": any(_close(a, b) for a, b in zip(one, like_one, strict=True)),
        "differs": not any(_close(a[:1], b[:1]) for a, b in zip(one, other, strict=True)),
    }


def reload_facts(answers, betas, images, latent: int, codes) -> list[dict]:
    """What is left of models that were saved.

    Args:
        images, codes: places of the same image and of the same code, `(n, 2)`.

    Returns:
        for each model "files" at all; "known": the same image and the same code are taken for the
        same, others not; the same "codes" and "pixels" afterwards; and of an evaluated one
        "beta", what the KL weighs in its loss.
    """
    if not isinstance(answers, (list, tuple)) or len(answers) != len(betas):
        raise evidence.unreadable("the models that were saved", "a record for each")
    found = []
    for answer in answers:
        states = [part(answer, time) for time in ("before", "after")]
        moments = [np.hstack(_posterior(state, images.size, latent)) for state in states]
        pixels = [_pixels(state, codes.size) for state in states]
        facts = {
            "files": bool(part(answer, "files")),
            "known": all(
                knows_pairs(values, pairs) and tells_apart(values)
                for values, pairs in ((moments[0], images), (pixels[0], codes))
            ),
            "codes": bool(np.allclose(*moments, rtol=1e-3, atol=1e-4)),
            "pixels": bool(np.allclose(*pixels, rtol=1e-3, atol=1e-4)),
        }
        if "logs" in answer:
            facts["beta"] = _weight_of_kl(answer["logs"])
        found.append(facts)
    return found


def morph_facts(answer, start, end, order, steps) -> dict:
    """Where morphs begin and end, how they go, and whether they come out the same again.

    Args:
        order: which of the two images was rebuilt at each place, 0 or 1.

    Returns:
        "rebuilt": whether each of the two was rebuilt alike every time, and unlike the other;
        "strips", the facts of each; "again".
    """
    strips = part(answer, "strips")
    rebuilt = numbers(
        part(answer, "rebuilt"), (len(order), *IMAGE_SHAPE), "the two images, rebuilt"
    )
    groups = [rebuilt[order == which] for which in (0, 1)]
    ends = [group[0] for group in groups]
    alike = all(np.allclose(group, group[0], atol=1e-3) for group in groups)
    if not isinstance(strips, (list, tuple)) or len(strips) != len(steps):
        raise evidence.unreadable("the morphs", "an array for each")
    known = {
        ("the start", "rebuilt"): ends[0],
        ("the end", "rebuilt"): ends[1],
        ("the start", "itself"): start,
        ("the end", "itself"): end,
    }
    facts = [_strip_facts(strip, count, known) for strip, count in zip(strips, steps, strict=True)]
    again = np.asarray(part(answer, "again"))
    same = again.shape == np.shape(strips[0]) and bool(np.allclose(again, strips[0], atol=1e-4))
    return {
        "rebuilt": alike and tells_apart(np.stack(ends)),
        "strips": facts,
        "again": same,
    }


def _strip_facts(strip, count: int, known: dict) -> dict:
    strip = np.asarray(strip)
    if strip.shape != (count, *IMAGE_SHAPE) or strip.dtype.kind != "f":
        return {"shape": list(strip.shape)}
    if not np.isfinite(strip).all():
        return {"shape": "not finite"}
    strip = strip.astype(np.float64)
    return {
        "shape": list(strip.shape),
        "first": _name_of(strip[0], known),
        "last": _name_of(strip[-1], known),
        "way": _way(strip),
    }


def _name_of(image, known: dict) -> dict[str, str]:
    for (which, how), one in known.items():
        if np.allclose(image, one, atol=1e-3):
            return {"image": which, "how": how}
    without_paper = "without paper, all at least 0.4"
    return {"image": "another image", "how": without_paper if image.min() >= 0.4 else ""}


def _way(strip) -> str:
    """How a strip gets from its first image to its last."""
    flat = strip.reshape(len(strip), -1)
    total = np.linalg.norm(flat[-1] - flat[0])
    steps = np.linalg.norm(np.diff(flat, axis=0), axis=1)
    if total < 1e-3 or len(strip) < 3:
        return "nowhere" if total < 1e-3 else "steadily"
    if steps.min() < 1e-4 * total:
        return "stands still"
    t = np.linspace(0, 1, len(strip))[:, None]
    if np.abs(flat - ((1 - t) * flat[0] + t * flat[-1])).max() < 1e-4:
        return "a cross-fade"
    if steps.max() > JUMP * steps.sum():
        return "one jump"
    from_start, to_end = (np.linalg.norm(flat - flat[at], axis=1) for at in (0, -1))
    back = max(-np.diff(from_start).min(), np.diff(to_end).max())
    return "steadily" if back < BACK * total else "back and forth"


def _posterior(answer, count: int, latent: int):
    return [
        numbers(part(answer, name), (count, latent), f"the {name} that `encode` gives")
        for name in ("mean", "log_var")
    ]


def _same_in_pairs(mean, log_var, pairs) -> bool:
    return knows_pairs(np.hstack([mean, log_var]), pairs)


def _draw(answer, name: str, count: int, latent: int) -> np.ndarray:
    return numbers(part(answer, name), (count, latent), "the codes that `draw_codes` gives")


def _noises(answer, count: int, latent: int):
    """Both draws' noise under every spread."""
    mean, log_var = _posterior(answer, count, latent)
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


def _pixels(answer, codes: int) -> np.ndarray:
    return numbers(part(answer, "drawn"), (codes, *IMAGE_SHAPE), "the pixels that `decode` gives")


def _weight_of_kl(logs) -> float:
    """(loss − recon) / kl, to three digits."""
    try:
        loss, recon, kl = (float(np.asarray(logs[name])) for name in ("loss", "recon", "kl"))
    except (KeyError, TypeError, ValueError):
        raise evidence.unreadable("the logs of `evaluate`", "loss, recon and kl") from None
    return round((loss - recon) / kl, 2) if kl else 0.0
