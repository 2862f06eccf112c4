"""Numbers that change during training do so in graphs, under XLA, and wherever else one trains."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from bvae_ref import checkpoints
from bvae_ref.changeable import changeable_numbers
from bvae_ref.losses import beta_vae_loss
from bvae_ref.model import DisentangledVAE, held_out_elbo
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.objectives import ObjectiveVAE
from bvae_ref.runtime import precision
from bvae_ref.saved_models import load_model, save_model
from bvae_ref.schedules import BetaSchedule
from bvae_ref.settings import TrainConfig
from bvae_ref.training import TrainingInterrupted, train

IMAGES = np.random.default_rng(5).uniform(size=(60, 28, 28, 1)).astype("float32")
BETAS = [0.0, 1.0, 4.0, 0.5]
CONFIG = TrainConfig(
    hidden=8, epochs=4, batch_size=20, jit_compile=False, beta=2.0, beta_warmup=3.0
)


class InterruptAfterTwo(keras.callbacks.Callback):
    """Ctrl-C at the end of the second epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


class UsualWarmUp(keras.callbacks.Callback):
    """What a practitioner writes."""

    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta = BETAS[epoch]


def _model(kind=DisentangledVAE, mixed=False, **given):
    keras.utils.set_random_seed(1)
    with precision(mixed):
        parts = build_encoder(3, hidden=16), build_decoder(3, hidden=16)
        return kind(*parts, seed=3, **given)


def _fitted(kind=DisentangledVAE, mixed=False, given=None, callback=UsualWarmUp, **how):
    model = _model(kind, mixed, **(given or {}))
    model.compile(keras.optimizers.SGD(1e-4), jit_compile=how.pop("jit_compile", False), **how)
    history = model.fit(
        IMAGES, batch_size=20, epochs=4, shuffle=False, verbose=0, callbacks=[callback()]
    ).history
    return model, history


class OwnStep(DisentangledVAE):
    """A subclass whose step reads `self.beta` and knows nothing of variables."""

    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean, log_var = self.encoder(data, training=True)
            logits = self.decoder(self.sampling((mean, log_var)), training=True)
            loss = beta_vae_loss(data, logits, mean, log_var, self.beta)
        recon, kl = self.elbo_terms(data)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._track(recon + self.beta * kl, recon, kl)


WAYS = {
    "a graph": {},
    "XLA": {"jit_compile": True},
    "several steps at once": {"steps_per_execution": 3},
    "half precision": {"mixed": True},
    "a step of any objective": {"kind": ObjectiveVAE},
    "a subclass": {"kind": OwnStep},
}


@pytest.fixture(scope="module")
def eager():
    return _fitted(run_eagerly=True)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_beta_that_a_callback_assigns_weighs_the_kl_at_once_in(way):
    model, history = _fitted(**WAYS[way])
    for epoch, beta in enumerate(BETAS):
        loss, recon, kl = (history[name][epoch] for name in ("loss", "recon", "kl"))
        assert kl > 0.01, "there is something to weigh"
        assert loss == pytest.approx(recon + beta * kl, rel=1e-5)
    assert model.beta == BETAS[-1]


