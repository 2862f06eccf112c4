"""The learner's own models, of any architecture, trained once and kept: shared by all probes.

Most questions are about the same model.
"""

from __future__ import annotations

import hashlib
import pickle
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from autograder.exercise.student import BadValue

BATCH = 32
# With batches of 64 the last one is short, for any number of images that the tests draw.
EVALUATION_BATCH = 64
MOST_KEPT = 64
# Training is asked for in questions of this length, or of one epoch: well below what one may take.
SECONDS = 8.0

_trainings: OrderedDict[tuple, tuple] = OrderedDict()


def reached(answers, own: str, arguments: tuple, make):
    """What `make` makes of an earlier answer; where that is a stub, the own stub is named first.

    A learner who has written neither has not begun; one who has written only the later answer hears
    which earlier one is missing.
    """
    try:
        return make()
    except NotImplementedError as missing:
        # The error names the one that is looked up last.
        later = getattr(answers, own)
        try:
            later(*arguments)
        except NotImplementedError:
            raise
        except Exception:
            raise missing from None
        raise


def trained_model(answers, case: dict, beta: float, rounds: int = 1):
    """A trained model as `_Training`, which knows its weights, its history and its logs.

    It is trained for `case["epochs"]` epochs a round, and goes on from where it stopped.
    """
    training = _training(answers, case, beta)
    while training.rounds < rounds:
        training.go_on(case)
    training.model.set_weights(training.weights[rounds])
    return training


def trained(answers, case: dict, beta: float, rounds: int) -> bool:
    """Train a model for some seconds, and say whether it has had so many rounds now.

    A large network takes longer than one question may. What becomes of it is the same however its
    training is shared out among questions.
    """
    training = _training(answers, case, beta)
    started = ended = time.monotonic()
    longest = 0.0
    while training.rounds < rounds and ended + longest <= started + SECONDS:
        training.go_on(case)
        longest = max(longest, time.monotonic() - ended)
        ended = time.monotonic()
    return training.rounds >= rounds


def _training(answers, case: dict, beta: float) -> _Training:
    """That of these answers, at whatever epoch it is."""
    build = answers.build_model

    def begun() -> _Training:
        keras.utils.set_random_seed(case["seed"])
        model = build(case["latent"], beta, case["seed"])
        # Some models create their weights at the first call.
        mean, _ = moments_of(answers.encode, model, case["images"][:2], case["latent"])
        answers.decode(model, mean.astype("float32"))
        weights = model.get_weights()
        of_keras = getattr(type(model), "fit", None) is keras.Model.fit
        return _Training(model, [weights], weights, case["epochs"] if of_keras else 1)

    return kept(_trainings, MOST_KEPT, (build,), (sorted(case.items()), beta), begun)


def kept(store: OrderedDict, most: int, functions: tuple, question: tuple, make):
    """What `make` made of a question about some functions, made once.

    Args:
        store: of what was made, the longest unused first; `most` of it are left.
        functions: the learner's; they are kept as long, since their identities are a part of the
            key.
        question: whatever else it rests on, as plain values.
    """
    key = *map(id, functions), hashlib.sha256(pickle.dumps(question)).digest()
    if key not in store:
        store[key] = functions, make()
        while len(store) > most:
            store.popitem(last=False)
    store.move_to_end(key)
    return store[key][1]


@dataclass
class _Training:
    """One model on its way.

    Its logs rest on its weights alone, so wrong readings of one model share them.

    Attributes:
        weights: before any training, and after each round.
        latest: after the last call of `fit`.
        calls: of `fit` in a round: one for each epoch where it is Keras's own. An own one may do
            something that spreads over its epochs, and gets all of them at once.
        histories: what each call returned.
    """

    model: Any
    weights: list
    latest: list
    calls: int
    histories: list = field(default_factory=list)
    logs: dict = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """How many rounds are done."""
        return len(self.weights) - 1

    def logs_of(self, rounds: int, images: list) -> list:
        """Logs of evaluating these arrays of images one after the other, after so many rounds."""
        key = rounds, hashlib.sha256(pickle.dumps(images)).digest()
        if key not in self.logs:
            self.logs[key] = [logs_of(self.model, some) for some in images]
        return self.logs[key]

    def go_on(self, case: dict) -> None:
        """Call `fit` once more."""
        done = len(self.histories)
        if done:
            self.model.set_weights(self.latest)
        epochs = {"epochs": case["epochs"]}
        if self.calls > 1:
            epochs = {"initial_epoch": done, "epochs": done + 1}
        fitted = self.model.fit(case["images"], batch_size=BATCH, verbose=0, **epochs)
        self.histories.append(getattr(fitted, "history", None))
        self.latest = self.model.get_weights()
        if len(self.histories) % self.calls == 0:
            self.weights.append(self.latest)

    def history(self, rounds: int):
        """That of all these rounds as one; what is no history is given as it is."""
        first, *more = histories = self.histories[: rounds * self.calls]
        if not all(isinstance(one, dict) for one in histories):
            return first
        return {
            name: [*values, *(item for one in more for item in one.get(name, ()))]
            if isinstance(values, (list, tuple))
            else values
            for name, values in first.items()
        }


def moments_of(encode, model, images, latent: int) -> tuple[np.ndarray, np.ndarray]:
    """The two outputs of `encode` as float32 arrays `(n, latent)`."""
    found = encode(model, images)
    pair = list(found) if isinstance(found, (list, tuple)) else []
    arrays = [np.asarray(keras.ops.convert_to_numpy(item)) for item in pair]
    if [array.shape for array in arrays] != [(len(images), latent)] * 2:
        raise BadValue(
            "`encode` does not return two arrays of shape (images, latent_dim) yet (see the test "
            "of the form), so this can't be tried."
        )
    return arrays[0], arrays[1]


def logs_of(model, images):
    """Logs of an evaluation, in batches of which the last is short."""
    return model.evaluate(images, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True)
