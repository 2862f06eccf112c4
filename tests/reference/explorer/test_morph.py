"""Morphs: played, rested on, the same as Python's, and written to files."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from browser import CHROMIUM
from explorer_page import SCENE, settled, text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


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
