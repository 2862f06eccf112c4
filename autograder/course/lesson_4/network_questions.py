"""Questions to encoders and decoders of any architecture."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4.network_facts import (
    DRAWS,
    OUTPUTS,
    alone,
    arrays_of,
    counted,
    differs,
    draws_of,
    follow,
    form_of,
    learning_of,
    reach_of,
)
from autograder.exercise import evidence
from bvae_ref.shapes import IMAGE_SHAPE

# So wide that a right output's range does not depend on how a learner scales it; of a decoder's
# logits some reach beyond ±200 behind any hidden layer, one of sigmoids included.
GAINS = {"build_encoder": 3.0, "build_decoder": 100.0}
INPUTS, LEAST_LATENTS = 24, 8
# Images whose blocks of so many pixels a side change, one of the places after another.
SHOWN, BLOCK, PLACES = 4, 7, (4, 4)
# Convolutions and poolings without padding may miss a few lines at the edges.
INNER_LINES = range(5, 23)
OUTER_LINES = (*range(5), *range(23, 28))
PIXELS = int(np.prod(IMAGE_SHAPE))
DARKEST = 0.3
ONE_MAP = (
    "Right, but there is no non-linearity between your layers: without an activation on the "
    "hidden ones, together they are a single affine map, however many there are. That may be "
    'intended; if not, add `activation="gelu"` or `"relu"` to the hidden layers.'
)

NO_INPUT = (
    "Right, but this model has no weights before its first call, so that it cannot be summarised, "
    "saved or given other weights before that. With a `keras.Input` it has them at once."
)
UNSEEN = (
    "Right, but {lines} at the edge of the image {reach} neither output: without padding, kernels "
    'and strides do not cover all 28 pixels. With `padding="same"` they do.'
)


def ask_forms(student, rng, name: str) -> list[tuple[int, int, dict]]:
    """Form of the outputs of a small network on one input, and of a larger one on several.

    Returns:
        for each the latent size, the batch size and the facts: "kind", and of a Keras model
        "outputs" (how many, or "a dict"), "shapes", "dtypes", "finite"; "follows" in the last.
    """
    latents = [int(rng.integers(1, 4)), int(rng.integers(5, 12))]
    orders = [np.zeros(1, int), evidence.repeats(rng, 5, int(rng.integers(8, 16)))]
    inputs = [
        _inputs(rng, name, latent, order.max() + 1)[order]
        for latent, order in zip(latents, orders, strict=True)
    ]

    def summary(answer):
        if not isinstance(answer, (list, tuple)) or len(answer) != 2:
            raise evidence.unreadable(f"what {name} returns", "two networks' outputs")
        small, large = (form_of(item, name) for item in answer)
        if "shapes" in large:
            drawn = arrays_of(answer[1].get("drawn"), name)
            large["follows"] = evidence.follows(drawn, orders[1], of_all=np.mean)
        return [small, large]

    found = student.probe("lesson_4.forms", name, latents, inputs, _seed(rng), summary=summary)
    return [
        (latent, len(order), form)
        for latent, order, form in zip(latents, orders, found, strict=True)
    ]


def ask_regions(student, rng) -> dict:
    """Which 7×7 blocks of the image move "mean" and "log_var", each `(4, 4)` bool; "follows".

    "alone" says whether the outputs are the same in another batch, "places" whether both move when
    the pixels of the image change places, "lines" whether both move for every row and column of
    pixels but those near the edges.
    """
    latent = int(rng.integers(2, 6))
    images = rng.random((SHOWN, *IMAGE_SHAPE)).astype("float32")
    blocks = [
        _inverted(images, np.s_[:, top : top + BLOCK, left : left + BLOCK])
        for top, left in BLOCK * np.argwhere(np.ones(PLACES))
    ]
    shuffled = rng.permuted(images.reshape(SHOWN, -1), axis=1).reshape(images.shape)
    lines = [_inverted(images, np.s_[:, line]) for line in INNER_LINES]
    lines += [_inverted(images, np.s_[:, :, line]) for line in INNER_LINES]
    changed = [*blocks, shuffled, *lines]
    distinct = np.concatenate([images, *changed])
    shape, after_blocks = (2, len(changed)), len(blocks)
    order = evidence.repeats(rng, len(distinct), len(distinct) + 8)

    def summary(answer):
        draws = draws_of(answer, "build_encoder", len(order), latent)
        moved = np.zeros(shape, bool)
        for outputs in draws:
            for row, values in zip(moved, outputs, strict=True):
                values = values[evidence.first_places(order)].reshape(-1, SHOWN, latent)
                row |= differs(values[1:], values[0], values).any(axis=(1, 2))
        of_blocks, of_shuffled, of_lines = np.split(moved, [after_blocks, after_blocks + 1], axis=1)
        mean, log_var = of_blocks.reshape(2, *PLACES)
        return {
            "mean": mean,
            "log_var": log_var,
            "places": bool(of_shuffled.all()),
            "lines": bool(of_lines.all()),
            "alone": alone(answer, "build_encoder", latent),
            "follows": follow(draws, order),
        }

    return student.probe(
        *("lesson_4.outputs", "build_encoder", latent, distinct[order], DRAWS, 1.0, _seed(rng)),
        summary=summary,
    )


def ask_heads(student, rng) -> dict:
    """Which values "mean" and "log_var" reach, whether they are the "same", whether all latents of
    one of them "agree" always, and `learning_of`.
    """
    latent = int(rng.integers(LEAST_LATENTS, 12))

    def facts(draws):
        return {
            "mean": reach_of([outputs[0] for outputs in draws]),
            "log_var": reach_of([outputs[1] for outputs in draws]),
            "same": all(np.allclose(*outputs, atol=1e-6) for outputs in draws),
            "agree": any(
                all(np.ptp(outputs[head], axis=1).max() < 1e-5 for outputs in draws)
                for head in range(2)
            ),
        }

    return _ask_with_gradients(student, rng, "build_encoder", latent, facts)


def ask_range(student, rng) -> dict:
    """Which values the "logits" reach, and `learning_of`."""
    latent = int(rng.integers(2, 6))

    def facts(draws):
        return {"logits": reach_of([outputs[0] for outputs in draws])}

    return _ask_with_gradients(student, rng, "build_decoder", latent, facts)


def ask_paths(student, rng) -> dict:
    """How many "pixels" move with z at all, which "latents" move any pixel; whether the "length" of
    z makes a difference; "alone"; "follows".
    """
    latent = int(rng.integers(2, 6))
    z = rng.standard_normal((1, 32, latent)).astype("float32")
    moves = 2.0 * np.eye(latent, dtype="float32")[:, None]
    distinct = np.concatenate([z, z + moves, 2 * z]).reshape(-1, latent)
    order = evidence.repeats(rng, len(distinct), len(distinct) + 8)

    def summary(answer):
        draws = draws_of(answer, "build_decoder", len(order), PIXELS)
        moved = np.zeros((latent + 1, PIXELS), bool)
        for (values,) in draws:
            values = values[evidence.first_places(order)].reshape(latent + 2, 32, PIXELS)
            moved |= differs(values[1:], values[0], values).any(axis=1)
        moved, longer = moved[:-1], moved[-1]
        return {
            # Behind a relu a few pixels rest by chance; a border that rests has 28 or more.
            "pixels": PIXELS if (moving := int(moved.any(axis=0).sum())) > PIXELS - 8 else moving,
            "latents": moved.any(axis=1),
            "length": bool(longer.any()),
            "alone": alone(answer, "build_decoder", PIXELS),
            "follows": follow(draws, order),
        }

    return student.probe(
        *("lesson_4.outputs", "build_decoder", latent, distinct[order], DRAWS, 1.0, _seed(rng)),
        summary=summary,
    )


def _ask_with_gradients(student, rng, name: str, latent: int, facts) -> dict:
    """`facts` of the outputs with wide weights, and what can learn.

    Three weighted sums of the outputs, the third a combination of the others: the gradients
    have to follow them.
    """
    order = evidence.repeats(rng, INPUTS, INPUTS + 8)
    inputs = _inputs(rng, name, latent, INPUTS)[order]
    width = PIXELS if name == "build_decoder" else latent
    f, g = rng.standard_normal((2, OUTPUTS[name], len(order), width)).astype("float32")
    a, b = (float(factor) for factor in rng.uniform(0.5, 2.0, 2) * rng.choice([-1, 1], 2))
    both = (a * f + b * g).astype("float32")

    def summary(answer):
        draws = draws_of(answer, name, len(order), width)
        return facts(draws) | learning_of(answer, draws, order, (a, b))

    return student.probe(
        *("lesson_4.outputs_and_gradients", name, latent, inputs, DRAWS, GAINS[name]),
        *([list(f), list(g), list(both)], _seed(rng)),
        summary=summary,
    )


def _inputs(rng, name: str, latent: int, count: int) -> np.ndarray:
    """Images of different brightness, or codes."""
    if name == "build_decoder":
        return 2.0 * rng.standard_normal((count, latent)).astype("float32")
    brightness = rng.uniform(DARKEST, 1.0, (count, 1, 1, 1))
    return (brightness * rng.random((count, *IMAGE_SHAPE))).astype("float32")


def _inverted(images: np.ndarray, where) -> np.ndarray:
    changed = images.copy()
    changed[where] = 1 - changed[where]
    return changed


def remark_on_input(student, rng, name: str) -> str | None:
    """What to say about a model without weights."""
    return None if student.probe("lesson_4.has_weights", name, 3) is True else NO_INPUT


def remark_on_edges(student, rng) -> str | None:
    """What to say about rows or columns of an image that no output depends on."""
    latent = 3
    images = rng.random((SHOWN, *IMAGE_SHAPE)).astype("float32")
    changed = [_inverted(images, np.s_[:, line]) for line in OUTER_LINES]
    changed += [_inverted(images, np.s_[:, :, line]) for line in OUTER_LINES]
    batch = np.concatenate([images, *changed])

    def unseen(answer) -> list[int]:
        moved = np.zeros(len(changed), bool)
        for outputs in draws_of(answer, "build_encoder", len(batch), latent):
            for values in (output.reshape(-1, SHOWN, latent) for output in outputs):
                moved |= differs(values[1:], values[0], values).any(axis=(1, 2))
        return [int(count) for count in (~moved).reshape(2, -1).sum(axis=1)]

    rows, columns = student.probe(
        *("lesson_4.outputs", "build_encoder", latent, batch, DRAWS, 1.0, _seed(rng)),
        summary=unseen,
    )
    lines = [counted(n, line) for n, line in ((rows, "row"), (columns, "column")) if n]
    reach = "reaches" if rows + columns == 1 else "reach"
    return UNSEEN.format(lines=" and ".join(lines), reach=reach) if lines else None


def _seed(rng) -> int:
    return int(rng.integers(1, 1_000_000))


def remark_on_layers(student, rng, name: str, weights_of_one: int) -> str | None:
    """What to say about several layers that together make one affine map.

    Args:
        weights_of_one: how many weights a single affine layer for each output has.
    """
    latent = 3
    x, y = _inputs(rng, name, latent, 2)
    batch = np.stack([np.zeros_like(x), x, y, x + y])

    width = latent if name == "build_encoder" else PIXELS

    def affine(answer) -> bool:
        nothing, one, other, both = draws_of(answer, name, len(batch), width)[0][0]
        scale = np.abs(both - nothing).max()
        several = len(answer["gradients"][0]) > weights_of_one
        return bool(several and np.abs(one + other - both - nothing).max() < 1e-3 * scale)

    shapes = [(4, latent)] * 2 if name == "build_encoder" else [(4, *IMAGE_SHAPE)]
    weighings = [[np.ones(shape, "float32") for shape in shapes]]
    asked = (
        "lesson_4.outputs_and_gradients",
        name,
        latent,
        batch,
        DRAWS,
        1.0,
        weighings,
        _seed(rng),
    )
    return ONE_MAP if student.probe(*asked, summary=affine) else None
