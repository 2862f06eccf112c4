"""Training: settings, what goes in, what comes out, on real calligraphy where it is at hand."""

import importlib.util
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from legible_reader import reader_of, reads, sharpness
from real_kmnist import kmnist_folder

from bvae_ref import gallery, run_data
from bvae_ref.compilation import compiled_model
from bvae_ref.data import Dataset, load
from bvae_ref.pipeline import plan_steps, training_batches
from bvae_ref.training import TrainConfig, load_model, train

IMAGES = load("strokes", "train[:200]", quiet=True).images
CONFIG = TrainConfig(hidden=8, epochs=2, batch_size=32, learning_rate=1e-2, jit_compile=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    return folder, train(CONFIG, folder, images=IMAGES, progress=False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"beta": -1}, "beta is -1"),
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"latent_dim": 1.5}, "latent_dim is 1.5"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"weight_decay": -0.1}, "weight_decay is -0.1"),
        ({"clip_norm": float("nan")}, "clip_norm is nan"),
        ({"architecture": "rnn"}, "mlp, conv"),
        ({"data": "mnist"}, "auto, kmnist, strokes"),
        ({"held_out": 1.5}, "held_out is 1.5"),
        ({"patience": 0}, "patience is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(changes, told):
    with pytest.raises(ValueError, match=told):
        TrainConfig(**changes)


@pytest.mark.slow
def test_a_finished_run_holds_model_history_held_out_figures_and_settings(finished):
    folder, result = finished
    assert json.loads((folder / "history.json").read_text(encoding="utf-8")) == result.history
    assert json.loads((folder / "held_out.json").read_text(encoding="utf-8")) == result.held_out
    assert TrainConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8"))) == CONFIG
    assert not list(folder.glob("*partial*"))
    assert {len(values) for values in result.history.values()} == {2}
    z = np.ones((2, 2))
    for path in (folder, folder / "model.keras"):
        np.testing.assert_array_equal(load_model(path).decode(z), result.model.decode(z))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights_and_leaves_other_random_numbers_alone(finished):
    import random

    random.seed(4)
    expected = random.random()
    random.seed(4)
    again = train(CONFIG, images=IMAGES, progress=False)
    assert random.random() == expected
    for a, b in zip(again.model.get_weights(), finished[1].model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"jit_compile": True}, {"mixed_precision": True}])
def test_losses_are_finite_under(options):
    before = keras.config.dtype_policy()
    config = CONFIG.with_changes(**options, epochs=1)
    result = train(config, images=IMAGES[:64], progress=False)
    assert np.isfinite(list(result.held_out.values())).all()
    assert np.isfinite(result.history["loss"]).all()
    assert keras.config.dtype_policy() == before
    half = result.model.encoder.layers[2].compute_dtype != "float32"
    assert half == config.mixed_precision


@pytest.mark.slow
def test_without_a_gradient_weight_decay_shrinks_weights_and_leaves_biases_alone():
    config = TrainConfig(hidden=8, jit_compile=False, weight_decay=0.5)
    model = compiled_model(config, plan_steps(640, config.batch_size), 640)
    weights = [w for w in model.trainable_variables if np.any(w.numpy())]
    biases = [w for w in model.trainable_variables if w.name == "bias"]
    for bias in biases:
        bias.assign(tf.ones_like(bias))
    before = [w.numpy() for w in weights]
    everything = model.trainable_variables
    for _ in range(5):
        model.optimizer.apply([tf.zeros_like(w) for w in everything], everything)
    for old, new in zip(before, weights, strict=True):
        shares = new.numpy()[old != 0] / old[old != 0]
        assert (shares > 0.9).all() and (shares < 1).all()
    assert all((bias.numpy() == 1).all() for bias in biases) and biases


