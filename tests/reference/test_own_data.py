"""Own data: grey digits of 8×8 pixels, colour squares of 32×32, and what is refused."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from bvae_ref import gallery
from bvae_ref.cli import main
from bvae_ref.data.own import read_own
from bvae_ref.model import DisentangledVAE, held_out_elbo
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.saved_models import load_model
from bvae_ref.settings import TrainConfig
from bvae_ref.training import train

QUICK = ["--hidden", "32", "--no-xla", "--batch-size", "32"]


def digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's handwritten digits, `(1797, 8, 8)` in [0, 1], with labels."""
    found = pytest.importorskip("sklearn.datasets", reason="digits come with scikit-learn")
    data = found.load_digits()
    return (data.images / 16).astype("float32"), data.target


def squares(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """A red or a blue square somewhere on grey paper, `(count, 32, 32, 3)` bytes, with labels."""
    rng = np.random.default_rng(0)
    images, labels = np.full((count, 32, 32, 3), 200, "uint8"), np.arange(count) % 2
    for image, label, (x, y) in zip(images, labels, rng.integers(2, 18, (count, 2)), strict=True):
        image[y : y + 12, x : x + 12] = [(220, 20, 20), (20, 20, 220)][label]
    return images, labels


@pytest.fixture(scope="module")
def digits_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("digits")
    images, labels = digits()
    np.savez(folder / "digits.npz", images=images, labels=labels)
    words = ["train", "--data", str(folder / "digits.npz"), *QUICK, "--beta", "1", "--epochs", "6"]
    assert main([*words, "--out", str(folder / "run")]) == 0
    return folder / "run"


@pytest.mark.slow
def test_digits_of_another_size_train_from_a_file_and_learn(digits_run):
    history = json.loads((digits_run / "history.json").read_text(encoding="utf-8"))
    # The mean image costs about 24 nats here.
    assert history["val_recon"][-1] < history["val_recon"][0] - 1
    assert history["val_kl"][-1] > 0.3
    config = json.loads((digits_run / "config.json").read_text(encoding="utf-8"))
    assert config["data"] == str(digits_run.parent / "digits.npz")
    assert load_model(digits_run).image_shape == (8, 8, 1)


@pytest.mark.slow
def test_figures_and_morphs_of_classes_without_names(digits_run, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["figures", "--model", str(digits_run), "--out", str(tmp_path)]) == 0
    index = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (
        "classes" not in index["contact_sheet"]["alt"] and "8, 9" in index["contact_sheet"]["alt"]
    )
    assert "From 0 to 1" in index["morphing_result"]["caption"]
    words = ["morph", "--model", str(digits_run), "--from", "3", "--to", "7", "--steps", "3"]
    assert main(words) == 0
    assert "3 images in which 3" in capsys.readouterr().out
    assert main(["morph", "--model", str(digits_run), "--to", "ten"]) == 2
    assert "no class 'ten'; use a name or digit of: 0 0, 1 1" in capsys.readouterr().err


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of picture files, one subfolder for each colour."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("pictures")
    for number, (image, label) in enumerate(zip(*squares(), strict=True)):
        place = folder / ["red", "blue"][label]
        place.mkdir(exist_ok=True)
        Image.fromarray(image).save(place / f"{number}.png")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("likelihood", "architecture"), [("gaussian", "mlp"), ("bernoulli", "conv")]
)
def test_colour_pictures_of_a_folder_train_under(likelihood, architecture, pictures, tmp_path):
    words = ["train", "--data", str(pictures), *QUICK, "--likelihood", likelihood, "--beta", "1"]
    words += ["--architecture", architecture, "--latents", "3", "--out", str(tmp_path)]
    assert main([*words, "--epochs", "30"]) == 0
    model = load_model(tmp_path)
    assert (model.likelihood, model.image_shape) == (likelihood, (32, 32, 3))
    dataset = read_own(str(pictures)).rows("train", quiet=True)
    rebuilt = model.reconstruct(dataset.images)
    assert rebuilt.shape == dataset.images.shape
    assert rebuilt.min() >= 0 and rebuilt.max() <= 1
    # Of the paper's grey and of the squares' colours it knows more than the mean image does.
    spread = np.mean((dataset.images - dataset.images.mean(axis=0)) ** 2)
    assert np.mean((rebuilt - dataset.images) ** 2) < 0.9 * spread
    drawn = gallery.draw_figures(model, dataset)
    assert "From red to blue" in drawn["morphing_result"].caption or (
        "From blue to red" in drawn["morphing_result"].caption
    )


