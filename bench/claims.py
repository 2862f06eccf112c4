"""Recompute the numbers that the lessons state, on both data sets, and write docs/claims.md.

    python bench/claims.py                                  every lesson: half an hour on two cores
    python bench/claims.py --lesson 4 --data strokes        some; the others keep their last values
    python bench/claims.py --lesson none                    only write the page again

A solved lesson is run from top to bottom in a kernel; then the rows of `bench/stated` are
evaluated among its names. KMNIST is its 10,000 test images (`BVAE_DATA_DIR`, or
`../shared/kmnist`): the first 8,000 stand for the training images, the others are held out.
The last line on stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from claims_page import LESSONS, key_of, page, summary, table
from prose import cells_of
from run_all import run_all
from stated.rows import DATA

ROOT = Path(__file__).resolve().parent.parent
KEPT, PAGE = ROOT / "bench" / "claims.json", ROOT / "docs" / "claims.md"
ONLY_STROKES = (6,)
MARK = "measured:"

_KMNIST = """
import re as _re
import bvae_ref.data as _data
_load = _data.load
def _from_the_test_split(name="auto", split="train", **options):
    if name == "strokes":
        return _load(name, split=split, **options)
    part, count = _re.fullmatch(r"(train|test)\\[:(\\d+)\\]", split).groups()
    first = 0 if part == "train" else 8000
    return _load("kmnist", split=f"test[{first}:{first + int(count)}]", data_dir=FOLDER, **options)
def whole_test_split():
    return _load("kmnist", split="test", data_dir=FOLDER, quiet=True)
_data.load = _from_the_test_split
"""

_EVALUATE = """
import json as _json
def _numbers(value):
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        return [_numbers(item) for item in value]
    return float(value)
_found = {}
for _key, _expression in ROWS.items():
    _found[_key] = _numbers(eval(_expression))
print("measured:" + _json.dumps(_found))
"""


def measure(lesson: int, data: str, folder: Path) -> dict:
    """Run a solved lesson on one data set, and evaluate its rows: key → value.

    Raises:
        RuntimeError: a cell stopped.
    """
    rows = {
        key_of(row): row.value
        for row in table(lesson).CLAIMS
        if not row.quick and data in row.ranges
    }
    cells = json.loads(json.dumps(cells_of(lesson)))
    for cell in cells:
        source = "".join(cell["source"])
        if source.startswith("check(") or cell["id"] in getattr(table(lesson), "SKIP", ()):
            cell["source"] = "pass"
        elif data == "kmnist" and cell["metadata"].get("nbgrader", {}).get("grade_id") == "setup":
            cell["source"] = f"{source}\nFOLDER = {str(folder)!r}\n{_KMNIST}"
    code = f"{table(lesson).PREPARE}\nROWS = {rows!r}\n{_EVALUATE}"
    cells.append(
        {
            "cell_type": "code",
            "id": "claims",
            "metadata": {},
            "source": code,
            "outputs": [],
            "execution_count": None,
        }
    )
    seen = run_all({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    if seen.stops:
        raise RuntimeError(f"lesson {lesson} on {data}: {seen.stops}")
    if seen.noise:
        print(f"lesson {lesson} on {data}: lines on stderr {seen.noise}", file=sys.stderr)
    shown = "".join(o.get("text", "") for o in seen.notebook.cells[-1].outputs)
    (line,) = [line for line in shown.splitlines() if line.startswith(MARK)]
    return json.loads(line.removeprefix(MARK))


def kept() -> dict[str, dict]:
    """The values measured last: key → data set → value."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for, keep it, write the page and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", action="append", help="0 to 7, or none; may be repeated")
    parser.add_argument("--data", action="append", choices=DATA, help="may be repeated")
    asked = parser.parse_args(arguments)
    lessons = [n for n in LESSONS if asked.lesson is None or str(n) in asked.lesson]
    folder = Path(os.environ.get("BVAE_DATA_DIR", ROOT.parent / "shared" / "kmnist")).resolve()
    for lesson in lessons:
        for data in asked.data or DATA:
            if data == "kmnist" and (lesson in ONLY_STROKES or not folder.is_dir()):
                continue
            start = time.perf_counter()
            measured = measure(lesson, data, folder)
            found = kept()  # read late: another run may have written meanwhile
            for key, value in measured.items():
                found.setdefault(key, {})[data] = value
            seconds = time.perf_counter() - start
            print(f"lesson {lesson} on {data}: {seconds:.0f} s", file=sys.stderr, flush=True)
            _keep(found)
    found = kept()
    _keep(found)
    PAGE.write_text(page(found), encoding="utf-8")
    print(json.dumps(summary(found)))
    return 0


def _keep(found: dict[str, dict]) -> None:
    """Write the values, without those of rows that are gone."""
    known = {key_of(row) for n in LESSONS for row in table(n).CLAIMS if not row.quick}
    left = {key: found[key] for key in sorted(found) if key in known}
    KEPT.write_text(json.dumps(left, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