@pytest.mark.parametrize(("name", "now"), [("weight_decay", 0.1), ("clip_norm", 200.0)])
def test_a_run_from_before_something_was_a_setting_had_none_of_it(name, now):
    saved = TrainConfig().as_dict()
    del saved[name]
    assert TrainConfig().differences(saved) == [f"{name} was 0.0, now {now}"]
    assert TrainConfig(**{name: 0.0}).differences(saved) == []


@pytest.mark.slow
@pytest.mark.parametrize("clip_norm", [200.0, 0.0])
def test_one_monstrous_gradient_decides_what_comes_after_only_where_it_is_not_clipped(clip_norm):
    config = TrainConfig(hidden=8, jit_compile=False, epochs=2, clip_norm=clip_norm)
    model = compiled_model(config, plan_steps(640, config.batch_size), 640)
    weights = model.trainable_variables
    model.optimizer.apply([1e12 * tf.ones_like(weight) for weight in weights], weights)
    for _ in range(15):
        before = [weight.numpy() for weight in weights]
        model.optimizer.apply([-tf.ones_like(weight) for weight in weights], weights)
    grew = all((weight.numpy() > old).all() for old, weight in zip(before, weights, strict=True))
    assert grew == bool(clip_norm)


def test_images_with_nan_outside_the_unit_range_or_of_another_shape_are_refused():
    spoilt = IMAGES.copy()
    spoilt[7, 3, 3] = np.nan
    for images, told in (
        (spoilt, "NaN or infinity, the first in row 7"),
        (IMAGES * 255, r"expected \[0, 1\]"),
        (IMAGES[:, :, 0, 0], r"shape \(200, 28\)"),
        (IMAGES[:2].astype(str), "numbers in"),
        (IMAGES[:1], "cannot be divided"),
    ):
        with pytest.raises(ValueError, match=told):
            train(CONFIG, images=images, progress=False)


@pytest.mark.slow
def test_one_image_a_batch_larger_than_the_data_and_beta_0_train_all_the_same():
    config = CONFIG.with_changes(beta=0, batch_size=4096)
    result = train(config, images=IMAGES[:1], held_out=IMAGES[:1], progress=False)
    assert np.isfinite(list(result.history.values())).all()
    assert int(result.model.optimizer.iterations) == config.epochs
    assert result.held_out["loss"] == result.held_out["recon"] > 0
    assert result.held_out["kl"] > 0


def test_held_out_rows_that_are_trained_on_are_refused():
    config = TrainConfig(data="strokes", split="test[:3000]", held_out="test[2999:]")
    with pytest.raises(ValueError, match="share rows"):
        run_data.load_parts(config, quiet=True)


@pytest.mark.parametrize("held_out", ["test[:50]", 0.2])
def test_training_and_held_out_rows_come_from_one_load(held_out):
    config = TrainConfig(data="strokes", split="train[:200]", held_out=held_out)
    training, rest = run_data.load_parts(config, quiet=True)
    assert len(training) + len(rest) == (250 if held_out == "test[:50]" else 200)
    np.testing.assert_array_equal(training.images, IMAGES[: len(training)])


@pytest.mark.parametrize(
    ("images", "batch"), [(8000, 64), (60_000, 64), (5, 64), (130, 1), (64, 64)]
)
def test_an_epoch_is_a_whole_number_of_groups_of_steps(images, batch):
    plan = plan_steps(images, batch)
    assert plan.steps % plan.at_once == 0
    assert plan.batch_size * plan.steps <= images
    assert images // plan.batch_size - plan.steps <= 3


def test_every_epoch_has_an_order_of_its_own_whichever_epoch_is_the_first():
    images = np.arange(20, dtype="float32").reshape(20, 1, 1, 1)
    plan = plan_steps(20, 5)
    whole = [b.ravel() for b in training_batches(images, plan, 3, 0, 3).as_numpy_iterator()]
    epochs = np.reshape(whole, (3, 20))
    assert (np.sort(epochs) == np.arange(20)).all()
    assert len({tuple(epoch) for epoch in epochs}) == 3
    late = [b.ravel() for b in training_batches(images, plan, 3, 2, 3).as_numpy_iterator()]
    np.testing.assert_array_equal(np.ravel(late), epochs[2])