def test_a_folder_gives_classes_colours_and_an_order_of_its_own(pictures):
    own = read_own(str(pictures))
    dataset = own.rows("train", quiet=True)
    assert own.sizes == {"train": 300} and dataset.classes == ("blue", "red")
    assert dataset.images.shape == (300, 32, 32, 3) and not dataset.ink
    reddest = np.argmax(dataset.images.mean(axis=(1, 2)) - 0.5, axis=1)
    # Red pictures have more red than blue: class 1.
    red = dataset.images[..., 0].mean(axis=(1, 2)) > dataset.images[..., 2].mean(axis=(1, 2))
    np.testing.assert_array_equal(dataset.labels, red.astype(int))
    assert len(reddest) == 300
    assert 30 < dataset.labels[:100].sum() < 70, "mixed, though files are sorted by class"
    again = read_own(str(pictures)).rows("train[:10]", quiet=True)
    np.testing.assert_array_equal(again.images, dataset.images[:10])


def test_grey_pictures_have_one_channel_and_a_flat_folder_has_no_classes(tmp_path):
    from PIL import Image

    for number in range(3):
        Image.fromarray(np.full((4, 6), 60 * number, "uint8")).save(tmp_path / f"{number}.png")
    dataset = read_own(str(tmp_path)).rows("train", quiet=True)
    assert dataset.images.shape == (3, 4, 6, 1) and dataset.labels is None
    assert dataset.images.max() == pytest.approx(120 / 255)


@pytest.mark.slow
def test_images_without_classes_have_figures_and_morphs_between_rows():
    parts = build_encoder(2, hidden=8, shape=(6, 5, 1)), build_decoder(2, hidden=8, shape=(6, 5, 1))
    model = DisentangledVAE(*parts)
    images = np.random.default_rng(0).uniform(size=(30, 6, 5, 1)).astype("float32")
    dataset = gallery.Dataset("mine", images, None, "here", ink=False)
    drawn = gallery.draw_figures(model, dataset)
    assert "From row 0 to row 1" in drawn["morphing_result"].caption
    with pytest.raises(ValueError, match=r"no row '30'.*0 to 29"):
        gallery.morph_ends_of(dataset, "30")


@pytest.mark.slow
def test_train_takes_images_without_a_channel_and_tf_data_with_a_word(capsys):
    images, labels = squares(40)
    grey = images[..., 0].astype("float32") / 255
    config = TrainConfig(hidden=8, epochs=1, jit_compile=False, batch_size=16)
    result = train(config, images=grey)
    assert result.model.image_shape == (32, 32, 1)
    assert "images: (40, 32, 32) was given a channel" in capsys.readouterr().out
    elbo = held_out_elbo(result.model, grey)
    assert "was given a channel" in capsys.readouterr().out
    pairs = tf.data.Dataset.from_tensor_slices((grey[..., None], labels))
    for data in (pairs, pairs.batch(7)):
        assert held_out_elbo(result.model, data) == elbo
        assert train(config, images=data, progress=False).history == result.history
    with pytest.raises(ValueError, match=r"without an end; call \.take"):
        train(config, images=pairs.repeat(), progress=False)


def _model(**given):
    parts = build_encoder(2, hidden=8), build_decoder(2, hidden=8)
    model = DisentangledVAE(*parts, **given)
    model.compile("adam", jit_compile=False)
    return model


BAD = {
    "NaN": (float("nan"), "NaN"),
    "sixteen": (16.0, r"0 to 16|\[0, 1\]"),
    "below 0": (-0.5, r"-0.5|\[0, 1\]"),
}


@pytest.mark.slow
@pytest.mark.parametrize("bad", BAD)
def test_fit_and_evaluate_refuse_what_is_no_image(bad):
    value, told = BAD[bad]
    images = np.zeros((20, 28, 28, 1), "float32")
    images[13, 5, 5] = value
    data = tf.data.Dataset.from_tensor_slices(images).batch(5)
    model = _model()
    for use in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match=told):
            use(images, verbose=0)
        with pytest.raises(ValueError, match=told):
            use(tf.constant(images), verbose=0)
        # TensorFlow's own error, with our words in it.
        with pytest.raises(tf.errors.InvalidArgumentError, match="values outside"):
            use(data, verbose=0)
    with pytest.raises(ValueError, match=told):
        model.fit(np.zeros_like(images), validation_data=(images, None), verbose=0)


def test_a_gaussian_likelihood_is_that_of_scipy_and_its_sigma_may_change():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(1)
    x, a = rng.uniform(size=(2, 3, 4, 5, 1))
    model = _model(likelihood="gaussian", sigma=0.3)
    for sigma in (0.3, 1.2):
        model.sigma = sigma
        expected = -stats.norm(a, sigma).logpdf(x).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(np.asarray(model.distortion(x, a)), expected, rtol=1e-5)
    with pytest.raises(ValueError, match="sigma is 0"):
        model.sigma = 0
    with pytest.raises(ValueError, match="likelihood is 'poisson'; expected one of bernoulli, gau"):
        _model(likelihood="poisson")


