"""Where the average KL goes: its decomposition, the rate, and the distortion beside it."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from bvae_ref.kl import kl_per_dimension
from bvae_ref.losses import reconstruction_loss
from bvae_ref.metrics import aggregate, distortion, kl_decomposition, rate


def posteriors(rows: int, latents: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, latents)), 0.7 * rng.standard_normal((rows, latents)) - 1


def density(z: float, mean: float, log_var: float) -> float:
    variance = math.exp(log_var)
    return math.exp(-0.5 * (z - mean) ** 2 / variance) / math.sqrt(2 * math.pi * variance)


def test_the_three_parts_sum_to_the_average_kl_of_the_same_draws():
    for rows, latents, draws in ((1, 1, 1), (40, 3, 5), (300, 10, 1)):
        mean, log_var = posteriors(rows, latents)
        found = kl_decomposition(mean, log_var, draws=draws, seed=1)
        parts = found.index_code_mi + found.total_correlation + found.dimension_wise_kl
        assert parts == pytest.approx(found.average_kl, abs=1e-12)
        assert found.matrix[:, 1].sum() == pytest.approx(found.dimension_wise_kl, abs=1e-12)
        assert found.matrix.sum() == pytest.approx(found.average_kl, abs=1e-12)


def test_it_is_the_plain_double_loop_over_the_mixture():
    mean, log_var = posteriors(6, 2)
    z = mean + np.random.default_rng(2).standard_normal((3, 6, 2)) * np.exp(0.5 * log_var)
    found = kl_decomposition(mean, log_var, z)
    information = correlation = shape = 0.0
    for draw in z:
        for i, point in enumerate(draw):
            each = [
                [density(point[j], mean[k, j], log_var[k, j]) for j in range(2)] for k in range(6)
            ]
            joint = sum(first * second for first, second in each) / 6
            marginals = [sum(column) / 6 for column in zip(*each, strict=True)]
            information += math.log(each[i][0] * each[i][1] / joint)
            correlation += math.log(joint / (marginals[0] * marginals[1]))
            shape += sum(math.log(marginals[j] / density(point[j], 0, 0)) for j in range(2))
    assert found.index_code_mi == pytest.approx(information / 18, abs=1e-12)
    assert found.total_correlation == pytest.approx(correlation / 18, abs=1e-12)
    assert found.dimension_wise_kl == pytest.approx(shape / 18, abs=1e-12)
    assert found.score == found.total_correlation


def test_posteriors_that_equal_the_prior_have_nothing_to_decompose():
    found = kl_decomposition(np.zeros((50, 3)), np.zeros((50, 3)))
    for part in (found.index_code_mi, found.total_correlation, found.dimension_wise_kl):
        assert part == pytest.approx(0, abs=1e-13)


def test_a_single_row_has_neither_information_nor_dependence():
    found = kl_decomposition(np.array([[1.0, -2.0]]), np.array([[-1.0, 0.5]]), draws=20_000)
    assert found.index_code_mi == found.total_correlation == pytest.approx(0, abs=1e-13)
    closed = rate([[1.0, -2.0]], [[-1.0, 0.5]])
    assert found.dimension_wise_kl == pytest.approx(closed.score, abs=0.03)
    np.testing.assert_allclose(found.matrix[:, 1], closed.per_latent, atol=0.03)


def test_clusters_on_a_grid_are_independent_and_on_a_diagonal_they_are_not():
    grid = np.array([[-50.0, -50], [-50, 50], [50, -50], [50, 50]])
    found = kl_decomposition(grid, np.zeros((4, 2)))
    assert found.index_code_mi == pytest.approx(math.log(4), abs=1e-12)
    assert found.total_correlation == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(found.matrix[:, 0], math.log(2), atol=1e-12)
    diagonal = kl_decomposition(grid[[0, 3]], np.zeros((2, 2)))
    assert diagonal.index_code_mi == pytest.approx(math.log(2), abs=1e-12)
    assert diagonal.total_correlation == pytest.approx(math.log(2), abs=1e-12)


def test_a_gaussian_aggregate_has_the_total_correlation_of_its_correlation():
    # Means on a grid of normal quantiles, turned and stretched: with the posteriors' own
    # variance added they are close to one Gaussian of known covariance.
    quantiles = [NormalDist().inv_cdf((i + 0.5) / 30) for i in range(30)]
    grid = np.stack(np.meshgrid(quantiles, quantiles), axis=-1).reshape(-1, 2)
    grid /= grid.std(axis=0)
    spread, variance = np.array([[1.0, 0.0], [0.8, 0.6]]), 0.4
    covariance = spread @ spread.T + variance * np.eye(2)
    log_var = np.full(grid.shape, math.log(variance))
    found = kl_decomposition(grid @ spread.T, log_var, draws=8)
    own = np.diag(covariance)
    correlation = -0.5 * math.log(np.linalg.det(covariance) / np.prod(own))
    information = 0.5 * math.log(np.linalg.det(covariance) / variance**2)
    shape = 0.5 * np.sum(own - 1 - np.log(own))
    assert found.total_correlation == pytest.approx(correlation, abs=0.03)
    assert found.index_code_mi == pytest.approx(information, abs=0.03)
    assert found.dimension_wise_kl == pytest.approx(shape, abs=0.03)


def test_integrals_over_a_small_mixture_are_what_the_draws_estimate():
    mean, log_var = np.array([[0.0, 0.0], [1.5, 1.0], [-1.0, 2.0]]), np.full((3, 2), -0.7)
    axis = np.linspace(-7, 8, 601)
    cell = (axis[1] - axis[0]) ** 2
    each = np.array(
        [[[density(z, mean[i, j], -0.7) for z in axis] for j in range(2)] for i in range(3)]
    )
    joint = np.einsum("ia,ib->ab", each[:, 0], each[:, 1]) / 3
    first, second = each.mean(axis=0)
    correlation = np.sum(joint * np.log(joint / np.outer(first, second))) * cell
    found = kl_decomposition(mean, log_var, draws=40_000)
    assert found.total_correlation == pytest.approx(correlation, abs=0.01)


def test_the_average_kl_of_many_draws_is_the_rate():
    mean, log_var = posteriors(20, 3)
    found = kl_decomposition(mean, log_var, draws=5000)
    assert found.average_kl == pytest.approx(rate(mean, log_var).score, abs=0.03)


def test_information_about_the_index_is_at_most_log_n():
    mean, log_var = posteriors(64, 4)
    assert kl_decomposition(9 * mean, log_var - 6).index_code_mi <= math.log(64) + 1e-12


def test_chunks_change_nothing(monkeypatch):
    mean, log_var = posteriors(37, 3)
    whole = kl_decomposition(mean, log_var, draws=2)
    monkeypatch.setattr(aggregate, "_CELLS", 100)
    parts = kl_decomposition(mean, log_var, draws=2)
    np.testing.assert_allclose(parts.matrix, whole.matrix, atol=1e-13)
    assert parts.score == pytest.approx(whole.score, abs=1e-13)


def test_rescaled_and_permuted_latents_keep_information_and_dependence():
    mean, log_var = posteriors(30, 3)
    z = mean + np.random.default_rng(4).standard_normal(mean.shape) * np.exp(0.5 * log_var)
    found, scale, order = kl_decomposition(mean, log_var, z), np.array([3.0, 0.1, 20]), [2, 0, 1]
    other = kl_decomposition(
        (scale * mean)[:, order], (log_var + 2 * np.log(scale))[:, order], (scale * z)[:, order]
    )
    assert other.index_code_mi == pytest.approx(found.index_code_mi, abs=1e-10)
    assert other.total_correlation == pytest.approx(found.total_correlation, abs=1e-10)
    np.testing.assert_allclose(other.matrix[:, 0], found.matrix[order, 0], atol=1e-10)
    assert abs(other.dimension_wise_kl - found.dimension_wise_kl) > 1, "the prior sets a unit"


def test_very_narrow_and_very_wide_posteriors_stay_finite():
    mean = np.array([[0.0, 1e3], [1e3, -1e3], [5.0, 0.0]])
    found = kl_decomposition(mean, np.array([[-60.0, 8], [9, -60], [-150, 150]]))
    assert np.all(np.isfinite(found.matrix)) and math.isfinite(found.score)


def test_draws_that_do_not_fit_are_refused_in_words():
    mean, log_var = posteriors(5, 2)
    with pytest.raises(ValueError, match=r"z has shape \(4, 2\).*row i drawn from"):
        kl_decomposition(mean, log_var, mean[:4])
    with pytest.raises(ValueError, match="z: 10 numbers are NaN"):
        kl_decomposition(mean, log_var, np.full((5, 2), np.nan))
    with pytest.raises(ValueError, match="draws is 0"):
        kl_decomposition(mean, log_var, draws=0)


def test_the_rate_is_the_kl_that_training_uses():
    mean, log_var = posteriors(50, 4)
    found = rate(mean, log_var)
    expected = np.asarray(kl_per_dimension(mean.astype("float32"), log_var.astype("float32")))
    np.testing.assert_allclose(found.matrix, expected, atol=1e-5)
    np.testing.assert_allclose(found.per_latent, found.matrix.mean(axis=0))
    assert found.score == pytest.approx(found.matrix.sum(axis=1).mean())


def test_a_collapsed_latent_has_no_rate_and_a_nearly_collapsed_one_keeps_its_digits():
    assert rate(np.zeros((9, 2)), np.zeros((9, 2))).score == 0
    log_var = 1e-6
    exact = 0.5 * (log_var**2 / 2 + log_var**3 / 6)
    assert rate([[0.0]], [[log_var]]).score == pytest.approx(exact, rel=1e-8, abs=0)


def test_the_distortion_is_the_reconstruction_loss_that_training_uses():
    rng = np.random.default_rng(0)
    images, logits = rng.random((700, 4, 3, 1)), 5 * rng.standard_normal((700, 4, 3, 1))
    found = distortion(images.astype("float32"), logits.astype("float32"))
    expected = np.asarray(reconstruction_loss(images.astype("float32"), logits.astype("float32")))
    np.testing.assert_allclose(found.per_image, expected, rtol=1e-5)
    assert found.score == pytest.approx(expected.mean(), rel=1e-6)
    assert found.matrix.shape == (4, 3, 1)
    assert found.matrix.sum() == pytest.approx(found.score)


def test_a_confident_mistake_costs_its_logit_and_no_more_is_lost_to_rounding():
    assert distortion([[1.0, 0.0]], [[-800.0, 800.0]]).score == 1600
    assert distortion([[0.5]], [[0.0]]).score == pytest.approx(math.log(2))


def test_images_that_cannot_be_are_refused_in_words():
    images = np.zeros((600, 2, 2))
    bytes_left = images.copy()
    bytes_left[555, 1, 0] = 255
    with pytest.raises(ValueError, match=r"image 555 has a pixel 255 .*divide bytes by 255"):
        distortion(bytes_left, images)
    with pytest.raises(ValueError, match="image 3 has a pixel 0 with logit nan"):
        distortion(images[:9], np.where(np.arange(9)[:, None, None] == 3, np.nan, images[:9]))
    with pytest.raises(ValueError, match=r"shape \(600, 2, 2\) and logits \(600, 4\)"):
        distortion(images, images.reshape(600, 4))
    with pytest.raises(ValueError, match="n ≥ 1"):
        distortion(images[:0], images[:0])
