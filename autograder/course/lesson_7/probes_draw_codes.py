"""Questions to draws of codes by a learner's own β-VAE."""

from __future__ import annotations

import keras

from autograder.course.lesson_7.probes_trained import moments_of, reached, trained_model


def draws(answers, case: dict, beta: float, images) -> dict:
    """Two draws of codes for the same images by a trained model, and what they are drawn from.

    Returns:
        "first" and "second", each what `draw_codes` gave; "mean" and "log_var" of the images.
    """
    encode = answers.encode
    model = reached(
        answers, "draw_codes", (None, images), lambda: trained_model(answers, case, beta).model
    )
    mean, log_var = moments_of(encode, model, images, case["latent"])
    drawn = [answers.draw_codes(model, images) for _ in range(2)]
    return {"first": drawn[0], "second": drawn[1], "mean": mean, "log_var": log_var}


def first_draws(answers, latent: int, seeds, images) -> list[dict]:
    """The first two draws of untrained models with the given seeds, and what they are drawn from.

    Returns:
        for each "first", "second", "mean" and "log_var".
    """
    encode, build = answers.encode, answers.build_model
    found = []
    for number, seed in enumerate(seeds):
        # Global seeds that differ: whatever repeats does so because of the model's seed.
        keras.utils.set_random_seed(1000 + number)
        model = reached(
            answers, "draw_codes", (None, images), lambda seed=seed: build(latent, 1.0, seed)
        )
        drawn = [answers.draw_codes(model, images) for _ in range(2)]
        mean, log_var = moments_of(encode, model, images, latent)
        found.append({"first": drawn[0], "second": drawn[1], "mean": mean, "log_var": log_var})
    return found
