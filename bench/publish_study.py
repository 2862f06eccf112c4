"""Put a finished study where readers and lesson 6 find it.

    bvae study                          # first; about 45 minutes on two cores
    python bench/publish_study.py       # then; or give the study's folder

Writes docs/study.md with its figures in docs/study/, and the table that the package ships.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bvae_ref.study.table import OUTCOME, read_table
from bvae_ref.writing import write_whole

DOCS = Path(__file__).resolve().parent.parent / "docs"
FIGURE = re.compile(r"\]\((\w+\.png)\)")


def main(folder: str = "out/study") -> int:
    study = Path(folder)
    page = (study / "study.md").read_text(encoding="utf-8")
    table = study / "outcome.csv"
    read_table(table)
    figures = DOCS / "study"
    figures.mkdir(exist_ok=True)
    for name in FIGURE.findall(page):
        write_whole(figures / name, (study / name).read_bytes())
    write_whole(DOCS / "study.md", FIGURE.sub(r"](study/\1)", page).encode())
    write_whole(OUTCOME, table.read_bytes())
    print(f"{DOCS / 'study.md'}, {len(set(FIGURE.findall(page)))} figures, {OUTCOME}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
