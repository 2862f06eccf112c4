"""DCI: disentanglement, completeness and informativeness, from a forest for each factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bvae_ref.metrics.inputs import (
    COURSE,
    checked_codes,
    checked_columns,
    checked_convention,
    checked_count,
    checked_pair,
    constant_columns,
    refuse_constant_half,
    refuse_single_factor,
)
from bvae_ref.metrics.rows import halves, in_order
from bvae_ref.metrics.scale import standardised

# Where every factor is a label.
MOST_LABELS = 50


@dataclass(frozen=True, eq=False)
class ImportanceScores:
    """Disentanglement and completeness of a matrix of importances.

    Attributes:
        disentanglement: mean of `per_latent`, weighted by each latent's share of importance.
        completeness: mean of `per_factor`, weighted by each factor's share of importance.
        per_latent: `(latents,)`; 1 for a latent that matters to one factor only.
        per_factor: `(factors,)`; 1 for a factor that one latent alone predicts.
    """

    disentanglement: float
    completeness: float
    per_latent: np.ndarray
    per_factor: np.ndarray


@dataclass(frozen=True, eq=False)
class Dci:
    """DCI and the importances behind it.

    Attributes:
        score: disentanglement, 0 to 1.
        matrix: importance of each latent for each factor, `(latents, factors)`; a column sums
            to 1, or is 0 where no latent helps.
        completeness: 0 to 1.
        informativeness: mean of `informed`.
        informed: how well the forest predicts each factor on rows it has not seen,
            `(factors,)`: R² for an ordered factor, no less than 0, accuracy for a categorical
            one.
        per_latent: disentanglement of each latent, `(latents,)`.
        per_factor: completeness of each factor, `(factors,)`.
        constant_latents: latents of zero variance. Their importance is 0 and so is their part
            in the score.
    """

    score: float
    matrix: np.ndarray
    completeness: float
    informativeness: float
    informed: np.ndarray
    per_latent: np.ndarray
    per_factor: np.ndarray
    constant_latents: tuple[int, ...]


def dci(
    codes: ArrayLike,
    factors: ArrayLike,
    *,
    categorical: Sequence[int] = (),
    trees: int = 30,
    seed: int = 0,
    convention: str = COURSE,
) -> Dci:
    """Disentanglement, completeness, informativeness (Eastwood & Williams 2018).

    A random forest predicts each factor from all latents on one half of the rows; how much its
    splits on a latent lower the impurity is that latent's importance ("A Framework for the
    Quantitative Evaluation of Disentangled Representations", section 2). The other half
    tells how well it predicts. See `importance_scores` for the formulas. Permuting the
    codes changes the score a little, since the forest breaks ties by its seed. It takes half
    a minute for 10,000 rows of 10 latents and 8 factors, and a few seconds for 2,000.

    Args:
        codes: `(n, latents)`.
        factors: `(n, factors)`, at least two, numbers as they are: nothing is binned.
        categorical: columns of `factors` whose order means nothing, such as a class.
        trees: in each forest; more make the importances steadier.
        seed: of the halves and the forests.
        convention: "disentanglement_lib" for the values of `compute_dci_on_fixed_data` there
            (commit 86a644d, `train_percentage=0.5`): the first half of the rows is fitted, the
            second judged; every factor is a label, named by gradient boosting, which has 100
            trees for each value. `seed` is what `np.random.seed` gets there; scores of other
            seeds differ by about 0.01. `categorical` and `trees` are not used.

    Returns:
        A `Dci`.

    Raises:
        ImportError: scikit-learn is not installed.
        ValueError: arrays of other shapes, NaN, fewer than 20 rows, a single factor, a factor
            with one value, or one that is constant over the rows to fit on; a factor with more
            than 50 values where all are labels.
    """
    codes, factors = checked_pair(codes, factors)
    rows, factor_count = len(codes), factors.shape[1]
    refuse_single_factor(factor_count, "DCI")
    categorical = checked_columns(categorical, factor_count, "categorical")
    trees = checked_count(trees, "trees", 1)
    if rows < 20:
        raise ValueError(
            f"there are {rows} rows; DCI fits a forest on half of them and needs at least 20, "
            "better 1,000."
        )
    as_labels = checked_convention(convention)
    classifier, regressor, boosting = _ensembles()
    if as_labels:
        _refuse_many_values(factors)
        categorical = tuple(range(factor_count))
        fit, judge = in_order(rows)
        # One stream for all factors, as after np.random.seed(seed) there.
        stream = np.random.RandomState(seed)
    else:
        fit, judge = halves(rows, seed)
    refuse_constant_half(factors, fit)
    # Trees work in float32, which could not tell apart codes far from 0.
    scaled = standardised(codes)
    matrix, informed = np.zeros((codes.shape[1], factor_count)), np.zeros(factor_count)
    for k, factor in enumerate(factors.T):
        if as_labels:
            model = boosting(random_state=stream)
        else:
            forest = classifier if k in categorical else regressor
            # All latents at every split: a random choice would spread importance over latents
            # that know nothing. Leaves of a few rows keep noise from being learned by heart.
            model = forest(trees, max_features=None, min_samples_leaf=5, random_state=seed)
        target = np.unique(factor, return_inverse=True)[1] if k in categorical else factor
        model.fit(scaled[fit], target[fit])
        matrix[:, k] = model.feature_importances_
        informed[k] = max(0.0, model.score(scaled[judge], target[judge]))
    scores = importance_scores(matrix)
    return Dci(
        score=scores.disentanglement,
        matrix=matrix,
        completeness=scores.completeness,
        informativeness=float(informed.mean()),
        informed=informed,
        per_latent=scores.per_latent,
        per_factor=scores.per_factor,
        constant_latents=constant_columns(codes),
    )


def importance_scores(importance: ArrayLike) -> ImportanceScores:
    """Disentanglement and completeness of importances from any predictor.

    A latent's disentanglement is 1 − H(P)/log F, where P is its row as shares of one; a
    factor's completeness is 1 − H(P)/log d over its column. Means are weighted by the share of
    all importance in the row or column (Eastwood & Williams 2018, section 2). A latent that
    matters to two of F factors alike scores 1 − log 2 / log F. A row or column of zeros scores
    0. With a single latent, completeness is 1 wherever it matters.

    Args:
        importance: `(latents, factors)`, not negative, at least two factors.

    Returns:
        An `ImportanceScores`.

    Raises:
        ValueError: another shape, a single factor, negative importance, NaN.
    """
    importance = checked_codes(importance, "importances")
    if np.any(importance < 0):
        raise ValueError(
            f"importances go down to {importance.min():g}; expected none below 0. Take np.abs of "
            "the weights of a linear predictor."
        )
    refuse_single_factor(importance.shape[1], "disentanglement")
    per_latent, latent_share = _concentration(importance)
    per_factor, factor_share = _concentration(importance.T)
    return ImportanceScores(
        float(per_latent @ latent_share),
        float(per_factor @ factor_share),
        per_latent,
        per_factor,
    )


def _concentration(importance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """1 − relative entropy of every row, and every row's share of the whole."""
    total = importance.sum(axis=1)
    shares = importance / np.where(total > 0, total, 1.0)[:, None]
    entropy = -np.sum(shares * np.log(np.where(shares > 0, shares, 1.0)), axis=1)
    columns = importance.shape[1]
    relative = entropy / np.log(columns) if columns > 1 else entropy
    whole = total.sum()
    return np.where(total > 0, 1.0 - relative, 0.0), total / (whole if whole > 0 else 1.0)


def _refuse_many_values(factors: np.ndarray) -> None:
    for column, factor in enumerate(factors.T):
        if (values := len(np.unique(factor))) > MOST_LABELS:
            raise ValueError(
                f"factors column {column} has {values} values; with this convention each is a "
                f"class with 100 trees of its own, and at most {MOST_LABELS} are expected. "
                "`factor_labels(factors, 10)` from bvae_ref.metrics.binning cuts them into ten."
            )


def _ensembles() -> tuple:
    """The classes of scikit-learn's forests and its boosting, imported only here."""
    try:
        from sklearn.ensemble import (
            GradientBoostingClassifier,
            RandomForestClassifier,
            RandomForestRegressor,
        )
    except ImportError as error:
        raise ImportError(
            "DCI fits random forests with scikit-learn, which is not installed: "
            "pip install 'beyond-pixels[metrics]'. All other metrics do without it; "
            "importance_scores takes importances from any predictor."
        ) from error
    return RandomForestClassifier, RandomForestRegressor, GradientBoostingClassifier
