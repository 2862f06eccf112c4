"""The explorer's page as a file: what it holds, what it refuses, and that data stays data."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import re
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from explorer_page import data_of

from bvae_ref.data import CLASS_NAMES, load
from bvae_ref.explorer import explore
from bvae_ref.explorer.bundle import FOLDER, bundle
from bvae_ref.explorer.frame import frame_of
from bvae_ref.explorer.packing import Pack
from bvae_ref.explorer.page import page, words
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.page_design import tokens

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\"><!--&amp;{{data}}\u202e"


@pytest.fixture(scope="module")
def held_out():
    return load("strokes", "test[:120]", quiet=True)


@pytest.fixture(scope="module")
def model():
    return DisentangledVAE(build_encoder(3, hidden=8), build_decoder(3, hidden=8), beta=2.0)


@pytest.fixture(scope="module")
def shown(model, held_out):
    return explore(model, held_out.images, held_out.labels)


def test_a_page_asks_nothing_of_any_other_place(shown):
    # Base64 may read like anything.
    text = re.sub(r'id="numbers">.*?<', "<", shown.html)
    assert not re.search(r"https?:|//[a-z]|\bsrc=|url\(|@import|<link", text)
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|eval|innerHTML)\b", text)


def test_its_policy_lets_this_one_script_run(shown):
    script = re.search(r"<script>(.*?)</script>", shown.html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', shown.html)[1]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:"
    )


def test_in_a_notebook_it_is_a_frame_that_holds_the_whole_page(shown):
    bundle_ = shown._repr_mimebundle_()
    assert bundle_["text/plain"] == "[Latent explorer: β = 2; 120 held-out images]"
    frame = bundle_["text/html"]
    inside = re.fullmatch(r'<iframe [^>]*?srcdoc="([^"]*)"></iframe>', frame, re.DOTALL)[1]
    assert html.unescape(inside) == shown.html
    # Without allow-same-origin the page cannot reach the notebook around it.
    assert 'sandbox="allow-scripts allow-downloads"' in frame


def test_names_labels_and_titles_stay_data(model, held_out):
    hostile = explore({HOSTILE: model}, held_out.images, held_out.labels, names=[HOSTILE] * 10)
    text = hostile.html
    told = data_of(text)
    assert told["classes"][3]["name"] == told["models"][0]["name"] == HOSTILE
    assert text.count("</script>") == 3 and "<img" not in text and 'onerror="' not in text
    titled = explore(model, held_out.images, held_out.labels, title=HOSTILE).html
    assert "<img" not in titled and html.escape(HOSTILE) in titled


def test_the_default_model_makes_less_than_4_mb(held_out):
    model = DisentangledVAE(build_encoder(), build_decoder())
    made = explore(model, held_out.images, held_out.labels)
    assert len(made.html.encode()) < 4e6


def test_the_same_model_makes_the_same_page(model, held_out, shown):
    assert explore(model, held_out.images, held_out.labels).html == shown.html


def test_latents_come_with_their_nats(model, held_out, shown):
    mean, log_var = model.encode(held_out.images)
    kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).mean(axis=0)
    np.testing.assert_allclose(data_of(shown.html)["models"][0]["kl"], kl, atol=1e-4)


def test_weights_are_closer_than_float16():
    weights = np.random.default_rng(0).normal(size=(256, 64))
    pack = Pack()
    told = pack.add_weights(weights)
    block = gzip.decompress(base64.b64decode(pack.text()))

    def read(place, kind):
        return np.frombuffer(block, kind, place["length"], place["at"])

    found = (read(told["whole"], "<i2").reshape(256, 64) * read(told["scales"], "<f4")).T @ (
        inputs := np.random.default_rng(1).normal(size=256)
    )
    halved = weights.astype("float16").astype("float64").T @ inputs
    error, error_of_half = (np.abs(x - weights.T @ inputs).max() for x in (found, halved))
    assert error < error_of_half / 4
    assert told["whole"]["length"] == weights.size and told["whole"]["kind"] == "int16"


def test_a_weight_matrix_of_zeros_is_written():
    pack = Pack()
    told = pack.add_weights(np.zeros((3, 2)))
    block = gzip.decompress(base64.b64decode(pack.text()))
    assert block[: 2 * told["whole"]["length"]] == bytes(12)


def test_a_frame_is_measured_where_characters_lie():
    images = np.zeros((5, 28, 28, 1), "float32")
    # A stroke 4 wide and 20 long: columns 5 to 24, rows 10 to 13.
    images[:, 10:14, 5:25] = 1
    found = frame_of(images)
    assert (found["x"], found["y"], found["side"]) == (14.5, 11.5, 20)
    # Twice the area over the outline: 2 · 80 / 48, about the stroke's width.
    assert found["pen"] == pytest.approx(2 * 80 / 48, rel=0.1)
    with pytest.raises(ValueError, match="no ink"):
        frame_of(np.zeros((2, 28, 28, 1)))


def test_another_architecture_gets_a_grid_and_the_reason(held_out):
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.head = keras.layers.Dense(2)

        def call(self, images):
            mean = self.head(keras.ops.reshape(images, (-1, 784)))
            return mean, 0 * mean

    encoder = Own()
    encoder(held_out.images[:1])
    model = SimpleNamespace(encoder=encoder, decoder=build_decoder(2, hidden=8))
    (told,) = data_of(explore(model, held_out.images, held_out.labels).html)["models"]
    assert told["grid"]["latents"] == [0, 1] and "encoder" not in told
    assert told["why"] == "own is a model of its own class, Own"


def test_networks_that_are_not_the_models_own_answers_are_left_out(held_out):
    networks = build_encoder(2, hidden=8), build_decoder(2, hidden=8)
    other = DisentangledVAE(build_encoder(2, hidden=4), build_decoder(2, hidden=4))
    model = SimpleNamespace(encoder=networks[0], decoder=networks[1], decode=other.decode)
    (told,) = data_of(explore(model, held_out.images, held_out.labels).html)["models"]
    assert told["why"] == "its networks could not be found" and "grid" in told


def test_functions_stand_in_for_methods(held_out):
    vae = DisentangledVAE(build_encoder(2, hidden=8), build_decoder(2, hidden=8), beta=1.0)
    model = SimpleNamespace(encoder=vae.encoder, decoder=vae.decoder, beta=1)
    made = explore(
        model,
        held_out.images,
        held_out.labels,
        encode=lambda model, images: vae.encode(images),
        decode=lambda model, codes: vae.decode(codes),
    )
    (told,) = data_of(made.html)["models"]
    assert told["gives"] == "logits" and told["name"] == "β = 1"


BAD = {
    "one label each": lambda m, x, y: explore(m, x, y[:3]),
    "expected \\[0, 1\\]": lambda m, x, y: explore(m, 255 * x, y),
    "whole numbers": lambda m, x, y: explore(m, x, y + 0.5),
    "a label is": lambda m, x, y: explore(m, x, y, names=["a", "b"]),
    "0 models": lambda m, x, y: explore({}, x, y),
    "no method encode": lambda m, x, y: explore(object(), x, y),
    "no method decode": lambda m, x, y: explore(SimpleNamespace(encode=m.encode), x, y),
    r"did not give \(mean, log_var\)": lambda m, x, y: explore(
        SimpleNamespace(encode=lambda images: 0, decode=m.decode), x, y
    ),
    "were decoded to shape": lambda m, x, y: explore(
        SimpleNamespace(encode=m.encode, decode=lambda z: z), x, y
    ),
    "no words in 'xx', only in: en": lambda m, x, y: explore(m, x, y, language="xx"),
}


@pytest.mark.parametrize("words_of_it", BAD)
def test_bad_input_is_named(words_of_it, model, held_out):
    with pytest.raises(ValueError, match=words_of_it):
        BAD[words_of_it](model, held_out.images, held_out.labels)


def test_every_word_of_the_page_is_in_the_one_table():
    used = set(re.findall(r"\{\{word (\w+)\}\}", (FOLDER.parent / "page.html").read_text("utf-8")))
    for path in FOLDER.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'say\(\s*"(\w+)"', text))
        for pair in re.findall(r'say\([^"()]*\? "(\w+)" : "(\w+)"', text):
            used |= set(pair)
    # `say(way)` names the two ways of a morph; the title is put above the page by Python.
    assert used | {"lerp", "slerp", "title"} == set(words())


def test_every_module_is_in_the_script():
    made = bundle()
    for path in FOLDER.glob("*.js"):
        assert f"modules.{path.stem} = (() => {{" in made
    assert not re.search(r"^(import|export)\b", made, re.MULTILINE)


def test_its_colours_and_type_are_those_of_all_pages(shown):
    own = (FOLDER.parent / "page.css").read_text("utf-8")
    assert f"<style>\n{tokens()}" in shown.html
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|prefers-color-scheme", own), "a colour of its own"
    assert set(re.findall(r"var\((--[\w-]+)", own)) <= set(re.findall(r"(--[\w-]+):", tokens()))


def test_the_page_is_made_from_what_it_is_told(shown):
    told = data_of(shown.html)
    assert [one["name"] for one in told["classes"]] == list(CLASS_NAMES)
    del told["words"]
    pack = SimpleNamespace(text=lambda: "")
    assert "<title>My own</title>" in page(told, pack, title="My own")
