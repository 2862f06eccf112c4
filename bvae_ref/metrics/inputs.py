"""What every metric requires of its arrays, checked in one place and in words."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

# The square of a larger number, times exp(_LOG_VAR_LIMIT), would leave the range of float64.
_LARGEST = 1e100
_LOG_VAR_LIMIT = 200.0


COURSE, LOCATELLO = "course", "disentanglement_lib"


def checked_convention(convention: str) -> bool:
    """Whether a score is asked for as disentanglement_lib computes it.

    Raises:
        ValueError: no convention of this name.
    """
    if convention not in (COURSE, LOCATELLO):
        raise ValueError(
            f"convention is {convention!r}; expected {COURSE!r} or {LOCATELLO!r} (Locatello et al. "
            "2019)."
        )
    return convention == LOCATELLO


def checked_codes(codes: ArrayLike, name: str = "codes") -> np.ndarray:
    """Codes as float64 `(n, latents)`, at least one row and one latent, all finite.

    Raises:
        ValueError: another number of axes, nothing in it, no numbers, NaN, infinity, or
            numbers beyond ±1e100, whose squares cannot be worked with.
    """
    array = _numbers(codes, name)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(
            f"{name} have shape {array.shape}; expected (n, latents) with at least one row and "
            f"one latent. A single latent is a column: {name}.reshape(-1, 1)."
        )
    _refuse_beyond(array, _LARGEST, name)
    return array


def checked_pair(codes: ArrayLike, factors: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Codes `(n, latents)` and factors `(n, factors)` of the same rows, as float64.

    Raises:
        ValueError: as for `checked_codes`; factors that are no such array, that have another
            number of rows, fewer than two rows, or a column with a single value.
    """
    codes = checked_codes(codes)
    factors = _numbers(factors, "factors")
    if factors.ndim != 2 or factors.shape[1] == 0 or len(factors) != len(codes):
        raise ValueError(
            f"factors have shape {factors.shape} and codes {codes.shape}; expected "
            f"(n, factors) with the n = {len(codes)} rows of the codes. A single factor is a "
            "column: factors.reshape(-1, 1)."
        )
    if len(codes) < 2:
        raise ValueError("codes and factors have 1 row; a score needs at least 2, better 1,000.")
    _refuse_beyond(factors, _LARGEST, "factors")
    single = constant_columns(factors)
    if single:
        column = single[0]
        raise ValueError(
            f"factors column {column} has only one value ({factors[0, column]:g}); nothing can be "
            "learned about a factor that never varies. Leave it out: np.delete(factors, "
            f"{list(single)}, axis=1)."
        )
    return codes, factors


def checked_posteriors(mean: ArrayLike, log_var: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """μ and log σ² of the same shape `(n, latents)`, as float64.

    Raises:
        ValueError: as for `checked_codes`; shapes that differ; a log σ² beyond ±200, which
            no encoder means and whose exponential leaves the range of numbers.
    """
    mean, log_var = checked_codes(mean, "mean"), checked_codes(log_var, "log_var")
    if mean.shape != log_var.shape:
        raise ValueError(
            f"mean has shape {mean.shape} and log_var {log_var.shape}; expected the same "
            "(n, latents) for both, as the encoder returns them."
        )
    _refuse_beyond(log_var, _LOG_VAR_LIMIT, "log_var")
    return mean, log_var


def checked_count(value: Any, name: str, least: int) -> int:
    """A whole number of at least `least`, or ValueError."""
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}.")
    return count


def checked_columns(columns: Iterable[Any], factors: int, name: str) -> tuple[int, ...]:
    """Numbers of factor columns, each from 0 to `factors` − 1, or ValueError."""
    wanted = tuple(checked_count(column, f"{name} column", 0) for column in columns)
    beyond = [column for column in wanted if column >= factors]
    if beyond:
        raise ValueError(
            f"{name} names column {beyond[0]}; there are {factors} factors, numbered 0 to "
            f"{factors - 1}."
        )
    return wanted


def refuse_constant_half(factors: np.ndarray, fit: np.ndarray) -> None:
    """Refuse factors `(n, factors)` of which one has a single value in the rows to fit on."""
    for column in constant_columns(factors[fit]):
        raise ValueError(
            f"factors column {column} varies in {len(factors)} rows, but has one value in the half "
            "to fit on. Give more rows of its rare values, or leave the factor out."
        )


def refuse_single_factor(factors: int, metric: str) -> None:
    """Raise ValueError where a metric that compares factors is given only one."""
    if factors < 2:
        raise ValueError(
            f"factors have 1 column, but {metric} compares factors and needs at least 2. Give "
            "more columns, or use mig or sap, which look at one factor at a time."
        )


def constant_columns(array: np.ndarray) -> tuple[int, ...]:
    """Numbers of the columns that hold one value only.

    Compared, not computed: the variance of equal numbers is not always 0 after rounding.
    """
    return tuple(int(column) for column in np.flatnonzero((array == array[0]).all(axis=0)))


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} have dtype {array.dtype}; expected an array of real numbers. Words become "
            "numbers by np.unique(words, return_inverse=True)[1]."
        )
    return np.array(array, dtype=np.float64, subok=False)


def _refuse_beyond(array: np.ndarray, limit: float, name: str) -> None:
    """Raise ValueError at the first number that is NaN or farther from 0 than `limit`."""
    wrong = ~(np.abs(array) <= limit)
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name}: {np.count_nonzero(wrong)} numbers are NaN, infinite or beyond "
            f"±{limit:g}, the first in row {row}, column {column} ({array[row, column]}). "
            "Expected finite numbers: check the encoder's outputs; the training run may have "
            "diverged."
        )
