"""The rows of `bench/stated`: what they cover, whether they hold, and the page that lists them."""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import Any

from prose import Stated, cells_of, prose_of, stated
from stated.rows import DATA, Aside, Claim

LESSONS = range(8)


def table(lesson: int) -> ModuleType:
    """The module of `bench/stated` that lists a lesson's numbers."""
    return importlib.import_module(f"stated.lesson_{lesson}")


def key_of(row: Claim) -> str:
    """What a row's values are kept under."""
    return f"{row.cell} {row.quote}"


def covered(lesson: int) -> list[Claim | Aside]:
    """Every row of a lesson: claims, asides, and claims that are open."""
    found = table(lesson)
    return [*found.CLAIMS, *found.ASIDES, *getattr(found, "OPEN", [])]


def strays(lesson: int) -> list[Claim | Aside]:
    """Rows whose words no longer stand in their cell."""
    prose = {cell["id"]: prose_of(cell) for cell in cells_of(lesson)}
    return [row for row in covered(lesson) if row.quote not in prose.get(row.cell, "")]


def uncovered(lesson: int) -> list[Stated]:
    """Numbers in a lesson's prose that no row names."""
    places: dict[str, list[tuple[int, int]]] = {}
    prose = {cell["id"]: prose_of(cell) for cell in cells_of(lesson)}
    for row in covered(lesson):
        for match in re.finditer(re.escape(row.quote), prose.get(row.cell, "")):
            places.setdefault(row.cell, []).append(match.span())
    return [
        item
        for item in stated(lesson)
        if not any(
            start <= item.start and item.end <= end for start, end in places.get(item.cell, [])
        )
    ]


def fits(row: Claim, data: str, value: Any) -> bool:
    """Whether a measured value, or every entry of a list of them, lies within the row's ranges."""
    ranges = row.ranges[data]
    entries = value if isinstance(value, list) else [value]
    if len(entries) != len(ranges):
        return False
    return all(
        low <= number <= high
        for entry, (low, high) in zip(entries, ranges, strict=True)
        for number in (entry if isinstance(entry, list) else [entry])
    )


def quick_values(row: Claim) -> Any:
    """The value of a row that needs no lesson."""
    import numpy as np

    from bvae_ref.study.statistics import t_quantile
    from bvae_ref.study.table import read_table, scores

    names = {"np": np, "t_quantile": t_quantile, "read_table": read_table, "scores": scores}
    value = eval(row.value, names)
    return [float(item) for item in value] if isinstance(value, list) else float(value)


def verdict(row: Claim, values: dict) -> str:
    """Right, wrong or not measured, over all data sets that a row speaks about."""
    if any(values.get(data) is None for data in row.ranges):
        return "not measured"
    return "holds" if all(fits(row, data, values[data]) for data in row.ranges) else "WRONG"


def values_of(row: Claim, found: dict[str, dict]) -> dict:
    """A row's values by data set: computed at once, or those measured last."""
    if row.quick:
        return dict.fromkeys(row.ranges, quick_values(row))
    return found.get(key_of(row), {})


def page(found: dict[str, dict]) -> str:
    """The table as a page of Markdown."""
    lines = [
        "# What the lessons state in numbers",
        "",
        "Written by `python bench/claims.py`, which runs every solved lesson on both data sets and "
        "evaluates each row among the lesson's names (`bench/stated`). KMNIST is its test split, "
        "rows 0–7,999 for training. A range is what the sentence says, or how far its number may "
        "be off. A test fails for a number in prose that no row covers.",
    ]
    for lesson in LESSONS:
        lines += ["", f"## Lesson {lesson}", ""]
        lines += [
            "| cell | says | strokes | KMNIST | tolerance | verdict |",
            "|---|---|---|---|---|---|",
        ]
        for row in table(lesson).CLAIMS:
            values = values_of(row, found)
            cells = [
                row.cell,
                " ".join(row.quote.split()).replace("|", "·").strip("· "),
                *(_written(values.get(data)) if data in row.ranges else "" for data in DATA),
                _tolerance(row),
                verdict(row, values),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        for row in getattr(table(lesson), "OPEN", []):
            lines.append(f"| {row.cell} | {row.quote} | | | | open: {row.reason} |")
    return "\n".join(lines) + "\n"


def _written(value) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return "; ".join(_written(item).replace("; ", ", ") for item in value)
    return f"{value:.4g}"


def _tolerance(row: Claim) -> str:
    """The ranges; one for both data sets where they are the same."""
    words = {
        data: "; ".join(f"{low:.4g} to {high:.4g}" for low, high in ranges)
        for data, ranges in row.ranges.items()
    }
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ", ".join(f"{data}: {text}" for data, text in words.items())


def summary(found: dict[str, dict]) -> dict:
    """How many rows there are, how many are wrong, and how many numbers are open."""
    rows = [row for lesson in LESSONS for row in table(lesson).CLAIMS]
    verdicts = [verdict(row, values_of(row, found)) for row in rows]
    left = sum(len(uncovered(lesson)) for lesson in LESSONS)
    left += sum(len(getattr(table(lesson), "OPEN", [])) for lesson in LESSONS)
    return {
        "claims": len(rows),
        "wrong": verdicts.count("WRONG"),
        "uncovered": left + verdicts.count("not measured"),
    }
