"""Which mistake explains the answers: one, either of two, two at once, or none."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.exercise import expect, registry
from autograder.exercise.declaration import Exercise, Misconception, mistakes, together
from autograder.exercise.live_student import LiveStudent
from autograder.judging.diagnosis import combined, diagnose
from autograder.judging.judge import judge
from autograder.judging.verdict import Relation

TOLD = ("It is so.", "Look there.")


def line(slope=2.0, offset=1.0, sign=1.0):
    """A sketch of the right answer f(x) = 2x + 1."""

    def f(x):
        return sign * (slope * np.asarray(x) + offset)

    return f


def exercise(*wrong: Misconception, slow: bool = False) -> Exercise:
    """Two tests: f(0), and f on a few numbers."""
    made = Exercise(
        "9.1",
        "A line",
        ("f",),
        5,
        ("a", "b", "c"),
        {"f": line()},
        misconceptions=list(wrong),
        slow=slow,
    )

    @made.test("at zero", points=1.0)
    def test_zero(student, rng):
        expect.close(student.call("f", np.zeros(2)), np.ones(2), "f(0)")

    @made.test("elsewhere", points=1.0)
    def test_elsewhere(student, rng):
        x = rng.normal(size=4)
        expect.close(student.call("f", x), 2 * x + 1, "f(x)")

    return made


BANK = mistakes(
    "f",
    ("slope 3", *TOLD, {"slope": 3.0}),
    ("no slope", *TOLD, {"slope": 0.0}),
    ("no offset", *TOLD, {"offset": 0.0}),
    ("sign flipped", *TOLD, {"sign": -1.0}),
    ("a constant", *TOLD, lambda x: np.full(np.shape(x), 7.0)),
    sketch=line,
)


@pytest.fixture
def said(monkeypatch):
    """The diagnosis of an answer f, over a bank of misconceptions."""

    def say(f, *wrong, slow=False):
        asked = exercise(*(wrong or BANK), slow=slow)
        monkeypatch.setattr("autograder.exercise.registry.get", lambda _: asked)
        monkeypatch.setattr("autograder.exercise.registry.owners", lambda _: {"f": "9.1"})
        combined.cache_clear()
        return judge("9.1", LiveStudent({"f": f})).diagnosis

    yield say
    combined.cache_clear()


def test_one_mistake_is_named(said):
    for wrong in BANK:
        found = said(wrong.answers["f"])
        assert found.relation is Relation.ONE and found.name == wrong.name


def test_a_right_answer_and_an_unknown_mistake_have_no_name(said):
    assert said(line()) is None
    assert said(lambda x: np.asarray(x) ** 3 + 5) is None


def test_two_that_nothing_tells_apart_are_named_as_two(said):
    twins = mistakes("f", ("one", *TOLD, line(3.0)), ("other", *TOLD, line(3.0)))
    found = said(line(3.0), *twins)
    assert found.relation is Relation.EITHER and found.name == "one or other"


def test_three_that_nothing_tells_apart_say_nothing(said):
    triplets = mistakes("f", *((name, *TOLD, line(3.0)) for name in "abc"))
    assert said(line(3.0), *triplets) is None


def test_a_mistake_that_a_passed_test_contradicts_is_not_named(said):
    # Wrong in the second test like "slope 3", and right in the first, where offset 5 is not.
    wrong = mistakes("f", ("slope 3 and more", *TOLD, lambda x: line(3.0, 1.0 + 4 * (0 in x))(x)))
    assert said(line(3.0), *wrong, BANK[0]).name == "slope 3"


@pytest.mark.parametrize("parts", [{"slope": 3.0, "offset": 0.0}, {"offset": 0.0, "sign": -1.0}])
def test_two_independent_mistakes_at_once_are_both_named(said, parts):
    found = said(line(**parts))
    wanted = {item.name for item in BANK if item.parts and item.parts.items() <= parts.items()}
    assert found.relation is Relation.BOTH
    assert {mistake.name for mistake in found.mistakes} == wanted and len(wanted) == 2


def test_where_asking_is_slow_only_pairs_that_explain_something_each_are_tried(said):
    assert said(line(slope=3.0, offset=0.0)).relation is Relation.BOTH
    assert said(line(offset=0.0, sign=-1.0, slope=3.0), slow=True) is None


def test_mistakes_of_two_answers_go_together():
    one, other = Misconception("a", "", "", {"f": 1}), Misconception("b", "", "", {"g": 2})
    assert together(one, other) == {"f": 1, "g": 2}
    assert together(one, Misconception("c", "", "", {"f": 3})) is None


def test_mistakes_in_one_part_of_a_sketch_exclude_each_other():
    assert together(BANK[0], BANK[1]) is None and together(BANK[0], BANK[4]) is None
    assert together(BANK[0], BANK[2])["f"](2.0) == 6.0


def test_without_a_failed_test_there_is_no_diagnosis():
    assert diagnose(registry.get("2.1"), []) is None
