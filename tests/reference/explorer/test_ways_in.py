"""Other ways in: keys, a finger, a narrow window, a screen reader, a notebook, hostile names."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from browser import CHROMIUM
from explorer_page import SCENE, opened, place, press, pull, settled, text, z_of

from bvae_ref.explorer import explore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
HOSTILE = "</script><b id=taken onclick=alert(1)>x</b><img src=x onerror=complaints.push(1)>"


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
