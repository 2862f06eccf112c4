"""The importance-weighted bound against models whose log p(x) is known."""

import math

import keras
import numpy as np
import pytest

from bvae_ref import diagnostics
from bvae_ref.collapse import linear_optimum
from bvae_ref.importance_bound import importance_bound
from bvae_ref.model import DisentangledVAE, held_out_elbo
from bvae_ref.networks import build_decoder, build_encoder

SIGMA, LATENTS, PIXELS = 0.2, 2, 6
RNG = np.random.default_rng(0)


def linear_vae(posterior_scale: float):
    """A linear VAE with its exact posterior, or one whose variances are scaled.

    Returns the model, images `(n, 2, 3, 1)` drawn from it, and log p(x) of each.
    """
    weights = 0.05 * RNG.normal(size=(PIXELS, LATENTS))
    covariance = weights @ weights.T + SIGMA**2 * np.eye(PIXELS)
    decoder, encoder, variance = linear_optimum(covariance, SIGMA**2, 1.0, LATENTS)
    images = keras.Input((2, 3, 1))
    flat = keras.layers.Flatten()(images)
    mean, log_var = (keras.layers.Dense(LATENTS) for _ in range(2))
    network = keras.Model(images, [mean(flat), log_var(flat)])
    # Pixels vary around ½, so that they stay in [0, 1].
    mean.set_weights([encoder.T, -encoder @ np.full(PIXELS, 0.5)])
    log_var.set_weights([np.zeros((PIXELS, LATENTS)), np.log(posterior_scale * variance)])
    z = keras.Input((LATENTS,))
    pixels = keras.layers.Dense(PIXELS)
    back = keras.Model(z, keras.layers.Reshape((2, 3, 1))(pixels(z)))
    pixels.set_weights([decoder.T, np.full(PIXELS, 0.5)])
    model = DisentangledVAE(network, back, likelihood="gaussian", sigma=SIGMA)
    x = 0.5 + RNG.normal(size=(60, LATENTS)) @ decoder.T + SIGMA * RNG.normal(size=(60, PIXELS))
    x = np.clip(x, 0, 1)
    total = decoder @ decoder.T + SIGMA**2 * np.eye(PIXELS)
    off = x - 0.5
    log_p = -0.5 * (
        np.einsum("ni,ij,nj->n", off, np.linalg.inv(total), off)
        + np.linalg.slogdet(total)[1]
        + PIXELS * math.log(2 * math.pi)
    )
    return model, x.reshape(-1, 2, 3, 1).astype("float32"), log_p


@pytest.mark.parametrize("samples", [1, 7, 5000])
def test_with_the_exact_posterior_every_weight_is_the_likelihood(samples):
    model, images, log_p = linear_vae(1.0)
    found = importance_bound(model, images[:9], samples)
    np.testing.assert_allclose(found.per_image, log_p[:9], atol=2e-4)
    assert found.samples == samples and found.bound == pytest.approx(log_p[:9].mean(), abs=2e-4)


def test_more_samples_close_the_gap_that_a_wrong_posterior_leaves():
    model, images, log_p = linear_vae(4.0)
    # KL(q‖posterior) with four times its variances is the gap of the ELBO.
    gap = 0.5 * LATENTS * (4.0 - 1.0 - math.log(4.0))
    bounds = [importance_bound(model, images, k).bound for k in (1, 10, 4000)]
    left = log_p.mean() - np.array(bounds)
    assert left[0] == pytest.approx(gap, abs=0.5)
    assert left[0] > 1.5 * left[1] > 3 * left[2] and abs(left[2]) < 0.05


