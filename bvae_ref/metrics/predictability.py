"""SAP: the gap between the two latents that predict a factor best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.binning import quantile_edges, refuse_few_rows
from bvae_ref.metrics.inputs import (
    COURSE,
    checked_columns,
    checked_convention,
    checked_count,
    checked_pair,
    constant_columns,
    refuse_constant_half,
)
from bvae_ref.metrics.rows import halves, in_order
from bvae_ref.metrics.scale import standardised


@dataclass(frozen=True, eq=False)
class Sap:
    """Separated attribute predictability and what it was computed from.

    Attributes:
        score: mean of `gaps`.
        matrix: how well each latent alone predicts each factor, `(latents, factors)`: R² for
            an ordered factor, balanced accuracy for a categorical one (accuracy, by the
            convention of disentanglement_lib).
        gaps: best minus second-best latent, `(factors,)`.
        floor: what a latent that says nothing reaches, `(factors,)`: 0 for an ordered factor,
            1 / values for a categorical one. A gap is at most 1 − floor. By the convention of
            disentanglement_lib it is 0.
        constant_latents: latents of zero variance. Their rows are `floor`.
    """

    score: float
    matrix: np.ndarray
    gaps: np.ndarray
    floor: np.ndarray
    constant_latents: tuple[int, ...]


def sap(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    categorical: Sequence[int] = (),
    thresholds: int = 50,
    seed: int = 0,
    convention: str = COURSE,
) -> Sap:
    """Separated attribute predictability: is one latent a far better predictor than the rest?

    Mean over factors of the best minus the second-best score of a single latent (Kumar et al.
    2018, "Variational Inference of Disentangled Latent Concepts", section 3). An ordered
    factor is scored by R² of a straight line, the squared correlation; a categorical one by
    the balanced accuracy of thresholds on the latent. The thresholds are quantiles of one half
    of the rows; each interval is given the class most frequent in it, classes weighted alike;
    the other half is judged. With a single latent the second best is `floor`.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, numbers as they are: nothing is binned.
        categorical: columns of `factors` whose order means nothing, such as a class.
        thresholds: intervals of a latent for categorical factors; at most n/2.
        seed: of the halves; only categorical factors ask for it.
        convention: "disentanglement_lib" for the values of `compute_sap_on_fixed_data` there
            (commit 86a644d, `train_percentage=0.5`): the first half of the rows is fitted, the
            second judged; a categorical factor is named by a linear support vector machine,
            classes weighted, and scored by its plain accuracy. `thresholds` is not used.

    Returns:
        A `Sap`.

    Raises:
        ImportError: that convention asks for scikit-learn, which is not installed.
        ValueError: arrays of other shapes, NaN, a factor with one value, a categorical column
            that is not there or has a class with only one row, too few rows for the
            thresholds.
    """
    codes, factors = checked_pair(codes, factors)
    categorical = checked_columns(categorical, factors.shape[1], "categorical")
    thresholds = checked_count(thresholds, "thresholds", 2)
    if checked_convention(convention):
        return _as_disentanglement_lib(codes, factors, categorical, seed)
    matrix, floor = _squared_correlations(codes, factors), np.zeros(factors.shape[1])
    if categorical:
        refuse_few_rows(len(codes) // 2, thresholds, "thresholds")
    for column in categorical:
        values, labels = np.unique(factors[:, column], return_inverse=True)
        fit, judge = _halves_of_each(labels, column, seed)
        floor[column] = 1 / len(values)
        for latent, code in enumerate(codes.T):
            matrix[latent, column] = _balanced_accuracy(code, labels, fit, judge, thresholds)
    return _scored(codes, matrix, floor)


def _scored(codes: np.ndarray, matrix: np.ndarray, floor: np.ndarray) -> Sap:
    ranked = np.sort(np.vstack([floor, matrix]), axis=0)
    gaps = ranked[-1] - ranked[-2]
    return Sap(float(gaps.mean()), matrix, gaps, floor, constant_columns(codes))


def _as_disentanglement_lib(codes, factors, categorical: Sequence[int], seed: int) -> Sap:
    fit, judge = in_order(len(codes))
    refuse_constant_half(factors, fit)
    matrix = _squared_correlations(codes[fit], factors[fit])
    if categorical:
        machine, stream = _support_vector_machine(), np.random.RandomState(seed)
    for column in categorical:
        labels = np.unique(factors[:, column], return_inverse=True)[1]
        for latent, code in enumerate(codes.T[:, :, None]):
            named = machine(C=0.01, class_weight="balanced", random_state=stream)
            named.fit(code[fit], labels[fit])
            matrix[latent, column] = named.score(code[judge], labels[judge])
    return _scored(codes, matrix, np.zeros(factors.shape[1]))


def _support_vector_machine():
    """scikit-learn's linear one, imported only here."""
    try:
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise ImportError(
            "SAP by the convention of disentanglement_lib fits support vector machines with "
            "scikit-learn, which is not installed: pip install 'beyond-pixels[metrics]'."
        ) from error
    return LinearSVC


def _squared_correlations(codes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """R² of each factor on each latent, `(latents, factors)`; 0 for a constant latent."""
    return (standardised(codes).T @ standardised(factors) / len(codes)) ** 2


def _halves_of_each(labels: np.ndarray, column: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two halves of the rows, of every class as many, give or take one."""
    counts = np.bincount(labels)
    if counts.min() < 2:
        raise ValueError(
            f"factors column {column}, categorical, has a class with 1 row; expected at least 2, "
            "one to fit on and one to be judged on. Give more rows or join rare classes."
        )
    parts = [
        (members[first], members[second])
        for value, count in enumerate(counts)
        for members in [np.flatnonzero(labels == value)]
        for first, second in [halves(count, seed + value)]
    ]
    fit, judge = zip(*parts, strict=True)
    return np.concatenate(fit), np.concatenate(judge)


def _balanced_accuracy(code, labels, fit, judge, thresholds: int) -> float:
    """Mean share of each class's rows that thresholds on one latent name correctly."""
    edges = quantile_edges(code[fit], thresholds)
    interval = np.searchsorted(edges, code, side="right")
    values = labels.max() + 1
    counts = np.bincount(interval[fit] * values + labels[fit], minlength=thresholds * values)
    shares = counts.reshape(thresholds, values) / np.bincount(labels[fit])
    named = shares.argmax(axis=1)[interval[judge]]
    right = np.bincount(labels[judge], weights=named == labels[judge])
    return float(np.mean(right / np.bincount(labels[judge])))