def test_every_architecture_takes_every_shape():
    for architecture in ("mlp", "conv"):
        for shape in ((28, 28, 1), (8, 8, 1), (33, 17, 3), (1, 1, 1)):
            encoder = build_encoder(2, architecture, 8, shape)
            decoder = build_decoder(2, architecture, 8, shape)
            assert decoder(encoder(np.zeros((2, *shape)))[0]).shape == (2, *shape)
    with pytest.raises(ValueError, match=r"shape is \(28, 28\)"):
        build_encoder(shape=(28, 28))


def _npz(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


def test_files_laid_out_as_keras_does_have_a_test_split(tmp_path):
    rng = np.random.default_rng(0)
    train_images, test_images = rng.integers(0, 256, (9, 4, 4)), rng.integers(0, 256, (5, 4, 4))
    path = _npz(
        tmp_path / "set.npz",
        x_train=train_images.astype("uint8"),
        y_train=np.arange(9)[:, None] % 2,
        x_test=test_images.astype("uint8"),
        y_test=np.zeros(5, int),
        class_names=["cat", "dog"],
    )
    own = read_own(path)
    assert own.sizes == {"train": 9, "test": 5} and own.class_names == ("cat", "dog")
    tests = own.rows("test", quiet=True).images
    np.testing.assert_allclose(tests[..., 0], test_images / 255, rtol=1e-6)
    shuffled = own.rows("train", quiet=True)
    sums = train_images.sum(axis=(1, 2)) / 255
    assert sorted(shuffled.images.sum(axis=(1, 2, 3))) == pytest.approx(sorted(sums), rel=1e-5)
    for image, label in zip(shuffled.images, shuffled.labels, strict=True):
        row = int(np.argmin(np.abs(train_images - 255 * image[..., 0]).sum(axis=(1, 2))))
        assert label == row % 2


IMAGES = np.zeros((4, 3, 3), "float32")
REFUSED = {
    "no images": ({"spam": IMAGES}, r"holds spam \(4, 3, 3\); expected images under one of"),
    "floats above 1": ({"images": IMAGES + 16}, "values from 16 to 16"),
    "NaN": ({"images": IMAGES + np.nan}, "NaN or infinity, the first in row 0"),
    "rows alone": ({"images": IMAGES[0]}, r"shape \(3, 3\)"),
    "words": ({"images": IMAGES.astype(str)}, "expected numbers"),
    "too few labels": ({"images": IMAGES, "labels": [1, 2]}, "one whole number ≥ 0 for each"),
    "broken labels": ({"images": IMAGES, "labels": [0.5] * 4}, "one whole number ≥ 0 for each"),
    "too few names": (
        {"images": IMAGES, "labels": [0, 1, 2, 3], "class_names": ["a"]},
        "labels up to 3, but 1 class_names",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_data_set_is_refused(kind, tmp_path):
    arrays, told = REFUSED[kind]
    with pytest.raises(ValueError, match=told):
        read_own(_npz(tmp_path / "bad.npz", **arrays))


def test_other_things_at_a_path_are_refused(tmp_path):
    from PIL import Image

    (tmp_path / "text.npz").write_text("no archive", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as an NPZ"):
        read_own(str(tmp_path / "text.npz"))
    with pytest.raises(ValueError, match="nothing at"):
        read_own(str(tmp_path / "nowhere.npz"))
    with pytest.raises(ValueError, match=r"holds no pictures \(text.npz\)"):
        read_own(str(tmp_path))
    (tmp_path / "a.png").write_text("no picture", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.png cannot be read as a picture"):
        read_own(str(tmp_path))
    for name, width in (("a", 4), ("b", 5)):
        Image.new("L", (width, 4)).save(tmp_path / f"{name}.png")
    with pytest.raises(ValueError, match=r"a\.png is 4×4 pixels, but b\.png is 5×4"):
        read_own(str(tmp_path))


def test_a_name_of_data_that_is_no_path_is_refused_and_the_line_counts_pixels(capsys):
    from bvae_ref.commands import held_out_line

    assert main(["train", "--data", "digits"]) == 2
    assert "auto, kmnist, strokes, or the path" in capsys.readouterr().err
    model = SimpleNamespace(beta=4.0, latent_dim=2, image_shape=(8, 8, 3))
    line = held_out_line({"loss": 9.0, "recon": 5, "kl": 1, "elbo": -6}, model)
    assert f"β_norm = {4 * 2 / 192:.4g}" in line
