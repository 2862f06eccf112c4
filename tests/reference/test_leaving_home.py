"""A model leaves home: plain Keras, other formats, draws of the prior; and a run goes on."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from bvae_ref import checkpoints
from bvae_ref.cli import main
from bvae_ref.compilation import Later
from bvae_ref.exporting import FORMATS, export, gelu
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import HIDDEN, build_decoder, build_encoder
from bvae_ref.saved_models import load_model, save_model
from bvae_ref.settings import TrainConfig
from bvae_ref.training import TrainingInterrupted, train

RNG = np.random.default_rng(5)
IMAGES = RNG.uniform(size=(60, 28, 28, 1)).astype("float32")
CONFIG = TrainConfig(hidden=8, epochs=2, batch_size=20, jit_compile=False, learning_rate=1e-2)


def _train(folder, config=CONFIG, **options):
    return train(config, folder, images=IMAGES, held_out=IMAGES[:20], progress=False, **options)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    return folder, _train(folder)


# What a user without this package runs.
PLAIN = """
import sys
sys.modules["bvae_ref"] = None
import keras, numpy as np
folder, images, codes = sys.argv[1], *np.load(sys.argv[2]).values()
encoder = keras.saving.load_model(folder + "/encoder.keras")
decoder = keras.saving.load_model(folder + "/decoder.keras")
mean, log_var = (np.asarray(part) for part in encoder(images))
np.savez(sys.argv[2], mean=mean, log_var=log_var, logits=np.asarray(decoder(codes)))
"""
# What a user with this package runs, who imports it and nothing of it.
REGISTERED = """
import sys
order, path = sys.argv[1:]
for name in order.split():
    __import__(name)
if order == "bvae_ref":
    assert "tensorflow" not in sys.modules, "importing the package stays cheap"
