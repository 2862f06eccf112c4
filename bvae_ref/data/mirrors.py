"""KMNIST's four files straight from the web, into a cache folder of our own."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from bvae_ref.data.download import fetch
from bvae_ref.data.errors import SourceFailed
from bvae_ref.data.official import IDX_FILES, KINDS, OfficialFile

# The second folder is pinned to the commit that holds the authors' own `.gz` files (later
# ones hold a conversion). Whatever a server sends, the checksum decides.
MIRRORS = (
    "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "https://huggingface.co/datasets/tanganke/kmnist/resolve/"
    "756d43e894032ce8838db8b32e7500c9c3b5d050/raw/",
)


def mirrors() -> tuple[str, ...]:
    """Base addresses, each ending in "/": `BVAE_KMNIST_MIRRORS` (comma-separated) or ours.

    Raises:
        ValueError: an address is not http or https.
    """
    given = [u.strip() for u in os.environ.get("BVAE_KMNIST_MIRRORS", "").split(",") if u.strip()]
    for url in given:
        if not url.startswith(("http://", "https://")):
            raise ValueError(
                f"BVAE_KMNIST_MIRRORS holds {url!r}, expected addresses that begin with "
                "http:// or https://, separated by commas; for a folder use BVAE_DATA_DIR"
            )
    return tuple(url.rstrip("/") + "/" for url in given) or MIRRORS


def cache_dir() -> Path:
    """The folder downloads are kept in: `BVAE_CACHE_DIR`, or the platform's own place."""
    if given := os.environ.get("BVAE_CACHE_DIR"):
        return Path(given).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "beyond-pixels"


def kmnist_cache() -> Path:
    """The folder of `cache_dir` that holds KMNIST's files."""
    return cache_dir() / "kmnist"


def download_official(
    splits: Iterable[str],
    deadline: float,
    *,
    silent: Mapping[str, str] | None = None,
    quiet: bool = False,
) -> Path:
    """Download the IDX files of these splits that the cache does not hold yet.

    Each file comes from the first mirror that has it, whole and with the right checksum.

    Args:
        splits: "train", "test" or both.
        deadline: the `time.monotonic()` at which to give up.
        silent: mirrors to leave out, each with the reason (see `download.unreachable`).
        quiet: print no progress.

    Returns:
        The folder that now holds the files.

    Raises:
        SourceFailed: some file could not be had from any mirror; one reason for each.
    """
    folder = kmnist_cache()
    for split in splits:
        for kind in KINDS:
            file = IDX_FILES[split, kind]
            if not _is_whole(folder / file.name, file.sha256):
                _fetch_from_any(file, folder, deadline, silent or {}, quiet)
    return folder


def _fetch_from_any(
    file: OfficialFile, folder: Path, deadline: float, silent: Mapping[str, str], quiet: bool
) -> None:
    reasons = []
    for base in mirrors():
        if base in silent:
            reasons.append(silent[base])
            continue
        try:
            return fetch(base + file.name, folder / file.name, file, deadline, quiet=quiet)
        except SourceFailed as error:
            reasons.append(str(error))
    raise SourceFailed("; ".join(reasons))


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
