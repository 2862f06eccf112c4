"""The README's pictures: `docs/morphing.png`, which moves, and `docs/morph.png`, which does not.

    python bench/readme_pictures.py                    trains a model on strokes first; a minute
    python bench/readme_pictures.py --model out/run    a model that there is

Strokes only, so both may lie in the repository. The moving picture is an animated PNG that turns
one character into the next, for ever; where it cannot move, its first character is seen.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("MPLBACKEND", "agg")

import numpy as np
from PIL import Image

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROWS = (("ma", "tsu"), ("ha", "re"), ("o", "su"), ("ya", "wo"))
STEPS = 13
ROUND = ("ma", "tsu", "ya", "wo", "ha", "re")
# Frames of one way, how long each is shown, and how long a character rests, in milliseconds.
FRAMES, SHOWN, REST = 14, 70, 900
SIDE, SHADES = 168, 16


def trained():
    """Sixteen latents at β = 1, which keep characters legible on the way."""
    from bvae_ref.training import TrainConfig, train

    config = TrainConfig(
        data="strokes",
        split="train[:8000]",
        held_out="test[:1000]",
        beta=1.0,
        latent_dim=16,
        epochs=20,
    )
    return train(config, None, progress=False).model


def moving(model, images: np.ndarray, labels: np.ndarray) -> bytes:
    """An animated PNG: around `ROUND` along arcs, resting on each character."""
    from bvae_ref.data import CLASS_NAMES
    from bvae_ref.interpolation import class_code, slerp

    codes = [class_code(model, images, labels, CLASS_NAMES.index(name)) for name in ROUND]
    ways = zip(codes, [*codes[1:], codes[0]], strict=True)
    path = np.concatenate([slerp(start, end, FRAMES)[:-1] for start, end in ways])
    frames = [enlarged(pixels) for pixels in model.decode(path)[..., 0]]
    durations = [REST if at % (FRAMES - 1) == 0 else SHOWN for at in range(len(frames))]
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        format="PNG",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        optimize=True,
    )
    return buffer.getvalue()


def enlarged(pixels: np.ndarray) -> Image.Image:
    """Pixels `(28, 28)` in [0, 1] as black ink on white, in a few shades, which pack well."""
    paper = Image.fromarray(np.round(255 * (1 - pixels)).astype("u1"))
    large = np.asarray(paper.resize((SIDE, SIDE), Image.Resampling.BICUBIC), "float32")
    step = 255 / (SHADES - 1)
    return Image.fromarray((np.round(large / step) * step).astype("u1"))


def still(model, images: np.ndarray, labels: np.ndarray) -> bytes:
    """Four morphs, one in each row, their ends named."""
    from matplotlib.figure import Figure

    from bvae_ref.gallery import morph_images

    strips = [morph_images(model, images, labels, *row, steps=STEPS).strip for row in ROWS]
    figure = Figure(figsize=(8.6, 2.4))
    for number, (row, strip) in enumerate(zip(ROWS, strips, strict=True)):
        axes = figure.add_axes((0.07, 1 - (number + 1) / len(ROWS), 0.86, 1 / len(ROWS)))
        axes.imshow(np.concatenate(list(strip[..., 0]), axis=1), cmap="gray_r", vmin=0, vmax=1)
        axes.axis("off")
        for name, x, side in ((row[0], -0.01, "right"), (row[1], 1.01, "left")):
            axes.text(x, 0.5, name, ha=side, va="center", transform=axes.transAxes, fontsize=14)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, facecolor="white")
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", help="run folder or .keras file")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder (default: docs)")
    options = parser.parse_args(arguments)
    from bvae_ref.data import load
    from bvae_ref.saved_models import load_model
    from bvae_ref.writing import write_whole

    model = load_model(options.model) if options.model else trained()
    held_out = load("strokes", "test[:4000]", quiet=True)
    for name, draw in (("morphing.png", moving), ("morph.png", still)):
        content = draw(model, held_out.images, held_out.labels)
        write_whole(options.out / name, content)
        print(f"{options.out / name}: {len(content) / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
