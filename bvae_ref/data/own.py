"""Images that a user brings: an NPZ file, or a folder of pictures."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bvae_ref.console import say
from bvae_ref.data.dataset import Dataset
from bvae_ref.data.slices import parse_split
from bvae_ref.images import usable

# What arrays are called in an NPZ: those of Keras's own data sets, and the obvious ones.
IMAGE_KEYS = ("images", "x_train", "train_images", "x", "X", "arr_0")
LABEL_KEYS = ("labels", "y_train", "train_labels", "y", "arr_1")
TEST_IMAGE_KEYS = ("test_images", "x_test")
TEST_LABEL_KEYS = ("test_labels", "y_test")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_SHUFFLE_SEED = 0


class _Part(NamedTuple):
    """Images `(n, height, width, channels)` in [0, 1], and labels `(n,)` or None."""

    images: np.ndarray
    labels: np.ndarray | None

    def rows(self, start: int, stop: int) -> _Part:
        labels = None if self.labels is None else self.labels[start:stop]
        return _Part(self.images[start:stop], labels)


@dataclass(frozen=True, eq=False)
class OwnImages:
    """A file or folder that was read, with its splits.

    Attributes:
        path: of the file or folder.
        parts: split → images `(n, height, width, channels)` in [0, 1], and labels or None.
        class_names: empty where classes are only numbered.
    """

    path: Path
    parts: Mapping[str, _Part]
    class_names: tuple[str, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """How many images each split has: "train", and "test" where there is one."""
        return {split: len(part.images) for split, part in self.parts.items()}

    def rows(self, split: str, quiet: bool = False) -> Dataset:
        """Some rows, as for `bvae_ref.data.load`, with a line that names them unless `quiet`.

        Raises:
            ValueError: a malformed split, or one that is not there.
        """
        pieces = parse_split(split, self.sizes)
        chosen = [self.parts[p.split].rows(p.start, p.stop) for p in pieces]
        labels = [part.labels for part in chosen if part.labels is not None]
        images = np.concatenate([part.images for part in chosen])
        size = "×".join(map(str, images.shape[1:]))
        origin = f"{self.path} {split}, {len(images):,} images of {size}."
        if not quiet:
            say(f"Using {origin}")
        return Dataset(
            name=self.path.stem,
            images=images,
            labels=np.concatenate(labels) if len(labels) == len(chosen) else None,
            origin=origin,
            class_names=self.class_names,
            ink=False,
        )


def is_own(name: str) -> bool:
    """Whether a name of data means a file or folder."""
    separators = {"/", "\\", os.sep}
    return name.lower().endswith(".npz") or bool(separators & set(name)) or Path(name).is_dir()


def read_own(name: str) -> OwnImages:
    """Images of any size, grey or in colour, from a file or a folder.

    An NPZ holds images under one of `IMAGE_KEYS` as bytes or as floats in [0, 1], `(n, height,
    width)` or `(n, height, width, channels)`; where it has them, labels under one of
    `LABEL_KEYS`, names under "class_names", and a test split under `TEST_IMAGE_KEYS` and
    `TEST_LABEL_KEYS`. A folder holds pictures of one size; each of its subfolders is a class.
    The rows of "train" are put into an order of their own, always the same, because files are
    often sorted by class.

    Raises:
        ValueError: no such file, no images in it, other shapes, NaN, values outside [0, 1].
    """
    path = Path(name)
    if path.is_dir():
        return _folder(path)
    if path.is_file():
        return _npz(path)
    raise ValueError(
        f"there is nothing at {path}; give an .npz file or a folder of pictures, or one of auto, "
        "kmnist, strokes."
    )


def _npz(path: Path) -> OwnImages:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (AttributeError, OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be read as an NPZ file of plain arrays ({error}); write it with "
            "np.savez(path, images=…, labels=…)."
        ) from error
    parts = {"train": _shuffled(_arrays(path, arrays, IMAGE_KEYS, LABEL_KEYS))}
    if any(key in arrays for key in TEST_IMAGE_KEYS):
        parts["test"] = _arrays(path, arrays, TEST_IMAGE_KEYS, TEST_LABEL_KEYS)
    shapes = {part.images.shape[1:] for part in parts.values()}
    if len(shapes) > 1:
        raise ValueError(f"{path} has images of several shapes: {sorted(shapes)}; expected one.")
    names = tuple(map(str, arrays["class_names"])) if "class_names" in arrays else ()
    highest = max([int(p.labels.max()) for p in parts.values() if p.labels is not None] or [0])
    if names and highest >= len(names):
        raise ValueError(f"{path} has labels up to {highest}, but {len(names)} class_names.")
    return OwnImages(path, parts, names)


def _arrays(path: Path, arrays: Mapping[str, np.ndarray], images, labels) -> _Part:
    key = next((key for key in images if key in arrays), None)
    if key is None:
        listed = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "nothing"
        raise ValueError(
            f"{path} holds {listed}; expected images under one of {', '.join(images)}."
        )
    pixels = usable(f"{key} of {path.name}", arrays[key], bytes_too=True)
    label_key = next((name for name in labels if name in arrays), None)
    if label_key is None:
        return _Part(pixels, None)
    given = np.squeeze(arrays[label_key])
    whole = np.issubdtype(given.dtype, np.integer) or np.array_equal(given, np.floor(given))
    if given.shape != (len(pixels),) or not whole or given.min(initial=0) < 0:
        raise ValueError(
            f"{label_key} of {path.name} is {given.dtype} {given.shape}; expected "
            f"({len(pixels)},), one whole number ≥ 0 for each image."
        )
    return _Part(pixels, given.astype(np.int64))


def _folder(path: Path) -> OwnImages:
    files = sorted(
        file for file in path.rglob("*") if file.suffix.lower() in PICTURES and file.is_file()
    )
    if not files:
        inside = ", ".join(sorted(file.name for file in path.iterdir())[:5]) or "nothing"
        raise ValueError(
            f"{path} holds no pictures ({inside}); expected files ending in {', '.join(PICTURES)}, "
            "in the folder or in one subfolder per class."
        )
    images = _pixels(files)
    classes = [file.relative_to(path).parts[0] for file in files if file.parent != path]
    if len(classes) < len(files):
        return OwnImages(path, {"train": _shuffled(_Part(images, None))}, ())
    names = sorted(set(classes))
    labels = np.array([names.index(cls) for cls in classes], dtype=np.int64)
    return OwnImages(path, {"train": _shuffled(_Part(images, labels))}, tuple(names))


def _pixels(files: list[Path]) -> np.ndarray:
    """Pictures of one size as `(n, height, width, 1 or 3)`: grey if every one of them is."""
    from PIL import Image, UnidentifiedImageError

    pictures = []
    for file in files:
        try:
            with Image.open(file) as picture:
                pictures.append(np.asarray(picture.convert("RGB")))
        except (OSError, UnidentifiedImageError) as error:
            raise ValueError(f"{file} cannot be read as a picture ({error}); remove it.") from error
        if pictures[-1].shape != pictures[0].shape:
            height, width = pictures[0].shape[:2]
            raise ValueError(
                f"{files[0].name} is {width}×{height} pixels, but {file.name} is "
                f"{pictures[-1].shape[1]}×{pictures[-1].shape[0]}; bring all pictures to one size."
            )
    images = np.stack(pictures)
    grey = (images == images[..., :1]).all()
    return usable("pictures", images[..., :1] if grey else images, bytes_too=True)


def _shuffled(part: _Part) -> _Part:
    order = np.random.default_rng(_SHUFFLE_SEED).permutation(len(part.images))
    return _Part(part.images[order], None if part.labels is None else part.labels[order])
