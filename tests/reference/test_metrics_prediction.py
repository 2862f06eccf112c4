"""SAP and DCI: scores of how well codes predict factors."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from bvae_ref.metrics import dci, importance_scores, sap

# Scikit-learn is imported, and models are fitted.
pytestmark = pytest.mark.slow

GRID = np.indices((5, 4, 4, 3)).reshape(4, -1).T
GRID = np.repeat(GRID, 2, axis=0)


def test_sap_of_identity_and_permuted_codes_is_one():
    assert sap(GRID, GRID).score == pytest.approx(1, abs=1e-12)
    assert sap(8 - 3 * GRID[:, [1, 3, 0, 2]], GRID).score == pytest.approx(1, abs=1e-12)


def test_the_matrix_of_sap_is_the_squared_correlation():
    codes = GRID[:, :3] + np.random.default_rng(0).standard_normal((len(GRID), 3))
    expected = np.corrcoef(codes.T, GRID.T)[:3, 3:] ** 2
    np.testing.assert_allclose(sap(codes, GRID).matrix, expected, atol=1e-12)


def test_a_factor_that_two_latents_share_has_no_sap():
    np.testing.assert_allclose(sap(GRID[:, [0, 0, 1, 2, 3]], GRID).gaps, [0, 1, 1, 1], atol=1e-12)


def test_fewer_latents_than_factors_cap_sap():
    assert sap(GRID[:, :1], GRID).score == pytest.approx(1 / 4, abs=1e-12)


def test_thresholds_name_classes_in_any_order():
    scrambled = np.array([3.0, 0.5, 4.0, 1.0, 2.0])[GRID[:, 0]]
    codes = np.column_stack([scrambled, GRID[:, 1:]])
    found = sap(codes, GRID, categorical=[0])
    assert found.matrix[0, 0] == 1 and found.floor.tolist() == [1 / 5, 0, 0, 0]
    assert found.gaps[0] == pytest.approx(1 - 1 / 5, abs=0.1), "a latent of noise reaches chance"
    assert sap(codes, GRID).gaps[0] < 0.2, "a straight line through scrambled classes"


def test_a_single_latent_is_compared_with_one_that_says_nothing():
    found = sap(GRID[:, :1], GRID, categorical=[0, 1])
    assert found.gaps[0] == pytest.approx(1 - 1 / 5, abs=1e-12)
    assert found.gaps[1] == pytest.approx(0, abs=0.1)


def test_two_overlapping_classes_are_told_apart_as_well_as_they_can_be():
    rng = np.random.default_rng(0)
    labels = (rng.random(20_000) < 0.2).astype(int)
    code = labels + rng.standard_normal(20_000)
    found = sap(code[:, None], np.column_stack([labels, labels]), categorical=[0])
    best = 0.5 * (1 + math.erf(0.5 / math.sqrt(2)))
    assert found.matrix[0, 0] == pytest.approx(best, abs=0.015), "balanced: rare classes count too"


def test_a_constant_latent_is_at_the_floor_of_sap():
    codes = np.column_stack([np.full(len(GRID), 0.1), GRID])
    found = sap(codes, GRID, categorical=[3])
    assert found.matrix[0].tolist() == [0, 0, 0, pytest.approx(1 / 3)]
    assert found.constant_latents == (0,)


def test_noise_is_judged_on_rows_that_the_thresholds_have_not_seen():
    rng = np.random.default_rng(0)
    found = sap(rng.standard_normal((4000, 8)), rng.integers(4, size=(4000, 2)), categorical=[0, 1])
    np.testing.assert_allclose(found.matrix, 1 / 4, atol=0.035)
    assert found.score < 0.02


def test_sap_refuses_in_words_what_it_cannot_do():
    rare = np.column_stack([GRID[:, 0], np.arange(len(GRID)) == 0])
    with pytest.raises(ValueError, match="column 1, categorical, has a class with 1 row"):
        sap(GRID, rare, categorical=[1])
    with pytest.raises(ValueError, match="categorical names column 4; there are 4 factors"):
        sap(GRID, GRID, categorical=[4])
    with pytest.raises(ValueError, match="240 rows for thresholds = 300"):
        sap(GRID, GRID, categorical=[0], thresholds=300)


def test_one_code_for_two_equal_factors_has_the_disentanglement_of_the_formula():
    importance = np.array([[1.0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]])
    found = importance_scores(importance)
    expected = 1 - math.log(2) / math.log(5)
    assert found.per_latent.tolist() == pytest.approx([expected, 1, 1, 1], abs=1e-12)
    assert found.disentanglement == pytest.approx((2 * expected + 3) / 5, abs=1e-12)
    assert found.completeness == pytest.approx(1, abs=1e-12)
    turned = importance_scores(importance.T)
    assert turned.completeness == pytest.approx((2 * (1 - math.log(2) / math.log(5)) + 3) / 5)
    assert turned.disentanglement == pytest.approx(1, abs=1e-12)


def test_even_importance_scores_nothing_and_none_is_no_error():
    even = importance_scores(np.ones((3, 4)))
    assert even.disentanglement == pytest.approx(0, abs=1e-12)
    assert even.completeness == pytest.approx(0, abs=1e-12)
    none = importance_scores(np.zeros((3, 4)))
    assert none.disentanglement == none.completeness == 0
    single = importance_scores(np.array([[1.0, 1.0, 0.0]]))
    assert single.per_factor.tolist() == [1, 1, 0] and single.completeness == 1


def test_importances_below_zero_are_refused_in_words():
    with pytest.raises(ValueError, match=r"go down to -0\.5.*np.abs"):
        importance_scores(np.array([[1.0, -0.5]]))


def test_dci_of_identity_and_permuted_codes_is_one():
    pytest.importorskip("sklearn")
    for codes, categorical in ((GRID, ()), (1e6 - 0.01 * GRID[:, [1, 3, 0, 2]], (0, 2))):
        found = dci(codes, GRID, categorical=categorical, trees=10)
        for score in (found.score, found.completeness, found.informativeness):
            assert score == pytest.approx(1, abs=0.01)


def test_dci_of_noise_is_nothing():
    pytest.importorskip("sklearn")
    found = dci(np.random.default_rng(0).standard_normal(GRID.shape), GRID, trees=10)
    assert found.score < 0.02 and found.completeness < 0.02 and found.informativeness < 0.02


def test_dci_of_one_code_for_two_factors_is_near_the_formula():
    pytest.importorskip("sklearn")
    factors = np.repeat(np.indices((4, 4, 4)).reshape(3, -1).T, 10, axis=0)
    codes = np.column_stack([4 * factors[:, 0] + factors[:, 1], factors[:, 2]])
    found = dci(codes, factors, categorical=(0, 1, 2), trees=10)
    assert found.per_latent == pytest.approx([1 - math.log(2) / math.log(3), 1], abs=0.01)
    assert found.completeness == pytest.approx(1, abs=0.01)


def test_dci_leaves_constant_latents_out_of_its_means():
    pytest.importorskip("sklearn")
    codes = np.column_stack([np.full(len(GRID), 0.1), GRID])
    found = dci(codes, GRID, trees=5)
    assert found.constant_latents == (0,) and not found.matrix[0].any()
    assert found.score == pytest.approx(1, abs=0.01)
    nothing = dci(codes[:, :1], GRID, trees=5)
    assert nothing.score == nothing.completeness == nothing.informativeness == 0


def test_fewer_latents_than_factors_cost_dci_information():
    pytest.importorskip("sklearn")
    found = dci(GRID[:, :2], GRID, trees=10)
    np.testing.assert_allclose(found.informed, [1, 1, 0, 0], atol=0.02)


def test_dci_refuses_in_words_what_it_cannot_do(monkeypatch):
    with pytest.raises(ValueError, match=r"there are 19 rows; DCI .* at least 20"):
        dci(GRID[::26], GRID[::26])
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(ImportError, match=r"scikit-learn.*pip install 'beyond-pixels\[metrics\]'"):
        dci(GRID, GRID)


def test_a_factor_that_is_constant_where_dci_fits_is_refused_in_words():
    pytest.importorskip("sklearn")
    rare = np.column_stack([GRID[:, 0], np.zeros(len(GRID), dtype=int)])
    raised = 0
    for row in range(6):
        factors = rare.copy()
        factors[row, 1] = 1
        try:
            dci(GRID, factors, trees=1)
        except ValueError as error:
            assert "column 1 varies in 480 rows, but has one value in the half" in str(error)
            raised += 1
    assert 0 < raised < 6
