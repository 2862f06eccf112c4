"""Comparisons that cannot be fooled, and that explain themselves."""

from __future__ import annotations

import numpy as np
import pytest
from agreeable import Agreeable

from autograder.exercise import expect
from autograder.exercise.expect import Mismatch

WANTED = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


class Liar:
    """Equal to everything, and nothing like an array."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "actual",
    [
        np.zeros((2, 3)).view(Agreeable),
        Liar(),
        np.full((2, 3), np.nan),
        np.where(WANTED == 6, np.inf, WANTED),
        1.0,
        np.ones((1, 3)),
        WANTED.T,
        WANTED + 0.01,
        WANTED + 0.01j,
        WANTED.astype(object),
        WANTED.astype(str),
        None,
        "text",
        {"a": 1},
        [[1.0, 2.0], [3.0]],
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_close_refuses(actual):
    with pytest.raises(Mismatch):
        expect.close(actual, WANTED, "f(x)")


@pytest.mark.parametrize("actual", [WANTED, WANTED.tolist(), WANTED.astype("float32") + 1e-6])
def test_close_accepts_equal_numbers_in_any_plain_form(actual):
    expect.close(actual, WANTED, "f(x)")


@pytest.mark.parametrize("wanted", [np.array([np.nan, 1.0]), np.array([np.inf, 1.0])])
def test_close_never_passes_on_a_value_that_is_not_finite_on_either_side(wanted):
    with pytest.raises(Mismatch):
        expect.close(np.array([1.0, 1.0]), np.where(np.isnan(wanted), np.nan, 2.0), "f(x)")
    with pytest.raises(Mismatch):
        expect.close(wanted, wanted, "f(x)")


def test_a_mismatch_of_a_small_array_shows_both_arrays_and_of_a_large_one_the_worst_entry():
    with pytest.raises(Mismatch) as small:
        expect.close(np.zeros(2), np.ones(2), "f(x)")
    assert (small.value.expected, small.value.actual) == ("[1., 1.]", "[0., 0.]")
    wrong = np.zeros(50)
    wrong[[3, 7]] = 1, 9
    with pytest.raises(Mismatch) as large:
        expect.close(wrong, np.zeros(50), "f(x)")
    assert large.value.expected == "0 at index (7,)"
    assert large.value.actual == "9 there (2 of 50 entries differ)"
    assert str(large.value).startswith("f(x)\n  expected: 0")


@pytest.mark.parametrize(
    ("shape", "cause"),
    [
        ((), "reduced to one number"),
        ((3, 2), "axes are in another order"),
        ((2,), "too many was reduced"),
        ((2, 3, 4), "There is one axis too many"),
        ((9, 9), None),
    ],
)
def test_a_wrong_shape_is_named_with_its_likely_cause(shape, cause):
    with pytest.raises(Mismatch) as error:
        expect.close(np.zeros(shape), WANTED, "f(x)")
    assert error.value.actual == f"shape {shape}"
    assert (cause is None and error.value.cause is None) or cause in error.value.cause


def test_a_missing_return_is_guessed_from_none():
    with pytest.raises(Mismatch) as error:
        expect.array(None, (2,), "f(x)")
    assert "return" in error.value.cause


def test_within_bounds_every_entry_and_refuses_nan():
    expect.within(np.array([0.0, 1.0]), 0.0, 1.0, "pixels")
    for bad in (np.array([0.0, 1.1]), np.array([-0.1, 0.5]), np.array([np.nan]), None, "0.5"):
        with pytest.raises(Mismatch):
            expect.within(bad, 0.0, 1.0, "pixels")


def test_equal_takes_exact_strings_and_whole_numbers_only():
    expect.equal("β", "β", "name")
    expect.equal(np.array([1, 2]), [1, 2], "labels")
    for actual, expected in (("B", "β"), (Liar(), "β"), ([1, 3], [1, 2]), (1.0000001, 1)):
        with pytest.raises(Mismatch):
            expect.equal(actual, expected, "value")


@pytest.mark.parametrize("condition", [False, None, 1, "yes", Liar(), np.array([True]), np.nan])
def test_that_takes_nothing_but_a_plain_true(condition):
    with pytest.raises(Mismatch) as error:
        expect.that(condition, "f(x)", "yes", np.array(2.0), "a cause")
    assert (error.value.actual, error.value.cause) == ("2", "a cause")
    expect.that(np.True_, "f(x)", "yes", "no")


def test_dtype_is_checked_by_name():
    expect.dtype(np.zeros(2, "float32"), "float32", "f(x)")
    with pytest.raises(Mismatch, match="float64"):
        expect.dtype(np.zeros(2), "float32", "f(x)")
