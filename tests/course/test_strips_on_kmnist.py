"""Lessons 5 and 7 on the real calligraphy: from one character to another, every step reads."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from coursework import ROOT, notebook
from legible_reader import reader_of, reads, sharpness
from nbformat.v4 import new_code_cell
from real_kmnist import kmnist_folder

from bvae_ref.data import load

sys.path.insert(0, str(ROOT / "bench"))

from run_all import run_all
from showcase import TEST_SPLIT

PAIRS = 10
# The cells that a strip needs, of the solved lesson, and the last of them without its last line.
CELLS = {
    5: ("l5-01", "l5-03", "l5-04", "l5-07"),
    7: ("l7-01", "l7-03", "l7-05", "l7-14", "l7-22", "l7-25"),
}
# The images and their labels, the model that draws, and its way between two images.
OWN = {
    5: """
images, labels, drawing = images[:4000], labels[:4000], model
def way(a, b):
    return interpolation.morph_strip(model, *model.encode(np.stack([a, b]))[0], 11)
""",
    7: """
images, labels = train.images, train.labels
longer, drawing = trained_longer()
def way(a, b):
    return morph(longer, a, b, 11)
""",
}
DRAW = """
pairs = [np.random.default_rng(seed).choice(10, 2, replace=False) for seed in range(PAIRS)]
ends = [legibility.morph_ends(drawing, images, labels, *pair) for pair in pairs]
real = images[np.array(ends)]
np.savez(KEPT, strips=np.stack([way(*pair) for pair in real]), real=real)
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    return kmnist_folder()


@pytest.fixture(scope="module")
def reader(folder):
    splits = ("test[:8000]", "test[8000:]")
    return reader_of(*(load("kmnist", split, data_dir=folder, quiet=True) for split in splits))


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", CELLS)
def test_eight_of_ten_morphs_of_the_solved_lesson_read(lesson, folder, reader, tmp_path):
    kept = tmp_path / "strips.npz"
    seen = run_all(only(lesson, folder, kept))
    assert not [stop for stop in seen.stops if stop.startswith("drawn")], seen.stops
    with np.load(kept) as saved:
        strips, real = saved["strips"], saved["real"]
    assert strips.shape == (PAIRS, 11, 28, 28, 1)
    assert sum(reads(reader, strip) for strip in strips) >= 8
    assert sharpness(strips.reshape(-1, 28, 28, 1)).mean() == pytest.approx(
        sharpness(real.reshape(-1, 28, 28, 1)).mean(), rel=0.25
    )


def only(lesson: int, folder: Path, kept: Path) -> dict:
    """The cells of the solved lesson that a strip needs, on KMNIST, and one that keeps strips."""
    solved = notebook("solutions", lesson)
    cells = [cell for cell in solved["cells"] if cell["id"] in CELLS[lesson]]
    on_kmnist = f"\nFOLDER = {str(folder)!r}\n{TEST_SPLIT}"
    cells[0] = new_code_cell("".join(cells[0]["source"]) + on_kmnist, id="setup")
    if lesson == 7:
        whole = "".join(cells[-1]["source"])
        cells[-1] = new_code_cell(whole.removesuffix("attempt(my_morphs)"), id="morphs")
    draw = f"PAIRS, KEPT = {PAIRS}, {str(kept)!r}\n{OWN[lesson]}{DRAW}"
    return {**solved, "cells": [*cells, new_code_cell(draw, id="drawn")]}