def test_one_sample_is_an_elbo_and_chunks_do_not_matter(monkeypatch):
    model = DisentangledVAE(build_encoder(3, hidden=8), build_decoder(3, hidden=8), beta=9.0)
    images = RNG.uniform(size=(40, 28, 28, 1)).astype("float32")
    one = importance_bound(model, images, 1, seed=3)
    # The ELBO with the same draws, but with log q(z|x)/p(z) of each draw in place of the exact KL.
    mean, log_var = model.encode(images)
    eps = np.random.default_rng(3).standard_normal(mean.shape)
    z = mean + np.exp(0.5 * log_var) * eps
    ratio = 0.5 * (z**2 - eps**2 - log_var).sum(axis=1)
    recon = held_out_elbo(model, images, seed=3)["recon"]
    assert one.bound == pytest.approx(-(recon + ratio.mean()), rel=1e-5)
    whole = importance_bound(model, images, 20)
    monkeypatch.setattr("bvae_ref.importance_bound._CODES", 33)
    pieces = importance_bound(model, images, 20)
    np.testing.assert_allclose(pieces.per_image, whole.per_image, rtol=1e-6)
    assert whole.standard_error == pytest.approx(np.std(whole.per_image, ddof=1) / 40**0.5)


def test_far_weights_neither_overflow_nor_vanish():
    model, images, _ = linear_vae(1.0)
    model.sigma = 1e-3
    found = importance_bound(model, images, 50)
    assert np.isfinite(found.per_image).all() and found.bound < -1e4


@pytest.mark.parametrize("samples", [0, 1.5, True])
def test_a_count_that_is_none_is_refused(samples):
    model, images, _ = linear_vae(1.0)
    with pytest.raises(ValueError, match="samples is"):
        importance_bound(model, images, samples)


def _posteriors():
    mean = np.stack([RNG.normal(size=300), np.full(300, 0.01), 2 * RNG.normal(size=300)], axis=1)
    return mean, np.stack([np.full(300, -1.0), np.zeros(300), np.full(300, -2.0)], axis=1)


@pytest.mark.slow
def test_dead_latents_are_named_and_the_others_have_their_nats():
    names = diagnostics.latent_names(*_posteriors())
    assert names[1] == "latent 1: dead" and names[0].endswith(" nats")
    figure = diagnostics.kl_figure(*_posteriors())
    assert "latent 1: dead" in figure.alt and "2 of 3 latents are active" in figure.caption


@pytest.mark.slow
@pytest.mark.parametrize("latents", [1, 2, 3, 20])
def test_the_aggregate_posterior_is_drawn_for_any_number_of_latents(latents):
    mean = RNG.normal(size=(200, latents))
    figure = diagnostics.aggregate_figure(mean, np.full_like(mean, -3.0))
    assert f"Histograms of {min(12, latents)} latents" in figure.alt
    assert figure.png.startswith(b"\x89PNG")


@pytest.mark.slow
def test_classes_are_shown_with_what_they_cost():
    images = RNG.uniform(size=(30, 4, 5, 3)).astype("float32")
    labels = np.repeat([0, 2], 15)
    figure = diagnostics.class_figure(images, images, labels, 10.0 * labels + 5, ["a", "b", "c"])
    assert "a: 5.0 nats; c: 25.0 nats" in figure.alt
    assert "c costs most and a least" in figure.caption


@pytest.mark.slow
def test_tensorboard_gets_pictures_of_every_epoch(tmp_path):
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    from bvae_ref.settings import TrainConfig
    from bvae_ref.training import train

    images = RNG.uniform(size=(40, 6, 5, 1)).astype("float32")
    config = TrainConfig(hidden=4, epochs=2, jit_compile=False)
    train(config, tmp_path, images=images, tensorboard=True, progress=False)
    log = reader.EventAccumulator(str(tmp_path / "tensorboard" / "images"), {"tensors": 0})
    log.Reload()
    for name, height in (("reconstructions", 12), ("samples", 6)):
        events = log.Tensors(name)
        assert [event.step for event in events] == [0, 1]
        width, tall = events[0].tensor_proto.string_val[:2]
        # Four held-out images side by side.
        assert (int(width), int(tall)) == (20, height)