@pytest.mark.slow
def test_a_graph_learns_what_eager_steps_learn_while_beta_changes(eager):
    graph, history = _fitted()
    for name, values in eager[1].items():
        assert history[name] == pytest.approx(values, rel=1e-5)
    for a, b in zip(graph.get_weights(), eager[0].get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_evaluation_and_held_out_numbers_use_the_beta_of_the_moment():
    model = _model(beta=1.0)
    model.compile(keras.optimizers.SGD(1e-4))
    for beta in (1.0, 7.0):
        model.beta = beta
        told = model.evaluate(IMAGES, verbose=0, return_dict=True)
        assert told["loss"] == pytest.approx(told["recon"] + beta * told["kl"], rel=1e-5)
        held_out = held_out_elbo(model, IMAGES)
        assert held_out["loss"] == pytest.approx(held_out["recon"] + beta * held_out["kl"])


@pytest.mark.slow
def test_a_saved_model_keeps_the_beta_it_had_last_and_no_weight_for_it(tmp_path):
    model = _model(beta=4.0)
    assert not [weight for weight in model.weights if "beta" in weight.path]
    model.beta = 0.1
    save_model(model, tmp_path / "model.keras")
    assert load_model(tmp_path).beta == 0.1


def test_a_model_saved_before_it_had_other_numbers_has_the_same_weights():
    """One array for each weight of the networks and for the noise, as ever."""
    model = _model()
    networks = len(model.encoder.weights) + len(model.decoder.weights)
    assert len(model.variables) == networks + 1


class CapacityRises(keras.callbacks.Callback):
    """Two changes that a step of the capacity objective has to see."""

    def on_epoch_begin(self, epoch, logs=None):
        self.model.capacity, self.model.rising_steps = 10.0 * epoch, 1


@pytest.mark.slow
@pytest.mark.parametrize("eagerly", [True, False])
def test_capacity_and_the_number_of_images_change_in_graphs_too(eagerly):
    given = {"objective": "capacity", "beta": 1.0, "capacity": 500.0, "rising_steps": 10**6}
    _, history = _fitted(ObjectiveVAE, given=given, callback=CapacityRises, run_eagerly=eagerly)
    penalty = np.subtract(history["loss"], history["recon"])
    # The first step of all has C = 0; later on each epoch has its own C.
    for epoch in (1, 2, 3):
        expected = abs(history["kl"][epoch] - 10.0 * epoch)
        assert penalty[epoch] == pytest.approx(expected, abs=0.05)


@pytest.mark.slow
def test_the_number_of_images_of_a_trained_model_changes_its_total_correlation():
    model = _model(ObjectiveVAE, objective="tc", beta=6.0, images=60)
    # Posteriors so narrow that each sees only itself: TC grows with log N.
    layer = model.encoder.get_layer("log_var")
    layer.bias.assign(np.full(layer.bias.shape, -20.0))
    model.compile(keras.optimizers.SGD(0.0))
    losses = []
    for images in (60, 60_000):
        model.images = images
        losses.append(model.evaluate(IMAGES, batch_size=60, verbose=0, return_dict=True)["loss"])
    # At most (M − 1)·log(60,000/60), weighed by β − 1.
    assert 30 < losses[1] - losses[0] < 5 * 2 * np.log(1000) * 1.01


def test_the_objective_stays_and_unknown_ones_are_refused():
    model = _model(ObjectiveVAE, objective="tc")
    with pytest.raises(AttributeError):
        model.objective = "beta"
    with pytest.raises(ValueError, match="objective is 'gan'"):
        _model(ObjectiveVAE, objective="gan")


@pytest.mark.parametrize(
    ("name", "value"), [("beta", -1.0), ("capacity", float("nan")), ("images", 0)]
)
def test_a_number_out_of_range_is_refused_and_the_old_one_stays(name, value):
    model = _model(ObjectiveVAE, images=9)
    before = changeable_numbers(model)
    with pytest.raises(ValueError, match=f"{name} is"):
        setattr(model, name, value)
    assert changeable_numbers(model) == before


@pytest.mark.slow
def test_another_clip_norm_or_frozen_layers_count_from_the_next_fit_on():
    model = _model()
    model.compile(keras.optimizers.SGD(1.0, global_clipnorm=1e-3))

    def moved():
        before = np.concatenate([w.numpy().ravel() for w in model.trainable_variables])
        model.fit(IMAGES[:20], batch_size=20, verbose=0)
        after = np.concatenate([w.numpy().ravel() for w in model.trainable_variables])
        return np.linalg.norm(after - before)

    assert moved() == pytest.approx(1e-3, rel=0.02)
    model.optimizer.global_clipnorm = 4e-3
    assert moved() == pytest.approx(4e-3, rel=0.02)
    decoder = model.decoder.get_weights()
    model.decoder.trainable = False
    assert moved() == pytest.approx(4e-3, rel=0.02)
    assert all(map(np.array_equal, decoder, model.decoder.get_weights()))


def test_a_schedule_rises_stays_and_in_cycles_begins_again():
    once = BetaSchedule(4.0, warmup=2)
    assert [once.at(epoch) for epoch in (0, 0.5, 1, 2, 9)] == [0, 1, 2, 4, 4]
    again = BetaSchedule(4.0, warmup=2, cycle=5)
    assert [again.at(epoch) for epoch in (0, 1, 2, 4.9, 5, 6, 10)] == [0, 2, 4, 4, 0, 2, 0]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((-1.0, 2), "beta is -1"),
        ((1.0, 0), "warmup is 0"),
        ((1.0, 3, 2), "cycle is 2 epochs and warmup 3"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        BetaSchedule(*given)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"beta_warmup": 9.0}, "beta_warmup is 9.0; expected epochs from 0 to 4"),
        ({"beta_warmup": -1.0}, "beta_warmup is -1"),
        ({"beta_cycles": 2}, r"beta_warmup is 3.0; expected epochs from 0 to 2 .*2 beta_cycles"),
        ({"beta_cycles": 2, "beta_warmup": 0.0}, "nothing would be repeated"),
        ({"patience": 2}, "β changes during the warm-up"),
        ({"objective": "tc"}, "another use for β"),
    ],
)
def test_a_warm_up_that_does_not_fit_is_refused(changes, told):
    with pytest.raises(ValueError, match=told):
        CONFIG.with_changes(**changes)


