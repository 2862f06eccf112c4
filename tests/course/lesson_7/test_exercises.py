"""The capstone: models of any architecture earn full marks, and wrong ones are named."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from learner import judged_over as judged

from autograder.course.lesson_7 import facts, logs
from autograder.course.lesson_7.case import DRAWS, case_of, learning_question
from autograder.course.lesson_7.probes_trained import EVALUATION_BATCH
from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.judging import bank
from bvae_ref.data.strokes import render, sample_factors

MODEL, DRAW, FILES, MORPH = registry.of_lesson(7)


def points_of(verdict) -> list[float]:
    return [test.points for test in verdict.tests]


def test_no_single_picture_beats_the_mean_image():
    images = render(sample_factors(200, seed=3))
    mean = images.mean(axis=0, dtype=np.float64)
    for other in (mean + 0.01, 0.9 * mean + 0.05, np.clip(mean, 0.02, 0.98)):
        cost = facts.bernoulli_cost(images.astype(np.float64), other).mean()
        assert cost > facts.best_constant(images)


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
    "β in the logs alone",
    "reconstruction averaged over pixels",
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
            {"recon": {"of": logs.MORE}},
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