import keras
model = keras.saving.load_model(path)
print(type(model).__module__, type(model).__name__, model.beta)
"""


def _run(*words):
    done = subprocess.run([sys.executable, "-c", *words], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_plain_keras_loads_encoder_and_decoder_without_this_package(finished, tmp_path):
    folder, result = finished
    codes = RNG.normal(size=(4, 2)).astype("float32")
    np.savez(tmp_path / "arrays.npz", images=IMAGES[:4], codes=codes)
    _run(PLAIN, str(folder), str(tmp_path / "arrays.npz"))
    found = np.load(tmp_path / "arrays.npz")
    mean, log_var = result.model.encode(IMAGES[:4])
    np.testing.assert_allclose(found["mean"], mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["log_var"], log_var, rtol=1e-5, atol=1e-6)
    pixels = 1 / (1 + np.exp(-found["logits"]))
    np.testing.assert_allclose(pixels, result.model.decode(codes), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["bvae_ref", "keras bvae_ref"])
def test_keras_knows_the_classes_once_the_package_is_imported(order, finished):
    path = str(finished[0] / "model.keras")
    assert _run(REGISTERED, order, path).split()[-3:] == [
        "bvae_ref.model",
        "DisentangledVAE",
        "4.0",
    ]


def _weights(folder, name):
    with np.load(folder / f"{name}.npz") as archive:
        return {key: archive[key] for key in archive.files}


def _numpy_forward(folder, name, x):
    """The networks of an "npz", from what about.json says of their layers."""
    special = pytest.importorskip("scipy.special")
    about, arrays = (
        json.loads((folder / "about.json").read_text(encoding="utf-8")),
        _weights(folder, name),
    )
    x, outputs = x.reshape(len(x), -1), []
    for layer, kind, activation in about["layers"][name]:
        assert kind == "Dense"
        y = x @ arrays[f"{layer}/0"] + arrays[f"{layer}/1"]
        if activation == "gelu":
            x = y * 0.5 * (1 + special.erf(y / np.sqrt(2)))
        else:
            outputs.append(y)
    return outputs


def _saved_model(folder, name, x):
    loaded = tf.saved_model.load(str(folder / name))
    return loaded.serve(tf.constant(x))


def _tflite(folder, name, x):
    interpreter = tf.lite.Interpreter(str(folder / f"{name}.tflite"))
    runner = interpreter.get_signature_runner("serving_default")
    return runner(x=x)


def _onnx(folder, name, x):
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(str(folder / f"{name}.onnx"))
    return session.run(None, {session.get_inputs()[0].name: x})


READERS = {"savedmodel": _saved_model, "tflite": _tflite, "onnx": _onnx, "npz": _numpy_forward}


@pytest.fixture(scope="module", params=["mlp", "conv"])
def model(request):
    shape = (9, 7, 1)
    encoder = build_encoder(3, request.param, 16, shape)
    # The head that starts at zero says something here.
    layer = encoder.get_layer("log_var")
    layer.kernel.assign(RNG.normal(size=layer.kernel.shape))
    return DisentangledVAE(encoder, build_decoder(3, request.param, 16, shape), beta=2.5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_computes_the_same(kind, model, tmp_path):
    if kind == "onnx":
        pytest.importorskip("tf2onnx", reason="writing ONNX needs tf2onnx")
    convolutional = any("conv" in layer.name for layer in model.encoder.layers)
    if kind == "npz" and convolutional:
        pytest.skip("a forward pass in NumPy is written here for dense layers alone")
    save_model(model, tmp_path / "model.keras")
    words = ["export", "--model", str(tmp_path / "model.keras"), "--format", kind]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    about = json.loads((tmp_path / "out" / "about.json").read_text(encoding="utf-8"))
    assert (about["image_shape"], about["latents"], about["beta"]) == ([9, 7, 1], 3, 2.5)
    images = RNG.uniform(size=(5, 9, 7, 1)).astype("float32")
    codes = RNG.normal(size=(5, 3)).astype("float32")
    expected = dict(zip(("mean", "log_var"), model.encode(images), strict=True))
    expected["logits"] = np.asarray(model.decoder(codes))
    for network, given in (("encoder", images), ("decoder", codes)):
        names = ("mean", "log_var") if network == "encoder" else ("logits",)
        found = READERS[kind](tmp_path / "out", network, given)
        if not isinstance(found, dict):
            found = dict(zip(names, found, strict=True))
        assert set(found) == set(names)
        for name, values in found.items():
            values = np.asarray(values).reshape(expected[name].shape)
            np.testing.assert_allclose(values, expected[name], rtol=1e-4, atol=2e-6)
            assert np.ptp(values) > 0.01, "there is something to compare"


def test_the_gelu_of_exports_is_that_of_keras():
    x = np.linspace(-9, 9, 2001, dtype="float32")
    exact = np.asarray(keras.activations.gelu(x))
    np.testing.assert_allclose(np.asarray(gelu(x)), exact, rtol=1e-6, atol=2e-6)


def test_an_unknown_format_and_missing_tf2onnx_are_told(tmp_path, monkeypatch, capsys):
    from bvae_ref import exporting

    assert main(["export", "--format", "caffe"]) == 2
    assert "--format is 'caffe'; expected one of savedmodel" in capsys.readouterr().err
    monkeypatch.setattr(exporting.importlib.util, "find_spec", lambda name: None)
    small = DisentangledVAE(build_encoder(hidden=4), build_decoder(hidden=4))
    with pytest.raises(RuntimeError, match=r"pip install 'beyond-pixels\[export\]'"):
        export(small, tmp_path, "onnx")
    with pytest.raises(ValueError, match="format is 'caffe'"):
        export(small, tmp_path, "caffe")


def test_samples_are_decoded_draws_of_the_prior():
    small = DisentangledVAE(build_encoder(3, hidden=4), build_decoder(3, hidden=4))
    z = np.random.default_rng(7).standard_normal((5, 3))
    np.testing.assert_array_equal(small.sample(5, seed=7), small.decode(z))
    assert not np.array_equal(small.sample(5, seed=8), small.sample(5, seed=7))
    with pytest.raises(ValueError, match="count is 0"):
        small.sample(0)


def test_the_command_and_the_classes_have_one_width():
    assert TrainConfig().hidden == HIDDEN == build_encoder().layers[2].units
    assert build_decoder().layers[1].units == HIDDEN


class StopAfter(keras.callbacks.Callback):
    """Ctrl-C at the end of an epoch."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == self.epochs:
            raise KeyboardInterrupt


@pytest.mark.slow
def test_a_finished_run_goes_on_for_more_epochs_and_a_broken_extension_too(finished, tmp_path):
    for path in finished[0].glob("checkpoint*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    longer = CONFIG.with_changes(epochs=5)
    with pytest.raises(TrainingInterrupted):
        _train(tmp_path, longer, resume=True, callbacks=[StopAfter(3)])
    assert checkpoints.latest(tmp_path).settings["extends"] == 2
    broken = _train(tmp_path, longer, resume=True)
    whole = _train(finished[0], longer, resume=True)
    assert whole.history["loss"][:2] == finished[1].history["loss"]
    assert broken.history == whole.history and len(whole.history["loss"]) == 5
    for a, b in zip(whole.model.get_weights(), broken.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert np.mean(whole.history["loss"][2:]) < whole.history["loss"][1], "it goes on learning"
    assert json.loads((finished[0] / "config.json").read_text(encoding="utf-8"))["extends"] == 2
    assert load_model(finished[0]).latent_dim == 2
    with pytest.raises(ValueError, match="epochs was 5, now 4"):
        _train(finished[0], CONFIG.with_changes(epochs=4), resume=True)


def test_a_later_schedule_is_the_other_one_moved():
    cosine = keras.optimizers.schedules.CosineDecay(0.0, 8, warmup_target=1.0, warmup_steps=2)
    later = Later(cosine, 100)
    for step in (0, 1, 2, 6, 9):
        assert float(later(100 + step)) == pytest.approx(float(cosine(step)))
    assert float(later(3)) == float(cosine(0)) == 0
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(later))
    assert float(again(106)) == float(later(106)) > 0
