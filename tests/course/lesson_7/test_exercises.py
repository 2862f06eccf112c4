"""The capstone: models of any architecture earn full marks, and wrong ones are named."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from learner import judged_over as judged

from autograder.course.lesson_7 import facts, logs, probes_trained
from autograder.course.lesson_7.case import DRAWS, case_of, learning_question
from autograder.course.lesson_7.probes_model import TILT, TRADED
from autograder.course.lesson_7.probes_trained import EVALUATION_BATCH, trained, trained_model
from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.judging import bank
from bvae_ref.data.strokes import render, sample_factors

MODEL, DRAW, FILES, MORPH = registry.of_lesson(7)


def points_of(verdict) -> list[float]:
    return [test.points for test in verdict.tests]


def seen(pixels, images, draws: int = 2) -> dict:
    codes = np.zeros((len(images), 3))
    return {
        "after": {"mean": codes, "log_var": codes, "pixels": [pixels] * draws, "drawn": codes},
    }


def test_codes_profit_where_pixels_are_those_of_the_own_image_and_nowhere_else():
    images = render(sample_factors(60, seed=3)).astype(np.float64)
    mean = np.broadcast_to(images.mean(axis=0), images.shape)
    noise = np.random.default_rng(1).uniform(0.1, 0.9, images.shape)
    for pixels, paid in (
        (0.9 * mean + 0.1 * images, True),
        (mean, False),
        (noise, False),
        (np.roll(images, 5, axis=0), False),
    ):
        answer = seen(np.clip(pixels, 0.01, 0.99), images)
        assert facts.profits(answer, images, 3, 2) is paid


@pytest.mark.parametrize("beta", (0.2, 1.0, 5.0))
def test_the_price_of_a_nat_is_beta_where_recon_and_kl_are_balanced(beta):
    """Pixels whose cost is exactly −β·KL of the tilt, plus a constant."""
    images, latent = np.full((40, 28, 28, 1), 0.0), 4
    log_var = np.full((40, latent), -2.0)

    def pixels(tilt):
        cost = 300 - beta * facts.divergence(np.zeros_like(log_var), log_var + tilt).mean()
        return np.full(images.shape, 1 - np.exp(-cost / 784))

    trade = {"mean": np.zeros_like(log_var), "log_var": log_var}
    trade |= {"narrower": [pixels(-TILT)] * TRADED, "wider": [pixels(TILT)] * TRADED}
    assert facts.price_paid({"trade": trade}, images, latent)[0] == pytest.approx(beta, rel=1e-3)
    turned = trade | {"narrower": trade["wider"], "wider": trade["narrower"]}
    assert facts.price_paid({"trade": turned}, images, latent)[0] == np.inf


@pytest.mark.parametrize(
    ("logged", "averages", "holds"),
    (
        (1.0, False, False),
        (1.04, False, False),
        # Dropout makes images dearer in training; averages may lag behind.
        (1.06, False, True),
        (0.94, False, True),
        (1.0, True, True),
        # No number at all is no reason to believe.
        (None, False, False),
    ),
)
def test_the_price_is_asked_of_networks_that_decode_as_they_were_trained(logged, averages, holds):
    images = render(sample_factors(40, seed=3)).astype(np.float64)
    near, far = (np.clip(images, edge, 1 - edge) for edge in (0.05, 0.0501))
    log_var = np.full((40, 3), -2.0)
    trade = {"mean": np.zeros_like(log_var), "log_var": log_var}
    trade |= {"narrower": [near] * TRADED, "wider": [far] * TRADED}
    _, cost = facts.price_paid({"trade": trade}, images, 3)
    history = {} if logged is None else {"recon": [2 * cost, logged * cost]}
    answer = {**seen(near, images), "trade": trade, "history": history, "averages": averages}
    case = {"held_out": images, "images": images, "latent": 3}
    assert facts.compared([answer, answer], case, 2, 1.0)["price"] is holds


class Counting(keras.Model):
    """A model that counts its epochs in a weight, in Keras's own `fit`."""

    def __init__(self):
        super().__init__()
        self.epochs = self.add_weight(shape=(), initializer="zeros")
        self.compile()

    def train_step(self, data):
        self.epochs.assign_add(1.0)
        return {"epoch": self.epochs + 0.0}


class CountingByItself:
    """The same with a `fit` of its own, which knows only what the exercise promises."""

    def __init__(self):
        self.epochs = 0

    def get_weights(self):
        return [np.array(float(self.epochs))]

    def set_weights(self, weights):
        self.epochs = int(weights[0])

    def fit(self, images, batch_size, epochs, verbose):
        numbers = [float(self.epochs + epoch + 1) for epoch in range(epochs)]
        self.epochs += epochs
        return SimpleNamespace(history={"epoch": numbers})


def counting(kind):
    """Answers whose models count their epochs, the models made so far, and a training."""
    made = []

    def build(latent, beta, seed):
        made.append(kind())
        return made[-1]

    def encode(model, images):
        return np.zeros((len(images), 3)), np.zeros((len(images), 3))

    answers = SimpleNamespace(build_model=build, encode=encode, decode=lambda model, codes: codes)
    # One batch an epoch.
    case = {"latent": 3, "seed": 1, "images": np.zeros((4, 28, 28, 1)), "epochs": 10}
    return answers, made, case


