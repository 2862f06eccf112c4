"""Pulling, taking, drawing and comparing, with the mouse."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from browser import CHROMIUM
from explorer_page import SCENE, decoded, place, pull, settled, text, z_of

from bvae_ref.data import CLASS_NAMES
from bvae_ref.data.glyphs import SKELETONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


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


def test_a_slider_over_the_prices_switches_models(browser):
    assert browser.run("document.getElementById('prices').hidden") is False
    assert text(browser, "price-now") == "1"
    browser.run("document.getElementById('price').focus()")
    right = {"key": "ArrowRight", "windowsVirtualKeyCode": 39}
    browser.ask("Input.dispatchKeyEvent", type="keyDown", **right)
    settled(browser)
    assert browser.run(f"{SCENE}.active") == 1
    assert text(browser, "price-now") == "16"
    assert browser.run("document.getElementById('price').ariaValueText") == "β = 16"
    # The buttons move the slider.
    browser.click("#models label:nth-of-type(1)")
    settled(browser)
    assert browser.run("document.getElementById('price').value") == "0"


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
