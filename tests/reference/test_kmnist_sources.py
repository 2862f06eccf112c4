"""The ladder of KMNIST sources, with small real files and servers on 127.0.0.1 alone."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from bvae_ref.data import DataUnavailable, kmnist, load, official, tfds_source, why
from bvae_ref.data.download import fetch, unreachable
from bvae_ref.data.errors import SourceFailed
from bvae_ref.data.files import read_array, read_folder
from bvae_ref.data.official import IDX_FILES, NPZ_FILES, OfficialFile
from bvae_ref.data.strokes import render, sample_factors

SIZES = {"train": 300, "test": 100}
# Port 9 (discard) is closed on any machine we know: a connection is refused at once.
NOWHERE = "http://127.0.0.1:9/"


def idx(array: np.ndarray) -> bytes:
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def small():
    """Arrays of a small stand-in for KMNIST, by split and kind."""
    arrays = {}
    for seed, (split, size) in enumerate(SIZES.items()):
        factors = sample_factors(size, seed)
        arrays[split, "images"] = (render(factors)[..., 0] * 255).astype(np.uint8)
        arrays[split, "labels"] = factors[:, 0].astype(np.uint8)
    return arrays


@pytest.fixture(autouse=True)
def published(small, monkeypatch, tmp_path):
    """Make the stand-in the published KMNIST, and leave no way to the outside."""
    files = {key: gzip.compress(idx(array), 1) for key, array in small.items()}
    for split, size in SIZES.items():
        monkeypatch.setitem(official.SPLIT_SIZES, split, size)
    for key, content in files.items():
        sha = hashlib.sha256(content).hexdigest()
        entry = OfficialFile(IDX_FILES[key].name, len(content), sha)
        monkeypatch.setitem(official.IDX_FILES, key, entry)
    for name in ("BVAE_DATA", "BVAE_DATA_DIR", "BVAE_OFFLINE", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BVAE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))
    monkeypatch.setenv("BVAE_KMNIST_MIRRORS", NOWHERE)
    monkeypatch.setattr(tfds_source, "TFDS_HOST", NOWHERE)
    monkeypatch.setattr(kmnist, "_failed_before", {})
    return {IDX_FILES[key].name: content for key, content in files.items()}


@contextmanager
def serving(files, fault=None):
    """Serve files on 127.0.0.1, with a fault; yields the base URL and the paths asked for."""
    asked, release = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rsplit("/", 1)[-1]
            asked.append(name)
            if fault == "404" or name not in files:
                return self.send_error(404)
            content = files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if fault == "truncated":
                content = content[: len(content) // 2]
            elif fault == "altered":
                content = content[:-1] + bytes((content[-1] ^ 1,))
            elif fault == "hanging":
                return release.wait(30)
            elif fault == "trickling":
                for byte in content:
                    if release.wait(0.02):
                        return None
                    self.wfile.write(bytes((byte,)))
            return self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        release.set()
        server.shutdown()
        server.server_close()


def assert_is(data, small, split):
    pixels = np.round(data.images[..., 0] * 255).astype(np.uint8)
    np.testing.assert_array_equal(pixels, small[split, "images"])
    np.testing.assert_array_equal(data.labels, small[split, "labels"])


# --- Files in a folder --------------------------------------------------------------------


@pytest.mark.parametrize("form", ["npz", "gz", "plain"])
def test_every_official_form_reads_back_as_it_was_written(form, small, published, tmp_path):
    for key, array in small.items():
        name = IDX_FILES[key].name
        if form == "npz":
            np.savez_compressed(tmp_path / NPZ_FILES[key], array)
        elif form == "gz":
            (tmp_path / name).write_bytes(published[name])
        else:
            (tmp_path / name.removesuffix(".gz")).write_bytes(idx(array))
    for split in SIZES:
        assert_is(load("kmnist", split, data_dir=tmp_path, quiet=True), small, split)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a-idx3-ubyte", b"", "begins with nothing, expected the IDX magic number 00000803"),
        ("b-idx3-ubyte", idx(np.zeros(5)), "begins with 00000801, expected .* 00000803"),
        ("c-idx3-ubyte", idx(np.zeros((2, 3, 3)))[:-1], r"18 bytes, but holds 17"),
        ("d-idx3-ubyte", idx(np.zeros((2, 3, 3))) + b"!", r"18 bytes, but holds 19"),
        ("e-idx3-ubyte.gz", gzip.compress(idx(np.zeros((2, 3, 3))))[:-9], "not a whole gzip"),
        ("f-idx3-ubyte.gz", b"<html>Not Found</html>", "not a whole gzip"),
        ("g.npz", b"PK\x03\x04 and no more", "not a whole NPZ"),
        ("h.npz", b"<html>Not Found</html>", "not a whole NPZ"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_a_damaged_file_is_named_with_what_was_found_and_expected(
    name, content, complaint, tmp_path
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceFailed, match=f"{name} .*{complaint}.*; replace the file"):
        read_array(tmp_path / name, 3)


def test_an_npz_with_another_key_or_pickled_objects_is_refused(tmp_path):
    np.savez(tmp_path / "key.npz", images=np.zeros(3))
    with pytest.raises(SourceFailed, match=r"holds \['images'\], expected the key 'arr_0'"):
        read_array(tmp_path / "key.npz", 1)
    np.savez(tmp_path / "pickle.npz", np.array([{"a": 1}], dtype=object))
    with pytest.raises(SourceFailed, match="not a whole NPZ file of plain arrays"):
        read_array(tmp_path / "pickle.npz", 1)


@pytest.mark.parametrize(
    ("kind", "array", "complaint"),
    [
        ("images", np.zeros((99, 28, 28), np.uint8), r"\(99, 28, 28\), expected uint8 \(100,"),
        ("images", np.zeros((100, 28, 28), np.float32), "images are float32"),
        ("labels", np.zeros(101, np.uint8), r"\(101,\), expected uint8 \(100,\)"),
        ("labels", np.full(100, 48, np.uint8), "labels reach 48, expected 0 to 9"),
    ],
)
def test_arrays_that_cannot_be_kmnist_are_refused(kind, array, complaint, small, tmp_path):
    for other in ("images", "labels"):
        np.savez(tmp_path / NPZ_FILES["test", other], small["test", other])
    np.savez(tmp_path / NPZ_FILES["test", kind], array)
    with pytest.raises(SourceFailed, match=complaint):
        read_folder(tmp_path, ["test"])


# --- The ladder ---------------------------------------------------------------------------


def test_a_failed_load_lists_every_source_with_its_reason_and_what_to_do(tmp_path):
    with pytest.raises(DataUnavailable, match="What to do next") as caught:
        load("kmnist", "train", data_dir=tmp_path, quiet=True)
    assert [attempt.source for attempt in caught.value.attempts] == [
        "official files", "download cache", "TFDS cache", "TFDS download", "mirrors",
    ]  # fmt: skip
    assert all(str(attempt) in str(caught.value) for attempt in caught.value.attempts)
    assert "kmnist-train-imgs.npz" in str(caught.value) and str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_no_server_is_asked_when_the_network_is_not_allowed(how, published, monkeypatch):
    if how == "environment":
        monkeypatch.setenv("BVAE_OFFLINE", "1")
    with serving(published) as (url, asked):
        monkeypatch.setenv("BVAE_KMNIST_MIRRORS", url)
        with pytest.raises(DataUnavailable, match="download: not allowed"):
            load("kmnist", "test", download=False if how == "argument" else None, quiet=True)
    assert asked == []


def test_auto_falls_back_to_strokes_and_says_why(capsys):
    data = load("auto", "test[:4]")
    assert data.name == "strokes" and data.factors is not None
    notice = "Using strokes: KMNIST was not found. `data.why()` has the details.\n"
    assert capsys.readouterr().out == notice
    why()
    assert capsys.readouterr().out == f"{data.origin}\n"
    for source in ("official files", "download cache", "TFDS cache", "TFDS download", "mirrors"):
        assert f"{source}: " in data.origin
    assert "127.0.0.1 cannot be reached" in data.origin


def test_all_servers_are_probed_together_for_three_seconds_at_most(monkeypatch):
    probes = []

    def silent(urls, timeout_s):
        probes.append((tuple(urls), timeout_s))
        return dict.fromkeys(urls, "silence")

    monkeypatch.setattr(kmnist, "unreachable", silent)
    data = load("auto", "test[:4]", quiet=True)
    assert probes == [((tfds_source.TFDS_HOST, NOWHERE), 3.0)]
    assert "TFDS download: silence; mirrors: silence" in data.origin


def test_auto_asks_failing_servers_once_a_process_and_kmnist_asks_again(published, monkeypatch):
    with serving(published, "404") as (url, asked):
        monkeypatch.setenv("BVAE_KMNIST_MIRRORS", url)
        assert load("auto", "test[:2]", quiet=True).name == "strokes"
        assert len(asked) == 1
        again = load("auto", "train[:2]", quiet=True)
        assert again.name == "strokes" and "found out earlier, not tried again" in again.origin
        assert len(asked) == 1
        with pytest.raises(DataUnavailable):
            load("kmnist", "test", quiet=True)
        assert len(asked) == 2


# --- Downloads ----------------------------------------------------------------------------


def test_a_download_is_kept_and_the_next_load_needs_no_network(
    published, small, monkeypatch, capsys, tmp_path
):
    with serving(published) as (url, asked):
        monkeypatch.setenv("BVAE_KMNIST_MIRRORS", f"{NOWHERE},{url}")
        assert_is(load("auto", "test"), small, "test")
        assert sorted(asked) == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
    said = capsys.readouterr()
    assert "Downloading t10k-images-idx3-ubyte.gz from 127.0.0.1" in said.out
    assert said.err == ""
    data = load("kmnist", "test", download=False, quiet=True)
    assert "from the download cache" in data.origin
    assert_is(data, small, "test")
    assert not list((tmp_path / "cache").rglob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("404", "answered 404 Not Found"),
        ("truncated", r"stopped after [\d,]+ bytes, expected"),
        ("altered", "was refused: its SHA-256 is"),
        ("hanging", "fell silent after 0 bytes"),
        ("trickling", "the time allowed ran out"),
    ],
)
def test_a_faulty_server_is_named_and_leaves_no_file(
    fault, complaint, published, monkeypatch, tmp_path
):
    monkeypatch.setattr("bvae_ref.data.download.STALL_S", 0.3)
    file = IDX_FILES["test", "labels"]
    target = tmp_path / "kept" / file.name
    with serving(published, fault) as (url, _), pytest.raises(SourceFailed, match=complaint) as e:
        fetch(url + file.name, target, file, time.monotonic() + 1)
    assert url in str(e.value)
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_next_mirror_stands_in_for_a_faulty_one(published, small, monkeypatch):
    with serving(published, "altered") as (bad, _), serving(published) as (good, _):
        monkeypatch.setenv("BVAE_KMNIST_MIRRORS", f"{bad}, {good.rstrip('/')}")
        assert_is(load("kmnist", "test", quiet=True), small, "test")


def test_a_damaged_file_in_the_cache_is_downloaded_anew(published, small, monkeypatch, tmp_path):
    folder = tmp_path / "cache" / "kmnist"
    folder.mkdir(parents=True)
    for name, content in published.items():
        (folder / name).write_bytes(content[:-20])
    with serving(published) as (url, _):
        monkeypatch.setenv("BVAE_KMNIST_MIRRORS", url)
        data = load("kmnist", "test", quiet=True)
    assert "download cache: " in data.origin and "not a whole gzip file" in data.origin
    assert_is(data, small, "test")


def test_a_cache_that_cannot_be_written_is_named(published, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    file = IDX_FILES["test", "labels"]
    with pytest.raises(SourceFailed, match=r"cannot write to .*set BVAE_CACHE_DIR"):
        fetch(NOWHERE + file.name, tmp_path / "file" / file.name, file, time.monotonic() + 1)


def test_a_mirror_that_is_no_web_address_is_refused(monkeypatch):
    monkeypatch.setenv("BVAE_KMNIST_MIRRORS", "/home/me/kmnist")
    with pytest.raises(ValueError, match=r"begin with http:// or https://.*BVAE_DATA_DIR"):
        load("auto", "test", quiet=True)


def test_a_probe_tells_answering_servers_from_silent_ones(monkeypatch):
    stuck = threading.Event()

    def never_resolves(*args):
        stuck.wait(30)
        raise OSError

    with serving({}) as (url, _):
        assert set(unreachable([url, NOWHERE], 2.0)) == {NOWHERE}
        monkeypatch.setattr("bvae_ref.data.download.socket.create_connection", never_resolves)
        assert unreachable([url], 0.1) == {url: "127.0.0.1 did not answer within 0.1 s"}
    stuck.set()


def test_a_probe_goes_to_the_proxy_where_one_is_set(monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving({}) as (url, _):
        monkeypatch.setenv("http_proxy", url)
        assert unreachable(["http://kmnist.invalid/"], 2.0) == {}
    monkeypatch.setenv("http_proxy", NOWHERE)
    assert set(unreachable(["http://kmnist.invalid/"], 2.0)) == {"http://kmnist.invalid/"}


def test_progress_redraws_one_line_in_a_terminal(published, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    file = IDX_FILES["train", "images"]
    with serving(published) as (url, _):
        fetch(url + file.name, tmp_path / file.name, file, time.monotonic() + 5)
    said = capsys.readouterr()
    assert said.out.startswith("\r") and said.out.count("\n") == 1 and said.err == ""
    assert "[" + "#" * 24 + "] 100%" in said.out


# --- TensorFlow Datasets ------------------------------------------------------------------


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Run TFDS's child with a few lines before it, to point TFDS at 127.0.0.1."""

    def set_up(lines: str) -> None:
        script = tmp_path / "child.py"
        script.write_text(
            f"{lines}\nfrom bvae_ref.data.tfds_child import main\nmain()\n", encoding="utf-8"
        )
        monkeypatch.setattr(tfds_source, "CHILD_COMMAND", (sys.executable, str(script)))

    return set_up


