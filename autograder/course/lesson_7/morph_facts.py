"""What the morphs of a β-VAE of any architecture show, as plain facts."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.facts import numbers, part, tells_apart
from autograder.exercise import evidence
from bvae_ref.shapes import IMAGE_SHAPE

# A path that goes back or jumps by less than this share of its whole length counts as steady.
BACK, JUMP = 0.25, 0.75
# A mixture of the two ends differs from their straight line by rounding alone, and a decoder by
# more than this share of how far the ends are apart, even one that has hardly learnt anything.
ROUNDING, CURVED = 3e-7, 1e-4


def morph_facts(answer, start, end, order, steps) -> dict:
    """Where morphs begin and end, how they go, and whether they can be repeated.

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
    """The nearest of these images, if it is near: two of them may be nearly the same."""
    far = {name: float(np.abs(image - one).max()) for name, one in known.items()}
    which, how = min(far, key=far.__getitem__)
    if far[which, how] <= 1e-3:
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
    straight = max(ROUNDING, CURVED * np.abs(flat[-1] - flat[0]).max())
    if np.abs(flat - ((1 - t) * flat[0] + t * flat[-1])).max() < straight:
        return "a cross-fade"
    if steps.max() > JUMP * steps.sum():
        return "one jump"
    from_start, to_end = (np.linalg.norm(flat - flat[at], axis=1) for at in (0, -1))
    back = max(-np.diff(from_start).min(), np.diff(to_end).max())
    return "steadily" if back < BACK * total else "back and forth"
