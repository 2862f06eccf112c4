"""KMNIST through TensorFlow Datasets: from its cache, or downloaded into it.

TFDS runs in a child process, for three reasons. A child can be killed when a server
hangs; TensorFlow's messages stay out of a notebook's standard error; and this process
runs no TensorFlow operation, after which it could no longer be forked safely.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bvae_ref.console import say
from bvae_ref.data.errors import SourceFailed
from bvae_ref.data.files import Arrays, validated
from bvae_ref.data.tfds_child import newest_version

# The address TFDS downloads from; a probe of it saves starting TensorFlow in vain.
TFDS_HOST = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"
CHILD_COMMAND = (sys.executable, "-m", "bvae_ref.data.tfds_child")
READ_LIMIT_S = 180.0
# Writing 70,000 records takes TFDS about a minute on two cores, after the download.
LEAST_PREPARE_S = 25.0


def tfds_dir() -> Path:
    """TFDS's data folder: `TFDS_DATA_DIR`, or `~/tensorflow_datasets`."""
    given = os.environ.get("TFDS_DATA_DIR")
    return Path(given).expanduser() if given else Path.home() / "tensorflow_datasets"


def read_prepared(splits: Sequence[str]) -> tuple[Mapping[str, Arrays], Path]:
    """Read whole splits that TFDS has prepared before; nothing is downloaded.

    TFDS stores a split in a shuffled order of its own, the same on every machine, so row
    `i` is another image than row `i` of the official files.

    Returns:
        uint8 images `(n, 28, 28)` and labels `(n,)` of each split, and the folder.

    Raises:
        SourceFailed: there is no prepared copy, or TFDS is missing or cannot read it.
    """
    folder = tfds_dir()
    try:
        version = newest_version(folder)
    except FileNotFoundError as error:
        raise SourceFailed(str(error)) from error
    _require_tfds()
    try:
        return _read_once(folder, tuple(splits)), version
    except SourceFailed as error:
        raise SourceFailed(f"{version} could not be read ({error})") from error


@lru_cache(maxsize=2)
def _read_once(folder: Path, splits: tuple[str, ...]) -> Mapping[str, Arrays]:
    """Read through TFDS; kept, since a child that imports TensorFlow costs seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        return _run_child(folder, Path(scratch), splits, READ_LIMIT_S)


def prepare(
    splits: Sequence[str], deadline: float, *, quiet: bool = False
) -> tuple[Mapping[str, Arrays], Path]:
    """Let TFDS download and prepare KMNIST in its own data folder, then read it.

    TFDS works in a scratch folder beside the final one and the result is moved in one
    step, so a run that is killed leaves nothing half made.

    Args:
        splits: the splits to return; TFDS always prepares both.
        deadline: the `time.monotonic()` at which the child is killed.
        quiet: print nothing.

    Returns:
        As `read_prepared`.

    Raises:
        SourceFailed: TFDS is missing, did not finish in time, or failed.
    """
    _require_tfds()
    folder, left = tfds_dir(), deadline - time.monotonic()
    if left < LEAST_PREPARE_S:
        raise SourceFailed(
            f"not started: TFDS takes about a minute, {max(left, 0):.0f} s are left for it"
        )
    if not quiet:
        say(f"Preparing KMNIST with TensorFlow Datasets in {folder}, {left:.0f} s at most")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".kmnist-") as scratch:
            arrays = _run_child(Path(scratch), Path(scratch), splits, left, "--prepare")
            return arrays, _move_in(newest_version(Path(scratch)), folder)
    except OSError as error:
        raise SourceFailed(f"cannot write to {folder} ({error})") from error


def _require_tfds() -> None:
    if importlib.util.find_spec("tensorflow_datasets") is None:
        raise SourceFailed(
            "tensorflow_datasets is not installed; "
            "pip install tensorflow-datasets importlib_resources"
        )


def _run_child(
    folder: Path, scratch: Path, splits: Sequence[str], limit_s: float, *options: str
) -> Mapping[str, Arrays]:
    out = scratch / "kmnist.npz"
    command = [*CHILD_COMMAND, str(folder), str(out), ",".join(splits), *options]
    try:
        done = subprocess.run(
            command,
            env=_child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceFailed(f"TFDS was stopped, unfinished after {limit_s:.0f} s") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise SourceFailed(said[-1] if said else f"TFDS ended with status {done.returncode}")
    with np.load(out) as found:
        return {
            split: validated(found[f"{split}_images"], found[f"{split}_labels"], split, "TFDS")
            for split in splits
        }


def _child_environment() -> dict[str, str]:
    package_parent = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([package_parent, inherited] if inherited else [package_parent])
    # The child only decodes images: leave the GPU to the caller.
    return {
        **os.environ,
        "PYTHONPATH": path,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def _move_in(version: Path, folder: Path) -> Path:
    final = folder / "kmnist" / version.name
    final.parent.mkdir(exist_ok=True)
    try:
        version.rename(final)
    except OSError:
        # Another process was quicker; what it made is just as good.
        if not (final / "dataset_info.json").is_file():
            raise
    return final
