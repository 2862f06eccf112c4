"""The explorer in the hands of somebody: mouse, finger, keys, and data that would be markup."""

from __future__ import annotations

import json
import struct
import zlib
from itertools import pairwise
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from browser import CHROMIUM, Browser
from explorer_page import opened, place, press, pull, settled

from bvae_ref.data import CLASS_NAMES, load
from bvae_ref.data.glyphs import SKELETONS
from bvae_ref.explorer import explore
from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
HOSTILE = "</script><b id=taken onclick=alert(1)>x</b><img src=x onerror=complaints.push(1)>"
SCENE = "latentExplorer.scene"


@pytest.fixture(scope="module")
def held_out():
    return load("strokes", "test[:400]", quiet=True)


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def page(models, held_out, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return explore(models, held_out.images, held_out.labels).save(folder / "page.html")


@pytest.fixture(scope="module")
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


def z_of(browser) -> np.ndarray:
    return np.array(browser.run(f"[...{SCENE}.z]"))


def decoded(browser) -> np.ndarray:
    """What the canvas shows: darkness of its middle row of pixels."""
    settled(browser)
    return np.array(
        browser.run(
            "(() => { const c = document.getElementById('decoded');"
            "const d = c.getContext('2d').getImageData(0, c.height / 2, c.width, 1).data;"
            "return [...d].filter((_, i) => i % 4 === 0) })()"
        )
    )


def text(browser, name: str) -> str:
    settled(browser)
    return browser.run(f"document.getElementById('{name}').textContent")


def test_pulling_z_changes_the_picture_and_its_nats(browser):
    before, seen, nats = z_of(browser), decoded(browser), text(browser, "recon")
    # From a corner, where no mark is.
    pull(browser, "#plane", [(0.02, 0.02), (0.6, 0.5), (0.8, 0.3)])
    pair, reach = browser.run(f"[{SCENE}.pair, {SCENE}.model.reach]")
    after = z_of(browser)
    # 0.3 and 0.2 of the width from the middle, and the plane is two reaches wide.
    np.testing.assert_allclose(after[pair], [0.6 * reach, 0.4 * reach], atol=0.05)
    others = [i for i in range(4) if i not in pair]
    np.testing.assert_array_equal(after[others], before[others])
    assert np.abs(decoded(browser) - seen).max() > 30
    assert text(browser, "recon") != nats
    assert text(browser, "draws").count("=") == 2


def test_a_mark_is_taken_by_a_click_and_its_picture_shown_under_the_pointer(browser):
    index = browser.run(f"{SCENE}.nearestCodes([1, 1, 0, 0], 1)[0]")
    x, y = browser.run(
        f"(() => {{ const {{model, pair}} = {SCENE}; const share = (v) => v / model.reach / 2;"
        f"const at = {index} * model.latents; return [0.5 + share(model.means[at + pair[0]]),"
        "0.5 - share(model.means[at + pair[1]])] })()"
    )
    seen = decoded(browser)
    px, py = place(browser, "#plane", x, y)
    browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=px, y=py)
    assert text(browser, "decoded-words") == "under the pointer"
    assert np.abs(decoded(browser) - seen).max() > 30
    pull(browser, "#plane", [(x, y)])
    taken = browser.run(f"{SCENE}.source.index")
    assert text(browser, "source").startswith(f"Image {taken + 1}, ")
    np.testing.assert_array_equal(z_of(browser), browser.run(f"[...{SCENE}.cloud()[0]]"))


def test_drawing_again_makes_a_new_eps_of_which_z_is_made(browser):
    browser.click("#again")
    first = z_of(browser)
    browser.click("#again")
    second = z_of(browser)
    assert np.abs(first - second).max() > 1e-4
    mean, log_var = (np.array(part) for part in browser.run(f"{SCENE}.cloud().map((p) => [...p])"))
    eps = np.array(browser.run(f"[...{SCENE}.eps]"))
    np.testing.assert_allclose(second, mean + np.exp(0.5 * log_var) * eps, atol=1e-5)
    browser.click("#to-mean")
    np.testing.assert_allclose(z_of(browser), mean, atol=1e-6)