@pytest.mark.slow
def test_tfds_downloads_prepares_and_serves_its_own_kmnist(
    published, small, child, monkeypatch, tmp_path
):
    pytest.importorskip("tensorflow_datasets", exc_type=ImportError)
    with serving(published) as (url, asked):
        child(
            "from tensorflow_datasets.image_classification import mnist\n"
            f"mnist.KMNIST.URL = {url!r}\n"
            f"mnist._TRAIN_EXAMPLES, mnist._TEST_EXAMPLES = {SIZES['train']}, {SIZES['test']}\n"
        )
        monkeypatch.setattr(tfds_source, "TFDS_HOST", url)
        first = load("kmnist", "train+test", quiet=True)
    assert sorted(asked) == sorted(published)
    assert "TensorFlow Datasets" in first.origin
    assert [path.name for path in (tmp_path / "tfds").iterdir()] == ["kmnist"]

    child("")
    again = load("kmnist", "train+test", download=False, quiet=True)
    assert "TensorFlow Datasets" in again.origin and "TFDS download" not in again.origin
    np.testing.assert_array_equal(again.images, first.images)
    # TFDS shuffles as it writes: the same pairs of image and label, in another order.
    pixels = np.round(first.images[..., 0] * 255).astype(np.uint8)
    split_at = SIZES["train"]
    for split, rows in (("train", slice(split_at)), ("test", slice(split_at, None))):
        found = sorted(zip(first.labels[rows], map(bytes, pixels[rows]), strict=True))
        expected = zip(small[split, "labels"], map(bytes, small[split, "images"]), strict=True)
        assert found == sorted(expected)


