"""Other objectives than β alone: what each weighs, and what it does to a trained code."""

import numpy as np
import pytest
import tensorflow as tf

from bvae_ref.data import load
from bvae_ref.metrics import kl_decomposition
from bvae_ref.objectives import ObjectiveVAE, capacity_at, total_correlation
from bvae_ref.saved_models import load_model, save_model
from bvae_ref.settings import TrainConfig
from bvae_ref.training import train

IMAGES = load("strokes", "train[:600]", quiet=True).images
QUICK = TrainConfig(latent_dim=4, hidden=64, epochs=3, batch_size=50, jit_compile=False)


def trained(**changes):
    return train(
        QUICK.with_changes(**changes), images=IMAGES[:500], held_out=IMAGES[500:], progress=False
    )


def posteriors(rows: int, seed: int, latents: int = 3):
    """(z, mean, log_var) whose dimensions hang together, `(rows, latents)` each."""
    rng = np.random.default_rng(seed)
    mean = rng.normal(size=(rows, 1)) + 0.5 * rng.normal(size=(rows, latents))
    log_var = rng.normal(-1.5, 0.3, (rows, latents))
    z = mean + np.exp(0.5 * log_var) * rng.normal(size=mean.shape)
    return tuple(part.astype("float32") for part in (z, mean, log_var))


def test_over_the_whole_data_it_is_the_exact_total_correlation():
    z, mean, log_var = posteriors(400, seed=1)
    estimate = total_correlation(z, mean, log_var, images=400).numpy()
    exact = kl_decomposition(mean, log_var, z)
    assert estimate.shape == (400,)
    assert np.isclose(estimate.mean(), exact.total_correlation, rtol=1e-4)
    assert exact.total_correlation > 0.5, "the case has something to find"


def test_a_minibatch_gives_the_density_of_all_without_bias():
    """The mean of exp(log q(z) estimates) over many minibatches is q(z) itself."""
    z, mean, log_var = (part.astype("float64") for part in posteriors(60, seed=2, latents=1))
    density = np.exp(-0.5 * (z - mean.T) ** 2 / np.exp(log_var.T) - 0.5 * log_var.T)
    density /= np.sqrt(2 * np.pi)
    rng, size, found = np.random.default_rng(3), 5, []
    for _ in range(4000):
        others = 1 + rng.choice(59, size - 1, replace=False)
        weights = [1 / 60, *[59 / (60 * (size - 1))] * (size - 1)]
        found.append(density[0, [0, *others]] @ weights)
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - density[0].mean()) < 5 * error
    # With one latent the joint is the marginal, whatever the weights: TC is 0.
    batch = [part[:5].astype("float32") for part in (z, mean, log_var)]
    assert np.allclose(total_correlation(*batch, images=60), 0, atol=1e-5)


def test_the_own_image_weighs_one_of_all_and_stands_on_the_diagonal():
    """Far apart posteriors see only themselves, so both densities show the own weight 1/N."""
    mean = 100.0 * np.arange(6, dtype="float32")[:, None] * np.ones((1, 2), "float32")
    log_var, z = np.zeros_like(mean), mean.copy()
    # log q(z) − Σ log q(z_d) = log(1/N) − 2 log(1/N) + (the normal densities, which cancel).
    assert np.allclose(total_correlation(z, mean, log_var, images=50), np.log(50), atol=1e-4)


def test_a_batch_of_one_image_has_no_total_correlation():
    z, mean, log_var = (part[:1] for part in posteriors(3, seed=4))
    assert np.array_equal(total_correlation(z, mean, log_var, images=9), [0.0])


def test_capacity_rises_in_a_straight_line_and_stays():
    assert [float(capacity_at(t, 20.0, 100)) for t in (0, 25, 100, 400)] == [0, 5, 20, 20]
    assert float(capacity_at(0, 20.0, 0)) == 0.0


@pytest.mark.slow
def test_at_beta_1_it_is_the_plain_elbo_wherever_the_images_are():
    """The step for all objectives does what the plain one does, also with images kept."""
    plain = trained(beta=1.0, epochs=2)
    assert not isinstance(plain.model, ObjectiveVAE)
    for objective in ("beta", "tc"):
        other = trained(beta=1.0, epochs=2, objective=objective, resident=True)
        assert isinstance(other.model, ObjectiveVAE)
        assert other.model._kept is None, "the images are let go afterwards"
        for name, values in plain.history.items():
            assert np.allclose(values, other.history[name], rtol=1e-4), (objective, name)


