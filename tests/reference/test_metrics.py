"""What all metrics have in common: invariances, bad input in words, nothing but NumPy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bvae_ref.metrics import (
    active_units,
    beta_vae_score,
    dci,
    factor_vae_score,
    kl_decomposition,
    mig,
    modularity,
    mutual_information,
    rate,
    sap,
)
from bvae_ref.metrics.scale import standardised

FACTORS = np.indices((5, 4, 4, 5, 4)).reshape(5, -1).T
OF_PAIRS = (mig, modularity, sap, factor_vae_score, beta_vae_score)
COMPARING = (modularity, factor_vae_score, beta_vae_score, dci)
CHECKED_ALIKE = (*OF_PAIRS, mutual_information, dci)


def mixed_codes(seed: int = 0) -> np.ndarray:
    """Noisy codes that mix the factors: nothing scores 0 or 1 on them."""
    rng = np.random.default_rng(seed)
    mixing = np.eye(5) + 0.7 * rng.standard_normal((5, 5))
    return FACTORS @ mixing + rng.standard_normal(FACTORS.shape)


def name(value) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize("metric", OF_PAIRS, ids=name)
def test_the_order_of_the_latents_changes_no_score(metric):
    codes, order = mixed_codes(), [3, 0, 4, 1, 2]
    found, permuted = metric(codes, FACTORS), metric(codes[:, order], FACTORS)
    assert permuted.score == pytest.approx(found.score, abs=1e-12)
    np.testing.assert_allclose(permuted.matrix, found.matrix[order], atol=1e-12)
    assert 0.05 < found.score < 1, "codes without a clear answer, or the test shows little"


@pytest.mark.parametrize("metric", OF_PAIRS, ids=name)
def test_the_scale_and_origin_of_a_latent_change_no_score(metric):
    codes = mixed_codes()
    scaled = codes * np.array([7.0, 0.001, 130.0, 1.0, 1e-9]) + np.array([0, 0.2, 400, -3, 0])
    assert metric(scaled, FACTORS).score == pytest.approx(metric(codes, FACTORS).score, abs=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("metric", OF_PAIRS, ids=name)
def test_the_order_of_the_factors_permutes_the_matrix(metric):
    codes, order = mixed_codes(), [1, 4, 0, 2, 3]
    sampled = metric in (factor_vae_score, beta_vae_score)
    # 3,000 trials leave a share of votes with a standard error of at most 0.02.
    more = {"trials": 3000} if sampled else {}
    found, permuted = metric(codes, FACTORS, **more), metric(codes, FACTORS[:, order], **more)
    np.testing.assert_allclose(
        permuted.matrix / permuted.matrix.sum(axis=0),
        (found.matrix / found.matrix.sum(axis=0))[:, order],
        atol=0.1 if sampled else 1e-12,
    )


@pytest.mark.parametrize("metric", [factor_vae_score, beta_vae_score], ids=name)
def test_the_same_seed_gives_the_same_score(metric):
    codes = mixed_codes()
    first, again = metric(codes, FACTORS, seed=5), metric(codes, FACTORS, seed=5)
    other = metric(codes, FACTORS, seed=6)
    np.testing.assert_array_equal(first.matrix, again.matrix)
    assert first.score == again.score and np.any(first.matrix != other.matrix)


@pytest.mark.parametrize("metric", OF_PAIRS, ids=name)
def test_latents_of_zero_variance_score_nothing_and_are_named(metric):
    collapsed = np.full((len(FACTORS), 3), 0.1)
    found = metric(collapsed, FACTORS)
    assert found.score == 0 and found.constant_latents == (0, 1, 2)
    assert not np.any(found.matrix)
    with_one = metric(np.column_stack([np.full(len(FACTORS), 0.1), FACTORS]), FACTORS)
    assert with_one.constant_latents == (0,) and not np.any(with_one.matrix[0])
    assert with_one.score == pytest.approx(5 / 6 if metric is modularity else 1, abs=1e-12)


@pytest.mark.parametrize("metric", OF_PAIRS, ids=name)
def test_no_argument_is_changed(metric):
    codes, factors = mixed_codes(), FACTORS.astype(float)
    codes.flags.writeable = factors.flags.writeable = False
    metric(codes, factors)


def bad_pairs():
    good = np.arange(800.0).reshape(200, 4) % 7
    factors = np.stack([np.arange(200) % 5, np.arange(200) % 2], axis=1)
    broken = good.copy()
    broken[3, 2] = np.nan
    endless = good.copy()
    endless[9, 0] = -np.inf
    still = factors.copy()
    still[:, 1] = 4
    lost = factors.astype(float)
    lost[8, 1] = np.nan
    return {
        "codes with NaN": (broken, factors, "NaN.*row 3, column 2.*finite"),
        "infinite codes": (endless, factors, "infinite.*row 9, column 0"),
        "factors with NaN": (good, lost, "factors: 1 numbers.*row 8, column 1"),
        "one value": (good, still, r"column 1 has only one value \(4\).*np.delete\(factors, \[1\]"),
        "a vector of codes": (good[:, 0], factors, r"shape \(200,\).*reshape\(-1, 1\)"),
        "a vector of factors": (good, factors[:, 0], r"shape \(200,\).*reshape\(-1, 1\)"),
        "other rows": (good[:-1], factors, "the n = 199 rows of the codes"),
        "no rows": (good[:0], factors[:0], r"shape \(0, 4\).*at least one row"),
        "no latents": (good[:, :0], factors, "at least one row and one latent"),
        "one row": (good[:1], factors[:1], "1 row; a score needs at least 2"),
        "words": (good, factors.astype(str), "dtype <U.*np.unique"),
        "complex codes": (good * 1j, factors, "dtype complex128; expected an array of real"),
    }


@pytest.mark.parametrize("metric", CHECKED_ALIKE, ids=name)
@pytest.mark.parametrize("case", bad_pairs())
def test_bad_arrays_are_refused_in_words(metric, case):
    codes, factors, words = bad_pairs()[case]
    with pytest.raises(ValueError, match=words):
        metric(codes, factors)


@pytest.mark.parametrize("metric", COMPARING, ids=name)
def test_what_compares_factors_refuses_a_single_one(metric):
    with pytest.raises(ValueError, match=r"1 column, but .*needs at least 2"):
        metric(mixed_codes(), FACTORS[:, :1])


@pytest.mark.parametrize(
    ("metric", "how", "words"),
    [
        (mutual_information, {}, "8 rows for bins = 20"),
        (mig, {}, "8 rows for bins = 20"),
        (modularity, {"bins": 4}, "8 rows for factor_bins = 10"),
        (factor_vae_score, {}, "8 rows for factor_bins = 10"),
        (beta_vae_score, {}, "8 rows for factor_bins = 10"),
        (sap, {"categorical": [0]}, "4 rows for thresholds = 50"),
        (dci, {}, "8 rows; DCI .* at least 20"),
    ],
    ids=name,
)
def test_fewer_rows_than_bins_are_refused_in_words(metric, how, words):
    codes = np.random.default_rng(0).standard_normal((8, 3))
    factors = np.column_stack([np.arange(8) % 2, codes[:, 0]])
    with pytest.raises(ValueError, match=words):
        metric(codes, factors, **how)


@pytest.mark.parametrize("metric", [kl_decomposition, rate], ids=name)
def test_bad_posteriors_are_refused_in_words(metric):
    good = np.zeros((6, 2))
    broken = good.copy()
    broken[4, 1] = np.nan
    for mean, log_var, words in (
        (broken, good, "mean: 1 numbers are NaN"),
        (good, broken, "log_var: 1 numbers.*row 4, column 1"),
        (good, good[:5], r"mean has shape \(6, 2\) and log_var \(5, 2\)"),
        (good, good + 300, "beyond ±200"),
        (good[0], good[0], r"shape \(2,\)"),
    ):
        with pytest.raises(ValueError, match=words):
            metric(mean, log_var)


def test_codes_of_any_size_are_standardised_alike():
    codes = mixed_codes()
    expected = (codes - codes.mean(axis=0)) / codes.std(axis=0)
    for size in (1e-200, 1.0, 1e90):
        np.testing.assert_allclose(standardised(codes * size), expected, atol=1e-12)


def test_active_units_are_those_whose_mean_varies():
    rng = np.random.default_rng(0)
    mean = np.column_stack(
        [rng.standard_normal(500), np.full(500, 0.1), 0.02 * rng.standard_normal(500)]
    )
    found = active_units(mean)
    assert found.score == 1 and found.active.tolist() == [True, False, False]
    np.testing.assert_allclose(found.matrix, np.cov(mean.T, bias=True), atol=1e-15)
    assert found.matrix[1, 1] == 0, "no rounding in a latent that never moves"
    assert active_units(mean, threshold=1e-4).score == 2


def test_a_variance_of_exactly_the_threshold_is_not_active():
    mean = np.array([[0.5, 0.5 + 2**-10], [-0.5, -0.5]])
    assert active_units(mean, threshold=0.25).active.tolist() == [False, True]


def test_active_units_refuse_what_has_no_variance():
    with pytest.raises(ValueError, match="1 row"):
        active_units(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="threshold is -1"):
        active_units(np.zeros((4, 3)), threshold=-1)
    with pytest.raises(ValueError, match="threshold is nan"):
        active_units(np.zeros((4, 3)), threshold=float("nan"))


def test_importing_the_metrics_brings_numpy_alone():
    heavy = "{'keras', 'tensorflow', 'scipy', 'sklearn', 'matplotlib'}"
    code = f"import bvae_ref.metrics, sys; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        encoding="utf-8",
    )
    assert ran.stdout.strip() == "[]"