@pytest.mark.slow
def test_tfds_that_hangs_is_killed_and_leaves_nothing_behind(child, monkeypatch, tmp_path):
    monkeypatch.setattr(tfds_source, "LEAST_PREPARE_S", 0.0)
    pid_file = tmp_path / "pid"
    child(
        "import os, pathlib, sys, time\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()))\n"
        "pathlib.Path(sys.argv[1], 'half').write_text('made')\n"
        "time.sleep(20)\n"
    )
    with pytest.raises(SourceFailed, match="TFDS was stopped, unfinished after 2 s"):
        tfds_source.prepare(["test"], time.monotonic() + 2, quiet=True)
    assert list((tmp_path / "tfds").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text(encoding="utf-8")), 0)


def test_tfds_is_not_started_without_the_time_it_needs():
    with pytest.raises(SourceFailed, match="not started: TFDS takes about a minute, 12 s"):
        tfds_source.prepare(["test"], time.monotonic() + 12, quiet=True)


@pytest.mark.slow
def test_a_tfds_without_its_undeclared_dependency_says_what_to_install(child):
    pytest.importorskip("tensorflow_datasets", exc_type=ImportError)
    child("import sys\nsys.modules['importlib_resources'] = None")
    with pytest.raises(SourceFailed, match=r"lacks a part .*pip install importlib_resources"):
        tfds_source.prepare(["test"], time.monotonic() + 60, quiet=True)


def test_a_damaged_tfds_copy_is_named(child, tmp_path):
    version = tmp_path / "tfds" / "kmnist" / "3.0.1"
    version.mkdir(parents=True)
    (version / "dataset_info.json").write_text("{}", encoding="utf-8")
    child("import sys\nsys.exit('ValueError: what TFDS makes of it')")
    with pytest.raises(SourceFailed, match=f"{version} could not be read .*what TFDS makes of it"):
        tfds_source.read_prepared(["test"])


def test_without_tfds_the_ladder_says_so_before_starting_anything(monkeypatch):
    def nothing_starts(*args, **kwargs):
        raise AssertionError("a process was started")

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", nothing_starts)
    with pytest.raises(SourceFailed, match="not installed; pip install tensorflow-datasets"):
        tfds_source.prepare(["test"], time.monotonic() + 100, quiet=True)


def test_a_folder_without_prepared_kmnist_does_not_start_tfds(monkeypatch, tmp_path):
    monkeypatch.setattr(tfds_source, "CHILD_COMMAND", ("no-such-program",))
    with pytest.raises(SourceFailed, match=f"no prepared kmnist in {tmp_path / 'tfds'}"):
        tfds_source.read_prepared(["test"])
