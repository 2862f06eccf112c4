"""The nearest of several right answers is told by how code is built, not by how it is spelt."""

from __future__ import annotations

import atexit
import sys

import pytest
from learner import namespace

from autograder.exercise import registry
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.notebook import face
from autograder.notebook.nearest_variant import beside, closest, own_source, tokens

OWN = """
def mean_square(values):
    '''The mean of the squares.'''
    squares = tf.square(values)  # each by itself
    return tf.reduce_mean(squares, axis=0)
"""
RENAMED = """
def mean_square(x: tf.Tensor) -> tf.Tensor:
    s: tf.Tensor = tf.square(x)
    return (
        tf.reduce_mean(s, axis=0.0)
    )
"""
POWER = "def mean_square(x):\n    s = x ** 2\n    return tf.reduce_mean(s, axis=0)\n"
LOOP = """
def mean_square(x):
    total = 0.0
    for row in x:
        total = total + row * row
    return total / len(x)
"""
STUB = "def mean_square(x):\n    raise NotImplementedError()\n"


def written(name: str, source: str) -> Written:
    return Written("2.1", "variant", name, source)


CANDIDATES = (written("loop", LOOP), written("power", POWER))


def test_names_comments_types_docstrings_and_the_spelling_of_numbers_play_no_part():
    assert tokens(OWN) == tokens(RENAMED) is not None


@pytest.mark.parametrize(
    "other",
    [
        OWN.replace("axis=0", "axis=1"),
        OWN.replace("reduce_mean", "reduce_sum"),
        OWN.replace("axis=0", "keepdims=0"),
        OWN.replace("tf.square", "np.square"),
        OWN.replace("squares, axis", "-squares, axis"),
    ],
)
def test_what_is_computed_does_play_a_part(other):
    assert tokens(OWN) != tokens(other)


def test_the_nearest_is_the_one_built_alike():
    assert closest(OWN, CANDIDATES).written.name == "power"
    like_loop = LOOP.replace("row * row", "row ** 2")
    assert closest(like_loop, CANDIDATES) == (CANDIDATES[0], False)


def test_of_equally_near_ones_the_first_is_taken_every_time():
    twice = (written("one", POWER), written("other", POWER.replace("s", "q")))
    assert {closest(OWN, twice).written.name for _ in range(5)} == {"one"}


def test_ones_own_way_of_writing_is_named_and_another_is_shown():
    found = closest(POWER.replace("s =", "q =").replace("(s,", "(q,"), CANDIDATES)
    assert found == (CANDIDATES[0], True)
    assert closest(POWER, CANDIDATES[1:]) == (None, True)
    assert closest(OWN, CANDIDATES, shown=[RENAMED]) == (CANDIDATES[1], True)


def test_what_is_shown_already_is_not_shown_again():
    assert closest(OWN, CANDIDATES, shown=[POWER]) == (CANDIDATES[0], False)
    assert closest(OWN, CANDIDATES, shown=[POWER, LOOP]) == (None, False)


@pytest.mark.parametrize(
    "source", [None, "", "def f(:", "\0", STUB, "(" * 10_000, "1" + "+1" * 3000]
)
def test_what_cannot_be_read_or_is_not_written_has_no_nearest(source):
    assert closest(source, CANDIDATES) is None


def test_only_the_answer_and_what_it_uses_is_compared():
    around = (
        "print('hello')\n" + POWER + "def unused():\n    return [1, 2, 3]\nmean_square([1.0])\n"
    )
    assert tokens(around, ("mean_square",)) == tokens(POWER)
    helped = "def square(x):\n    return x * x\n\ndef mean_square(x):\n    return square(x)\n"
    assert len(tokens(helped, ("mean_square",))) > len(tokens(helped, ("square",)))


def test_the_source_is_the_cell_that_defines_the_answer():
    found = namespace(
        OWN,
        "limit = 3\n",
        "@tf.function\ndef traced(x):\n    return x\n",
        "class Layer(keras.layers.Layer):\n    def call(self, x):\n        return x\n",
    )
    assert own_source(found, ("mean_square",)).strip() == OWN.strip()
    assert own_source(found, ("limit", "mean_square")).strip() == OWN.strip()
    assert "def traced" in own_source(found, ("traced",))
    assert "class Layer" in own_source(found, ("Layer",))
    both = own_source(found, ("traced", "mean_square"))
    assert "def traced" in both and "def mean_square" in both


def test_an_answer_without_a_text_has_no_source():
    made = {}
    exec("def f(x):\n    return x", made)
    assert own_source(made, ("f",)) is None
    assert own_source({"f": len}, ("f",)) is None
    assert own_source({}, ("f",)) is None
    assert own_source({"f": 3}, ("f",)) is None


@pytest.mark.slow
def test_ipython_cells_have_a_source(monkeypatch, tmp_path):
    # Not the history of whoever runs the tests, which other kernels may be writing to.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell_module = pytest.importorskip("IPython.core.interactiveshell")
    # A shell puts a main module of its own into its place, and empties it at its end.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    shell = shell_module.InteractiveShell()
    try:
        shell.run_cell(OWN)
        shell.run_cell("class Plain:\n    def call(self, x):\n        return x\n")
        assert own_source(shell.user_ns, ("mean_square",)).strip() == OWN.strip()
        assert "class Plain" in own_source(shell.user_ns, ("Plain",))
    finally:
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)


@pytest.mark.slow
@pytest.mark.parametrize("exercise", registry.every(), ids=lambda exercise: exercise.id)
def test_no_code_of_the_bank_is_shown_twice(exercise):
    """Whoever writes as the bank does sees neither that text again nor the solution's."""
    shown = [face.solutions()[exercise.id], exercise.alternative]
    for variant in bank.variants(exercise.id):
        found = closest(variant.source, bank.variants(exercise.id), exercise.answers, shown)
        assert found.twin
        others = [tokens(code, exercise.answers) for code in (*shown, variant.source)]
        if found.written:
            assert tokens(found.written.source, exercise.answers) not in others


def test_a_head_says_how_near_it_is(monkeypatch):
    monkeypatch.setattr(bank, "variants", lambda exercise_id: CANDIDATES)
    exercise = registry.get("2.1")
    monkeypatch.setattr(exercise, "answers", ("mean_square",))
    assert beside(namespace(OWN), exercise, []) == [("Closest to yours: power", POWER)]
    ((head, code),) = beside(namespace(POWER), exercise, [])
    assert head == "Yours is written in the same way as one of ours. Closest to it: loop"
    assert code == LOOP
    ((head, code),) = beside(namespace(POWER), exercise, [LOOP])
    assert head == "Yours is written in the same way as one of ours." and code == ""
    assert beside(namespace(), exercise, []) == []