def test_one_device_and_several_see_the_same_batches():
    images = np.random.default_rng(0).random((50, 2, 2, 1), dtype="float32")
    plan = plan_steps(50, 8)
    alone, shared = (
        list(training_batches(images, plan, 3, 0, 2, replicas).as_numpy_iterator())
        for replicas in (1, 2)
    )
    np.testing.assert_array_equal(alone, shared)


def test_what_is_no_model_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(ValueError, match="cannot be read as a Keras model"):
        load_model(tmp_path)
    with pytest.raises(FileNotFoundError, match="give the folder that `bvae train"):
        load_model(tmp_path / "elsewhere")
    other = tmp_path / "other.keras"
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(other)
    with pytest.raises(ValueError, match="holds a Sequential"):
        load_model(other)


def test_tensorboard_without_the_package_is_told_before_training(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="pip install tensorboard"):
        train(CONFIG, tmp_path, images=IMAGES, tensorboard=True)


def test_resuming_without_a_folder_is_refused():
    with pytest.raises(ValueError, match="need a folder"):
        train(CONFIG, images=IMAGES, resume=True)


@pytest.fixture(scope="module")
def kmnist() -> tuple[Dataset, Dataset]:
    config = TrainConfig(data="kmnist", split="test[:8000]", held_out="test[8000:]")
    return run_data.load_parts(config, kmnist_folder(), quiet=True)


@pytest.mark.nightly
def test_morphs_between_most_pairs_of_kmnist_classes_are_legible_and_sharp(kmnist):
    """Trained as `bvae morph` and lesson 5 do; read by a network that saw real images alone."""
    training, held_out = kmnist
    reader = reader_of(training, held_out)
    config = TrainConfig(beta=1.0, latent_dim=16, epochs=20)
    model = train(config, images=training.images, progress=False).model
    pairs = [np.random.default_rng(n).choice(10, 2, replace=False) for n in range(10)]
    legible, sharp = 0, []
    for start, end in pairs:
        morph = gallery.morph_images(model, training.images, training.labels, start, end, 7)
        legible += reads(reader, morph.strip)
        sharp.append(sharpness(morph.strip).mean() / sharpness(np.stack(morph.real)).mean())
    assert legible >= 8, legible
    assert np.mean(sharp) > 0.75, sharp


@pytest.mark.nightly
@pytest.mark.parametrize("mixed_precision", [False, True])
def test_the_default_model_beats_305_nats_on_held_out_kmnist_under_xla(kmnist, mixed_precision):
    config = TrainConfig(mixed_precision=mixed_precision, epochs=4 if mixed_precision else 10)
    assert (config.beta, config.latent_dim, config.jit_compile) == (4.0, 2, True)
    result = train(config, images=kmnist[0].images, held_out=kmnist[1].images, progress=False)
    assert np.isfinite(list(result.history.values())).all()
    assert result.held_out["loss"] < 305


@pytest.mark.nightly
def test_both_ends_of_a_kmnist_morph_decode_to_their_classes(kmnist):
    training, held_out = kmnist
    config = TrainConfig(beta=1.0, latent_dim=10, epochs=8)
    model = train(config, images=training.images, progress=False).model
    classifier = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    # It must know blurred characters too: those are what a decoder draws.
    images = np.concatenate([training.images, model.reconstruct(training.images)])
    labels = np.tile(training.labels, 2)
    classifier.fit(images, labels, batch_size=128, epochs=6, verbose=0)
    assert classifier.evaluate(held_out.images, held_out.labels, verbose=0)[1] > 0.85
    strip = gallery.morph_images(model, training.images, training.labels, "ma", "tsu", 11).strip
    seen = np.argmax(classifier(tf.constant(strip)), axis=1)
    assert (seen[0], seen[-1]) == (gallery.class_index("ma"), gallery.class_index("tsu"))