@pytest.mark.parametrize("kind", (Counting, CountingByItself))
def test_a_training_goes_on_where_it_stopped_and_earlier_rounds_stay(kind):
    answers, made, case = counting(kind)
    for rounds in (1, 3, 2, 3):
        training = trained_model(answers, case, 0.5, rounds)
        before, after = training.weights[0], training.weights[rounds]
        assert (before[0], after[0]) == (0, 10 * rounds)
        assert training.history(rounds)["epoch"] == [*range(1, 10 * rounds + 1)]
        assert training.model.epochs == 10 * rounds
    assert len(made) == 1


@pytest.mark.parametrize(("kind", "epochs"), ((Counting, 1), (CountingByItself, 10)))
def test_a_slow_training_is_shared_out_among_questions(kind, epochs, monkeypatch):
    """One epoch at least is trained, or as many as `fit` must see at once."""
    answers, made, case = counting(kind)
    monkeypatch.setattr(probes_trained, "SECONDS", 0.0)
    for question in range(1, 20 // epochs + 1):
        assert trained(answers, case, 0.5, 2) is (question * epochs == 20)
        assert made[0].epochs == question * epochs


def test_all_tests_of_a_run_share_one_training_and_other_runs_have_others():
    one, like_one, other = (
        case_of(np.random.default_rng([seed, number])) for seed, number in ((1, 2), (1, 3), (2, 2))
    )
    assert one is like_one
    assert not np.array_equal(one[0]["images"], other[0]["images"])


@pytest.mark.parametrize("exercise", (MODEL, DRAW, FILES, MORPH), ids=lambda item: item.id)
def test_a_released_notebook_is_not_attempted_anywhere(exercise):
    stubs = {**bank.stub_namespace("7.1"), **bank.stub_namespace(exercise.id)}
    stubs |= {name: bank.stub_namespace("7.1")[name] for name in MODEL.answers}
    assert judged(exercise.id, stubs).outcome.value == "not attempted"


SMALL = {"encode": lambda model, x: model.encode(x), "decode": lambda model, z: model.decode(z)}
QUICK = (
    "never fitted to anything",
    "encoder not trained",
    "β on the reconstruction",
    "β only in the logs",
    "the square of β",
    "reconstruction averaged over pixels",
    "a sigmoid in the decoder and one in the loss",
    "logs of the last batch",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_wrong_model_loses_points(name):
    (wrong,) = (item for item in MODEL.misconceptions if item.name == name)
    assert all(without_mistake()), "the same model without the mistake earns every point"
    assert not all(judged_small({**SMALL, **wrong.answers}))


@cache
def without_mistake() -> list[bool]:
    return judged_small(SMALL | {"build_model": MODEL.misconceptions[0].sketch()})


def judged_small(answers) -> list[bool]:
    """Which tests of 7.1 answers pass; nothing is diagnosed."""
    from autograder.judging.judge import asked

    results, _ = asked(MODEL, LiveStudent(answers, registry.owners(7)), 3)
    return [result.points == result.max_points for result in results]


CENTRE = "the mean codes, without a draw"
ASKED = {"kl": logs.KL_ASKED, "recon": logs.RECON_ASKED}
LAST = {name: {"of": logs.LAST} for name in ASKED}
CARRIED = {name: {"of": logs.CARRIED} for name in ASKED}


@pytest.mark.slow
@pytest.mark.parametrize("seed", (1, 2))
@pytest.mark.parametrize(
    ("parts", "odd"),
    [
        ({}, {}),
        ({"tracking": "last"}, LAST),
        ({"tracking": "ever"}, CARRIED),
        ({"noise": lambda rng, shape: np.zeros(shape)}, {"recon": {"of": CENTRE}}),
        (
            {
                "noise": lambda rng, shape: np.zeros(shape),
                "report": lambda recon, kl, beta, latents: (0.0, recon / 784, kl / latents),
            },
            {
                "recon": {"of": CENTRE, "scale": "a mean over pixels"},
                "kl": {"scale": "a mean over latents"},
            },
        ),
        (
            {"report": lambda recon, kl, beta, latents: (0.0, 1.1 * recon, kl)},
            {"recon": {"of": logs.DEARER}},
        ),
    ],
)
def test_logs_are_told_in_words_that_do_not_depend_on_the_run(parts, odd, seed):
    case, (beta, _) = case_of(np.random.default_rng([seed, 1]))
    asked = {"build_model": MODEL.misconceptions[0].sketch(**parts), **SMALL}
    student = LiveStudent(asked, registry.owners(7))
    # Every test asks anew, and a model may remember that it was asked before.
    for _ in range(2):
        (answer,) = student.probe(*learning_question(case, [beta]))
        found = logs.reported(
            answer, case["held_out"], case["latent"], DRAWS, beta, EVALUATION_BATCH
        )
        for name, right in ASKED.items():
            assert found[name] == right | odd.get(name, {})
