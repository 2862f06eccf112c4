"""Plain values: exact types only, compared by structure, described in a few words."""

from __future__ import annotations

from collections import namedtuple

import keras
import numpy as np
import pytest
import tensorflow as tf
from agreeable import Agreeable

from autograder.exercise.values import NotPlain, describe, plain, same


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    "value",
    [
        tf.constant([1.0, 2.0]),
        tf.Variable([1.0, 2.0]),
        keras.Variable([1.0, 2.0]),
        np.array([1.0, 2.0], "float32").view(Agreeable),
        np.ma.masked_array(np.array([1.0, 2.0], "float32"), [True, False]),
        tf.constant([1.0, 2.0], tf.bfloat16),
    ],
    ids=["tensor", "variable", "keras variable", "subclass", "masked", "bfloat16"],
)
def test_everything_array_like_becomes_exactly_an_ndarray(value):
    result = plain(value)
    assert type(result) is np.ndarray and result.dtype == np.float32
    assert result.tolist() == [1.0, 2.0]


def test_an_array_is_copied_so_that_later_changes_do_not_reach_the_judge():
    mine = np.zeros(3)
    result = plain(mine)
    mine[:] = 7
    assert result.tolist() == [0.0, 0.0, 0.0]


def test_containers_become_exact_containers_of_plain_values():
    pair = namedtuple("Pair", "a b")(tf.constant(1.0), [np.float32(2.0)])
    result = plain({"pair": pair, 3: None})
    assert type(result["pair"]) is tuple and type(result["pair"][0]) is np.ndarray
    assert type(result["pair"][1][0]) is np.ndarray and result["3"] is None


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "text"])
def test_exact_scalars_stay_what_they_are(value):
    assert plain(value) is value


def test_a_symbolic_tensor_is_refused_with_advice():
    with pytest.raises(NotPlain, match=r"symbolic KerasTensor.*use the tensors"):
        plain(keras.Input((3,)))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "a object"),
        (LyingFloat(1.0), "a LyingFloat"),
        (lambda: 1, "a function"),
        (np.array([object()]), "dtype object"),
        (np.array([1j]), "dtype complex128"),
        ({1, 2}, "a set"),
    ],
)
def test_every_other_kind_is_refused_by_name(value, named):
    with pytest.raises(NotPlain, match=named):
        plain(value)


@pytest.mark.parametrize(
    ("actual", "expected", "agree"),
    [
        ([1.0, np.ones(2)], (1.0, np.ones(2)), True),
        ({"a": 1.0}, {"a": 1.00001}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        ([1.0], [1.0, 1.0], False),
        (1.0, np.ones((2, 2)), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (np.array([np.inf]), np.array([1.0]), False),
        (np.array([np.inf]), np.array([-np.inf]), False),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), ([1.0, 2.0], [3.0, 4.0]), True),
        ([True, False], np.array([True, False]), True),
        ([np.ones(2)], np.ones((2, 2)), False),
        (1.0, [1.0], False),
        ("ab", ["a", "b"], False),
        (None, None, True),
        ("x", "x", True),
        ("1", 1.0, False),
        (np.array(["1"]), np.array([1.0]), False),
    ],
)
def test_same_compares_structure_shape_and_numbers(actual, expected, agree):
    assert same(actual, expected) is agree


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array(1.5), "1.5"),
        (np.array([1.0, 2.0]), "[1., 2.]"),
        (np.zeros((3, 4), "float32"), "array of shape (3, 4), float32, from 0 to 0"),
        (np.array([np.nan] + [1.0] * 9), "1 of 10 not finite"),
        ((1.0, [2.0]), "(1, [2])"),
        ({"a": 1.0}, "{a: 1}"),
        (None, "None"),
    ],
)
def test_describe_says_a_value_in_a_few_words(value, words):
    assert words in describe(value)
