"""A trained model on disk: written completely, and a clear message when it can't be loaded."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import keras

from bvae_ref.model import DisentangledVAE
from bvae_ref.writing import named, write_whole

MODEL_FILE = "model.keras"
# Keras's own layers alone: these load without this package.
NETWORK_FILES = {"encoder": "encoder.keras", "decoder": "decoder.keras"}


def save_model(model: keras.Model, path: Path) -> None:
    """Write a `.keras` file in one move.

    Raises:
        OSError: it cannot be written; an older file stays, and nothing half-written is left.
    """
    partial = path.with_name(f"{path.stem}.partial.keras")
    try:
        with named(path):
            model.save(partial)
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def save_networks(model: DisentangledVAE, folder: Path) -> None:
    """Write encoder and decoder as files that plain Keras loads; errors as of `save_model`."""
    for name, file in NETWORK_FILES.items():
        save_model(getattr(model, name), folder / file)


def save_json(values: Any, path: Path) -> None:
    """Write JSON in one move."""
    write_whole(path, (json.dumps(values, indent=1) + "\n").encode())


def load_model(path: str | os.PathLike) -> DisentangledVAE:
    """A model from the folder of a finished run, or from a `.keras` file.

    Raises:
        FileNotFoundError: no such file, or a folder without `model.keras`.
        ValueError: not a Keras file, a damaged one, or another kind of model.
    """
    path = model_file(path)
    try:
        model = keras.saving.load_model(path, compile=False)
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        reason = str(error).strip().splitlines()[:1]
        raise ValueError(
            f"{path} cannot be read as a Keras model ({''.join(reason)}); train it again with "
            "`bvae train`."
        ) from error
    if not isinstance(model, DisentangledVAE):
        raise ValueError(
            f"{path} holds a {type(model).__name__}; expected a DisentangledVAE, as "
            "`bvae train` writes it."
        )
    return model


def model_file(path: str | os.PathLike) -> Path:
    """The `.keras` file that a folder or file name stands for, which exists."""
    given = Path(path)
    path = given / MODEL_FILE if given.is_dir() else given
    if path.is_file():
        return path
    unfinished = given.is_dir() and any(given.glob("checkpoint-*.npz"))
    advice = (
        "its training was not finished; continue with `bvae train --resume`"
        if unfinished
        else "give the folder that `bvae train --out` wrote, or a .keras file"
    )
    raise FileNotFoundError(f"there is no model at {path}: {advice}.")


def saved_json(model: str | os.PathLike, name: str) -> Any:
    """What a run wrote next to its model, or None.

    Args:
        model: the folder of a run, or its `.keras` file.
        name: the file's, such as "config.json".

    Raises:
        ValueError: the file is damaged.
    """
    given = Path(model)
    path = (given if given.is_dir() else given.parent) / name
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}); train again, or remove it.") from error
