"""The loader as a learner meets it: names, slices, and the value it returns."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from real_kmnist import kmnist_folder

from bvae_ref.data import CLASS_KANA, CLASS_NAMES, Dataset, load
from bvae_ref.data.slices import Part, parse_split
from bvae_ref.data.strokes import FACTOR_NAMES, sample_factors

SIZES = {"train": 60_000, "test": 10_000}
# SHA-256 of the official test images as uint8 bytes, row by row.
TEST_IMAGES_SHA256 = "dc10e73c6e83fb3fb3586eafece217ab6602e7825fa7d49399359bde3fc66f07"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    for name in ("BVAE_DATA", "BVAE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BVAE_OFFLINE", "1")
    monkeypatch.setenv("BVAE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))


@pytest.fixture
def real_kmnist() -> Path:
    return kmnist_folder()


def test_importing_the_data_package_loads_only_numpy_and_the_standard_library():
    probe = (
        "import sys, numpy; before = set(sys.modules); import bvae_ref.data; "
        "roots = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(*sorted(roots - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    # The standard library's own record of how Python was built has no name of its own.
    loaded = {name for name in done.stdout.split() if not name.startswith("_sysconfigdata")}
    assert loaded <= {"bvae_ref", "numpy"}


def test_the_ten_classes_are_named_in_romaji_and_kana():
    assert len(CLASS_NAMES) == len(CLASS_KANA) == len(set(CLASS_KANA)) == 10
    assert (CLASS_NAMES[3], CLASS_KANA[3]) == ("tsu", "つ")


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ("train", [("train", 0, 60_000)]),
        ("train[:8000]", [("train", 0, 8_000)]),
        ("test[8000:]", [("test", 8_000, 10_000)]),
        ("test[:80%]", [("test", 0, 8_000)]),
        ("train[100:200]", [("train", 100, 200)]),
        ("train[-100:]", [("train", 59_900, 60_000)]),
        # A percent sign on either end makes both ends percentages.
        ("test[-20%:-10]", [("test", 8_000, 9_000)]),
        ("test[10%:-10%]", [("test", 1_000, 9_000)]),
        ("train[10:20%]", [("train", 6_000, 12_000)]),
        ("train[:10_000]", [("train", 0, 10_000)]),
        ("train+test[:10]", [("train", 0, 60_000), ("test", 0, 10)]),
        ("test[:1] + test[:1]", [("test", 0, 1), ("test", 0, 1)]),
    ],
)
def test_a_split_expression_names_rows(spec, parts):
    assert parse_split(spec, SIZES) == tuple(Part(*part) for part in parts)


def test_slices_mean_the_same_rows_as_in_tensorflow_datasets():
    tfds = pytest.importorskip("tensorflow_datasets", exc_type=ImportError)
    # 997 is prime, so no percentage falls on a row; 0.5% and 1.5% test the rounding.
    sizes = {"train": 997, "test": 10}
    infos = {
        name: tfds.core.SplitInfo(name=name, shard_lengths=[size], num_bytes=0)
        for name, size in sizes.items()
    }
    bounds = ["", "0", "3", "-3", "10", "5%", "45%", "-15%", "0.5%", "99.9%", "100%", "-100%"]
    specs = [f"{split}[{a}:{b}]" for split in sizes for a in bounds for b in bounds if a or b]
    compared = 0
    for spec in [*specs, "train+test[:5]", "test"]:
        theirs = tfds.core.ReadInstruction.from_spec(spec).to_absolute(infos)
        rows = [
            (part.splitname, part.from_ or 0, sizes[part.splitname] if part.to is None else part.to)
            for part in theirs
        ]
        if any(stop <= start for _, start, stop in rows):
            continue
        assert parse_split(spec, sizes) == tuple(Part(*row) for row in rows), spec
        compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    "spec",
    [
        "", "valid", "train[", "train[5]", "train[:]", "train[1:2:3]", "train[a:b]",
        "train[:60001]", "train[:-60001]", "train[:101%]", "train[5:5]", "train[9:3]",
        "train[1.5:]", "train++test", "train[:2shard]", "train[:8000", None, 5,
    ],
)  # fmt: skip
def test_a_split_that_cannot_be_read_is_refused_with_the_accepted_forms(spec):
    with pytest.raises(ValueError, match=r"split .*cannot be read: .*'train\[:8000\]'"):
        parse_split(spec, SIZES)


def test_strokes_come_with_factors_and_classes():
    data = load("strokes", "train[:50]", quiet=True)
    assert data.name == "strokes" and len(data) == 50
    assert data.images.shape == (50, 28, 28, 1) and data.images.dtype == np.float32
    assert data.images.min() >= 0.0 and 0.9 < data.images.max() <= 1.0
    assert data.labels.dtype == np.int64 and set(data.labels) <= set(range(10))
    assert data.factor_names == FACTOR_NAMES and data.factors.shape == (50, 8)
    np.testing.assert_array_equal(data.labels, data.factors[:, 0])


def test_a_slice_of_strokes_holds_the_same_images_as_the_whole():
    whole = load("strokes", "train[:300]+test[:20]", quiet=True)
    part = load("strokes", "train[120:130]+test[10:20]", quiet=True)
    rows = np.r_[120:130, 310:320]
    np.testing.assert_allclose(part.images, whole.images[rows], atol=1e-6)
    np.testing.assert_array_equal(part.factors, whole.factors[rows])


def test_training_and_test_strokes_are_different_images():
    train = load("strokes", "train[:20]", quiet=True)
    test = load("strokes", "test[:20]", quiet=True)
    assert not np.array_equal(train.factors, test.factors)


def test_the_whole_splits_hold_60000_and_10000_images(monkeypatch):
    asked = []

    def one_row(count, seed, start):
        # Drawing 70,000 images is left out: only the rows asked for matter here.
        asked.append((count, seed, start))
        return sample_factors(1, seed, start)

    monkeypatch.setattr("bvae_ref.data.loading.sample_factors", one_row)
    load("strokes", "train+test", quiet=True)
    assert asked == [(60_000, 0, 0), (10_000, 1, 0)]


def test_what_was_used_is_printed_on_standard_output_alone(capsys):
    data = load("strokes", "test[:3]")
    said = capsys.readouterr()
    assert said.out == "Using strokes test[:3]: 3 images.\n"
    assert "3 images drawn on this machine" in data.origin
    assert said.err == ""
    load("strokes", "test[:3]", quiet=True)
    assert capsys.readouterr().out == ""


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no data set 'mnist'; use one of auto, kmnist, strokes"):
        load("mnist")


def test_the_environment_replaces_auto_and_nothing_else(monkeypatch, real_kmnist):
    monkeypatch.setenv("BVAE_DATA_DIR", str(real_kmnist))
    monkeypatch.setenv("BVAE_DATA", "strokes")
    assert load("auto", "test[:5]", quiet=True).name == "strokes"
    assert load("kmnist", "test[:5]", quiet=True).name == "kmnist"
    monkeypatch.setenv("BVAE_DATA", "kmnist")
    assert load("auto", "test[:5]", quiet=True).name == "kmnist"
    monkeypatch.setenv("BVAE_DATA", "emnist")
    with pytest.raises(ValueError, match="BVAE_DATA is 'emnist'"):
        load("auto", "test[:5]")


def test_the_real_test_images_are_the_published_ones(real_kmnist):
    data = load("kmnist", "test", data_dir=real_kmnist, quiet=True)
    assert data.images.shape == (10_000, 28, 28, 1) and data.factors is None
    pixels = np.round(data.images * 255).astype(np.uint8)
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == TEST_IMAGES_SHA256
    assert np.bincount(data.labels).tolist() == [1_000] * 10


def test_a_sum_of_kmnist_slices_keeps_their_order(real_kmnist):
    whole = load("kmnist", "test", data_dir=real_kmnist, quiet=True)
    part = load("kmnist", "test[-2:]+test[:3]", data_dir=real_kmnist, quiet=True)
    rows = [9_998, 9_999, 0, 1, 2]
    np.testing.assert_array_equal(part.images, whole.images[rows])
    np.testing.assert_array_equal(part.labels, whole.labels[rows])


def test_a_folder_with_only_the_test_files_says_which_training_files_are_missing(
    real_kmnist, monkeypatch, capsys
):
    monkeypatch.setenv("BVAE_DATA_DIR", str(real_kmnist))
    data = load("auto", "train[:10]")
    assert data.name == "strokes" and "KMNIST was not found" in capsys.readouterr().out
    for expected in ("kmnist-train-imgs.npz", "kmnist-train-labels.npz", str(real_kmnist)):
        assert expected in data.origin
    assert "kmnist-test-imgs.npz" not in data.origin


def test_a_dataset_refuses_arrays_of_another_form():
    labels = np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="images: got float64"):
        Dataset("kmnist", np.zeros((2, 28, 28, 1)), labels, "here")
    with pytest.raises(ValueError, match=r"expected float32 \(2, 28, 28, 1\)"):
        Dataset("kmnist", np.zeros((3, 28, 28, 1), np.float32), labels, "here")
