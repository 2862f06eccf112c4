"""The FactorVAE and β-VAE scores on codes whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bvae_ref.metrics import beta_vae_score, factor_vae_score, mig
from bvae_ref.metrics.rows import SharedValue, halves

GRID = np.indices((5, 5, 4, 4, 5)).reshape(5, -1).T
SCORES = (factor_vae_score, beta_vae_score)


@pytest.mark.parametrize("score", SCORES)
def test_identity_and_permuted_codes_score_one(score):
    assert score(GRID, GRID).score == 1
    assert score(1 - 4.2 * GRID[:, [4, 2, 0, 1, 3]], GRID).score == 1


@pytest.mark.parametrize("score", SCORES)
def test_continuous_factors_are_held_still_to_within_a_part(score):
    factors = np.random.default_rng(0).random((4000, 4))
    assert score(factors, factors).score > 0.99


@pytest.mark.parametrize("score", SCORES)
def test_noise_scores_as_a_blind_guess(score):
    codes = np.random.default_rng(0).standard_normal((len(GRID), 6))
    found = score(codes, GRID)
    assert found.chance == 1 / 5
    assert found.score == pytest.approx(found.chance, abs=0.06)


def test_the_votes_are_counted_again_on_fresh_trials():
    codes = np.random.default_rng(0).standard_normal((len(GRID), 12))
    scores = [factor_vae_score(codes, GRID, trials=60, seed=seed).score for seed in range(20)]
    assert np.mean(scores) == pytest.approx(1 / 5, abs=0.05), "0.4 on the trials of the fit"


def test_the_votes_say_which_latent_stands_for_which_factor():
    found = factor_vae_score(GRID[:, [3, 0, 4, 1, 2]], GRID, trials=500)
    assert found.factor_of.tolist() == [3, 0, 4, 1, 2]
    assert found.matrix.sum() == 500 and np.count_nonzero(found.matrix) == 5


def test_factors_without_a_latent_are_lost_to_the_factor_vae_score():
    assert factor_vae_score(GRID[:, :2], GRID).score == pytest.approx(2 / 5, abs=0.06)


def test_one_code_for_two_factors_names_neither_with_certainty():
    both = np.column_stack([5 * GRID[:, 0] + GRID[:, 1], GRID[:, 2:]])
    assert factor_vae_score(both, GRID).score == pytest.approx(4 / 5, abs=0.06)


def test_copies_of_a_latent_cost_the_factor_vae_score_nothing():
    assert factor_vae_score(np.hstack([GRID, GRID]), GRID).score == 1
    assert beta_vae_score(np.hstack([GRID, GRID]), GRID).score == 1


def test_a_latent_of_zero_variance_gets_no_vote():
    codes = np.column_stack([np.full(len(GRID), 0.1), GRID])
    found = factor_vae_score(codes, GRID)
    assert found.factor_of[0] == -1 and found.constant_latents == (0,)


def test_the_beta_vae_score_saturates_where_mig_does_not():
    mixed = GRID + 0.8 * np.roll(GRID, 1, axis=1)
    assert beta_vae_score(mixed, GRID).score > 0.95
    assert mig(mixed, GRID).score < 0.3


def test_differences_are_those_of_independent_draws_where_nothing_is_held_still():
    codes = np.random.default_rng(0).standard_normal((len(GRID), 3))
    found = beta_vae_score(codes, GRID)
    np.testing.assert_allclose(found.matrix, 2 / math.sqrt(math.pi), atol=0.05)
    assert np.all(beta_vae_score(GRID, GRID).matrix.diagonal() == 0)


def test_dependence_on_the_batch_is_as_the_law_of_large_numbers_has_it():
    codes = GRID + np.random.default_rng(0).standard_normal(GRID.shape)
    few, many = (factor_vae_score(codes, GRID, batch=size).score for size in (4, 100))
    assert few < 0.9 < many


def test_a_value_with_too_few_rows_is_refused_in_words():
    factors = np.column_stack([np.arange(300) % 3, np.repeat([0, 1], [299, 1])])
    codes = np.random.default_rng(0).standard_normal((300, 2))
    words = "column 1: value number 1 of 2.* has 1 rows; expected at least"
    with pytest.raises(ValueError, match=words + " 64 .*smaller batch"):
        factor_vae_score(codes, factors)
    with pytest.raises(ValueError, match=words + " 2 "):
        beta_vae_score(codes, factors)


def test_settings_that_cannot_be_are_refused_in_words():
    with pytest.raises(ValueError, match="batch is 1; expected a whole number of at least 2"):
        factor_vae_score(GRID, GRID, batch=1)
    with pytest.raises(ValueError, match="trials is 9; expected a whole number of at least 10"):
        beta_vae_score(GRID, GRID, trials=9)


def test_a_batch_is_of_different_rows_with_one_value():
    labels, rng = GRID[:, 2], np.random.default_rng(0)
    group = SharedValue(labels, 64, 2)
    seen = set()
    for _ in range(60):
        rows = group.batch(rng, 64)
        assert len(set(rows.tolist())) == 64 and len(set(labels[rows])) == 1
        seen.add(int(labels[rows[0]]))
    assert seen == {0, 1, 2, 3}


def test_the_two_rows_of_a_pair_differ_and_share_the_value():
    labels = np.array([0, 1, 0, 1, 1, 0, 1])
    group = SharedValue(labels, 2, 0)
    first, second = group.pairs(np.random.default_rng(0), (4000,))
    assert np.all(first != second) and np.all(labels[first] == labels[second])
    partners = np.bincount(second[first == 1], minlength=7)
    assert partners[[0, 1, 2, 5]].sum() == 0
    np.testing.assert_allclose(partners[[3, 4, 6]] / partners.sum(), 1 / 3, atol=0.06)


def test_halves_share_no_row_and_leave_none_out():
    fit, judge = halves(11, seed=3)
    assert len(fit) == 6 and sorted([*fit, *judge]) == list(range(11))
