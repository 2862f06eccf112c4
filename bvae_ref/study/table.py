"""The scores of a study as a table: one row per cell, CSV on disk, floats in memory."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bvae_ref.writing import write_whole

OUTCOME = Path(__file__).with_name("outcome.csv")
SETTINGS = ("data", "objective", "beta", "capacity", "seed")
FACTOR_SCORES = (
    "mig",
    "dci_disentanglement",
    "dci_completeness",
    "dci_informativeness",
    "sap",
    "factor_vae",
    "beta_vae",
    "modularity",
)
COLUMNS = (
    *SETTINGS,
    *("recon", "kl", "elbo", "rate", "distortion"),
    *FACTOR_SCORES,
    *("active_units", "mutual_information", "total_correlation", "dimension_wise_kl", "seconds"),
)
_TEXT = ("data", "objective")


def write_table(rows: Iterable[Mapping[str, Any]], path: str | os.PathLike) -> None:
    """Write rows as CSV with `COLUMNS`, whole or not at all.

    None and a missing entry become an empty field; NaN, of a model that diverged, "nan".

    Raises:
        OSError: the file cannot be written.
    """
    write_whole(Path(path), table_text(rows).encode())


def table_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """What `write_table` writes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_field(row.get(name)) for name in COLUMNS])
    return buffer.getvalue()


def read_table(path: str | os.PathLike | None = None) -> list[dict[str, Any]]:
    """Rows of a study.

    Args:
        path: a CSV that `write_table` wrote; None for the outcome that the package ships.

    Returns:
        A dict for each row: `data` and `objective` as text, all else as float. None stands
        for what was not measured, NaN for the scores of a model that diverged.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a column is missing or an entry is no number; says where.
    """
    path = OUTCOME if path is None else Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no table {path}; `bvae study` writes one.")
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path} has no column {missing[0]!r}; `bvae study` writes them all.")
        return [_row(path, number, entry) for number, entry in enumerate(reader, start=2)]


def scores(
    rows: Iterable[Mapping[str, Any]], metric: str, data: str = "strokes", objective: str = "beta"
) -> dict[float, np.ndarray]:
    """One score per seed, for every setting.

    Args:
        rows: of `read_table`.
        metric: a column, such as "mig".
        data: "strokes" or "kmnist".
        objective: "beta", "tc" or "capacity".

    Returns:
        {setting: `(seeds,)` float64 in the order of the seeds}, settings rising; a setting is
        β, or the capacity C in nats. A model that diverged has NaN.

    Raises:
        ValueError: no such column, no such cells, or scores that were not measured there.
    """
    if metric not in COLUMNS or metric in SETTINGS:
        measured = [name for name in COLUMNS if name not in SETTINGS]
        raise ValueError(f"there is no score {metric!r}; there are {', '.join(measured)}.")
    rows = list(rows)
    chosen = [row for row in rows if (row["data"], row["objective"]) == (data, objective)]
    if not chosen:
        there = sorted({f"{row['data']} {row['objective']}" for row in rows})
        raise ValueError(
            f"there are no rows of data {data!r} with objective {objective!r}; there are "
            f"{', '.join(there) or 'none at all'}."
        )
    if any(row[metric] is None for row in chosen):
        reason = " (it has no known factors)" if metric in FACTOR_SCORES else ""
        raise ValueError(f"{metric} was not measured on {data}{reason}; choose another score.")
    setting = "capacity" if objective == "capacity" else "beta"
    found: dict[float, list[float]] = {}
    for row in sorted(chosen, key=lambda row: (row[setting], row["seed"])):
        found.setdefault(float(row[setting]), []).append(float(row[metric]))
    return {value: np.array(series) for value, series in found.items()}


def _field(value: Any) -> str:
    """Numbers with six digits: more than a seed allows, and the same on every machine's reader."""
    if value is None or isinstance(value, str):
        return value or ""
    return "nan" if not math.isfinite(value) else f"{value:.6g}"


def _row(path: Path, line: int, entry: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in COLUMNS:
        text = entry[name]
        try:
            row[name] = text if name in _TEXT else float(text) if text else None
        except (TypeError, ValueError):
            raise ValueError(
                f"{path}, line {line}: {name} is {text!r}; expected a number or nothing. Write "
                "the table again with `bvae study`."
            ) from None
    return row
