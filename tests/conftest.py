"""Fixtures that every test may use, and a quiet, offline, repeatable environment."""

from __future__ import annotations

import os
import re
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
# Tests run side by side, and threads of several TensorFlows would only wait for each other.
for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.pop("BVAE_DATA_DIR", None)

ROOT = Path(__file__).resolve().parent.parent
# Here, and in every process that a test starts.
QUICK = str(ROOT / "tests" / "quick_imports")
sys.path.insert(0, QUICK)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [QUICK, os.environ.get("PYTHONPATH")]))


def pytest_configure(config):
    """Files are dealt out in the order below, and not those with the most tests first."""
    config.option.loadscopereorder = False


def pytest_ignore_collect(collection_path, config):
    """A file of slow tests alone is not even imported where those are left out."""
    left_out = re.findall(r"not (slow|nightly)", config.option.markexpr)
    if left_out and collection_path.suffix == ".py":
        text = collection_path.read_text(encoding="utf-8")
        mark = re.search(r"^pytestmark = (?:\[\s*)?pytest\.mark\.(\w+)", text, re.MULTILINE)
        return bool(mark and mark[1] in left_out) or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Files with slow tests come first, so that no worker is left with a long one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
def service():
    """The grading service with one worker and patience."""
    from autograder.grading.service import Service
    from autograder.jail.limits import Limits

    limits = Limits(call_seconds=60, cell_seconds=60, submission_seconds=300)
    with Service(workers=1, limits=limits) as running:
        yield running


@pytest.fixture(scope="session")
def warm():
    """One warm parent for all tests of a process that need jailed ones."""
    from autograder.jail.parents import WarmProcess

    with closing(WarmProcess()) as parent:
        yield parent
