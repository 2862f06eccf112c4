"""Questions to a learner's own β-VAE: its form, and what it became by training."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

import numpy as np

from autograder.course.lesson_7.probes_trained import (
    EVALUATION_BATCH,
    kept,
    logs_of,
    moments_of,
    trained_model,
)

# How many answers about trained models are kept, a few megabytes each.
MOST_KEPT = 8
# On how many images a factor for the weights is tried.
FEW = 20
# By how much log σ² is shifted to see what a nat of KL buys, and over how many draws.
TILT, TRADED = 0.5, 3
# How far, in standard deviations, weights are moved to see what an untrained model depends on.
MOVED = 0.05
# Weights are made larger, within these factors, while log σ² stays within ±LOUDEST and no more than
# a share of UNSEEN of the pixels comes as near to 0 or 1 as single precision can hardly tell.
FACTORS, STEPS, LOUDEST, UNSEEN, NEAR = (0.1, 4.0), 7, 4.5, 1e-3, 1e-5

_found: OrderedDict[tuple, tuple] = OrderedDict()
_heard: OrderedDict[tuple, tuple] = OrderedDict()


def forms(answers, latents, images, codes, seed: int) -> list[dict]:
    """What untrained models of several latent sizes give for images, twice, and for codes.

    Args:
        latents: one model is made for each.
        images: `(n, 28, 28, 1)`, float32.
        codes: for each model `(n, latent)`, float32.

    Returns:
        for each "codes" and "codes_again", what `encode` gave, and "pixels", what `decode` did;
        "moved", both once more after all weights have moved a little: layers may begin at 0.
    """
    encode, decode, build = answers.encode, answers.decode, answers.build_model
    found = []
    for latent, some in zip(latents, codes, strict=True):
        model = build(latent, 1.0, seed)
        found.append(
            {
                "codes": encode(model, images),
                "codes_again": encode(model, images),
                "pixels": decode(model, some),
            }
        )
        _move_weights(model, seed)
        found[-1]["moved"] = {"codes": encode(model, images), "pixels": decode(model, some)}
    return found


def learning(answers, case: dict, betas, noise, codes, rounds: int = 1) -> list[dict]:
    """Models before and after their training, on images that they were not trained on.

    Args:
        case: "latent", "seed", "images" and "epochs" of the training, "held_out".
        betas: one model is trained for each.
        noise: standard normal draws, `(draws, held out, latent)`.
        codes: `(n, latent)`, to be decoded before and after.
        rounds: how often "epochs" of training each model gets.

    Returns:
        for each "history" of the training; "before" and "after", each with "mean" and "log_var"
        of the held-out images, their "pixels" for every draw (one draw before) and "drawn", what
        the codes look like; "foreign", what the codes of "after" (its first draw) look like with
        the weights of before; "trade", for as many images that it was trained on their "mean" and
        "log_var", and their pixels with a "narrower" and a "wider" σ; "centre", the pixels of the
        means of "after"; "logs" of evaluating every held-out image once for each draw, and
        "logs_of_few" of those `EVALUATION_BATCH` images alone whose KL is least, evaluated before
        that and after it; "averages", whether no gradient changes some weights that are more than a
        number, as the averages of batch normalisation.
    """
    return [_learning(answers, case, beta, noise, codes, rounds) for beta in betas]


def _learning(answers, case: dict, beta: float, noise, codes, rounds: int) -> dict:
    """Asked in several tests but worked out only once; the noise and the codes are the case's."""
    functions = answers.build_model, answers.encode, answers.decode
    question = sorted(case.items()), beta, rounds
    look = partial(_found_out, answers, case, beta, noise, codes, rounds)
    return kept(_found, MOST_KEPT, functions, question, look)


def _found_out(answers, case: dict, beta: float, noise, codes, rounds: int) -> dict:
    encode, decode = answers.encode, answers.decode
    training = trained_model(answers, case, beta, rounds)
    model, untrained, trained = training.model, training.weights[0], training.weights[rounds]

    def seen(draws) -> tuple[dict, np.ndarray]:
        mean, log_var = moments_of(encode, model, case["held_out"], case["latent"])
        z = (mean + np.exp(0.5 * log_var) * draws).astype("float32")
        pixels = [decode(model, one) for one in z]
        drawn = decode(model, codes)
        return {"mean": mean, "log_var": log_var, "pixels": pixels, "drawn": drawn}, z[0]

    model.set_weights(trained)
    after, z = seen(noise)
    trade = _trade(encode, lambda z: decode(model, z), model, case, noise)
    model.set_weights(untrained)
    before, _ = seen(noise[:1])
    foreign = decode(model, z)
    model.set_weights(trained)
    centre = decode(model, after["mean"].astype("float32"))
    few = case["held_out"][_of_least_kl(after)]
    logs = training.logs_of(rounds, [few, _often(case, noise), few])
    return {
        "history": training.history(rounds),
        "before": before,
        "after": after,
        "foreign": foreign,
        "trade": trade,
        "centre": centre,
        "logs": logs[1],
        "logs_of_few": [logs[0], logs[2]],
        "averages": any(w.shape for w in getattr(model, "non_trainable_weights", ())),
    }