@pytest.fixture(scope="module")
def unbroken():
    return train(CONFIG, images=IMAGES, held_out=IMAGES[:30], progress=False)


@pytest.mark.slow
def test_a_warm_up_raises_beta_within_epochs_and_ends_at_the_full_one(unbroken):
    # Three steps in an epoch, run in one go: each epoch is judged with the β it began with.
    assert unbroken.history["beta"] == pytest.approx([0, 2 / 3, 4 / 3, 2])
    for name in ("loss", "val_loss"):
        recon, kl = (unbroken.history[name.replace("loss", part)] for part in ("recon", "kl"))
        weighed = np.add(recon, np.multiply(unbroken.history["beta"], kl))
        assert unbroken.history[name] == pytest.approx(list(weighed), rel=1e-5)
    assert unbroken.model.beta == 2.0


@pytest.mark.slow
def test_a_run_interrupted_in_its_warm_up_ends_where_an_unbroken_one_does(tmp_path, unbroken):
    given = {"images": IMAGES, "held_out": IMAGES[:30], "progress": False}
    with pytest.raises(TrainingInterrupted):
        train(CONFIG, tmp_path, callbacks=[InterruptAfterTwo()], **given)
    assert checkpoints.latest(tmp_path).arrays["number/beta"] == pytest.approx(2 / 3)
    resumed = train(CONFIG, tmp_path, resume=True, **given)
    assert resumed.history == unbroken.history
    for a, b in zip(resumed.model.get_weights(), unbroken.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.slow
def test_a_beta_that_only_a_callback_knows_comes_back_with_the_checkpoint(tmp_path):
    model = _model()
    model.compile(keras.optimizers.SGD(1e-4))
    model.beta = 0.3
    state = checkpoints.capture(model, 1, {"loss": [1.0]}, {}, "data")
    checkpoints.save(state, tmp_path)
    other = _model()
    other.compile(keras.optimizers.SGD(1e-4))
    checkpoints.latest(tmp_path).restore(other)
    assert other.beta == 0.3
    old = checkpoints.latest(tmp_path)
    del old.arrays["number/beta"]
    other.beta = 1.5
    old.restore(other)
    assert other.beta == 1.5, "a checkpoint of an earlier version leaves it"


@pytest.mark.slow
def test_train_takes_a_warm_up_and_cycles_on_the_command_line(tmp_path):
    from bvae_ref.cli import main

    words = "--data strokes --split train[:64] --held-out test[:32] --hidden 8 --no-xla --epochs 4"
    words += " --batch-size 32 --beta 2 --beta-warmup 1 --beta-cycles 2 --out"
    assert main(["train", *words.split(), str(tmp_path)]) == 0
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert history["beta"] == [0.0, 2.0, 0.0, 2.0]
    assert load_model(tmp_path).beta == 2.0
