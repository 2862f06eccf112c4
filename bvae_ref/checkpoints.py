"""Checkpoints of a training run: one file each, complete or absent, exact to the last bit.

A checkpoint holds all variables of the model (the noise generator's state included) and
of the optimizer, and numbers such as β that a callback may have changed, so that a run continued
on the same CPU ends where an unbroken one does.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from bvae_ref.changeable import changeable_numbers
from bvae_ref.console import say
from bvae_ref.writing import write_whole

KEEP = 2

_NAME = re.compile(r"checkpoint-(\d+)\.npz")
# How every file of `save` begins, also one that was cut short: a zip entry of this name.
_FIRST_ENTRY = b"about.npy"
_ENTRY_NAME_AT = 30
# What stands in that entry, with its types.
_ABOUT = {"epoch": int, "history": dict, "settings": dict, "data": str}


@dataclass
class Checkpoint:
    """The state of a run after an epoch.

    Attributes:
        epoch: epochs done.
        history: lists of `epoch` values, by name.
        settings: the run's `TrainConfig.as_dict()`.
        data: fingerprint of its images.
        arrays: "model/0", "optimizer/0", …, "number/beta", … and with early stopping "best/0", ….
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
        for name in changeable_numbers(model):
            # Checkpoints of earlier versions hold none.
            if (key := f"number/{name}") in self.arrays:
                setattr(model, name, self.arrays[key].item())

    def part(self, name: str) -> list[np.ndarray]:
        """The arrays of one part, in order; none if it was not saved."""
        count = sum(key.startswith(f"{name}/") for key in self.arrays)
        keys = [f"{name}/{i}" for i in range(count)]
        return [self.arrays[key] for key in keys if key in self.arrays]


def capture(
    model: keras.Model,
    epoch: int,
    history: Mapping[str, Sequence[float]],
    settings: dict[str, Any],
    data: str,
    best: list[np.ndarray] | None = None,
) -> Checkpoint:
    """A checkpoint of a compiled model; `best` are the weights to go back to, if any."""
    parts = {name: [v.numpy() for v in variables] for name, variables in _parts(model).items()}
    parts["best"] = best or []
    arrays = {f"{name}/{i}": a for name, part in parts.items() for i, a in enumerate(part)}
    arrays |= {f"number/{k}": np.array(v) for k, v in changeable_numbers(model).items()}
    return Checkpoint(epoch, {k: list(v) for k, v in history.items()}, settings, data, arrays)


def save(checkpoint: Checkpoint, folder: Path) -> Path:
    """Write `checkpoint-EPOCH.npz` into `folder` in one move and keep the two newest up to it.

    Raises:
        OSError: it cannot be written; says which one is kept and how to continue.
    """
    about = {name: getattr(checkpoint, name) for name in _ABOUT}
    buffer = io.BytesIO()
    # No array has the name of an option of NumPy's.
    np.savez(buffer, about=np.array(json.dumps(about)), **checkpoint.arrays)  # type: ignore[arg-type]
    path = folder / f"checkpoint-{checkpoint.epoch:05d}.npz"
    try:
        write_whole(path, buffer.getvalue())
    except OSError as error:
        raise not_written(path.name, folder, error) from error
    # Damaged ones of later epochs are no reason to give this one up.
    for old in [old for epoch, old in _found(folder) if epoch <= checkpoint.epoch][KEEP:]:
        old.unlink(missing_ok=True)
    return path


def not_written(name: str, folder: Path, error: OSError) -> OSError:
    """The error to raise when a file of a run cannot be written: what is kept, what to do."""
    kept = ", ".join(path.name for _, path in _found(folder)) or "no checkpoint"
    return OSError(
        f"cannot write {name} ({error.strerror or error}); {folder} holds {kept}. Free some "
        "space, then continue with the same command and --resume (train(..., resume=True))."
    )


def latest(folder: Path) -> Checkpoint | None:
    """The newest complete checkpoint; a damaged one is named and skipped."""
    for _, path in _found(Path(folder)):
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            say(f"Skipped {path.name}, which is damaged ({type(error).__name__}: {error}).")
    return None


def set_aside_foreign(folder: Path) -> list[Path]:
    """Rename files that only have a checkpoint's name, so that no run overwrites or removes them.

    Returns:
        The new names. Each renaming is printed.
    """
    moved = []
    for _, path in _found(Path(folder)):
        if _ours(path):
            continue
        names = (path.with_name(f"{path.name}.set-aside-{n}") for n in itertools.count(1))
        target = next(name for name in names if not name.exists())
        path.rename(target)
        say(
            f"{path.name} in {folder} is not a checkpoint of `bvae train`; renamed to "
            f"{target.name}."
        )
        moved.append(target)
    return moved


def clear(folder: Path) -> int:
    """Remove the checkpoints of an earlier run; return how many there were."""
    found = _found(Path(folder))
    for _, path in found:
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
            f"cannot write to {path} ({error.strerror}); choose another folder or free some space."
        ) from error
    return path


def restore_variables(
    variables: Sequence[keras.Variable], values: list[np.ndarray], what: str
) -> None:
    """Assign saved values to variables.

    Raises:
        ValueError: their number or shapes differ.
    """
    wanted, found = [tuple(v.shape) for v in variables], [a.shape for a in values]
    if wanted != found:
        raise ValueError(
            f"the checkpoint's {what} holds {len(found)} arrays that do not fit the {len(wanted)} "
            "here; start afresh in another folder."
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _parts(model: keras.Model) -> dict[str, list]:
    return {"model": model.variables, "optimizer": model.optimizer.variables}


def _found(folder: Path) -> list[tuple[int, Path]]:
    """Epoch and file of every checkpoint, newest first."""
    if not folder.is_dir():
        return []
    matches = [(_NAME.fullmatch(path.name), path) for path in folder.iterdir()]
    return sorted([(int(match[1]), path) for match, path in matches if match], reverse=True)


def _ours(path: Path) -> bool:
    """Whether a file begins as `save` writes it, whole or not. What cannot be read is left be."""
    if not path.is_file():
        return False
    try:
        with open(path, "rb") as file:
            start = file.read(_ENTRY_NAME_AT + len(_FIRST_ENTRY))
    except OSError:
        return True
    return start.startswith(b"PK") and start[_ENTRY_NAME_AT:] == _FIRST_ENTRY


def _read(path: Path) -> Checkpoint:
    # Zip alone: NumPy would also unpickle or map other kinds of file.
    if not zipfile.is_zipfile(path):
        raise ValueError("not a complete archive")
    # Reading every array checks every checksum of the archive.
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(str(arrays.pop("about")))
    if not _is_record(about):
        raise ValueError("its record is not that of a training run")
    return Checkpoint(arrays=arrays, **{name: about[name] for name in _ABOUT})


def _is_record(about: Any) -> bool:
    """Whether this is what `save` writes beside the arrays."""
    if not isinstance(about, dict) or any(
        not isinstance(about.get(name), kind) for name, kind in _ABOUT.items()
    ):
        return False
    lengths = {len(values) for values in about["history"].values() if isinstance(values, list)}
    return about["epoch"] >= 1 and lengths == {about["epoch"]}
