"""The closed forms against sampling, and gradients against finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from bvae_ref.kl import kl_divergence, kl_monte_carlo, kl_per_dimension
from bvae_ref.losses import bce_floor, beta_vae_loss, effective_beta, reconstruction_loss
from bvae_ref.sampling import reparameterize

RNG = np.random.default_rng(11)


def _normal(*shape):
    return RNG.standard_normal(shape).astype("float32")


def test_the_closed_form_kl_lies_within_the_sampling_error_of_monte_carlo():
    mean, log_var = _normal(4, 3), _normal(4, 3)
    estimate, error = map(np.array, kl_monte_carlo(mean, log_var, _normal(20_000, 4, 3)))
    # Chance of a false alarm: 5 standard errors, 4 images, under 1 in 400,000.
    assert np.all(np.abs(estimate - np.array(kl_divergence(mean, log_var))) < 5 * error)
    assert np.all(error < 0.05)


def test_the_kl_agrees_with_the_formula_in_double_precision_to_1e_6():
    mean, log_var = _normal(50, 3), _normal(50, 3)
    m, lv = mean.astype("float64"), log_var.astype("float64")
    exact = 0.5 * (m**2 + np.exp(lv) - 1 - lv)
    np.testing.assert_allclose(kl_per_dimension(mean, log_var), exact, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(kl_divergence(mean, log_var), exact.sum(1), rtol=1e-6, atol=1e-6)


def test_the_kl_of_the_prior_from_itself_is_zero():
    assert np.all(np.array(kl_divergence(np.zeros((2, 5)), np.zeros((2, 5)))) == 0)


def test_gradients_of_the_loss_agree_with_central_differences():
    images = RNG.uniform(size=(3, 4, 4, 1))
    weights = tf.constant(RNG.standard_normal((2, 16)) * 0.5)
    eps = RNG.standard_normal((3, 2))

    def loss(mean, log_var):
        z = reparameterize(mean, log_var, eps)
        logits = tf.reshape(z @ weights, (3, 4, 4, 1))
        # The reconstruction is float32 by design; here in float64 it can be differenced.
        per_pixel = tf.nn.sigmoid_cross_entropy_with_logits(tf.constant(images), logits)
        recon = tf.reduce_sum(per_pixel, axis=(1, 2, 3))
        return tf.reduce_mean(recon + 4.0 * kl_divergence(mean, log_var))

    at = [tf.constant(RNG.standard_normal((3, 2))) for _ in range(2)]
    with tf.GradientTape() as tape:
        tape.watch(at)
        value = loss(*at)
    for which, gradient in enumerate(tape.gradient(value, at)):
        for index in np.ndindex(3, 2):
            step = np.zeros((3, 2))
            step[index] = 1e-5
            up, down = list(at), list(at)
            up[which], down[which] = at[which] + step, at[which] - step
            numeric = (loss(*up) - loss(*down)) / 2e-5
            np.testing.assert_allclose(gradient[index], numeric, rtol=1e-6, atol=1e-7)


def test_gradients_of_beta_vae_loss_agree_with_central_differences():
    images, at = RNG.uniform(size=(2, 3, 3, 1)), [_normal(2, 3, 3, 1), _normal(2, 2), _normal(2, 2)]
    at = [tf.constant(value) for value in at]
    with tf.GradientTape() as tape:
        tape.watch(at)
        value = beta_vae_loss(images, *at, beta=4.0)
    for which, gradient in enumerate(tape.gradient(value, at)):
        direction = _normal(*at[which].shape)
        up, down = list(at), list(at)
        up[which], down[which] = at[which] + 0.01 * direction, at[which] - 0.01 * direction
        numeric = (beta_vae_loss(images, *up, 4.0) - beta_vae_loss(images, *down, 4.0)) / 0.02
        along = tf.reduce_sum(gradient * direction)
        # Float32 differences of a loss near 20 over 0.02 carry errors near 1e-4.
        np.testing.assert_allclose(along, numeric, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize(
    ("pixel", "logit", "nats"),
    [(1.0, 60.0, 0.0), (0.0, -60.0, 0.0), (0.0, 60.0, 60.0), (1.0, -60.0, 60.0)],
)
def test_the_reconstruction_is_exact_at_extreme_logits(pixel, logit, nats):
    images, logits = np.full((1, 2, 2, 1), pixel), tf.fill((1, 2, 2, 1), logit)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = reconstruction_loss(images, logits)
    np.testing.assert_allclose(loss, [4 * nats], rtol=1e-7, atol=1e-20)
    slope = (1.0 if logit > 0 else 0.0) - pixel
    np.testing.assert_allclose(
        tape.gradient(loss, logits), np.full((1, 2, 2, 1), slope), atol=1e-20
    )


def test_no_logits_beat_the_bce_floor_and_the_true_log_odds_reach_it():
    images = RNG.uniform(0.01, 0.99, size=(3, 5, 5, 1))
    log_odds = np.log(images / (1 - images))
    floor = bce_floor(images)
    np.testing.assert_allclose(reconstruction_loss(images, log_odds), floor, rtol=1e-6)
    assert np.all(np.array(reconstruction_loss(images, log_odds + 0.3)) > floor)


def test_black_and_white_pixels_have_no_floor():
    assert np.all(bce_floor(np.array([[0.0, 1.0, 1.0]])) == 0)


def test_beta_beside_averaged_pixels_weighs_as_many_times_more_as_there_are_pixels():
    assert effective_beta(4.0, 784, 2, "mean", "sum") == 4.0 * 784
    assert effective_beta(4.0, 784, 2, "mean", "mean") == 4.0 * 392
