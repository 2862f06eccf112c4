"""Where a learner's code differs from a right answer, and what is told of it."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from autograder.judging.code_differences import differences, text_with
from autograder.judging.inlining import inlined
from autograder.judging.mended_words import told
from autograder.judging.repairs import repairs

RIGHT = """
def f(mean, log_var):
    variance = np.exp(log_var)
    return 0.5 * (mean ** 2 + variance - 1 - log_var)
"""
MODEL = """
class Model(keras.Model):
    def train_step(self, data):
        with tf.GradientTape() as tape:
            z = self.sampling(self.encoder(data))
            loss = self.loss_of(z)
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    def test_step(self, data):
        return {"loss": self.tracker.result()}
"""


def hunks(mine: str, other: str, name: str = "f"):
    return differences(ast.parse(mine), ast.parse(other), [name])


def value_of(source: str) -> float:
    space = {"np": np}
    exec(source, space)
    return space["f"](1.3, 0.7)


@pytest.mark.parametrize(
    "same",
    [
        RIGHT,
        RIGHT.replace("mean ** 2", "tf.square(mean)"),
        RIGHT.replace("mean ** 2", "mean * mean"),
        RIGHT.replace("0.5 * (", "(").replace(
            "variance - 1 - log_var)", "variance - (1 + log_var)) / 2"
        ),
        RIGHT.replace("variance", "v"),
        RIGHT.replace("mean", "mu").replace("log_var", "lv"),
        RIGHT.replace("def f(mean, log_var):", 'def f(mean, log_var):\n    """What it does."""'),
    ],
)
def test_what_is_the_same_by_another_name_order_or_bracket_is_no_difference(same):
    assert hunks(same, RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "spot"),
    [
        ("mean ** 2", "mean ** 3", "3"),
        ("- log_var", "+ log_var", "mean ** 2 + variance - 1 + log_var"),
        ("np.exp(log_var)", "np.exp(mean)", "mean"),
        ("0.5 *", "2 *", "2"),
        ("np.exp", "np.sqrt", "np.sqrt"),
        (" - 1", "", "log_var"),
        ("+ variance - 1", "+ variance + 4 - 1", "4"),
    ],
)
def test_one_difference_is_one_spot_and_putting_it_right_gives_the_right_answer(old, new, spot):
    wrong = RIGHT.replace(old, new)
    found = next(repairs(wrong, ["f"], [RIGHT]))
    assert [item.text for item in found.spots] == [spot]
    assert np.isclose(value_of(found.source), value_of(RIGHT))
    assert not np.isclose(value_of(wrong), value_of(RIGHT))
    assert old not in told(found).sentence


def test_a_formula_in_other_steps_is_compared_by_what_it_works_out():
    wrong = "def f(mean, log_var):\n    return 0.5 * (mean**2 + np.exp(mean) - 1 - log_var)\n"
    found = next(repairs(wrong, ["f"], [RIGHT]))
    assert [(item.line, item.text) for item in found.spots] == [(2, "mean")]


def test_a_result_is_written_out_only_where_that_changes_nothing():
    once = "def f(a):\n    b = a + 1\n    return b * b\n"
    assert ast.unparse(inlined(ast.parse(once))) == "def f(a):\n    return (a + 1) * (a + 1)"
    for text in (
        "def f(a):\n    b = tf.random.normal(a)\n    return b * b\n",
        "def f(a):\n    b = a + 1\n    a = 3\n    return b * a\n",
        "def f(a):\n    b = a + 1\n    for i in a:\n        print(b)\n    return a\n",
    ):
        assert ast.unparse(inlined(ast.parse(text))) == text.strip()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        self.tracker.update_state(loss)\n", "", "one step is missing after"),
        (
            "            loss = self",
            "            print(loss)\n            loss = self",
            "Without `print(loss)`",
        ),
        ("self, data):\n        with", "data):\n        with", "`def train_step(…)`"),
        (MODEL[MODEL.index("    def test_step") :], "", "`test_step` is missing"),
        ("self.encoder(data)", "data", "`data` in line 5"),
    ],
)
def test_steps_methods_and_parameters_of_a_class_are_told(old, new, words):
    found = next(repairs(MODEL.replace(old, new), ["Model"], [MODEL]))
    assert words in told(found).sentence
    assert differences(ast.parse(found.source), ast.parse(MODEL), ["Model"]) == []


def test_two_spots_are_told_as_two_and_a_whole_answer_is_no_spot():
    wrong = RIGHT.replace("np.exp", "np.sqrt").replace("0.5", "0.25")
    found = list(repairs(wrong, ["f"], [RIGHT], spots=2))[-1]
    assert "Two spots" in told(found).sentence
    other = "def f(mean, log_var):\n    return np.tanh(mean + 3)\n"
    assert all(hunks(edit.source, RIGHT) for edit in repairs(other, ["f"], [RIGHT]))
    assert list(repairs("def f(:", ["f"], [RIGHT])) == []


def test_a_tree_stays_as_it_was():
    tree = ast.parse(RIGHT.replace("0.5", "0.25"))
    before = ast.dump(tree)
    text_with(tree, differences(tree, ast.parse(RIGHT), ["f"]))
    assert ast.dump(tree) == before
