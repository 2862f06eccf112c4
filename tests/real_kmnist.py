"""Where the real calligraphy is, for tests that need it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "kmnist"


def kmnist_folder() -> Path:
    """The folder of KMNIST's official test files; the test skips, and says so, without them."""
    folder = Path(os.environ.get("BVAE_TEST_KMNIST") or BESIDE)
    if not (folder / "kmnist-test-imgs.npz").is_file():
        pytest.skip(f"no kmnist-test-imgs.npz in {folder}; set BVAE_TEST_KMNIST to its folder")
    return folder
