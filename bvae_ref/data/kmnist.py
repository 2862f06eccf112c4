"""Where KMNIST may be found: a ladder of sources, tried in order, each failure recorded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bvae_ref.data import tfds_source
from bvae_ref.data.download import unreachable
from bvae_ref.data.errors import Attempt, DataUnavailable, SourceFailed
from bvae_ref.data.files import Arrays, read_folder
from bvae_ref.data.mirrors import download_official, kmnist_cache, mirrors
from bvae_ref.data.official import HOME_PAGE, KINDS, accepted_names

# TFDS goes first and may hang; the mirrors after it keep the rest of the time.
_TFDS_SHARE = 0.6

# Network failures of this process by mirror list, so that a second "auto" load does not
# wait for the same silence again.
_failed_before: dict[tuple[str, ...], tuple[Attempt, ...]] = {}


@dataclass(frozen=True)
class Network:
    """Whether and for how long the ladder may use the network.

    Attributes:
        forbidden: why it may not be used; empty when it may.
        patience_s: seconds for all downloads together.
        probe_s: seconds a server has to accept a connection.
        remember: fail at once if the same servers failed earlier in this process.
        quiet: print no progress.
    """

    forbidden: str = ""
    patience_s: float = 300.0
    probe_s: float = 10.0
    remember: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Found:
    """Whole splits, the place they came from, and the sources that failed before it."""

    arrays: Mapping[str, Arrays]
    where: str
    attempts: tuple[Attempt, ...] = field(default_factory=tuple)


_Source = tuple[str, Callable[[], Found]]


def find_kmnist(splits: Sequence[str], data_dir: Path | None, network: Network) -> Found:
    """Read whole splits of KMNIST from the first source that has all of them.

    In order: official files in `data_dir` or `BVAE_DATA_DIR`, our download cache, a TFDS
    cache, a download through TFDS, a download from the mirrors.

    Raises:
        DataUnavailable: none had them; it lists every source and its reason.
    """
    attempts: list[Attempt] = []
    local = (
        ("official files", lambda: _from_files(splits, data_dir)),
        ("download cache", lambda: _from_cache(splits)),
        ("TFDS cache", lambda: _from_tfds(*tfds_source.read_prepared(splits))),
    )
    found = _first(local, attempts) or _first_online(splits, network, attempts)
    if found is None:
        raise DataUnavailable(splits, attempts, _next_steps(splits))
    return Found(found.arrays, found.where, tuple(attempts))


def _first(sources: Sequence[_Source], attempts: list[Attempt]) -> Found | None:
    for name, read in sources:
        try:
            return read()
        except SourceFailed as error:
            attempts.append(Attempt(name, str(error)))
    return None


def _first_online(splits: Sequence[str], network: Network, attempts: list[Attempt]) -> Found | None:
    if network.forbidden:
        attempts.append(Attempt("download", network.forbidden))
        return None
    servers = mirrors()
    if network.remember and servers in _failed_before:
        attempts.extend(_failed_before[servers])
        return None
    start = time.monotonic()
    # One probe for all servers at once: a machine without a network waits for it only once.
    silent = unreachable((tfds_source.TFDS_HOST, *servers), network.probe_s)
    online: list[Attempt] = []
    found = _first(
        (
            ("TFDS download", lambda: _through_tfds(splits, start, network, silent)),
            ("mirrors", lambda: _from_mirrors(splits, start, network, silent)),
        ),
        online,
    )
    attempts.extend(online)
    if found is None:
        _failed_before[servers] = tuple(
            Attempt(a.source, f"{a.reason} (found out earlier, not tried again)") for a in online
        )
    return found


def _from_files(splits: Sequence[str], data_dir: Path | None) -> Found:
    given = data_dir or os.environ.get("BVAE_DATA_DIR")
    if not given:
        raise SourceFailed("no folder given (data_dir or BVAE_DATA_DIR)")
    folder = Path(given).expanduser()
    return Found(read_folder(folder, splits), f"official files in {folder}")


def _from_cache(splits: Sequence[str]) -> Found:
    folder = kmnist_cache()
    return Found(read_folder(folder, splits), f"the download cache {folder}")


def _from_tfds(arrays: Mapping[str, Arrays], folder: Path) -> Found:
    return Found(arrays, f"TensorFlow Datasets in {folder}, in its own order")


def _through_tfds(
    splits: Sequence[str], start: float, network: Network, silent: Mapping[str, str]
) -> Found:
    if reason := silent.get(tfds_source.TFDS_HOST):
        raise SourceFailed(reason)
    deadline = start + _TFDS_SHARE * network.patience_s
    return _from_tfds(*tfds_source.prepare(splits, deadline, quiet=network.quiet))


def _from_mirrors(
    splits: Sequence[str], start: float, network: Network, silent: Mapping[str, str]
) -> Found:
    deadline = start + network.patience_s
    folder = download_official(splits, deadline, silent=silent, quiet=network.quiet)
    return Found(read_folder(folder, splits), f"a download kept in {folder}")


def _next_steps(splits: Sequence[str]) -> str:
    files = [" or ".join(accepted_names(s, kind)[:2]) for s in splits for kind in KINDS]
    return (
        f"  - put {', '.join(files)} (see {HOME_PAGE}) into a folder and pass it as data_dir, "
        "or set BVAE_DATA_DIR to it;\n"
        "  - or, with a network, allow the download (download=True) and more time (patience_s);\n"
        '  - or load("strokes"), which is drawn on this machine and needs no files.'
    )
