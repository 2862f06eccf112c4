"""What the outputs of an encoder or a decoder prove, whatever its architecture.

The facts (shapes, signs, what moves what) do not depend on the architecture, so two networks
with the same fault give the same ones. They are worked out here, on the judge's side: what
comes from the learner's side is outputs for inputs that `network_questions` has drawn.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import evidence

# Weights are redrawn several times, so no answer depends on one lucky draw.
DRAWS = 4
# So many inputs also come in a batch of their own.
ALONE = 3
OUTPUTS = {"build_encoder": 2, "build_decoder": 1}
# Leaves room for a little rounding beyond a bounded output (a sigmoid's 1, a tanh's ±1).
BOUND = 1.05
# Beyond what a float32 probability, or one that was clipped, becomes as a logit; and beyond where
# logits are usually capped.
FAR = 200.0
# As far from 0 as rounding may lie.
NEAR_ZERO = 1e-6

# A layer's small constant against a division by 0 leaves sums and lengths this much apart.
NEARLY_FIXED = 1e-2


def counted(number: int, thing: str) -> str:
    """A number of things in words."""
    return f"one {thing}" if number == 1 else f"{number} {thing}s"


def form_of(answer, name: str) -> dict:
    """A network's kind and the form of its outputs; see `network_questions.ask_forms`."""
    if not isinstance(answer, dict) or not isinstance(answer.get("kind"), str):
        raise evidence.unreadable(f"what {name} returns", "a keras.Model")
    if answer["kind"] in ("list", "tuple"):
        return {"kind": "several values"}
    if answer["kind"] != "keras.Model" or answer.get("outputs") == "a dict":
        return {key: answer[key] for key in ("kind", "outputs") if key in answer}
    arrays, said = arrays_of(answer.get("fresh"), name), answer.get("dtypes")
    if not isinstance(said, (list, tuple)) or len(said) != len(arrays):
        raise evidence.unreadable(f"the outputs of {name}", "a dtype for each")
    found = [array.dtype.name for array in arrays]
    return {
        "kind": "keras.Model",
        "outputs": len(arrays),
        "shapes": [list(array.shape) for array in arrays],
        "dtypes": [str(s) if f == "float32" else f for f, s in zip(found, said, strict=True)],
        "finite": all(bool(np.isfinite(array).all()) for array in arrays),
    }


def arrays_of(value, name: str) -> list[np.ndarray]:
    """A network's outputs, checked to be arrays of numbers."""
    if not isinstance(value, (list, tuple)) or not all(
        isinstance(item, np.ndarray) and item.dtype.kind in "biuf" for item in value
    ):
        raise evidence.unreadable(f"the outputs of {name}", "one array of numbers for each output")
    return list(value)


def draws_of(answer, name: str, rows: int, width: int) -> list[list[np.ndarray]]:
    """For each draw of the weights the outputs, each `(rows, width)` in double precision."""
    draws = answer.get("outputs") if isinstance(answer, dict) else None
    if not isinstance(draws, (list, tuple)) or len(draws) != DRAWS:
        raise evidence.unreadable(f"the outputs of {name}", f"{DRAWS} of each")
    found = []
    for outputs in draws:
        arrays = arrays_of(outputs, name)
        shapes = [(len(array), array.size) if array.ndim else () for array in arrays]
        if shapes != [(rows, rows * width)] * OUTPUTS[name]:
            raise evidence.unreadable(f"the outputs of {name}", f"{rows} rows of {width} numbers")
        found.append([array.astype(np.float64).reshape(rows, width) for array in arrays])
    return found


def alone(answer, name: str, width: int) -> bool:
    """Whether the first rows give the same in a batch of their own."""
    among, by_themselves = (
        draws_of({"outputs": answer.get(part)}, name, ALONE, width)
        for part in ("together", "alone")
    )
    return all(
        np.allclose(own, output, rtol=1e-3, atol=1e-4 * (1 + np.abs(output).max()))
        for together, by_itself in zip(among, by_themselves, strict=True)
        for output, own in zip(together, by_itself, strict=True)
    )


def follow(draws, order) -> bool:
    """Whether equal inputs have equal outputs, and different ones different outputs."""
    arrays = [array for outputs in draws for array in outputs]
    return evidence.follows(arrays, order, of_all=np.mean)


def reach_of(outputs: list[np.ndarray]) -> dict:
    """Whether there are values below 0, above 0, beyond the bounds of a sigmoid or tanh, and finite
    ones "far" on both sides; and whether they are "free": neither their sum nor their length is
    the same for every input.
    """
    # An exponential at the end may overflow here; an infinity counts as beyond.
    values = np.concatenate([output.ravel() for output in outputs])
    finite = values[np.isfinite(values)]
    return {
        "negative": bool((values < -NEAR_ZERO).any()),
        "positive": bool((values > NEAR_ZERO).any()),
        "beyond": bool((abs(values) > BOUND).any()),
        "far": bool((finite > FAR).any() and (finite < -FAR).any()),
        "free": not any(
            all(_same_for_all(measure(output)) for output in outputs)
            for measure in (_row_sums, _row_lengths)
        ),
    }


def _row_sums(output: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # infinities of both signs
        return output.sum(axis=1)


def _row_lengths(output: np.ndarray) -> np.ndarray:
    return np.sqrt((output**2).sum(axis=1))


def _same_for_all(values: np.ndarray) -> bool:
    """Whether the rows' numbers are nearly the same."""
    if not np.isfinite(values).all():
        return False
    return bool(np.ptp(values) <= NEARLY_FIXED * np.abs(values).max())


def differs(after: np.ndarray, before: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where more changed than rounding, which goes with the largest value, can explain."""
    largest = np.abs(values[np.isfinite(values)]).max(initial=0.0)
    with np.errstate(invalid="ignore"):
        return np.abs(after - before) > 1e-5 * (1 + largest)


def learning_of(answer: dict, draws, order, factors) -> dict:
    """Whether there are "weights" to train, and "gradients" that arrive; "follows"."""
    gradients = answer.get("gradients")
    if (
        not isinstance(gradients, (list, tuple))
        or len(gradients) != 3
        or not all(isinstance(one, (list, tuple)) for one in gradients)
    ):
        raise evidence.unreadable("the gradients of three weighted sums", "three lists of arrays")
    return {
        "weights": len(gradients[0]) > 0,
        "gradients": evidence.are_linear(gradients, factors),
        "follows": follow(draws, order),
    }
