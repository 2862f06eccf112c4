"""What kind of difference there is, where no mistake has a name."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judging.differences import kind_of_difference

RNG = np.random.default_rng(0)
TABLE = RNG.normal(size=(3, 4)) + 2.0
SQUARE = RNG.normal(size=(3, 3))
ROW = RNG.uniform(0.5, 2.0, 5)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (-TABLE, TABLE, "sign is wrong, in every entry"),
        (TABLE * np.array([1, -1, 1, 1]), TABLE, "some of the signs"),
        (2 * TABLE, TABLE, "2 times the expected one: a constant factor"),
        (0.5 * TABLE, TABLE, "0.5 times"),
        (784 * TABLE, TABLE, "784 times (784 is a number of entries in the input)"),
        (TABLE / 28, TABLE, "one 28th of (28 is a number of entries in the input)"),
        (TABLE + 0.5, TABLE, "off by the same amount, 0.5"),
        (TABLE.T, TABLE, "transposed"),
        (SQUARE.T, SQUARE, "rows and columns have changed places"),
        (TABLE[::-1], TABLE, "reverse order along axis 0"),
        (TABLE[[1, 2, 0]], TABLE, "in the wrong places"),
        (TABLE.reshape(12), TABLE, "but their shape is (12,)"),
        (TABLE[:, None], TABLE, "but their shape is (3, 1, 4)"),
        (TABLE, TABLE.sum(axis=1), "a sum over axis 1 is missing"),
        (TABLE, TABLE.mean(axis=0), "a mean over axis 0 is missing"),
        (TABLE.sum(axis=0), TABLE, "summed once too often, over axis 0"),
        (TABLE.mean(axis=(0, 1)), TABLE, "averaged once too often, over axes 0 and 1"),
        (TABLE.sum(axis=0), TABLE.sum(axis=1), "the shape is wrong: (4,) instead of (3,)"),
        (np.full((3, 4), np.nan), TABLE, "12 of 12 numbers are not finite"),
        (ROW**2, ROW, "the square of the expected one"),
        (np.sqrt(ROW), ROW, "the square root of"),
        (np.exp(ROW), ROW, "the exponential of"),
        (np.log(ROW), ROW, "the logarithm of"),
        (1 / ROW, ROW, "one over the expected one"),
        (np.tile(TABLE[:1] ** 3, (3, 1)), TABLE, "nothing changes along axis 0"),
        (None, TABLE, "nothing was returned"),
        ([TABLE], [TABLE, TABLE], "1 values came back where 2 are expected"),
        (TABLE, (TABLE, TABLE), "one value came back where 2"),
        ([TABLE, TABLE], [TABLE, TABLE + ROW[0]], "nothing random is left"),
        ((TABLE, None), (TABLE, 2 * TABLE), "the gradient is blocked"),
        ({"a": 1.0, "b": -2.5}, {"a": 1.0, "b": 2.5}, "sign is wrong"),
        (np.zeros((3, 4)), TABLE, "every number that came back is 0"),
        (np.full((3, 4), 2.5), TABLE, "every number that came back is the same, 2.5"),
    ],
)
def test_a_difference_is_told_by_its_kind(actual, expected, words):
    assert words in kind_of_difference(actual, expected, sizes=(2, 28, 28, 1))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (TABLE, TABLE),
        (RNG.normal(size=(3, 4)), TABLE),
        ("x", "y"),
        (True, False),
        (7, "seven"),
        # One number, two alike, and counts: any factor fits.
        (2.251, 1.0843),
        (np.array([3.0, 3.0]), np.array([1.7, 1.7])),
        (6, 7),
        (np.array([2, 4, 6]), np.array([1, 2, 3])),
        ((0, 1.25), (7, 2.5)),
    ],
)
def test_where_nothing_is_known_nothing_is_said(actual, expected):
    assert kind_of_difference(actual, expected) is None


def test_none_as_a_gradient_is_a_blocked_one():
    assert "blocked" in kind_of_difference(None, TABLE, gradient=True)


def test_a_factor_that_is_no_size_is_not_called_one():
    assert "entries" not in kind_of_difference(5 * TABLE, TABLE, sizes=(2, 28, 28, 1))


@pytest.mark.parametrize(
    "actual",
    [
        np.zeros((2**38, 0)),
        np.full((3, 4), 5e-324),
        np.full((3, 4), 1.7e308),
        np.ones((1,) * 24),
        np.full((3, 4), -0.0),
        np.zeros((0, 4)),
        np.broadcast_to(np.float32(1), (100_000, 1000)),
    ],
    ids=[
        "no entries, many rows",
        "denormal",
        "overflows",
        "many axes",
        "minus zero",
        "empty",
        "huge",
    ],
)
def test_no_answer_stops_the_search(actual):
    kind_of_difference(actual, TABLE, sizes=(3, 4))
    kind_of_difference(list(actual[:2]), [TABLE, TABLE], sizes=(3, 4))
