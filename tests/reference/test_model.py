"""The model: its figures, its noise, what `fit` takes, saving and loading."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bvae_ref.model import DisentangledVAE, held_out_elbo
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.sampling import Sampling

IMAGES = np.random.default_rng(5).uniform(size=(70, 28, 28, 1)).astype("float32")
QUIET = {"verbose": 0}


def _model(beta=4.0, seed=3, latent=3, architecture="mlp", jit_compile=False, eager=False):
    keras.utils.set_random_seed(1)
    parts = (build_encoder(latent, architecture, 16), build_decoder(latent, architecture, 16))
    model = DisentangledVAE(*parts, beta=beta, seed=seed)
    model.compile(keras.optimizers.Adam(1e-3), jit_compile=jit_compile, run_eagerly=eager)
    return model


def _nearly_without_noise(model):
    """Set log σ² = −60, so that two evaluations draw the same z to within float rounding."""
    layer = model.encoder.get_layer("log_var")
    layer.bias.assign(np.full(layer.bias.shape, -60.0))
    return model


@pytest.mark.slow
def test_evaluate_does_not_depend_on_the_batch_size_with_an_uneven_last_batch():
    model = _nearly_without_noise(_model())
    # Images of very different cost, so that a mean of batch means would show.
    images = np.concatenate([IMAGES[:64], np.zeros_like(IMAGES[:6])])
    results = [model.evaluate(images, batch_size=n, return_dict=True, **QUIET) for n in (70, 64, 9)]
    for result in results[1:]:
        for name, value in results[0].items():
            assert result[name] == pytest.approx(value, rel=1e-5)


@pytest.mark.slow
def test_evaluate_reports_the_mean_over_all_images_not_the_last_batch():
    model = _nearly_without_noise(_model())
    result = model.evaluate(IMAGES, batch_size=64, return_dict=True, **QUIET)
    by_hand = held_out_elbo(model, IMAGES)
    for name in ("loss", "recon", "kl"):
        assert result[name] == pytest.approx(by_hand[name], rel=1e-5)
    assert result["loss"] == pytest.approx(result["recon"] + 4 * result["kl"], rel=1e-5)


@pytest.mark.slow
def test_held_out_figures_do_not_depend_on_the_batch_size():
    model = _model()
    results = [held_out_elbo(model, IMAGES, batch_size=n) for n in (70, 64, 7)]
    for result in results[1:]:
        assert result == pytest.approx(results[0], rel=1e-5)
    assert held_out_elbo(model, IMAGES, seed=1)["recon"] != results[0]["recon"]
    assert results[0]["elbo"] == -(results[0]["recon"] + results[0]["kl"])


@pytest.mark.slow
def test_test_step_samples_z_anew():
    model = _model(eager=True)
    losses = {float(model.evaluate(IMAGES[:8], return_dict=True, **QUIET)["recon"]) for _ in "abc"}
    assert len(losses) == 3


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["arrays", "pairs", "dataset", "dataset of pairs"])
def test_fit_and_evaluate_take(kind):
    labels = np.zeros(len(IMAGES))
    whole = {
        "arrays": (IMAGES,),
        "pairs": (IMAGES, labels),
        "dataset": (tf.data.Dataset.from_tensor_slices(IMAGES).batch(35),),
        "dataset of pairs": (tf.data.Dataset.from_tensor_slices((IMAGES, labels)).batch(35),),
    }[kind]
    model = _model(eager=True)
    history = model.fit(*whole, epochs=2, **QUIET).history
    assert set(history) == {"loss", "recon", "kl"}
    assert history["loss"][1] < history["loss"][0]
    assert np.isfinite(model.evaluate(*whole, **QUIET)).all()


def test_sample_weights_are_refused():
    with pytest.raises(ValueError, match="sample_weight"):
        _model(eager=True).fit(IMAGES, IMAGES, sample_weight=np.ones(70), **QUIET)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_a_saved_model_loads_with_the_same_weights_configuration_and_beta(tmp_path, architecture):
    model = _model(beta=2.5, architecture=architecture)
    model.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert (loaded.beta, loaded.seed, loaded.latent_dim) == (2.5, 3, 3)
    z = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_array_equal(loaded.decode(z), model.decode(z))
    np.testing.assert_array_equal(loaded.encode(IMAGES)[1], model.encode(IMAGES)[1])


@pytest.mark.slow
def test_a_fitted_model_saves_without_a_warning(tmp_path, recwarn):
    model = _model(eager=True)
    model.fit(IMAGES, **QUIET)
    model.save(tmp_path / "m.keras")
    assert not [w for w in recwarn if "not yet been built" in str(w.message)]


@pytest.mark.parametrize("beta", [-0.1, float("nan"), float("inf")])
def test_a_beta_that_is_negative_or_not_finite_is_refused_by_name(beta):
    with pytest.raises(ValueError, match="beta is"):
        _model(beta=beta)


def test_images_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="28, 28, 1"):
        DisentangledVAE(build_encoder(2, hidden=8), build_decoder(2, hidden=8)).build(
            (None, 28, 28)
        )
    with pytest.raises(ValueError, match=r"shape \(5, 28, 20, 1\), but this model takes .* 28, 28"):
        held_out_elbo(_model(), IMAGES[:5, :, :20])


def test_encode_of_no_images_and_decode_of_no_codes_are_empty():
    model = _model()
    assert model.encode(IMAGES[:0])[0].shape == (0, 3)
    assert model.decode(np.zeros((0, 3))).shape == (0, 28, 28, 1)


def test_decoding_in_batches_is_decoding_at_once():
    z = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
    model = _model()
    np.testing.assert_allclose(model.decode(z, batch_size=3), model.decode(z), rtol=1e-5)
    assert model.decode(z).min() >= 0 and model.decode(z).max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("jit_compile", [False, True])
def test_two_models_of_one_seed_draw_the_same_noise_also_under_xla(jit_compile):
    zero = tf.zeros((6, 2))
    draws = []
    for _ in range(2):
        layer = Sampling(seed=9)
        sample = tf.function(lambda a, b, layer=layer: layer((a, b)), jit_compile=jit_compile)
        draws.append([sample(zero, zero).numpy(), sample(zero, zero).numpy()])
    np.testing.assert_array_equal(draws[0], draws[1])
    assert not np.any(draws[0][0] == draws[0][1])
    assert len(np.unique(draws[0][0])) == 12


def test_sampling_has_the_moments_it_was_asked_for():
    n = 40_000
    z = np.array(Sampling(seed=2)((tf.fill((n, 1), 1.5), tf.fill((n, 1), np.log(4.0)))))
    # Five standard errors: σ/√n for the mean, σ/√(2n) for the deviation.
    assert abs(z.mean() - 1.5) < 5 * 2 / np.sqrt(n)
    assert abs(z.std() - 2) < 5 * 2 / np.sqrt(2 * n)


def test_sampling_keeps_its_seed_in_its_configuration_and_float32_under_half_precision():
    layer = Sampling(seed=4)
    assert Sampling.from_config(layer.get_config()).seed == 4
    half = tf.zeros((2, 2), tf.bfloat16)
    assert layer((half, half)).dtype == tf.float32


def test_sampling_refuses_mean_and_log_var_of_different_shapes():
    with pytest.raises(ValueError, match="one shape"):
        Sampling()((tf.zeros((2, 2)), tf.zeros((2, 3))))
