"""What is left of a saved β-VAE of any architecture, as plain facts."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.facts import knows_pairs, numbers, part, posterior, tells_apart
from autograder.exercise import evidence
from bvae_ref.shapes import IMAGE_SHAPE


def reload_facts(answers, betas, images, latent: int, codes) -> list[dict]:
    """What is left of models that were saved.

    Args:
        images, codes: places of the same image and of the same code, `(n, 2)`.

    Returns:
        for each model "files" at all; "known": the same image and the same code are taken for the
        same, and others not, unless β is so large that none may be told apart; the same "codes"
        and "pixels" afterwards; and of an evaluated one "beta", what the KL weighs in its loss.
    """
    if not isinstance(answers, (list, tuple)) or len(answers) != len(betas):
        raise evidence.unreadable("the models that were saved", "a record for each")
    found = []
    for answer, beta in zip(answers, betas, strict=True):
        may_collapse = beta > min(betas)
        states = [part(answer, time) for time in ("before", "after")]
        moments = [np.hstack(posterior(state, images.size, latent)) for state in states]
        pixels = [_pixels(state, codes.size) for state in states]
        facts: dict[str, bool | float] = {
            "files": bool(part(answer, "files")),
            "known": all(
                knows_pairs(values, pairs) and (may_collapse or tells_apart(values))
                for values, pairs in ((moments[0], images), (pixels[0], codes))
            ),
            "codes": _unchanged(*moments),
            "pixels": _unchanged(*pixels),
        }
        if "logs" in answer:
            facts["beta"] = _weight_of_kl(answer["logs"])
        found.append(facts)
    return found


def _unchanged(before: np.ndarray, after: np.ndarray) -> bool:
    return bool(np.allclose(before, after, rtol=1e-3, atol=1e-4))


def _pixels(answer, codes: int) -> np.ndarray:
    return numbers(part(answer, "drawn"), (codes, *IMAGE_SHAPE), "the pixels that `decode` gives")


def _weight_of_kl(logs) -> float:
    """(loss − recon) / kl, to three digits."""
    try:
        loss, recon, kl = (float(np.asarray(logs[name])) for name in ("loss", "recon", "kl"))
    except (KeyError, TypeError, ValueError):
        raise evidence.unreadable("the logs of `evaluate`", "loss, recon and kl") from None
    return round((loss - recon) / kl, 3) if kl else 0.0
