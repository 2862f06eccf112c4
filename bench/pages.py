"""Measure the pages of a class of a thousand in headless Chromium.

    python bench/pages.py [--learners 1000] [--notebooks 1114] [--repeats 3] [--pictures FOLDER]

The class page's size, how long it takes to load on a processor four times slower (the median), its
elements; then over class page, points, learner, feedback and term, light and dark, at 1,280 and
360 px: what axe-core finds, best practices included, and by how much a page is wider than 360 px.
Needs axe-core and html-validate, which `make pages` fetches. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from browser import CHROMIUM, Browser
from large_class import large_class, write_class, write_term
from page_checks import (
    STOPS,
    WAYS,
    axe_violations,
    html_errors,
    load_seconds,
    missing_tools,
    seen_as,
    settled,
    sideways,
)


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--notebooks", type=int, default=1114)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--pictures", type=Path, help="write a PNG of every page here")
    given = parser.parse_args()
    why = missing_tools() or ("" if CHROMIUM else "no Chromium on this machine's PATH")
    if why:
        raise SystemExit(why)
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measured(Path(scratch), given)))


def measured(folder: Path, given: argparse.Namespace) -> dict:
    """All figures, of pages written into a folder."""
    index = write_class(folder / "class", large_class(given.learners, given.notebooks))
    small = write_class(folder / "small", large_class(3, 5))
    pages = {
        "class": index,
        "small": small,
        "points": index.parent / "lessons" / "lesson_3.html",
        "learner": small.parent / "learners" / "s0000.html",
        "feedback": small.parent / "pages" / "s0001.lesson_1.html",
        "term": write_term(folder / "term", large_class(given.learners, 3 * given.learners)),
    }
    with Browser(folder / "profile") as browser:
        seen_as(browser, 1280)
        seconds = [load_seconds(browser, index.as_uri()) for _ in range(given.repeats)]
        settled(browser)
        found = {
            "class_mb": round(index.stat().st_size / 1e6, 3),
            f"load_s_{given.learners}": round(statistics.median(seconds), 2),
            f"nodes_{given.learners}": browser.run("document.querySelectorAll('*').length"),
            "height_px": browser.run("document.documentElement.scrollHeight"),
            "tab_stops": browser.run(STOPS),
        }
        violations, widest = 0, 0
        for name, page in pages.items():
            for width, dark in WAYS:
                seen_as(browser, width, dark)
                browser.open(page.as_uri())
                settled(browser)
                rules = axe_violations(browser)
                violations += sum(len(elements) for _, elements in rules)
                widest = max(widest, sideways(browser) if width == 360 else 0)
                mode = "dark" if dark else "light"
                print(f"{name}, {width} px, {mode}: {rules or 'nothing'}", file=sys.stderr)
                if given.pictures:
                    given.pictures.mkdir(parents=True, exist_ok=True)
                    browser.picture(given.pictures / f"{name}_{width}_{mode}.png")
    errors = html_errors(list(pages.values()), folder)
    print(errors, file=sys.stderr)
    counts = {"axe_violations": violations, "overflow_360_px": widest}
    return {**found, **counts, "html_errors": errors.count("error")}


if __name__ == "__main__":
    main()
