"""The linear β-VAE: its closed form against exact optimisation."""

from __future__ import annotations

import numpy as np
import pytest

from bvae_ref.collapse import (
    linear_kl,
    linear_objective,
    linear_optimum,
    linear_rates,
    linear_residuals,
)

EIGENVALUES = np.array([4.0, 2.0, 1.0, 0.5, 0.1])


def covariance_with(eigenvalues, seed: int = 0) -> np.ndarray:
    """A covariance with these eigenvalues along directions turned at random."""
    size = len(eigenvalues)
    turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))
    return turned @ np.diag(eigenvalues) @ turned.T


def optimised(covariance, noise_variance, beta, latents, sweeps=4000, seed=1):
    """Encoder, posterior variances and decoder improved in turn, each to its own optimum."""
    rng = np.random.default_rng(seed)
    decoder = rng.standard_normal((len(covariance), latents))
    level = beta * noise_variance
    for _ in range(sweeps):
        gram = decoder.T @ decoder
        encoder = np.linalg.solve(gram + level * np.eye(latents), decoder.T)
        variance = level / (np.diag(gram) + level)
        second_moment = encoder @ covariance @ encoder.T + np.diag(variance)
        decoder = np.linalg.solve(second_moment, encoder @ covariance).T
    return decoder, encoder, variance


@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0, 16.0])
def test_the_rates_are_the_kl_at_the_optimum(beta):
    covariance = covariance_with(EIGENVALUES)
    _, encoder, variance = linear_optimum(covariance, 0.2, beta, latents=5)
    np.testing.assert_allclose(
        linear_kl(covariance, encoder, variance),
        linear_rates(EIGENVALUES, 0.2, beta),
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.slow
@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0])
def test_exact_optimisation_from_a_random_start_arrives_at_the_rates(beta):
    covariance = covariance_with(EIGENVALUES)
    decoder, encoder, variance = optimised(covariance, 0.2, beta, latents=5)
    found = np.sort(linear_kl(covariance, encoder, variance))[::-1]
    np.testing.assert_allclose(found, linear_rates(EIGENVALUES, 0.2, beta), atol=2e-3)
    best = linear_objective(covariance, *linear_optimum(covariance, 0.2, beta, 5), 0.2, beta)
    assert linear_objective(covariance, decoder, encoder, variance, 0.2, beta) == pytest.approx(
        best, abs=1e-4
    )


def test_no_small_change_of_the_optimum_lowers_the_objective():
    covariance, rng = covariance_with(EIGENVALUES), np.random.default_rng(2)
    decoder, encoder, variance = linear_optimum(covariance, 0.3, 2.0, latents=4)
    best = linear_objective(covariance, decoder, encoder, variance, 0.3, 2.0)
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(100):
            changed = (
                decoder + size * rng.standard_normal(decoder.shape),
                encoder + size * rng.standard_normal(encoder.shape),
                variance * np.exp(size * rng.standard_normal(variance.shape)),
            )
            assert linear_objective(covariance, *changed, 0.3, 2.0) > best


def test_at_beta_one_the_optimum_is_the_exact_likelihood_of_probabilistic_pca():
    covariance = covariance_with(EIGENVALUES)
    decoder, encoder, variance = linear_optimum(covariance, 0.3, 1.0, latents=3)
    marginal = decoder @ decoder.T + 0.3 * np.eye(5)
    _, log_determinant = np.linalg.slogdet(2 * np.pi * marginal)
    surprise = 0.5 * (log_determinant + np.trace(np.linalg.solve(marginal, covariance)))
    objective = linear_objective(covariance, decoder, encoder, variance, 0.3, 1.0)
    assert objective == pytest.approx(surprise, rel=1e-9)


def test_the_objective_agrees_with_sampled_reconstructions():
    covariance, rng = covariance_with(EIGENVALUES), np.random.default_rng(3)
    decoder, encoder = rng.standard_normal((5, 2)), rng.standard_normal((2, 5))
    variance, noise_variance, beta, draws = np.array([0.3, 1.5]), 0.4, 3.0, 200_000
    x = rng.multivariate_normal(np.zeros(5), covariance, draws)
    z = x @ encoder.T + np.sqrt(variance) * rng.standard_normal((draws, 2))
    surprise = 0.5 * np.sum((x - z @ decoder.T) ** 2, axis=1) / noise_variance
    surprise += 2.5 * np.log(2 * np.pi * noise_variance)
    exact = linear_objective(covariance, decoder, encoder, variance, noise_variance, beta)
    sampled = surprise.mean() + beta * linear_kl(covariance, encoder, variance).sum()
    assert abs(sampled - exact) < 5 * surprise.std() / np.sqrt(draws)


def test_rate_and_residual_are_those_of_reverse_water_filling():
    rates = linear_rates(EIGENVALUES, 0.2, 4.0)
    residuals = linear_residuals(EIGENVALUES, 0.2, 4.0)
    np.testing.assert_allclose(residuals, [0.8, 0.8, 0.8, 0.5, 0.1])
    np.testing.assert_allclose(rates, 0.5 * np.log(EIGENVALUES / residuals), atol=1e-12)
    np.testing.assert_array_equal(rates[3:], 0.0)


def test_the_residuals_are_what_the_optimum_leaves_over():
    covariance = covariance_with(EIGENVALUES)
    decoder, encoder, variance = linear_optimum(covariance, 0.2, 4.0, latents=5)
    missed = np.eye(5) - decoder @ encoder
    error = missed @ covariance @ missed.T + (decoder * variance) @ decoder.T
    found = np.sort(np.linalg.eigvalsh(error))
    wanted = np.sort(linear_residuals(EIGENVALUES, 0.2, 4.0))
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_the_order_of_the_eigenvalues_is_kept_and_zero_is_allowed():
    rates = linear_rates([0.0, 8.0, 1.0], noise_variance=1.0, beta=2.0)
    np.testing.assert_allclose(rates, [0.0, 0.5 * np.log(4.0), 0.0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([-1.0], 1.0, 1.0), "none negative"),
        (([[1.0]], 1.0, 1.0), "vector"),
        (([1.0], 0.0, 1.0), "noise_variance is 0.0"),
        (([1.0], 1.0, float("nan")), "beta is nan"),
    ],
)
def test_impossible_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        linear_rates(*arguments)


@pytest.mark.parametrize("latents", [0, 6])
def test_a_number_of_latents_that_cannot_be_is_named(latents):
    with pytest.raises(ValueError, match="1 to 5"):
        linear_optimum(covariance_with(EIGENVALUES), 1.0, 1.0, latents)
