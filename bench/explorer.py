"""The explorer measured in headless Chromium: size, time of a frame, distance from Python.

    python bench/explorer.py                    trains the default model on strokes first
    python bench/explorer.py --model out/run    a model that there is; strokes are shown to it

Progress goes to stderr; the last line on stdout is one JSON object: `html_mb`, the size of the
page; `frame_p95_ms`, the 95th percentile of what a frame computes and draws while z is pulled
through the plane; `worst_pixel_error`, the largest difference of a pixel between JavaScript and
Python over 100 images, rebuilt from their mean codes, and 100 codes drawn from the prior.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import numpy as np
from browser import CHROMIUM, Browser
from explorer_page import answers, opened

IMAGES, CODES, PULLS = 100, 100, 400


def say(text: str) -> None:
    """A progress line."""
    print(text, file=sys.stderr, flush=True)


def model_of(path: str | None, folder: Path):
    """A saved model, or the default one trained on strokes."""
    from bvae_ref.saved_models import load_model
    from bvae_ref.training import TrainConfig, train

    if path:
        return load_model(path)
    say("training the default model on strokes ...")
    config = TrainConfig(data="strokes", split="train[:8000]", held_out="test[:1000]")
    return train(config, folder / "run", progress=False).model


def worst_pixel(browser: Browser, model, images: np.ndarray) -> float:
    """The largest difference of a pixel between the page's answers and Python's."""
    codes = np.random.default_rng(0).standard_normal((CODES, model.latent_dim)).astype("float32")
    codes = np.concatenate([model.encode(images)[0], codes])
    _, found = answers(browser, 0, images, codes)
    return float(np.abs(found - model.decode(codes).reshape(len(codes), -1)).max())


def frame_times(browser: Browser) -> list[float]:
    """Milliseconds of each frame while the mouse pulls z along a spiral."""
    left, top, side = browser.run(
        "(() => { const r = document.getElementById('plane').getBoundingClientRect();"
        "return [r.x, r.y, r.width] })()"
    )
    browser.run("void (latentExplorer.scene.frames.length = 0)")

    def mouse(kind: str, part: float) -> None:
        angle, radius = 12 * math.pi * part, 0.42 * side * part
        x, y = (side / 2 + radius * turn(angle) for turn in (math.cos, math.sin))
        browser.ask(
            "Input.dispatchMouseEvent", type=kind, x=left + x, y=top + y, button="left", buttons=1
        )

    mouse("mousePressed", 0)
    for pull in range(1, PULLS):
        mouse("mouseMoved", pull / PULLS)
    mouse("mouseReleased", 1)
    return browser.run("latentExplorer.scene.frames")


def main(arguments: list[str] | None = None) -> int:
    """Measure; print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="run folder or .keras file")
    options = parser.parse_args(arguments)
    if CHROMIUM is None:
        parser.error("this needs Chromium, which is not on the PATH; install it first.")
    from bvae_ref.data import load
    from bvae_ref.explorer import explore

    with tempfile.TemporaryDirectory() as folder:
        model = model_of(options.model, Path(folder))
        held_out = load("strokes", "test[:1000]", quiet=True)
        path = explore(model, held_out.images, held_out.labels).save(Path(folder) / "page.html")
        profile = Path(folder) / "profile"
        profile.mkdir()
        with Browser(profile) as browser:
            opened(browser, path)
            say("comparing with Python ...")
            error = worst_pixel(browser, model, held_out.images[:IMAGES])
            # The map behind is being made meanwhile.
            time.sleep(2)
            say("pulling ...")
            frames = frame_times(browser)
        size = path.stat().st_size / 1e6
    result = {
        "html_mb": round(size, 3),
        "frame_p95_ms": round(float(np.percentile(frames, 95)), 2),
        "worst_pixel_error": float(f"{error:.2e}"),
        "frames": len(frames),
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
