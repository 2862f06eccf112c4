"""What `progress()` shows, under the rules that JupyterLab and nbconvert have for tables."""

from __future__ import annotations

import pytest
from browser import CHROMIUM, Browser
from page_checks import seen_as

from autograder.exercise import registry
from autograder.views.progress import Row, progress_html

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH"),
]
# Of `.jp-RenderedHTMLCommon`, as JupyterLab 4 writes it.
JUPYTERS = "table { table-layout: fixed; border: none } td, th { overflow-wrap: normal }"
CLIPPED = "[...document.querySelectorAll('td')].filter((e) => e.scrollWidth > e.clientWidth).length"


def test_no_cell_of_the_progress_table_is_cut_off_in_jupyterlab(tmp_path):
    entry = {"outcome": "failed", "points": 0.5, "hints": 2, "passed": True, "seconds": 2000.0}
    rows = [Row(exercise, {**entry, "passed_on": ""}) for exercise in registry.every()]
    shown = progress_html(rows, registry.course().lessons, 3, "0123-4567")
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{JUPYTERS}</style>"
        f"{shown.replace('<details', '<details open')}",
        encoding="utf-8",
    )
    with Browser(tmp_path / "profile") as browser:
        for width in (1000, 700, 500):
            seen_as(browser, width)
            browser.open(page.as_uri())
            assert browser.run(CLIPPED) == 0, width
            assert browser.run("document.querySelectorAll('[tabindex]').length") == 0
