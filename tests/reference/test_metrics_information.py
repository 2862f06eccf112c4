"""Mutual information by counting, its bias, and what is read off it: MIG and modularity."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from bvae_ref.metrics import mig, modularity, mutual_information, plug_in_bias
from bvae_ref.metrics.binning import binned

GRID = np.indices((5, 4, 4, 3)).reshape(4, -1).T


def noise(rows: int, latents: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, latents))


def test_a_binary_symmetric_channel_has_the_information_of_the_textbook():
    code = np.repeat([0, 0, 1, 1], [40, 10, 10, 40])[:, None]
    factor = np.repeat([0, 1, 0, 1], [40, 10, 10, 40])[:, None]
    found = mutual_information(code, factor, bins=2)
    lost = -0.2 * math.log(0.2) - 0.8 * math.log(0.8)
    assert found.matrix[0, 0] == pytest.approx(math.log(2) - lost, abs=1e-15)
    assert found.entropies[0] == pytest.approx(math.log(2), abs=1e-15)


def test_identity_codes_tell_the_whole_entropy_and_nothing_else():
    found = mutual_information(GRID, GRID)
    entropies = np.log([5, 4, 4, 3])
    np.testing.assert_allclose(found.matrix, np.diag(entropies), atol=1e-14)
    np.testing.assert_allclose(found.entropies, entropies, atol=1e-14)


@pytest.mark.slow
def test_the_estimate_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    codes = noise(600, 3) + GRID[np.arange(600) % len(GRID), :3]
    factors = GRID[np.arange(600) % len(GRID)]
    found, cut = mutual_information(codes, factors, bins=7), binned(codes, 7)
    for j in range(3):
        for k in range(4):
            expected = metrics.mutual_info_score(cut[:, j], factors[:, k])
            assert found.matrix[j, k] == pytest.approx(expected, abs=1e-12)


def test_independent_codes_show_the_plug_in_bias_and_the_correction_removes_it():
    rows, bins, values = 4000, 10, 8
    codes, factors = noise(rows, 150), np.stack([np.arange(rows) % values] * 2, axis=1)
    how = {"bins": bins, "binning": "equal-frequency"}
    plain = mutual_information(codes, factors[:, :1], **how)
    expected = plug_in_bias(rows, bins, values)
    assert expected == 9 * 7 / 8000
    assert plain.matrix.mean() == pytest.approx(expected, rel=0.05)
    np.testing.assert_allclose(plain.bias, expected)
    corrected = mutual_information(codes, factors[:, :1], corrected=True, **how)
    assert abs(corrected.matrix.mean()) < 0.05 * expected
    assert corrected.matrix.min() < 0, "an unbiased estimate of 0 is below it half the time"


def test_the_correction_brings_entropies_of_few_rows_nearer_the_truth():
    rng = np.random.default_rng(0)
    plain, corrected = [], []
    for _ in range(200):
        factor = rng.integers(6, size=(60, 1))
        code = factor + 0.0
        plain.append(mutual_information(code, factor).entropies[0])
        corrected.append(mutual_information(code, factor, corrected=True).entropies[0])
    np.testing.assert_allclose(np.subtract(corrected, plain), 5 / 120)
    assert np.mean(plain) == pytest.approx(math.log(6) - 5 / 120, abs=0.006)
    assert np.mean(corrected) == pytest.approx(math.log(6), abs=0.006)


def test_the_bias_counts_only_bins_in_use():
    code, factor = np.repeat([0.0, 1.0], 50)[:, None], np.tile([0, 1], 50)[:, None]
    assert mutual_information(code, factor, bins=20).bias[0, 0] == plug_in_bias(100, 2, 2)


def test_equal_width_bins_have_equal_widths_and_hold_the_greatest_value():
    codes = np.array([[0.0], [0.24], [0.26], [0.99], [1.0]])
    assert binned(codes, 4)[:, 0].tolist() == [0, 0, 1, 3, 3]


def test_equal_frequency_bins_are_the_same_after_any_increasing_map():
    codes = noise(1000, 4)
    cut = binned(codes, 8, "equal-frequency")
    np.testing.assert_array_equal(cut, binned(np.exp(3 * codes), 8, "equal-frequency"))
    assert all(np.bincount(column).tolist() == [125] * 8 for column in cut.T)


def test_equal_codes_share_a_bin():
    column = np.repeat([1.0, 1.0 + 1e-12, 2.0], [90, 1, 9])[:, None]
    for binning in ("equal-width", "equal-frequency"):
        cut = binned(column, 10, binning)[:, 0]
        assert len(set(cut[:90])) == 1 and len(set(cut[91:])) == 1 and cut[0] != cut[-1]


def test_an_outlier_hides_information_from_equal_widths_only():
    factor = np.arange(1000)[:, None] % 5
    code = factor + 0.0
    code[0] = 1e6
    assert mutual_information(code, factor).matrix[0, 0] < 0.01
    known = mutual_information(code, factor, binning="equal-frequency").matrix[0, 0]
    assert known == pytest.approx(math.log(5), abs=0.01)


def test_continuous_factors_are_cut_and_labels_are_not():
    rng = np.random.default_rng(0)
    factors = np.column_stack(
        [rng.integers(30, size=900), rng.random(900), rng.choice([0.5, 1.5, 2.25], 900)]
    )
    found = mutual_information(factors, factors, bins=30, factor_bins=6)
    np.testing.assert_allclose(found.entropies, np.log([30, 6, 3]), atol=0.03)


@pytest.mark.parametrize("corrected", [False, True])
def test_identity_and_permuted_codes_have_a_mig_of_one(corrected):
    for codes in (GRID, 5 - 3.7 * GRID[:, [2, 0, 3, 1]]):
        found = mig(codes, GRID, corrected=corrected)
        assert found.score == pytest.approx(1, abs=1e-12 if not corrected else 0.02)
    assert found.best.tolist() == [1, 3, 0, 2]


def test_noise_has_no_gap_beyond_the_bias():
    codes, factors = noise(5000, 10), GRID[np.random.default_rng(1).integers(len(GRID), size=5000)]
    found = mig(codes, factors)
    assert np.all(found.matrix < 4 * found.bias.max())
    assert found.score < found.bias.max() / found.entropies.min()


def test_a_factor_that_two_latents_share_has_no_gap():
    found = mig(GRID[:, [0, 0, 1, 2, 3]], GRID)
    np.testing.assert_allclose(found.gaps, [0, 1, 1, 1], atol=1e-14)


def test_fewer_latents_than_factors_cap_the_mig():
    assert mig(GRID[:, :2], GRID).score == pytest.approx(2 / 4, abs=1e-14)
    assert mig(GRID[:, :1], GRID).gaps.tolist() == pytest.approx([1, 0, 0, 0], abs=1e-14)
    both = 20 * np.indices((20, 20)).reshape(2, -1).T
    packed = mig(both[:, :1] + both[:, 1:] / 20, both)
    assert packed.score * packed.entropies.sum() <= 2 * math.log(20)
    assert packed.score < 0.55, "one latent cannot tell two factors of 20 values in 20 bins"


def test_mig_forgives_one_latent_for_two_factors_and_modularity_does_not():
    both = np.column_stack([4 * GRID[:, 2] + GRID[:, 1], GRID[:, 0], GRID[:, 3]])
    assert mig(both, GRID, bins=16).score == pytest.approx(1, abs=1e-12)
    found = modularity(both, GRID, bins=16)
    np.testing.assert_allclose(found.per_latent, [1 - 1 / 3, 1, 1], atol=1e-12)
    assert found.score == pytest.approx((2 / 3 + 2) / 3, abs=1e-12)


def test_modularity_forgives_two_latents_for_one_factor():
    assert modularity(GRID[:, [0, 0, 1]], GRID).score == pytest.approx(1, abs=1e-12)


def test_a_latent_that_knows_all_factors_alike_has_no_modularity():
    grid = np.indices((4, 4)).reshape(2, -1).T
    assert modularity(4 * grid[:, :1] + grid[:, 1:], grid, bins=16).score == pytest.approx(0)


def test_a_known_leak_has_the_modularity_of_the_formula():
    factors = np.indices((2, 2, 5)).reshape(3, -1).T
    factors = np.repeat(factors, 20, axis=0)
    flipped = np.tile(np.arange(20) < 4, 20)
    code = 2.0 * factors[:, 0] + np.where(flipped, 1 - factors[:, 1], factors[:, 1])
    leak = math.log(2) + 0.2 * math.log(0.2) + 0.8 * math.log(0.8)
    expected = 1 - (leak / math.log(2)) ** 2 / 2
    found = modularity(code[:, None], factors, bins=4)
    assert found.score == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"bins": 300}, "240 rows for bins = 300; expected at least one row per bin"),
        ({"factor_bins": 300}, "240 rows for factor_bins = 300"),
        ({"bins": 1}, "bins is 1; expected a whole number of at least 2"),
        ({"bins": 2.5}, r"bins is 2\.5"),
        ({"binning": "width"}, "binning is 'width'; expected one of equal-width, equal-frequency"),
    ],
)
def test_bins_that_cannot_be_are_refused_in_words(how, words):
    with pytest.raises(ValueError, match=words):
        mig(GRID, GRID, **how)


def test_a_column_of_row_numbers_is_no_factor():
    factors = np.column_stack([GRID[:, 0], np.arange(len(GRID))])
    with pytest.raises(ValueError, match="column 1 has 240 different values in 240 rows"):
        mig(GRID, factors)


def test_ten_thousand_rows_of_ten_codes_take_under_a_second():
    rng = np.random.default_rng(0)
    codes, factors = rng.standard_normal((10_000, 10)), rng.integers(10, size=(10_000, 10))
    start = time.perf_counter()
    mig(codes, factors)
    assert time.perf_counter() - start < 1
