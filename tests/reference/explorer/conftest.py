"""Two small models, their page, and a browser in which it is opened anew for each test."""

from __future__ import annotations

import keras
import pytest
from browser import Browser
from explorer_page import opened

from bvae_ref.data import load
from bvae_ref.explorer import explore
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder


@pytest.fixture(scope="session")
def held_out():
    return load("strokes", "test[:400]", quiet=True)


@pytest.fixture(scope="session")
def models(held_out):
    """Two models of one kind, the second with a higher price."""
    images = load("strokes", "train[:5000]", quiet=True).images
    made = {}
    for beta in (1.0, 16.0):
        keras.utils.set_random_seed(0)
        networks = build_encoder(4, hidden=64), build_decoder(4, hidden=64)
        made[f"β = {beta:g}"] = model = DisentangledVAE(*networks, beta=beta, seed=0)
        model.compile(keras.optimizers.Adam(5e-3))
        model.fit(images, batch_size=50, epochs=6, verbose=0)
    return made


@pytest.fixture(scope="session")
def page(models, held_out, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return explore(models, held_out.images, held_out.labels).save(folder / "page.html")


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    # Sandboxed frames in the page's own process: one connection reaches both.
    together = "--disable-features=IsolateSandboxedIframes"
    with Browser(tmp_path_factory.mktemp("profile"), together) as browser:
        yield browser


@pytest.fixture
def browser(running, page):
    """The page, opened anew."""
    opened(running, page)
    yield running
    assert running.run("complaints") == []
