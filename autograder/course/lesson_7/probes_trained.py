"""Questions to a learner's own β-VAE, of any architecture: what it became, and what it does.

A model is trained once and kept: most questions are about the same one.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path

import keras
import numpy as np

from autograder.exercise.student import BadValue

BATCH = 32
# Of batches of 64 the last one is short, for any number of images that the tests draw.
EVALUATION_BATCH = 64
MOST_KEPT = 64
# How far, in standard deviations, weights are moved to see what an untrained model depends on.
MOVED = 0.05
_kept: OrderedDict[tuple, tuple] = OrderedDict()


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


def learning(answers, case: dict, betas, noise, codes) -> list[dict]:
    """Models before and after their training, on images that they were not trained on.

    Args:
        case: "latent", "seed", "images" and "epochs" of the training, "held_out".
        betas: one model is trained for each.
        noise: standard normal draws, `(draws, held out, latent)`.
        codes: `(n, latent)`, to be decoded before and after.

    Returns:
        for each "history" of the training; "before" and "after", each with "mean" and "log_var"
        of the held-out images, their "pixels" for every draw (one draw before) and "drawn", what
        the codes look like; "foreign", what the codes of "after" (its first draw) look like with
        the weights of before; "centre", the pixels of the means of "after"; "logs" of
        evaluating every held-out image once for each draw, and "logs_of_few" of those
        `EVALUATION_BATCH` images alone whose KL is least, evaluated before that and after it.
    """
    return [_learning(answers, case, beta, noise, codes) for beta in betas]


def draws(answers, case: dict, beta: float, images) -> dict:
    """Two draws of codes for the same images by a trained model, and what they are drawn from.

    Returns:
        "first" and "second", each what `draw_codes` gave; "mean" and "log_var" of the images.
    """
    encode = answers.encode
    model, *_ = _reached(
        answers, "draw_codes", (None, images), lambda: _trained(answers, case, beta)
    )
    mean, log_var = _moments(encode, model, images, case["latent"])
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
        # Global seeds that differ: what repeats, repeats by the model's own seed.
        keras.utils.set_random_seed(1000 + number)
        model = _reached(
            answers, "draw_codes", (None, images), lambda seed=seed: build(latent, 1.0, seed)
        )
        drawn = [answers.draw_codes(model, images) for _ in range(2)]
        mean, log_var = _moments(encode, model, images, latent)
        found.append({"first": drawn[0], "second": drawn[1], "mean": mean, "log_var": log_var})
    return found


def reloaded(answers, case: dict, betas, images, codes, evaluated: bool) -> list[dict]:
    """Models that were saved, and loaded after their folders had moved elsewhere.

    All are saved before the first is loaded.

    Returns:
        for each "files", how many were written; "before" and "after", each with "mean" and
        "log_var" of the images and "drawn", what the codes look like; of an `evaluated` model
        also "logs".
    """
    encode, decode = answers.encode, answers.decode
    top = Path(tempfile.mkdtemp())
    try:
        found = []
        for number, beta in enumerate(betas):
            folder = top / f"saved-{number}"
            folder.mkdir()
            model, *_ = _reached(
                answers,
                "save_model",
                (None, str(folder)),
                lambda beta=beta: _trained(answers, case, beta),
            )
            before = _state(encode, decode, model, images, codes, case["latent"])
            answers.save_model(model, str(folder))
            files = sum(path.is_file() for path in folder.rglob("*"))
            folder.rename(top / f"moved-{number}")
            found.append({"files": files, "before": before})
        for number, entry in enumerate(found):
            model = answers.load_model(str(top / f"moved-{number}"))
            entry["after"] = _state(encode, decode, model, images, codes, case["latent"])
            if evaluated:
                entry["logs"] = _evaluated(model, images)
        return found
    finally:
        shutil.rmtree(top, ignore_errors=True)


def morphs(answers, case: dict, beta: float, start, end, order, steps) -> dict:
    """Morphs of a trained model between two images, and what it makes of the two by themselves.

    Args:
        start, end: `(28, 28, 1)`, float32.
        order: which of the two to rebuild, 0 or 1, one after the other.
        steps: of each morph.

    Returns:
        "strips", one for each number of steps, and "again", the first of them once more;
        "rebuilt", the images of `order` from their mean codes, `(len(order), 28, 28, 1)`.
    """
    encode, decode = answers.encode, answers.decode
    model, *_ = _reached(
        answers, "morph", (None, start, end, steps[0]), lambda: _trained(answers, case, beta)
    )
    mean, _ = _moments(encode, model, np.stack([start, end])[order], case["latent"])
    return {
        "strips": [answers.morph(model, start, end, count) for count in steps],
        "again": answers.morph(model, start, end, steps[0]),
        "rebuilt": decode(model, mean),
    }


def _learning(answers, case: dict, beta: float, noise, codes) -> dict:
    encode, decode = answers.encode, answers.decode
    model, (untrained, trained), history = _trained(answers, case, beta)

    def seen(draws) -> tuple[dict, np.ndarray]:
        mean, log_var = _moments(encode, model, case["held_out"], case["latent"])
        z = (mean + np.exp(0.5 * log_var) * draws).astype("float32")
        pixels = [decode(model, one) for one in z]
        drawn = decode(model, codes)
        return {"mean": mean, "log_var": log_var, "pixels": pixels, "drawn": drawn}, z[0]

    model.set_weights(trained)
    after, z = seen(noise)
    model.set_weights(untrained)
    before, _ = seen(noise[:1])
    foreign = decode(model, z)
    model.set_weights(trained)
    centre = decode(model, after["mean"].astype("float32"))
    often = np.repeat(case["held_out"], len(noise), axis=0)
    few = case["held_out"][_of_least_kl(after)]
    logs = [_evaluated(model, images) for images in (few, often, few)]
    return {
        "history": history,
        "before": before,
        "after": after,
        "foreign": foreign,
        "centre": centre,
        "logs": logs[1],
        "logs_of_few": [logs[0], logs[2]],
    }


def _of_least_kl(seen: dict) -> np.ndarray:
    """Places of the images whose codes cost least: far from what all cost on average."""
    mean, log_var = seen["mean"].astype("float64"), seen["log_var"].astype("float64")
    with np.errstate(over="ignore"):
        costs = (mean**2 + np.exp(log_var) - log_var).sum(axis=1)
    return np.argsort(costs, kind="stable")[:EVALUATION_BATCH]


def _move_weights(model, seed: int) -> None:
    """Add a little normal noise to every weight; the state of a generator is left alone."""
    noise = np.random.default_rng(seed)

    def moved(weight):
        if weight.dtype.kind != "f":
            return weight
        return weight + (MOVED * noise.standard_normal(weight.shape)).astype(weight.dtype)

    model.set_weights([moved(np.asarray(weight)) for weight in model.get_weights()])


def _reached(answers, own: str, arguments: tuple, make):
    """What `make` makes of an earlier answer; where that is a stub, the own stub speaks first.

    Whoever has written neither has not begun; whoever has written only the later answer is told
    which earlier one is missing.
    """
    try:
        return make()
    except NotImplementedError as missing:
        # Looked up last, it is what the error is told of.
        later = getattr(answers, own)
        try:
            later(*arguments)
        except NotImplementedError:
            raise
        except Exception:
            raise missing from None
        raise


def _trained(answers, case: dict, beta: float):
    """A trained model, its weights (before, after), and its history."""
    build = answers.build_model
    question = hashlib.sha256(pickle.dumps((sorted(case.items()), beta))).digest()
    key = id(build), question
    if key not in _kept:
        keras.utils.set_random_seed(case["seed"])
        model = build(case["latent"], beta, case["seed"])
        # Some models make their weights at the first call.
        mean, _ = _moments(answers.encode, model, case["images"][:2], case["latent"])
        answers.decode(model, mean.astype("float32"))
        before = model.get_weights()
        fitted = model.fit(case["images"], batch_size=BATCH, epochs=case["epochs"], verbose=0)
        history = getattr(fitted, "history", None)
        # The function is kept as long as its model: its identity is the key.
        _kept[key] = build, model, (before, model.get_weights()), history
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key][1:]


def _moments(encode, model, images, latent: int) -> tuple[np.ndarray, np.ndarray]:
    """The two outputs of `encode` as float32 arrays `(n, latent)`."""
    found = encode(model, images)
    pair = list(found) if isinstance(found, (list, tuple)) else []
    arrays = [np.asarray(keras.ops.convert_to_numpy(item)) for item in pair]
    if [array.shape for array in arrays] != [(len(images), latent)] * 2:
        raise BadValue(
            "`encode` does not return two arrays of shape (images, latent_dim) yet (see the test "
            "of the form), so this cannot be tried."
        )
    return arrays[0], arrays[1]


def _evaluated(model, images):
    """Logs of an evaluation, in batches of which the last is short."""
    return model.evaluate(images, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True)


def _state(encode, decode, model, images, codes, latent: int) -> dict:
    mean, log_var = _moments(encode, model, images, latent)
    return {"mean": mean, "log_var": log_var, "drawn": decode(model, codes)}
