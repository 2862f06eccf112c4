"""The explorer's page in a browser, and its networks asked as Python asks its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from browser import Browser

SCENE = "latentExplorer.scene"
READY = "globalThis.latentExplorer && latentExplorer.scene.frames.length > 1"
WATCH = """
globalThis.complaints = [];
for (const kind of ["error", "securitypolicyviolation"]) {
  addEventListener(kind, (event) => complaints.push(event.message ?? event.violatedDirective));
}
"""
ANSWERS = """
(() => {
  const model = latentExplorer.scene.models[%d];
  const floats = (rows) => rows.map((row) => Float32Array.from(row));
  const moments = floats(%s).map((image) => model.encode(image).map((part) => [...part]));
  return { moments, pixels: floats(%s).map((code) => [...model.decode(code).pixels]) };
})()
"""
RUN = """
(async () => {
  const block = await modules.numbers.unpack(%s);
  const network = new modules.network.Network(%s, block);
  const answers = (row) => network.run(Float32Array.from(row), %s).map((part) => [...part]);
  return %s.map(answers);
})()
"""


def data_of(text: str) -> dict:
    """What a page is told."""
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


def opened(browser: Browser, path: Path) -> Browser:
    """The page, ready; what it complains about is collected in `complaints`."""
    browser.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    browser.open(path.as_uri())
    browser.wait(READY)
    return browser


def answers(
    browser: Browser, which: int, images: np.ndarray, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """JavaScript's (mean, log_var) of images, `(2, n, latent)`, and pixels of codes, `(m, 784)`."""
    found = browser.run(ANSWERS % (which, _rows(images), _rows(codes)))
    return np.array(found["moments"]).swapaxes(0, 1), np.array(found["pixels"])


def run_network(browser: Browser, told: dict, numbers: str, inputs: np.ndarray) -> np.ndarray:
    """JavaScript's answers of a described network, `(outputs, n, …)` flattened."""
    shape = json.dumps(list(inputs.shape[1:]))
    script = RUN % (json.dumps(numbers), json.dumps(told), shape, _rows(inputs))
    return np.array(browser.run(script)).swapaxes(0, 1)


def place(browser: Browser, selector: str, x: float, y: float) -> tuple[float, float]:
    """A place in an element, in shares of its width and height, scrolled into view."""
    left, top, width, height = browser.run(
        f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
        "e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
        "return [r.x, r.y, r.width, r.height] })()"
    )
    return left + x * width, top + y * height


def pull(browser: Browser, selector: str, path: list[tuple[float, float]]) -> None:
    """Press the mouse on the first place of an element, move through the others, let go."""
    places = [place(browser, selector, x, y) for x, y in path]
    kinds = ["mousePressed", *["mouseMoved"] * (len(places) - 1)]
    for kind, (x, y) in [*zip(kinds, places, strict=True), ("mouseReleased", places[-1])]:
        browser.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1)


def settled(browser: Browser) -> None:
    """Wait until the frame after the last change is drawn."""
    browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(browser: Browser, *keys: str, shift: bool = False) -> None:
    """Press keys, as a keyboard does."""
    for key in keys:
        text = {"text": " "} if key == " " else {"text": "\r"} if key == "Enter" else {}
        code = {" ": 32, "Enter": 13, "Tab": 9, "PageUp": 33, "PageDown": 34, "Home": 36}
        arrows = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        number = {**code, **arrows, "Backspace": 8}[key]
        for kind in ("keyDown", "keyUp"):
            browser.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code="Space" if key == " " else key,
                windowsVirtualKeyCode=number,
                modifiers=8 if shift else 0,
                **(text if kind == "keyDown" else {}),
            )


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


def _rows(array: np.ndarray) -> str:
    return json.dumps(np.asarray(array, "float64").reshape(len(array), -1).tolist())
