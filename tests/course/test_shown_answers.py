"""Answers that are shown hold what related exercises teach, not only what their own tests ask.

The capstone's morphs walk between codes, so they are judged by the tests of exercise 5.1, with
networks that leave codes as they are: equal codes, for instance, must not give NaN.
"""

from __future__ import annotations

import numpy as np
import pytest
from coursework import alternative
from learner import judged_over

from autograder.exercise import registry
from autograder.intake.course_texts import solutions
from autograder.judging import bank
from bvae_ref.networks import build_decoder, build_encoder

MORPH, PATHS = registry.get("7.4"), registry.get("5.1")
SHOWN = [
    pytest.param("lerp", solutions()["7.4"], id="solution"),
    pytest.param("slerp", alternative(MORPH), id="alternative"),
]


def path_of(source: str):
    """The way that a morph's code takes, as a function `(start, end, steps)` of codes."""
    names = bank.namespace(bank.Written("7.4", "shown", "shown", source))
    names["encode"] = lambda model, codes: (np.asarray(codes), None)
    names["decode"] = lambda model, codes: np.asarray(codes)
    return lambda start, end, steps: names["morph"](None, start, end, steps)


@pytest.mark.parametrize("way, source", SHOWN)
@pytest.mark.parametrize("seed", range(3))
def test_a_shown_morph_passes_the_tests_of_the_path_that_it_walks(way, source, seed):
    verdict = judged_over("5.1", {**PATHS.reference, way: path_of(source)}, seed)
    assert verdict.passed, verdict


@pytest.mark.parametrize("way, source", SHOWN)
def test_a_shown_morph_between_opposite_or_zero_codes_is_finite(way, source):
    code, zero = np.array([0.6, 2.3, -1.0], "float32"), np.zeros(3, "float32")
    for start, end in ((code, code), (code, -code), (code, zero), (zero, zero)):
        assert np.all(np.isfinite(path_of(source)(start, end, 5)))


def small_solution(exercise_id: str, beta: float):
    """A small model of the class that a solution shows, compiled, with a price β."""
    names = bank.namespace(bank.Written(exercise_id, "shown", "shown", solutions()[exercise_id]))
    if exercise_id == "7.1":
        return names["build_model"](2, beta, 0)
    networks = build_encoder(2, hidden=8), build_decoder(2, hidden=8)
    model = names["DisentangledVAE"](*networks, beta=beta)
    model.compile(optimizer="adam")
    return model


@pytest.mark.parametrize("exercise_id", ["3.3", "7.1"])
def test_a_shown_model_takes_pairs_and_a_new_beta_after_its_steps_are_compiled(exercise_id):
    model = small_solution(exercise_id, beta=1.0)
    images, labels = np.random.default_rng(0).uniform(size=(8, 28, 28, 1)), np.zeros(8)
    model.fit(images, labels, epochs=1, verbose=0)
    model.evaluate(images, verbose=0)
    model.beta.assign(100.0)
    found = model.evaluate(images, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(found["recon"] + 100 * found["kl"], rel=1e-5)
    logits = model(images)[0] if exercise_id == "7.1" else model(images)
    assert tuple(logits.shape) == images.shape
