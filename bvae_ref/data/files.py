"""Reading KMNIST from a folder of official files, and checking what was read."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import numpy as np

from bvae_ref.data.errors import SourceFailed
from bvae_ref.data.official import KINDS, SPLIT_SIZES, accepted_names

# uint8 images `(n, 28, 28)` and uint8 labels `(n,)` of one split.
Arrays = tuple[np.ndarray, np.ndarray]

_UNSIGNED_BYTE = 0x08
_REPLACE = "replace the file with a fresh copy"


def read_folder(folder: Path, splits: Iterable[str]) -> Mapping[str, Arrays]:
    """Read whole splits from the official NPZ or IDX (`.gz` or plain) files in a folder.

    Returns:
        For each split, uint8 images `(n, 28, 28)` and uint8 labels `(n,)`.

    Raises:
        SourceFailed: the folder or a file is missing, or a file is damaged; the message
            names each missing file and the folder.
    """
    if not folder.is_dir():
        raise SourceFailed(f"there is no folder {folder}")
    splits = tuple(splits)
    found: dict[tuple[str, str], Path] = {}
    missing = []
    for split, kind in product(splits, KINDS):
        path = _find(folder, split, kind)
        if path is None:
            missing.append(" or ".join(accepted_names(split, kind)[:2]))
        else:
            found[split, kind] = path
    if missing:
        raise SourceFailed(f"missing in {folder}: {', and '.join(missing)}")
    return {
        split: validated(
            read_array(found[split, "images"], 3),
            read_array(found[split, "labels"], 1),
            split,
            f"{found[split, 'images'].name} and {found[split, 'labels'].name} in {folder}",
        )
        for split in splits
    }


def _find(folder: Path, split: str, kind: str) -> Path | None:
    candidates = (folder / name for name in accepted_names(split, kind))
    return next((path for path in candidates if path.is_file()), None)


def read_array(path: Path, ndim: int) -> np.ndarray:
    """Read one uint8 array of `ndim` dimensions from an `.npz`, `.gz` or plain IDX file.

    Raises:
        SourceFailed: the file is unreadable, truncated or of another kind; the message
            names it, what was found, what was expected and what to do next.
    """
    try:
        return read_npz(path) if path.suffix == ".npz" else read_idx(path, ndim)
    except OSError as error:
        raise SourceFailed(f"{path} cannot be read ({error}); {_REPLACE}") from error


def read_npz(path: Path) -> np.ndarray:
    """The array stored under the official key, `arr_0`."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not hasattr(archive, "files"):
                raise SourceFailed(f"{path} holds a bare array, expected an NPZ; {_REPLACE}")
            if "arr_0" not in archive.files:
                raise SourceFailed(
                    f"{path} holds {archive.files}, expected the key 'arr_0'; {_REPLACE}"
                )
            return archive["arr_0"]
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceFailed(
            f"{path} is not a whole NPZ file of plain arrays ({error}); {_REPLACE}"
        ) from error


def read_idx(path: Path, ndim: int) -> np.ndarray:
    """A uint8 array in the IDX format of MNIST (big-endian header, then the bytes).

    Source: http://yann.lecun.com/exdb/mnist, "the IDX file format": two zero bytes, the
    type (0x08 for unsigned bytes), the number of dimensions, one 32-bit size for each.
    """
    content = _content(path)
    header = 4 + 4 * ndim
    expected = bytes((0, 0, _UNSIGNED_BYTE, ndim))
    if len(content) < header or content[:4] != expected:
        raise SourceFailed(
            f"{path} begins with {content[:4].hex() or 'nothing'}, expected the IDX magic number "
            f"{expected.hex()} (unsigned bytes, {ndim} dimensions); {_REPLACE}"
        )
    shape = struct.unpack(f">{ndim}I", content[4:header])
    # Python integers: a damaged header may announce more bytes than fit in 64 bits.
    announced = 1
    for size in shape:
        announced *= size
    if len(content) - header != announced:
        raise SourceFailed(
            f"{path} announces the shape {shape}, {announced:,} bytes, "
            f"but holds {len(content) - header:,}; {_REPLACE}"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFailed(f"{path} is not a whole gzip file ({error}); {_REPLACE}") from error


def validated(images: np.ndarray, labels: np.ndarray, split: str, where: str) -> Arrays:
    """Return the arrays if they can be this split of KMNIST.

    Args:
        images: expected uint8 `(n, 28, 28)`.
        labels: expected uint8 `(n,)`, each 0 to 9.
        split: the split whose `n` is expected.
        where: the place they came from, for the message.

    Raises:
        SourceFailed: a shape, dtype, length or label is wrong.
    """
    n = SPLIT_SIZES[split]
    for kind, array, shape in (("images", images, (n, 28, 28)), ("labels", labels, (n,))):
        if array.shape != shape or array.dtype != np.uint8:
            raise SourceFailed(
                f"{where}: the {split} {kind} are {array.dtype} {array.shape}, "
                f"expected uint8 {shape}; check that these are KMNIST's own files"
            )
    if labels.max() > 9:
        raise SourceFailed(
            f"{where}: the {split} labels reach {labels.max()}, expected 0 to 9; "
            "check that these are KMNIST's own files"
        )
    return images, labels