@pytest.mark.slow
def test_importance_weights_of_one_sample_and_many():
    """K = 1 is the ELBO in expectation; more samples make the training loss smaller on the way."""
    one, many = (trained(objective="iwae", beta=1.0, samples=k, epochs=2) for k in (1, 16))
    plain = trained(beta=1.0, epochs=2)
    assert one.history["val_loss"][-1] == pytest.approx(plain.history["val_loss"][-1], rel=0.03)
    for result in (one, many):
        loss, recon, kl = (result.history[name][-1] for name in ("loss", "recon", "kl"))
        assert loss < recon + kl + (1.0 if result is one else -0.3)
    assert many.model.get_config()["samples"] == 16 and "loss" not in many.held_out
    with pytest.raises(ValueError, match="samples is 0"):
        TrainConfig(samples=0)


@pytest.mark.slow
def test_a_weight_on_total_correlation_lowers_that_and_leaves_information():
    def parts(**changes):
        model = trained(epochs=8, **changes).model
        return kl_decomposition(*model.encode(IMAGES))

    light, heavy = parts(beta=1.0), parts(objective="tc", beta=20.0)
    all_of_it = parts(beta=20.0)
    assert heavy.total_correlation < 0.5 * light.total_correlation
    assert heavy.index_code_mi > 2 * all_of_it.index_code_mi


@pytest.mark.nightly
def test_the_kl_goes_where_the_capacity_is():
    low, high = (
        trained(objective="capacity", beta=30.0, capacity=nats, epochs=8) for nats in (2.0, 6.0)
    )
    assert abs(low.held_out["kl"] - 2.0) < 0.7 and abs(high.held_out["kl"] - 6.0) < 0.7
    assert "loss" not in high.held_out and "loss" in trained(epochs=1).held_out


@pytest.mark.slow
def test_a_model_comes_back_with_its_objective(tmp_path):
    model = trained(objective="capacity", capacity=3.0, epochs=1).model
    save_model(model, tmp_path / "model.keras")
    loaded = load_model(tmp_path)
    assert isinstance(loaded, ObjectiveVAE)
    assert loaded.get_config()["rising_steps"] == model.rising_steps == 5
    assert (loaded.objective, loaded.capacity, loaded.images) == ("capacity", 3.0, 500)
    assert all(map(np.array_equal, loaded.encode(IMAGES[:9]), model.encode(IMAGES[:9])))


@pytest.mark.nightly
def test_xla_compiles_the_step():
    history = trained(objective="tc", jit_compile=True, epochs=1).history
    assert np.isfinite(history["loss"]).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"objective": "gan"}, "objective is 'gan'; expected one of beta, tc, capacity, iwae"),
        ({"strategy": "tpu"}, "strategy is 'tpu'; expected one of single, mirrored"),
        ({"capacity": -1.0}, "capacity is -1.0; expected nats"),
        ({"capacity": float("nan")}, "capacity is nan; expected nats"),
        ({"objective": "tc", "strategy": "mirrored"}, "needs the whole batch"),
        ({"resident": True, "strategy": "mirrored"}, "leave resident out"),
        ({"objective": "capacity", "patience": 2}, "leave patience out"),
    ],
)
def test_settings_that_cannot_be_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        TrainConfig(**changes)


def test_a_run_saved_before_there_were_objectives_goes_on():
    saved = QUICK.as_dict()
    for name in ("objective", "capacity", "strategy", "resident"):
        del saved[name]
    assert QUICK.differences(saved) == []
    assert QUICK.with_changes(objective="tc").differences(saved) == [
        "objective was 'beta', now 'tc'"
    ]


def test_gradients_of_the_total_correlation_are_finite_for_far_codes():
    mean = tf.Variable([[50.0, -50.0], [-50.0, 50.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(total_correlation(mean, mean, tf.zeros((3, 2)) - 8.0, images=100))
    assert np.isfinite(tape.gradient(loss, mean)).all()
