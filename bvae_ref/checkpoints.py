"""Checkpoints of a training run: one file each, whole or absent, exact to the last bit.

A checkpoint holds all variables of the model (the noise generator's state included) and
of the optimizer, so that a run continued on the same CPU ends where an unbroken one does.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from bvae_ref.writing import write_whole

KEEP = 2

_NAME = re.compile(r"checkpoint-(\d+)\.npz")


@dataclass
class Checkpoint:
    """The state of a run after an epoch.

    Attributes:
        epoch: epochs done.
        history: lists of `epoch` values, by name.
        settings: the run's `TrainConfig.as_dict()`.
        data: fingerprint of its images.
        arrays: "model/0", "optimizer/0", … and with early stopping "best/0", ….
    """

    epoch: int
    history: dict[str, list[float]]
    settings: dict[str, Any]
    data: str
    arrays: dict[str, np.ndarray] = field(repr=False)

    def restore(self, model: keras.Model) -> None:
        """Put the saved values into a compiled model and its optimizer.

        Raises:
            ValueError: the model has other variables.
        """
        for part, variables in _parts(model).items():
            restore_variables(variables, self.part(part), part)

    def part(self, name: str) -> list[np.ndarray]:
        """The arrays of one part, in order; none if it was not saved."""
        count = sum(key.startswith(f"{name}/") for key in self.arrays)
        return [self.arrays[f"{name}/{i}"] for i in range(count)]


def capture(model: keras.Model, epoch: int, history, settings, data, best=None) -> Checkpoint:
    """A checkpoint of a compiled model; `best` are the weights to go back to, if any."""
    parts = {name: [v.numpy() for v in variables] for name, variables in _parts(model).items()}
    parts["best"] = best or []
    arrays = {f"{name}/{i}": a for name, part in parts.items() for i, a in enumerate(part)}
    return Checkpoint(epoch, {k: list(v) for k, v in history.items()}, settings, data, arrays)


def save(checkpoint: Checkpoint, folder: Path) -> Path:
    """Write `checkpoint-EPOCH.npz` into `folder` in one move and keep the newest two."""
    about = {name: getattr(checkpoint, name) for name in ("epoch", "history", "settings", "data")}
    buffer = io.BytesIO()
    np.savez(buffer, about=np.array(json.dumps(about)), **checkpoint.arrays)
    path = folder / f"checkpoint-{checkpoint.epoch:05d}.npz"
    write_whole(path, buffer.getvalue())
    for old in _found(folder)[KEEP:]:
        old.unlink(missing_ok=True)
    return path


def latest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint that can be read whole; a damaged one is named and passed over."""
    for path in _found(Path(folder)):
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            print(f"Passed over {path.name}, which is damaged ({type(error).__name__}: {error}).")
    return None


def clear(folder: Path) -> int:
    """Remove the checkpoints of an earlier run; return how many there were."""
    found = _found(Path(folder))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def writable_folder(folder: str | os.PathLike) -> Path:
    """Make a folder and prove that files can be written there.

    Raises:
        OSError: it cannot be made or written to; says what to do.
    """
    path = Path(folder)
    probe = path / f".write-test-{os.getpid()}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OSError(
            f"cannot write to {path} ({error.strerror}); choose another folder or free its space."
        ) from error
    return path


def restore_variables(variables, values: list[np.ndarray], what: str) -> None:
    """Assign saved values to variables.

    Raises:
        ValueError: their number or shapes differ.
    """
    wanted, found = [tuple(v.shape) for v in variables], [a.shape for a in values]
    if wanted != found:
        raise ValueError(
            f"the checkpoint's {what} holds {len(found)} arrays that do not fit the "
            f"{len(wanted)} here; start afresh in another folder."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _parts(model: keras.Model) -> dict[str, list]:
    return {"model": model.variables, "optimizer": model.optimizer.variables}


def _found(folder: Path) -> list[Path]:
    """Checkpoint files, newest first."""
    if not folder.is_dir():
        return []
    matches = [(_NAME.fullmatch(path.name), path) for path in folder.iterdir()]
    numbered = [(int(match[1]), path) for match, path in matches if match]
    return [path for _, path in sorted(numbered, reverse=True)]


def _read(path: Path) -> Checkpoint:
    # Reading every array checks every checksum of the archive.
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(str(arrays.pop("about")))
    return Checkpoint(
        arrays=arrays, **{k: about[k] for k in ("epoch", "history", "settings", "data")}
    )