def test_many_draws_have_the_mean_and_spread_of_the_cloud(browser):
    draws = np.array(
        browser.run(
            f"Array.from({{length: 4000}}, () => {{ {SCENE}.drawAgain();return [...{SCENE}.eps] }})"
        )
    )
    # Five standard errors: a right generator fails less than once in a hundred thousand runs.
    assert np.abs(draws.mean(axis=0)).max() < 5 / np.sqrt(4000)
    assert np.abs(draws.std(axis=0) - 1).max() < 5 / np.sqrt(2 * 4000)


@pytest.mark.parametrize("name", ["tsu", "ma", "ya"])
@pytest.mark.parametrize("where", [(0.1, 0.1, 0.8), (0.5, 0.4, 0.4)], ids=["large", "small"])
def test_a_character_drawn_with_the_mouse_is_encoded_among_its_class(browser, name, where):
    left, top, side = where
    for stroke in SKELETONS[name]:
        ends = [(left + side * x / 100, top + side * y / 100) for x, y, _ in stroke]
        path = [
            (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
            for a, b in pairwise(ends)
            for t in (0, 0.34, 0.67)
        ]
        pull(browser, "#pad", [*path, ends[-1]])
    assert browser.run(f"{SCENE}.source.kind") == "drawing"
    near = browser.run(
        f"{SCENE}.nearestCodes({SCENE}.cloud()[0], 15).map((i) => {SCENE}.labels[i])"
    )
    assert near.count(CLASS_NAMES.index(name)) >= 8, [CLASS_NAMES[label] for label in near]
    assert name in text(browser, "looks")
    assert float(text(browser, "recon").split()[0]) > 50


def test_a_drawing_lies_in_its_frame_as_the_data_do(browser):
    pull(browser, "#pad", [(0.1, 0.1), (0.2, 0.1), (0.3, 0.1), (0.3, 0.4)])
    pixels = np.array(browser.run(f"[...{SCENE}.source.pixels]")).reshape(28, 28)
    frame = browser.run(f"{SCENE}.frame")
    rows, columns = (np.flatnonzero((pixels > 0.3).any(axis=axis)) for axis in (1, 0))
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    assert abs(longer - frame["side"]) <= 1
    assert abs((rows[0] + rows[-1]) / 2 - frame["y"]) <= 0.5
    assert abs((columns[0] + columns[-1]) / 2 - frame["x"]) <= 0.5


def test_clearing_and_undoing_take_strokes_away(browser):
    pull(browser, "#pad", [(0.2, 0.2), (0.8, 0.2)])
    pull(browser, "#pad", [(0.2, 0.8), (0.8, 0.8)])
    two = browser.run(f"[...{SCENE}.source.pixels]")
    browser.click("#undo")
    one = browser.run(f"[...{SCENE}.source.pixels]")
    assert sum(one) < 0.7 * sum(two)
    browser.click("#clear")
    assert browser.run("document.getElementById('looks').textContent") == ""


def test_a_morph_plays_to_and_fro_and_stops(browser):
    browser.click("#play")
    browser.wait("Number(document.getElementById('position').value) > 20")
    assert text(browser, "play") == "Stop"
    browser.click("#play")
    assert text(browser, "play") == "Play"
    at = browser.run("document.getElementById('position').value")
    settled(browser)
    assert browser.run("document.getElementById('position').value") == at
    way = browser.run(f"{SCENE}.path.lerp.map((code) => [...code])")
    code = f"{SCENE}.model.codeOf({SCENE}.examples[label])[0]"
    ends = browser.run(f"{SCENE}.ends.map((label) => [...{code}])")
    np.testing.assert_allclose([way[0], way[-1]], ends, atol=1e-6)


def test_where_motion_is_not_wanted_a_morph_rests_on_each_step(browser):
    feature = {"name": "prefers-reduced-motion", "value": "reduce"}
    browser.ask("Emulation.setEmulatedMedia", features=[feature])
    browser.click("#play")
    browser.wait("Number(document.getElementById('position').value) >= 10")
    browser.click("#play")
    assert float(browser.run("document.getElementById('position').value")) % 10 == 0
    browser.ask("Emulation.setEmulatedMedia", features=[])


def test_both_ways_are_those_of_python(browser):
    from bvae_ref.interpolation import lerp, slerp

    rng = np.random.default_rng(0)
    pairs = [*rng.normal(size=(20, 2, 5)), np.zeros((2, 5)), np.stack([np.ones(5), -np.ones(5)])]
    for start, end in pairs:
        for name, way in (("lerp", lerp), ("slerp", slerp)):
            found = browser.run(
                f"[0, 0.25, 0.5, 0.75, 1].map((t) => [...modules.paths.{name}("
                f"Float32Array.from({start.tolist()}), Float32Array.from({end.tolist()}), t)])"
            )
            np.testing.assert_allclose(found, way(start, end, 5), atol=1e-5)


def saved(browser, button: str) -> bytes:
    """The bytes that a button would download."""
    browser.run(
        "URL.createObjectURL = (blob) => { globalThis.kept = blob; return '#' };"
        "HTMLAnchorElement.prototype.click = () => {}; globalThis.kept = null"
    )
    browser.click(button)
    browser.wait("globalThis.kept !== null")
    return bytes(browser.run("kept.arrayBuffer().then((b) => [...new Uint8Array(b)])"))


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Names and contents of a PNG's chunks, with their checksums checked."""
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        named = png[at + 4 : at + 8 + length]
        assert zlib.crc32(named) == int.from_bytes(png[at + 8 + length : at + 12 + length], "big")
        found.append((named[:4], named[4:]))
        at += length + 12
    return found


def test_the_strip_and_the_animation_are_png_files(browser):
    strip = saved(browser, "#save-strip")
    assert strip.startswith(b"\x89PNG")
    assert struct.unpack(">II", strip[16:24]) == (11 * 112, 2 * 112)
    moving = chunks(saved(browser, "#save-moving"))
    control = dict(moving)[b"acTL"]
    frames = [body for name, body in moving if name == b"fcTL"]
    assert struct.unpack(">II", control) == (len(frames), 0) and len(frames) == 46
    images = [body[4 * (name == b"fdAT") :] for name, body in moving if name in (b"IDAT", b"fdAT")]
    assert len(images) == 46 and moving[-1] == (b"IEND", b"")
    rows = [np.frombuffer(zlib.decompress(body), "u1").reshape(112, 113) for body in images]
    pictures = [row[:, 1:] for row in rows]
    # There and back: the first is neither the last nor the one in the middle.
    assert np.abs(pictures[0].astype(int) - pictures[23]).max() > 100
    np.testing.assert_array_equal(pictures[1], pictures[-1])
    numbered = [body[:4] for name, body in moving if name in (b"fcTL", b"fdAT")]
    assert numbered == [struct.pack(">I", number) for number in range(len(numbered))]


def test_everything_can_be_done_with_the_keyboard_alone(browser):
    def walk_to(name: str) -> None:
        for _ in range(80):
            press(browser, "Tab")
            if browser.run(f"document.activeElement.id === '{name}'"):
                return
        raise AssertionError(f"the Tab key never reaches {name}")

    walk_to("plane")
    pair = browser.run(f"{SCENE}.pair")
    before = z_of(browser)
    press(browser, "ArrowRight", "ArrowRight", "ArrowUp")
    np.testing.assert_allclose((z_of(browser) - before)[pair], [0.2, 0.1], atol=1e-5)
    press(browser, "ArrowLeft", shift=True)
    np.testing.assert_allclose((z_of(browser) - before)[pair], [-0.3, 0.1], atol=1e-5)
    press(browser, "Home")
    np.testing.assert_allclose(z_of(browser), before, atol=1e-6)
    index = browser.run(f"{SCENE}.source.index")
    press(browser, "PageDown")
    assert browser.run(f"{SCENE}.source.index") == index + 1
    walk_to(f"latent-{browser.run(f'{SCENE}.model.order[0]')}")
    press(browser, "ArrowRight")
    walk_to("again")
    press(browser, "Enter")
    assert browser.run(f"{SCENE}.eps !== null")
    walk_to("pad")
    press(browser, " ", *["ArrowRight"] * 5, *["ArrowDown"] * 5, " ")
    assert browser.run(f"{SCENE}.source.kind") == "drawing"
    walk_to("play")
    press(browser, "Enter")
    browser.wait("Number(document.getElementById('position').value) > 0")
    press(browser, "Enter")
    assert text(browser, "play") == "Play"


def test_what_changes_is_said_to_those_who_cannot_see_it(browser):
    pull(browser, "#plane", [(0.7, 0.4)])
    browser.wait("document.getElementById('said').textContent.includes('nats')")
    said = text(browser, "said")
    assert said.startswith("z is at ") and "nearest to" in said
    unnamed = browser.run(
        "[...document.querySelectorAll('main canvas[role]')].filter((c) => c.offsetParent"
        " && !c.getAttribute('aria-label')).map((c) => c.id)"
    )
    assert unnamed == []


def test_models_are_switched_and_stand_side_by_side(browser):
    assert browser.run("document.querySelectorAll('#all-models article').length") == 2
    words = browser.run("[...document.querySelectorAll('#all-models p')].map((p) => p.textContent)")
    kl = [float(sentence.split("KL ")[1].split()[0]) for sentence in words]
    # A nat costs sixteen times as much.
    assert kl[1] < kl[0] / 2
    mean = z_of(browser)
    browser.click("#models label:nth-of-type(2)")
    settled(browser)
    assert browser.run(f"{SCENE}.active") == 1
    assert np.abs(z_of(browser) - mean).max() > 0.01
    assert text(browser, "sum-words") == "recon + 16 × KL"
    assert "silent" in text(browser, "sliders")
    # The same image, seen by the other model.
    assert browser.run(f"{SCENE}.source.kind") == "image"


def test_nats_are_those_of_python(browser, models, held_out):
    from bvae_ref.kl import kl_divergence
    from bvae_ref.losses import reconstruction_loss

    model = models["β = 1"]
    for index in range(5):
        browser.run(f"{SCENE}.takeImage({index})")
        found = browser.run(f"{SCENE}.worth()")
        image = held_out.images[index : index + 1]
        mean, log_var = model.encode(image)
        recon = float(reconstruction_loss(image, model.decoder(mean))[0])
        assert found["recon"] == pytest.approx(recon, abs=0.2)
        assert found["kl"] == pytest.approx(float(kl_divergence(mean, log_var)[0]), abs=1e-3)


def test_other_axes_can_be_chosen_and_stay_two(browser):
    first, second = browser.run(f"{SCENE}.pair")
    browser.run(
        f"(() => {{ const s = document.getElementById('across'); s.value = '{second}';"
        "s.dispatchEvent(new Event('change')) })()"
    )
    assert browser.run(f"{SCENE}.pair") == [second, first]


def test_classes_can_be_hidden(browser):
    browser.click("#classes label")
    assert browser.run(f"{SCENE}.shown.size") == 9


@pytest.mark.parametrize("width", [360, 600], ids=["360 pixels", "1,200 at 200%"])
def test_nothing_sticks_out_of_a_narrow_window(browser, width):
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=800, deviceScaleFactor=2, mobile=False,
    )  # fmt: skip
    settled(browser)
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.ask("Emulation.clearDeviceMetricsOverride")


