"""The proof finds what is wrong with tests, loses nothing when stopped, and holds."""

from __future__ import annotations

import json
import re
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from autograder.exercise import registry
from autograder.exercise.chance import Chance
from autograder.exercise.declaration import Test
from autograder.judging import bank
from autograder.proof import draws, mutants, version
from autograder.proof.report import Report
from autograder.proof.run import Plan, prove, result_of
from autograder.proof.units import SHORT, Amount, Unit, bank_result, bank_units

INPUTS_1_1 = ("mean", "log_var", "eps")
FEW = Amount(right_quick=2, right=2, right_slow=1, wrong=1, wrong_slow=1, rewrite=1, rewrite_slow=1)


def here(plan: Plan) -> Report:
    """The proof in this process."""
    return Report(plan, [row for unit in plan.units for row in bank_result(unit, plan.amount)])


def plan(*exercise_ids: str, kinds=("stub", "right", "wrong", "rewrite", "pair")) -> Plan:
    return Plan(exercise_ids, kinds, FEW)


@pytest.mark.slow
def test_the_short_proof_leaves_out_pairs_and_what_is_slow_and_nothing_else():
    units = Plan.of(None, None, short=True).units
    for exercise in registry.every():
        tried = {(u.kind, u.number) for u in units if u.exercise_id == exercise.id}
        whole = {
            (u.kind, u.number)
            for u in bank_units([exercise.id], Amount(right_slow=1, wrong_slow=1))
        }
        assert {kind for kind, _ in tried} == {kind for kind, _ in whole}
        left_out = {kind for kind, _ in whole - tried}
        assert left_out <= ({"right", "pair", "rewrite"} if exercise.slow else {"pair"})
        assert tried <= whole
    assert len(SHORT.places("wrong", 19, slow=True)) >= 3
    assert len(SHORT.places("wrong", 19, slow=False)) == 19


@pytest.mark.slow
def test_a_test_that_refuses_a_right_answer_is_found(monkeypatch):
    exercise = registry.get("2.1")

    def refuses(student, rng):
        student.call("kl_per_dimension", np.ones((2, 3), "float32"), np.zeros((2, 3), "float32"))
        raise AssertionError("too strict")

    monkeypatch.setattr(exercise, "tests", [*exercise.tests, Test("strict", 1.0, refuses)])
    report = here(plan("2.1", kinds=("right",)))
    assert report.totals()["false_rejections"] == report.totals()["judgements"]
    assert "is right, and refused" in report.failures()[0]


def test_a_test_that_misses_a_wrong_answer_is_found(monkeypatch):
    exercise = registry.get("2.1")
    lax = [Test(test.title, test.points, lambda student, rng: None) for test in exercise.tests]
    monkeypatch.setattr(exercise, "tests", lax)
    report = here(plan("2.1", kinds=("wrong", "stub")))
    assert report.totals()["missed"] == len(exercise.misconceptions)
    assert any("is wrong, and passes" in sentence for sentence in report.failures())
    assert any("what is not written is judged passed" in line for line in report.failures())


def test_a_wrong_name_is_found(monkeypatch):
    exercise = registry.get("2.1")
    first, *others = exercise.misconceptions
    twin = replace(first, name="its twin")
    monkeypatch.setattr(exercise, "misconceptions", [first, twin, *others])
    report = here(plan("2.1", kinds=("wrong",)))
    assert any(f"“{first.name} or its twin”" in sentence for sentence in report.failures())


def test_a_mutant_that_passes_needs_a_reason(monkeypatch):
    monkeypatch.setattr(mutants, "judge", lambda *_, **__: _passed())
    assert mutants.mutants("2.1")
    (row,) = result_of(Unit("mutant", "2.1", 0), FEW)
    assert row["passed"] == [1, 2, 3] and row["reason"] == ""
    report = Report(plan("2.1"), [row])
    assert "nothing says why it may" in report.failures()[0]
    monkeypatch.setitem(mutants.reasons(), ("2.1", row["name"]), "It is the same.")
    assert Report(plan("2.1"), result_of(Unit("mutant", "2.1", 0), FEW)).failures() == []


def _passed():
    return type("Passed", (), {"passed": True})


@pytest.mark.slow
def test_a_mutant_is_rejected_in_the_jail():
    made = mutants.mutants("2.2")
    assert {"solution", *(item.name for item in bank.variants("2.2"))} >= {item.of for item in made}
    assert len({item.of for item in made}) > 3 and len({item.source for item in made}) == len(made)
    assert result_of(Unit("mutant", "2.2", 0), FEW)[0]["passed"] == []


@pytest.mark.slow
def test_what_is_tried_in_the_jail_is_judged_as_here():
    assert result_of(Unit("jailed", "2.1", 0), FEW)[0]["alike"]


@pytest.mark.slow
def test_a_gradient_that_is_cut_is_rejected_where_something_is_trained_through_it():
    cut = [
        number
        for number, item in enumerate(mutants.mutants("1.1"))
        if item.operator == mutants.CUTS_GRADIENT and item.of == "solution"
    ]
    rows = [result_of(Unit("mutant", "1.1", number), FEW)[0] for number in cut]
    passed = {row["name"]: bool(row["passed"]) for row in rows}
    assert passed == {f" → {x} = tf.stop_gradient({x})": x == "eps" for x in INPUTS_1_1}
    assert all(row["reason"] for row in rows if row["passed"])


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", registry.course().lessons)
def test_every_reason_for_a_surviving_mutant_belongs_to_a_mutant(lesson):
    changes = {
        (item.id, mutant.change)
        for item in registry.of_lesson(lesson)
        for mutant in mutants.mutants(item.id)
    }
    assert not set(registry.equivalent_mutants(lesson)) - changes
    for exercises, pattern, why in registry.equivalent_forms(lesson):
        assert any(
            re.fullmatch(exercises, exercise_id) and re.fullmatch(pattern, change, re.DOTALL)
            for exercise_id, change in changes
        ), f"lesson {lesson}: no mutant has the form of “{why}”"


