"""Pieces of work side by side, kept as they finish, so that a run that was stopped goes on."""

from __future__ import annotations

import json
import lzma
import math
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.batch.progress import Progress
from bvae_ref.study.processes import end_with_parent
from bvae_ref.writing import named, write_whole


@dataclass(frozen=True)
class Piece:
    """One piece of work whose result is plain data.

    Attributes:
        key: a name that no other has.
        version: what the result rests on; one that was kept for another does not count.
        function, arguments: what to call, in a process of its own.
    """

    key: str
    version: str
    function: Callable[..., Any]
    arguments: tuple


def results_of(
    pieces: Sequence[Piece],
    workers: int,
    store: Path,
    minutes: float = math.inf,
    published: Path | None = None,
) -> dict[str, Any]:
    """Key → result, of the pieces that were done before or are now.

    Args:
        pieces: in the order to begin them.
        workers: processes side by side.
        store: JSON lines of results.
        minutes: begin nothing after that long.
        published: more results, as `keep` writes them; may be missing.

    Raises:
        ValueError: no workers.
    """
    if workers < 1:
        raise ValueError(f"--workers is {workers}; at least 1 has to work.")
    kept = (_kept(published) if published else {}) | _kept(store)
    found = {
        piece.key: kept[piece.key, piece.version]
        for piece in pieces
        if (piece.key, piece.version) in kept
    }
    missing = [piece for piece in pieces if piece.key not in found]
    if missing and minutes > 0:
        found |= _done(missing, workers, store, minutes)
    return found


def keep(path: Path, pieces: Sequence[Piece], found: Mapping[str, Any]) -> None:
    """Write results into one compressed file (.xz), the same bytes for the same results."""
    lines = [_line(piece, found[piece.key]) for piece in pieces if piece.key in found]
    write_whole(path, lzma.compress("".join(sorted(lines)).encode()))


def _line(piece: Piece, result: Any) -> str:
    kept = {"key": piece.key, "of": piece.version, "result": result}
    return json.dumps(kept, ensure_ascii=False) + "\n"


def _kept(store: Path) -> dict[tuple[str, str], Any]:
    """Results by key and version. A line that a kill cut off does not count."""
    found = {}
    try:
        written = store.read_bytes()
    except FileNotFoundError:
        return {}
    if store.suffix == ".xz":
        try:
            written = lzma.decompress(written)
        except (lzma.LZMAError, EOFError):
            raise ValueError(
                f"{store} is damaged: it is no whole .xz file. Fetch it again, or delete it to "
                "start from nothing."
            ) from None
    lines = written.decode("utf-8", errors="replace").splitlines()
    for line in lines:
        try:
            item = json.loads(line)
            found[item["key"], item["of"]] = item["result"]
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _done(missing: list[Piece], workers: int, store: Path, minutes: float) -> dict[str, Any]:
    store.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(len(missing), verb="tried")
    found = {}
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(missing)), context, initializer=_quiet)
    try:
        with named(store), open(store, "a", encoding="utf-8") as file:
            # Ends a line that an earlier run was killed in.
            file.write("\n")
            waiting = {pool.submit(item.function, *item.arguments): item for item in missing}
            over = time.monotonic() + 60 * minutes
            for future in as_completed(waiting):
                piece = waiting[future]
                result = found[piece.key] = future.result()
                file.write(_line(piece, result))
                file.flush()
                progress.step()
                if time.monotonic() > over:
                    break
    finally:
        progress.close()
        pool.shutdown(wait=True, cancel_futures=True)
    return found


def _quiet() -> None:
    """One thread a worker: there are as many workers as processors. It ends with its parent."""
    end_with_parent()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
