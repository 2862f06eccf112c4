"""Fetching a file over HTTP so that it is whole, right, or not there at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from bvae_ref.data.errors import SourceFailed
from bvae_ref.data.official import OfficialFile
from bvae_ref.data.progress import ProgressBar
from bvae_ref.writing import named

STALL_S = 5.0
_CHUNK = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


def unreachable(urls: Iterable[str], timeout_s: float) -> Mapping[str, str]:
    """Try to connect to all these servers at once.

    Name look-up has no time-out of its own, so each attempt runs in a thread that is
    abandoned when the time is up: the call never takes longer than `timeout_s`.

    Returns:
        The URLs that did not answer, each with the reason.
    """
    silent = f"did not answer within {timeout_s:g} s"
    reasons = {url: f"{urlsplit(url).hostname} {silent}" for url in urls}
    answered: dict[str, str] = {}

    def probe(url: str) -> None:
        try:
            socket.create_connection(_endpoint(url), timeout_s).close()
            answered[url] = ""
        except TimeoutError:
            return
        except OSError as error:
            answered[url] = f"{urlsplit(url).hostname} cannot be reached ({_short(error)})"

    threads = [threading.Thread(target=probe, args=(url,), daemon=True) for url in reasons]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    reasons.update(dict(answered))
    return {url: reason for url, reason in reasons.items() if reason}


def _endpoint(url: str) -> tuple[str, int]:
    """The host and port that a request for `url` connects to: the proxy's, where one is set."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)


def fetch(
    url: str, target: Path, expected: OfficialFile, deadline: float, *, quiet: bool = False
) -> None:
    """Download `url` to `target`, which appears only once its checksum is right.

    Args:
        url: an http or https address.
        target: where the file goes; its folder is made if need be.
        expected: the size in bytes and SHA-256 that the file must have.
        deadline: the `time.monotonic()` at which to give up.
        quiet: print no progress.

    Raises:
        SourceFailed: no connection, an HTTP error, silence for `STALL_S` seconds, the
            deadline, a wrong size, a wrong checksum, or a folder that cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".part")
    except OSError as error:
        raise SourceFailed(
            f"cannot write to {target.parent} ({_short(error)}); "
            "set BVAE_CACHE_DIR to a folder of your own"
        ) from error
    try:
        with named(target), os.fdopen(handle, "wb") as file:
            found = _stream(url, file, expected, deadline, quiet)
        if found != expected.sha256:
            raise SourceFailed(
                f"{url} was refused: its SHA-256 is {found}, expected {expected.sha256}"
            )
        # A temporary file is private; a cache may be shared by a class.
        os.chmod(name, 0o644)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _stream(url: str, file: BinaryIO, expected: OfficialFile, deadline: float, quiet: bool) -> str:
    """Copy the response into `file` and return its SHA-256."""
    digest, done = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=_patience(url, deadline)) as response:
            bar = ProgressBar(
                f"{expected.name} from {urlsplit(url).hostname}", expected.size, quiet
            )
            try:
                # read1 returns after one receive, so a server that trickles bytes
                # cannot hold the loop past the deadline.
                while done <= expected.size and (chunk := response.read1(_CHUNK)):
                    file.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    bar.update(done)
                    _patience(url, deadline)
            finally:
                bar.close()
    except urllib.error.HTTPError as error:
        raise SourceFailed(f"{url} answered {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise SourceFailed(f"{url} could not be opened ({_short(error)})") from error
    except TimeoutError as error:
        raise SourceFailed(f"{url} fell silent after {done:,} bytes") from error
    except (OSError, http.client.HTTPException) as error:
        raise SourceFailed(f"{url} broke off after {done:,} bytes ({_short(error)})") from error
    if done != expected.size:
        found = f"stopped after {done:,}" if done < expected.size else f"sent more than {done:,}"
        raise SourceFailed(f"{url} {found} bytes, expected {expected.size:,}")
    return digest.hexdigest()


def _patience(url: str, deadline: float) -> float:
    """Seconds that the next wait may take."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise SourceFailed(f"the time allowed ran out while fetching {url}")
    return min(STALL_S, left)


def _short(error: BaseException) -> str:
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
