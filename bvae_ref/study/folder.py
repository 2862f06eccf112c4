"""The folder of a study: every finished cell in a separate file, complete or absent."""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bvae_ref.checkpoints import writable_folder
from bvae_ref.study.plan import Amount, Cell
from bvae_ref.writing import write_whole

MARK = "bvae study"
STUDY_FILE = "study.json"
CELLS = "cells"
# Raised when `cell` measures otherwise than before: older results then no longer count.
MEASURE = 1


class StudyFolder:
    """A folder that holds one study.

    Args:
        path: an empty or new folder, or that of the same study.
        amount: of the study. Other parts and more seeds of it may be added later.

    Raises:
        ValueError: the folder holds another study, or other things.
        OSError: it cannot be made or written to.
    """

    def __init__(self, path: str | os.PathLike, amount: Amount):
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"{self.path} is a file; give a folder with --out.")
        stamp = json.loads(json.dumps({"what": MARK, "amount": asdict(amount)}))
        self._refuse_others(stamp)
        writable_folder(self.path)
        self.write(STUDY_FILE, _json(stamp))
        writable_folder(self.path / CELLS)

    @property
    def lock_path(self) -> Path:
        """The file by which one run at a time holds the folder."""
        return self.path / ".lock"

    def keep(self, cell: Cell, result: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        """Write a finished cell; its JSON comes last and says that all of it is there.

        Raises:
            OSError: the disk is full or gone; the message says how to go on.
        """
        if arrays:
            buffer = io.BytesIO()
            # No array has the name of an option of NumPy's.
            np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
            self.write(f"{CELLS}/{cell.key}.npz", buffer.getvalue())
        record = {"measure": MEASURE, "settings": cell.config.as_dict(), "result": result}
        self.write(f"{CELLS}/{cell.key}.json", _json(_nan_as_text(record)))

    def kept(self, cell: Cell) -> dict[str, Any] | None:
        """The result of a cell that was finished with these settings, else None.

        A damaged file, or one of other settings, does not count.
        """
        try:
            record = json.loads((self.path / CELLS / f"{cell.key}.json").read_text("utf-8"))
            if record["measure"] != MEASURE or cell.config.differences(record["settings"]):
                return None
            return _text_as_nan(dict(record["result"]))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def arrays(self, cell: Cell) -> dict[str, np.ndarray]:
        """The images of a finished cell; none if they are gone or it diverged."""
        try:
            with np.load(self.path / CELLS / f"{cell.key}.npz", allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return {}

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the study, whole or not at all."""
        path = self.path / name
        try:
            write_whole(path, content)
        except OSError as error:
            with suppress(OSError):
                path.with_name(path.name + ".partial").unlink()
            raise OSError(
                f"{path} cannot be written ({error.strerror or error}). Free some space or give "
                "another folder, and run the same command again; finished cells are kept."
            ) from error

    def _refuse_others(self, stamp: dict[str, Any]) -> None:
        """Raise ValueError unless the folder is new, empty or of the same study."""
        names = {entry.name for entry in self.path.iterdir()} if self.path.exists() else set()
        others = sorted(names - {STUDY_FILE + ".partial"})
        if others and STUDY_FILE not in names:
            raise ValueError(
                f"{self.path} contains other things ({others[0]}, …); with --out, give a new or "
                "empty folder, or that of the same study."
            )
        if not others:
            return
        before = self._stored_amount()
        changed = [
            f"{name} was {before.get(name)}, now {value}"
            for name, value in stamp["amount"].items()
            if before.get(name) != value
        ]
        if changed:
            raise ValueError(
                f"{self.path} holds another study: {'; '.join(changed)}. Give another folder with "
                "--out, so that the two do not mix."
            )

    def _stored_amount(self) -> dict[str, Any]:
        path = self.path / STUDY_FILE
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["what"] != MARK:
                raise ValueError(f"it is of {stored['what']!r}")
            return dict(stored["amount"])
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(
                f"{path} cannot be read as a study's ({error}); give another folder with --out."
            ) from None


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()


def _nan_as_text(value: Any) -> Any:
    """JSON has no NaN and no infinity: they become the text "nan"."""
    if isinstance(value, dict):
        return {name: _nan_as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_nan_as_text(item) for item in value]
    return "nan" if isinstance(value, float) and not math.isfinite(value) else value


def _text_as_nan(result: dict[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value == "nan" else value for name, value in result.items()}