def test_a_tolerance_that_is_too_narrow_is_found():
    def margins(rng, trials):
        return np.abs(rng.standard_normal(trials)) / 3.0

    row = draws.simulated(Chance("1.1", "three standard errors", 1e-6, margins), 20_000)
    assert not row["holds"] and row["alarms"] > 20
    wide = draws.simulated(
        Chance("1.1", "4.9", 1e-6, lambda rng, n: np.abs(rng.standard_normal(n)) / 4.9), 20_000
    )
    assert wide["holds"] and wide["alarms"] == 0 and 1e-8 < wide["estimate"] < 1e-5


def test_margins_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"margins have the shape \(2, 5\); expected \(5,\)"):
        draws.simulated(Chance("1.1", "x", 1e-6, lambda rng, n: np.zeros((2, n))), 5)


@pytest.mark.parametrize("check", draws.checks(), ids=lambda check: check.what[:60])
def test_every_statistical_check_states_a_rate_of_one_in_a_million_at_most(check):
    assert 0 <= check.rate <= 1e-6 and registry.get(check.exercise_id)


class Pool:
    """Runs what it is given at once, in this process."""

    def __init__(self, *settings, **more):
        pass

    def submit(self, function, *arguments):
        done = Future()
        done.set_result(function(*arguments))
        return done

    def shutdown(self, **how):
        pass


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.proof.pieces.ProcessPoolExecutor", Pool)
    store = tmp_path / "out" / "proof.jsonl"
    small = plan("2.2", kinds=("stub", "right"))
    first = prove(small, 1, store)
    lines = store.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line]) == len(small.units)
    # A kill in the middle of a line, and a result of another version: neither counts.
    kept = [line for line in lines if line][:-1]
    other = json.loads(kept[0]) | {"of": "other"}
    store.write_text("\n".join([*kept, json.dumps(other), '{"key": "ri']), encoding="utf-8")
    before = store.read_text(encoding="utf-8")
    again = prove(small, 1, store)
    added = store.read_text(encoding="utf-8").removeprefix(before).split("\n")
    assert len([line for line in added if line]) == 1
    assert again.totals() == first.totals()


def test_another_machine_starts_from_what_was_published(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.proof.pieces.ProcessPoolExecutor", Pool)
    small, store, published = (
        plan("2.2", kinds=("stub", "right")),
        tmp_path / "a",
        tmp_path / "p.xz",
    )
    first = prove(small, 1, store, published=published, publish=published)
    elsewhere = tmp_path / "b"
    again = prove(small, 1, elsewhere, minutes=0, published=published)
    assert (again.left, again.totals()) == ([], first.totals())
    assert not elsewhere.exists()
    published.write_bytes(published.read_bytes()[:-20])
    with pytest.raises(ValueError, match="damaged"):
        prove(small, 1, elsewhere, minutes=0, published=published)


def test_a_result_rests_on_its_own_exercise_and_on_what_that_needs(monkeypatch):
    def without(exercise_id):
        kept = [item for item in bank.of_lesson(3) if item.exercise_id != exercise_id]
        with monkeypatch.context() as edited:
            edited.setattr(bank, "of_lesson", lambda lesson: kept)
            return {item: version.digest.__wrapped__("right", 3, item) for item in ("3.2", "3.4")}

    now = {item: version.digest("right", 3, item) for item in ("3.2", "3.4")}
    assert without("3.4")["3.2"] == now["3.2"]
    changed = without("3.1")
    assert changed["3.4"] == now["3.4"] and changed["3.2"] != now["3.2"]


def test_units_have_keys_of_their_own():
    units = bank_units([exercise.id for exercise in registry.every()], Amount())
    assert len({unit.key for unit in units}) == len(units)
    assert {unit.kind for unit in units} == {"stub", "right", "wrong", "rewrite", "pair"}


@pytest.mark.parametrize(
    ("only", "kinds", "words"),
    [
        (["9"], None, "There is no lesson 9"),
        (["2.9"], None, "There is no exercise '2.9'"),
        (["two"], None, "There is no exercise 'two'"),
        (None, ["mutants"], "There is no kind 'mutants'"),
    ],
)
def test_what_is_unknown_is_named(only, kinds, words):
    with pytest.raises(ValueError, match=words):
        Plan.of(only, kinds, short=True)


def test_lessons_and_exercises_can_be_chosen():
    assert Plan.of(["2", "1.1"], None, True).exercise_ids == (
        "1.1",
        *(exercise.id for exercise in registry.of_lesson(2)),
    )


@pytest.mark.slow
def test_the_report_is_written_whole_and_says_what_it_rests_on(tmp_path):
    report = here(plan("2.2", kinds=("right", "wrong", "pair")))
    report.write(tmp_path / "proof.md")
    text = (tmp_path / "proof.md").read_text(encoding="utf-8")
    assert "keras" in text and "| 2.2 " in text and "false_rejections**: 0" in text
    assert f"**variants**: {len(bank.variants('2.2'))}" in text
    data = report.as_data()
    assert {"exercises", "variants", "misconceptions", "false_rejections", "missed"} <= data.keys()
    assert {"diagnosed", "pairs_named", "rewrites_diagnosed"} <= data.keys()
    assert {"mutants_killed", "mutants_survived"} <= data.keys()
    assert data["rewrites_diagnosed"] is None and "not tried" in report.as_text()
