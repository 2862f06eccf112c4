"""Lesson 6's exercises: right answers pass however they are written, wrong ones are named."""

from __future__ import annotations

import numpy as np
import pytest
from learner import judged_over as verdict

from autograder.course.lesson_6 import tables
from autograder.exercise import registry
from autograder.exercise.declaration import together
from autograder.exercise.live_student import LiveStudent
from autograder.judging.judge import judge
from autograder.judging.verdict import Relation
from bvae_ref.study import statistics

LESSON = registry.of_lesson(6)
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.id} {mistake.name}")
    for exercise in LESSON
    for mistake in exercise.misconceptions
]


def reference(exercise_id: str, **instead) -> dict:
    return {**registry.get(exercise_id).reference, **instead}


def words(result) -> str:
    return " ".join(f"{test.expected} {test.actual} {test.cause}" for test in result.tests)


@pytest.mark.parametrize(
    ("exercise_id", "one", "other"),
    [
        ("6.1", "bits, not nats", "one range for all latents"),
        ("6.1", "one bin too few", "one row for each factor"),
        ("6.2", "not divided by the entropy", "summed over the factors"),
        ("6.2", "only the largest", "the median factor"),
        ("6.3", "divided by n, not by n − 1", "baseline minus scores"),
        ("6.3", "1.96 whatever is given", "the middle decides"),
        ("6.4", "the information is blamed", "entropies in bits"),
        ("6.4", "still a reshape", "the largest possible entropy"),
    ],
)
@pytest.mark.slow
def test_two_mistakes_at_once_are_both_named(exercise_id, one, other):
    mistakes = {mistake.name: mistake for mistake in registry.get(exercise_id).misconceptions}
    answers = together(mistakes[one], mistakes[other])
    found = verdict(exercise_id, reference(exercise_id, **answers))
    assert found.diagnosis.relation is Relation.BOTH
    assert {mistake.name for mistake in found.diagnosis.mistakes} == {one, other}


def test_someone_who_finds_nothing_in_strangers_is_told_the_bias():
    def nothing(codes, factors, bins):
        return np.zeros((codes.shape[1], factors.shape[1]))

    found = verdict("6.1", {"mutual_information": nothing})
    assert found.points == 0 and "about the plug-in bias, 0.0075 nats" in words(found)


def test_the_interval_is_welchs_at_the_quantile_that_is_given():
    rng = np.random.default_rng(0)
    scores, baseline = rng.normal(0.3, 0.1, 5), rng.normal(0.2, 0.02, 7)
    welch = statistics.difference(baseline, scores)
    quantile = statistics.t_quantile(0.95, welch.freedom)
    answers = registry.get("6.3").reference
    ends = answers["difference_interval"](scores, baseline, quantile)
    assert ends == pytest.approx((welch.low, welch.high), rel=1e-9)
    claim = {"cannot be told": "cannot tell"}.get(welch.verdict, welch.verdict)
    assert answers["allowed_claim"](*ends) == claim


def test_the_careful_quantile_holds_with_five_seeds_whatever_the_spreads():
    rng, t = np.random.default_rng(1), statistics.t_quantile(0.95, 4)
    interval = registry.get("6.3").reference["difference_interval"]
    for spread in (1.0, 0.05):
        pairs = zip(rng.normal(size=(2000, 5)), spread * rng.normal(size=(2000, 5)), strict=True)
        ends = np.array([interval(a, b, t) for a, b in pairs])
        held = np.mean((ends[:, 0] <= 0) & (ends[:, 1] >= 0))
        assert held > 0.935


def test_an_interval_that_is_one_number_is_told_that_two_are_asked_for():
    found = verdict("6.3", reference("6.3", difference_interval=lambda a, b, t: 0.1))
    assert found.points == 1.0 and "two numbers: (low, high)" in words(found)


def test_the_score_is_not_charged_for_a_wrong_information():
    names = {"np": np, **registry.get("6.2").reference}
    names["mutual_information"] = lambda codes, factors, bins: np.zeros((2, 2))
    exec(registry.get("6.4").alternative, names)
    found = judge("6.4", LiveStudent(names, registry.owners(6)))
    assert found.passed and "`mutual_information` (6.1)" in found.notes[0]


def test_the_listing_of_the_last_exercise_is_right_for_one_latent_and_wrong_for_two():
    right = registry.get("6.4").reference["mig_of_codes"]
    table = tables.copies(np.random.default_rng(0))
    faulty = {m.name: m for m in registry.get("6.4").misconceptions}["still a reshape"]
    listing = faulty.answers["mig_of_codes"]
    assert right(table.codes, table.factors, table.bins) == pytest.approx(1)
    assert listing(table.codes, table.factors, table.bins) < 0.9
    alone = table.codes[:, :1], table.factors, table.bins
    assert listing(*alone) == pytest.approx(right(*alone))


def test_the_line_counts_with_the_repair_and_the_repair_by_itself():
    assert verdict("6.4", reference("6.4", faulty_line_6_4=4)).points == 1.0
    assert verdict("6.4", {"faulty_line_6_4": 3}).points == 0
