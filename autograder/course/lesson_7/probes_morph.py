"""Questions to the morphs of a learner's own β-VAE."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.probes_trained import moments_of, reached, trained_model


def morphs(answers, case: dict, beta: float, start, end, order, steps) -> dict:
    """Morphs of a trained model between two images, and its reconstructions of the two.

    Args:
        start, end: `(28, 28, 1)`, float32.
        order: which of the two to rebuild, 0 or 1, one after the other.
        steps: of each morph.

    Returns:
        "strips", one for each number of steps, and "again", the first of them once more;
        "rebuilt", the images of `order` from their mean codes, `(len(order), 28, 28, 1)`.
    """
    encode, decode = answers.encode, answers.decode
    model = reached(
        answers,
        "morph",
        (None, start, end, steps[0]),
        lambda: trained_model(answers, case, beta).model,
    )
    mean, _ = moments_of(encode, model, np.stack([start, end])[order], case["latent"])
    return {
        "strips": [answers.morph(model, start, end, count) for count in steps],
        "again": answers.morph(model, start, end, steps[0]),
        "rebuilt": decode(model, mean),
    }
