"""The part of the TensorFlow Datasets route that runs in a process of its own.

    python -m bvae_ref.data.tfds_child FOLDER OUT.npz train,test [--prepare]

reads `kmnist` from the TFDS data folder FOLDER into OUT.npz, after downloading and
preparing it there if `--prepare` is given. On failure the last line of standard error
says why and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import ModuleType

import numpy as np


def main(argv: list[str] | None = None) -> None:
    """Read, or prepare and read, the splits named on the command line."""
    parser = argparse.ArgumentParser(description="Read KMNIST through TensorFlow Datasets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("splits", type=lambda text: text.split(","))
    parser.add_argument("--prepare", action="store_true")
    args = parser.parse_args(argv)

    try:
        import tensorflow_datasets as tfds

        if args.prepare:
            _prepare(tfds, args.folder)
        arrays = _read(tfds, newest_version(args.folder), args.splits)
        # No array has the name of an option of NumPy's.
        np.savez(args.out, **arrays)  # type: ignore[arg-type]
    except ImportError as error:
        # TFDS imports some of its parts only as it needs them, and 4.9.10 needs
        # importlib_resources without declaring it.
        package = error.name or "tensorflow-datasets"
        sys.exit(f"tensorflow_datasets lacks a part ({error}); pip install {package}")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}")


def newest_version(folder: Path) -> Path:
    """The prepared `kmnist` folder with the highest version in a TFDS data folder.

    Raises:
        FileNotFoundError: there is none.
    """
    prepared = [path.parent for path in (folder / "kmnist").glob("*/dataset_info.json")]
    if not prepared:
        raise FileNotFoundError(f"no prepared kmnist in {folder}")
    return max(prepared, key=lambda path: [int(n) for n in path.name.split(".") if n.isdigit()])


def _prepare(tfds: ModuleType, folder: Path) -> None:
    builder = tfds.builder("kmnist", data_dir=str(folder))
    builder.download_and_prepare(download_dir=str(folder / "downloads"))


def _read(tfds: ModuleType, version: Path, splits: list[str]) -> dict[str, np.ndarray]:
    """Whole splits as uint8 images `(n, 28, 28)` and labels `(n,)`, in TFDS's order."""
    builder = tfds.builder_from_directory(str(version))
    arrays = {}
    for split in splits:
        batch = tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
        arrays[f"{split}_images"] = batch["image"][..., 0]
        arrays[f"{split}_labels"] = batch["label"].astype(np.uint8)
    return arrays


if __name__ == "__main__":
    main()