def test_a_finger_pulls_z_and_draws(browser):
    browser.ask("Emulation.setTouchEmulationEnabled", enabled=True)
    for selector in ("#plane", "#pad"):
        before = browser.run(f"JSON.stringify([...{SCENE}.z])")
        (x0, y0), (x1, y1) = (place(browser, selector, part, part) for part in (0.45, 0.7))
        for kind, points in (
            ("touchStart", [{"x": x0, "y": y0}]),
            ("touchMove", [{"x": x1, "y": y1}]),
            ("touchEnd", []),
        ):
            browser.ask("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        assert browser.run(f"JSON.stringify([...{SCENE}.z])") != before
    assert browser.run(f"{SCENE}.source.kind") == "drawing"
    browser.ask("Emulation.setTouchEmulationEnabled", enabled=False)


def test_names_never_become_markup(running, models, held_out, tmp_path):
    named = {HOSTILE: models["β = 1"], "2" + HOSTILE: models["β = 16"]}
    names = [f"{label}{HOSTILE}" for label in range(10)]
    made = explore(named, held_out.images, held_out.labels, names=names, title=HOSTILE)
    opened(running, made.save(tmp_path / "page.html"))
    settled(running)
    pull(running, "#pad", [(0.2, 0.2), (0.8, 0.8)])
    running.wait("document.getElementById('said').textContent.includes('nats')")
    assert running.run("document.querySelectorAll('#taken, b, img').length") == 0
    assert HOSTILE in running.run("document.getElementById('models').textContent")
    assert running.run("complaints") == []


def test_in_a_notebooks_frame_it_runs_apart_from_the_notebook(running, models, held_out, tmp_path):
    frame = explore(models, held_out.images, held_out.labels).frame()
    path = tmp_path / "notebook.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><title>a notebook</title>{frame}", encoding="utf-8"
    )
    running.open(path.as_uri())
    tree = running.ask("Page.getFrameTree")["frameTree"]
    (child,) = tree["childFrames"]
    world = running.ask("Page.createIsolatedWorld", frameId=child["frame"]["id"])
    context = world["executionContextId"]

    def inside(script: str):
        answer = running.ask(
            "Runtime.evaluate", expression=script, contextId=context, returnByValue=True
        )
        return answer["result"].get("value")

    for _ in range(200):
        if inside("document.getElementById('page').hidden") is False:
            break
        settled(running)
    assert inside("document.getElementById('about').textContent").startswith("400 held-out")
    # A page in a frame of the notebook's own origin could read and change the notebook.
    reach = "(() => { try { return parent.document.title } catch { return 'out of reach' } })()"
    assert inside(reach) == "out of reach"


def test_a_grid_stands_in_where_networks_are_not_understood(running, models, held_out, tmp_path):
    vae = models["β = 1"]
    model = SimpleNamespace(encode=vae.encode, decode=vae.decode)
    made = explore(model, held_out.images, held_out.labels)
    opened(running, made.save(tmp_path / "page.html"))
    settled(running)
    notice = text(running, "grid-only")
    assert "25 × 25 pictures" in notice and "its networks could not be found" in notice
    hidden = "['drawing', 'morphing'].map((id) => document.getElementById(id).hidden)"
    assert running.run(hidden) == [True, True]
    grid = running.run(f"{SCENE}.model.grid")
    code = np.zeros(4, "float32")
    code[grid["latents"]] = [-1.5, 2.25]
    found = running.run(f"[...{SCENE}.model.decode({json.dumps(code.tolist())}).pixels]")
    np.testing.assert_allclose(found, vae.decode(code[None]).ravel(), atol=0.003)
    pull(running, "#plane", [(0.3, 0.3), (0.6, 0.2)])
    settled(running)
    assert running.run("complaints") == []
