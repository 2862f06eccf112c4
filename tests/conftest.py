"""Fixtures that every test may use, and a quiet, offline, repeatable environment."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

# Before TensorFlow is imported anywhere: no start-up notices, drawn data, no network,
# no progress file in the repository, no windows.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("MPLBACKEND", "agg")
os.environ["BVAE_OFFLINE"] = "1"
os.environ["BVAE_STATE"] = "off"
os.environ.pop("BVAE_DATA_DIR", None)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(autouse=True)
def _main_stays():
    """A test that leaves another main module behind breaks every process started after it."""
    before = sys.modules["__main__"]
    yield
    left, sys.modules["__main__"] = sys.modules["__main__"], before
    assert left is before, "the test left another `__main__` behind"


@pytest.fixture(scope="session")
def warm():
    """One warm parent for all tests of a process that need jailed ones."""
    from autograder.jail.parents import WarmProcess

    with closing(WarmProcess()) as parent:
        yield parent