def loud(answers, case: dict, beta: float, noise) -> dict:
    """An untrained model whose weights are so large that its noise shows, and what its logs say.

    What the logs have to do with codes and pixels rests on no weights. A network that learns
    slowly has a σ near 1 and pixels that hardly follow its codes, so that another σ, as in σ²·ε,
    would not show in what it costs.

    Args:
        case: "latent", "seed" and "images" of a training, "held_out".
        noise: standard normal draws, `(draws, held out, latent)`.

    Returns:
        "after", "centre", "logs" and "logs_of_few" as `learning` gives them; empty logs where
        weights of any size are too large.
    """
    functions = answers.build_model, answers.encode, answers.decode
    look = partial(_found_loud, answers, case, beta, noise)
    return kept(_heard, MOST_KEPT, functions, (sorted(case.items()), beta), look)


def _found_loud(answers, case: dict, beta: float, noise) -> dict:
    training = trained_model(answers, case, beta, 0)
    model = training.model

    def seen(images, draws) -> dict:
        mean, log_var = moments_of(answers.encode, model, images, case["latent"])
        with np.errstate(over="ignore"):
            z = (mean + np.exp(0.5 * log_var) * draws).astype("float32")
        return {
            "mean": mean,
            "log_var": log_var,
            "pixels": [np.asarray(answers.decode(model, one)) for one in z],
        }

    def enlarge(factor: float) -> None:
        model.set_weights(training.weights[0])
        _move_weights(model, case["seed"], factor)

    def too_large(factor: float) -> bool:
        enlarge(factor)
        found = seen(case["held_out"][:FEW], noise[:1, :FEW])
        pixels = np.asarray(found["pixels"])
        # Not finite is too large as well.
        heard = bool(np.abs(found["log_var"]).max() <= LOUDEST)
        return not (heard and np.mean(np.minimum(pixels, 1 - pixels) > NEAR) >= 1 - UNSEEN)

    low, high = FACTORS
    for _ in range(STEPS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if too_large(middle) else (middle, high)
    if too_large(low):
        return {"logs": {}, "logs_of_few": [{}, {}]}
    after = seen(case["held_out"], noise)
    few = case["held_out"][_of_least_kl(after)]
    logs = [logs_of(model, some) for some in (few, _often(case, noise), few)]
    return {
        "after": {**after, "drawn": after["pixels"][0]},
        "centre": answers.decode(model, after["mean"].astype("float32")),
        "logs": logs[1],
        "logs_of_few": [logs[0], logs[2]],
    }


def _often(case: dict, noise) -> np.ndarray:
    """Every held-out image once for each draw."""
    return np.repeat(case["held_out"], len(noise), axis=0)


def _trade(encode, decode, model, case: dict, noise) -> dict:
    """What images of the training cost where their codes are a little surer, and less sure."""
    images = case["images"][: noise.shape[1]]
    mean, log_var = moments_of(encode, model, images, case["latent"])

    def pixels(change: float) -> list:
        sigma = np.exp(0.5 * (log_var + change))
        return [decode((mean + sigma * draw).astype("float32")) for draw in noise[:TRADED]]

    around = {"narrower": pixels(-TILT), "wider": pixels(TILT)}
    return {"mean": mean, "log_var": log_var, **around}


def _of_least_kl(seen: dict) -> np.ndarray:
    """Positions of the images whose codes cost least: far from the average cost."""
    mean, log_var = seen["mean"].astype("float64"), seen["log_var"].astype("float64")
    with np.errstate(over="ignore"):
        costs = (mean**2 + np.exp(log_var) - log_var).sum(axis=1)
    return np.argsort(costs, kind="stable")[:EVALUATION_BATCH]


def _move_weights(model, seed: int, factor: float = 1.0) -> None:
    """Add a little normal noise to every weight, and multiply it.

    The state of a generator is left alone.
    """
    noise = np.random.default_rng(seed)

    def moved(weight):
        if weight.dtype.kind != "f":
            return weight
        added = MOVED * noise.standard_normal(weight.shape)
        return (factor * (weight + added)).astype(weight.dtype)

    model.set_weights([moved(np.asarray(weight)) for weight in model.get_weights()])
